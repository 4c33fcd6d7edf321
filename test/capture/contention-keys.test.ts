import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const timeout = 60_000
const keys = Array.from({ length: 5 }, (_, i) => `key ${i}`)

/** What a caller of a plain client gets in such a race too: duplicate, missing, conflict. */
const expected = ['P2002', 'P2025', 'P2034']

/** Settles all calls and answers the codes of their errors. */
async function settled(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const results = await Promise.allSettled(calls)
  const errors = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason)
  for (const error of errors) expect(expected, String(error)).toContain(error.code)
  return errors.map(({ code }) => code)
}

/** How many upserts of one row each way answer: the ways differ in what Prisma makes of them. */
const upserts = {
  // One statement where the database has one for it.
  'as one statement': (client: AuditedClient, key: string) =>
    client.setting.upsert({
      where: { key },
      create: { key, value: { created: true } },
      update: { note: randomUUID() },
    }),
  // With a further condition Prisma reads, then writes.
  'as a read and a write': (client: AuditedClient, key: string) =>
    client.setting.upsert({
      where: { key, NOT: { note: 'never' } },
      create: { key, value: { created: true } },
      update: { note: randomUUID() },
    }),
}

describeEachEngine('Callers that race for the same keys', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db)
  })
  beforeEach(() => db.clear())

  describe.each(Object.entries(upserts))('by an upsert of a missing row, %s', (way, upsert) => {
    test('create it once and update it from then on', { timeout }, async () => {
      const callers = keys.flatMap((key) => Array.from({ length: 30 }, () => key))
      const errors = await settled(callers.map(async (key) => upsert(client, key)))
      const trail = await expectFaithful(plain, 'Setting')
      expect(trail).toHaveLength(callers.length - errors.length)
      for (const key of keys) {
        const actions = trail.filter(({ entityId }) => entityId === key).map((row) => row.action)
        expect(actions).toEqual(['create', ...actions.slice(1).map(() => 'update')])
      }
      if (db.can.nativeUpsert && way === 'as one statement') expect(errors).toEqual([])
    })
  })

  const operations: readonly ((key: string) => Promise<unknown>)[] = [
    async (key) => upserts['as one statement'](client, key),
    async (key) => client.setting.create({ data: { key, value: randomUUID() } }),
    async (key) => client.setting.update({ where: { key }, data: { note: randomUUID() } }),
    async (key) => client.setting.delete({ where: { key } }),
  ]

  test('by upsert, create, update and delete leave exact histories', { timeout }, async () => {
    const calls = Array.from({ length: 400 }, (_, i) => {
      const operation = operations[Math.floor(Math.random() * operations.length)]
      return operation?.(keys[i % keys.length] as string) ?? Promise.reject()
    })
    const errors = await settled(calls)
    const trail = await expectFaithful(plain, 'Setting')
    const answered = calls.length - errors.length
    // There Prisma also answers an update of a row that is gone: it reads the transaction's snapshot,
    // and writes nothing.
    if (db.provider === 'mysql') expect(trail.length).toBeLessThanOrEqual(answered)
    else expect(trail).toHaveLength(answered)
  })

  test('by an update of a unique field leave exact histories', { timeout }, async () => {
    await client.tag.createMany({ data: keys.map((name) => ({ name })) })
    const calls = Array.from({ length: 200 }, (_, i) => {
      const where = { name: keys[i % keys.length] as string }
      const data = { name: keys[Math.floor(Math.random() * keys.length)] as string }
      return i % 3 ? client.tag.updateMany({ where, data }) : client.tag.update({ where, data })
    })
    await settled(calls.map(async (call) => call))
    await expectFaithful(plain, 'Tag')
  })

  test('by bulk writes among single ones leave exact histories', { timeout }, async () => {
    const group = () => `group ${Math.floor(Math.random() * 4)}`
    const bulk: readonly (() => Promise<unknown>)[] = [
      async () => {
        const rows = [1, 2, 3].map(() => ({ title: group(), body: randomUUID() }))
        await client.document.createMany({ data: rows })
      },
      async () => client.document.create({ data: { title: group() } }),
      async () =>
        client.document.updateMany({ where: { title: group() }, data: { body: randomUUID() } }),
      async () =>
        client.document.updateMany({ where: { title: group() }, data: { title: group() } }),
      async () => client.document.deleteMany({ where: { title: group(), body: { lt: '8' } } }),
      async () => client.document.deleteMany({ where: { title: group() }, limit: 2 }),
    ]
    // Of the calls of one tick, Prisma sends some kinds before others.
    const early = Array.from({ length: 20 }, () => ({ title: group() }))
    await client.document.createMany({ data: early })
    await settled(Array.from({ length: 300 }, async (_, i) => bulk[i % bulk.length]?.()))
    const trail = await expectFaithful(plain, 'Document')
    expect(new Set(trail.map(({ action }) => action))).toEqual(
      new Set(['create', 'update', 'delete']),
    )
  })
})

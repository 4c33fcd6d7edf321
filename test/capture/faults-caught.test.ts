import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

type Documents = AuditedClient['document']

const where = { id: 'existing' }

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  )

// Errors that the database does not know of: it would commit what came before them.
describeEachEngine('A transaction that goes on after an error', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db)
  })
  beforeEach(() => db.clear())

  const writes: Readonly<Record<string, (documents: Documents) => Promise<unknown>>> = {
    create: async (documents) => documents.create({ data: { title: 'new' } }),
    createMany: async (documents) => documents.createMany({ data: [{ title: 'new' }] }),
    update: async (documents) => documents.update({ where, data: { title: 'changed' } }),
    updateMany: async (documents) => documents.updateMany({ data: { title: 'changed' } }),
    'upsert of a missing row': async (documents) =>
      documents.upsert({ where: { id: 'new' }, create: { title: 'new' }, update: {} }),
    delete: async (documents) => documents.delete({ where }),
    deleteMany: async (documents) => documents.deleteMany(),
  }

  const withoutEntry = 'has no %s whose entry could not be made'
  test.skipIf(!db.can.ownWrites).each(Object.entries(writes))(withoutEntry, async (_, write) => {
    let isBroken = false
    const id = () => (isBroken ? 'no id' : randomBytes(16).toString('hex'))
    const fragile = auditedClient(db, { id }, { poolSize: 1 })
    await fragile.document.create({ data: { ...where, title: 'existing' } })
    const transaction = fragile.$transaction(async (tx) => {
      isBroken = true
      const error = await caught(write(tx.document as unknown as Documents))
      expect(error).toMatchObject({ code: 'OPTION_INVALID' })
      isBroken = false
      await tx.tag.create({ data: { name: 'goes on' } })
    })
    await caught(transaction)
    await expectFaithful(plain, 'Document', 'Tag')
  })

  test('has no part of a nested write that failed', async () => {
    const transaction = client.$transaction(async (tx) => {
      const posts = { connect: { id: 404 } }
      const user = tx.user.create({ data: { email: 'ada@example.com', posts } })
      expect(await caught(user.then(() => undefined))).toMatchObject({ code: 'P2025' })
      await tx.tag.create({ data: { name: 'goes on' } })
    })
    await caught(transaction)
    await expectFaithful(plain, 'User', 'Tag')
  })

  // On PostgreSQL the failed statement ends the transaction, audited or not.
  test.skipIf(db.provider === 'postgresql')(
    'keeps what an unaudited call wrote at the same time',
    async () => {
      await client.tag.create({ data: { name: 'taken' } })
      const insert = db.statements().hold(/^INSERT INTO .*Tag/)
      await client.$transaction(async (tx) => {
        const failing = caught((async () => tx.tag.create({ data: { name: 'taken' } }))())
        await insert.reached
        const beating = tx.heartbeat.create({ data: { host: 'h' } }).then(insert.release)
        // Where the two are made to wait for each other, the second cannot come in between.
        const turn = await Promise.race([beating, db.sql('SELECT 1').then(() => 'waits')])
        if (turn === 'waits') insert.release()
        expect(await failing).toMatchObject({ code: 'P2002' })
        await beating
      })
      expect(await plain.heartbeat.count()).toBe(1)
      expect(await expectFaithful(plain, 'Tag')).toHaveLength(1)
    },
  )

  test('keeps what is written in a savepoint at the same time', async () => {
    await client.$transaction(async (tx) => {
      await Promise.all([
        tx.$transaction((nested) => nested.tag.create({ data: { name: 'nested' } })),
        (async () => tx.tag.create({ data: { name: 'beside' } }))(),
      ])
    })
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(2)
  })
})

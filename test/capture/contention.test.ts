import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import type { Prisma, PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const minutes = 60_000
const callers = 200

type Writer = Pick<AuditedClient, 'post'>
type Contended = (client: Writer, id: number, authorId: number) => Promise<unknown>

const change = () => ({ views: { increment: 1 }, content: randomUUID() })

const contended: Readonly<Record<string, Contended>> = {
  update: async (client, id) => client.post.update({ where: { id }, data: change() }),
  updateMany: async (client, id) => client.post.updateMany({ where: { id }, data: change() }),
  upsert: async (client, id, authorId) =>
    client.post.upsert({ where: { id }, create: { title: '', authorId }, update: change() }),
}

describeEachEngine('Many callers that change one row', (db) => {
  let plain: PrismaClient
  let client: AuditedClient
  let row: { id: number; authorId: number }

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db)
  })
  beforeEach(async () => {
    await db.clear()
    const author = await client.user.create({ data: { email: 'ada@example.com' } })
    row = await client.post.create({ data: { title: 'Contended', authorId: author.id } })
  })

  const run = (write: Contended, client: Writer) => write(client, row.id, row.authorId)

  async function expectExactChain(changes: number) {
    const trail = await expectFaithful(plain, 'Post')
    const updates = trail.filter(({ action }) => action === 'update')
    expect(updates.map(({ after }) => (after as Prisma.JsonObject).views)).toEqual(
      Array.from({ length: changes }, (_, i) => i + 1),
    )
  }

  describe.each(Object.entries(contended))('through %s', (_, write) => {
    test('leave the value that was replaced in every `before`', { timeout: minutes }, async () => {
      await Promise.all(Array.from({ length: callers }, () => run(write, client)))
      await expectExactChain(callers)
    })

    test('do so in interactive transactions', { timeout: minutes }, async () => {
      const patient = { maxWait: minutes, timeout: minutes }
      await Promise.all(
        Array.from({ length: callers }, () =>
          client.$transaction((tx) => run(write, tx as unknown as Writer), patient),
        ),
      )
      await expectExactChain(callers)
    })

    test.skipIf(!db.can.concurrentWriters)(
      'do so through two clients',
      { timeout: minutes },
      async () => {
        const clients = [client, auditedClient(db, {}, { poolSize: 5 })]
        await Promise.all(
          Array.from({ length: callers }, (_, i) => run(write, clients[i % 2] as AuditedClient)),
        )
        await expectExactChain(callers)
      },
    )

    test('do so at once within one transaction', async () => {
      await client.$transaction((tx) =>
        Promise.all(Array.from({ length: 20 }, () => run(write, tx as unknown as Writer))),
      )
      await expectExactChain(20)
    })
  })

  test('through different operations leave one exact chain', { timeout: minutes }, async () => {
    const writes = Object.values(contended)
    await Promise.all(
      Array.from({ length: callers }, (_, i) =>
        run(writes[i % writes.length] as Contended, client),
      ),
    )
    await expectExactChain(callers)
  })
})

describeEachEngine('Thousands of callers on few connections', (db) => {
  test('are all served, each with a row of its own actor', { timeout: 2 * minutes }, async () => {
    const plain = db.client()
    const client = auditedClient(db, {}, { poolSize: 5 })
    const names = Array.from({ length: 3_000 }, (_, i) => `caller ${i}`)
    await Promise.all(
      names.map((name) =>
        withAudit({ actor: { id: name } }, () => client.tag.create({ data: { name } })),
      ),
    )
    const trail = await expectFaithful(plain, 'Tag')
    expect(trail.map(({ actorId }) => actorId).sort()).toEqual(names.sort())
    for (const { actorId, after } of trail) expect(after).toMatchObject({ name: actorId })
  })
})

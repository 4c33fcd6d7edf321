import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import { Statements } from '../database/statements.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const timeout = 60_000

describeEachEngine('Bulk writes', (db) => {
  const chunk = db.provider === 'sqlite' ? 500 : 1_000
  const recorder = new Statements()
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db, {}, { poolSize: 1, statements: recorder })
  })
  beforeEach(() => db.clear())

  const entries = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: BigInt(i + 1), amount: BigInt(i) }))

  describe.each([0, 1, chunk, chunk + 1])('of %i rows', (count) => {
    test('answer their count and record each row', { timeout }, async () => {
      const { ledgerEntry } = client
      expect(await ledgerEntry.createMany({ data: entries(count) })).toEqual({ count })
      const data = { amount: { increment: 1 } }
      expect(await ledgerEntry.updateMany({ data })).toEqual({ count })
      if (db.can.returning) {
        const rows = await ledgerEntry.updateManyAndReturn({ data })
        expect(rows.map(({ id }) => id).sort()).toEqual(
          entries(count)
            .map(({ id }) => id)
            .sort(),
        )
      }
      expect(await ledgerEntry.deleteMany()).toEqual({ count })
      const trail = await expectFaithful(plain, 'LedgerEntry')
      expect(trail).toHaveLength(count * (db.can.returning ? 4 : 3))
    })
  })

  test.skipIf(db.can.ownStatements)('take the one statement that they are', async () => {
    await client.ledgerEntry.createMany({ data: entries(4 * chunk) })
    recorder.clear()
    await client.ledgerEntry.updateMany({ data: { amount: { increment: 1 } } })
    await client.ledgerEntry.deleteMany()
    const words = recorder.sent.map(({ sql }) => sql.split(' ')[0])
    expect(words).toEqual(['UPDATE', 'DELETE'])
    await expectFaithful(plain, 'LedgerEntry')
  })

  const inChunks = 'take statements by the chunk, in one transaction'
  test.skipIf(!db.can.ownStatements)(inChunks, { timeout }, async () => {
    await client.ledgerEntry.createMany({ data: entries(4 * chunk) })
    const statementsOf = async (limit: number) => {
      recorder.clear()
      await client.ledgerEntry.updateMany({ data: { amount: { increment: 1 } }, limit })
      expect(recorder.count(/^BEGIN/)).toBe(1)
      expect(recorder.count(/^COMMIT/)).toBe(1)
      return recorder.count()
    }
    const [one, two, four] = [
      await statementsOf(chunk),
      await statementsOf(2 * chunk),
      await statementsOf(4 * chunk),
    ]
    expect(four - two).toBe(2 * (two - one))
    expect(two - one).toBeLessThanOrEqual(5)
    await expectFaithful(plain, 'LedgerEntry')
  })

  test('keep to their limit', { timeout }, async () => {
    const limit = chunk + 10
    const data = Array.from({ length: 2 * chunk }, (_, i) => ({ title: `title ${i}` }))
    await client.document.createMany({ data })
    expect(await client.document.updateMany({ data: { body: 'b' }, limit })).toEqual({
      count: limit,
    })
    expect(await plain.document.count({ where: { body: 'b' } })).toBe(limit)
    const deleted = await client.document.deleteMany({ where: { body: 'b' }, limit: 3 })
    expect(deleted).toEqual({ count: 3 })
    expect(await client.document.deleteMany({ limit: 0 })).toEqual({ count: 0 })
    const trail = await expectFaithful(plain, 'Document')
    expect(trail).toHaveLength(2 * chunk + limit + 3)
  })

  test('change what matched at the start, though they undo the match', { timeout }, async () => {
    const count = 2 * chunk + 1
    const root = await client.category.create({ data: { name: 'open' } })
    const data = Array.from({ length: count }, () => ({ name: 'open', parentId: root.id }))
    await client.category.createMany({ data })
    // The root is in the first chunk; once it is closed, no child matches any more.
    const where = { OR: [{ id: root.id }, { parent: { name: 'open' } }] }
    if (db.provider === 'mysql') {
      // Prisma 7.10 makes a statement of it that MySQL refuses, with or without the extension.
      for (const each of [plain, client as unknown as typeof plain]) {
        const update = each.category.updateMany({ where, data: { name: 'closed' } })
        await expect(update).rejects.toMatchObject({ code: 'P2022' })
      }
      return
    }
    const closed = await client.category.updateMany({ where, data: { name: 'closed' } })
    expect(closed).toEqual({ count: count + 1 })
    expect(await plain.category.count({ where: { name: 'open' } })).toBe(0)
    const trail = await expectFaithful(plain, 'Category')
    expect(trail.filter(({ action }) => action === 'update')).toHaveLength(count + 1)
  })

  test('delete a whole tree at once', { timeout }, async () => {
    const count = 2 * chunk + 1
    const { id } = await client.category.create({ data: { name: 'root' } })
    // Each one the parent of the next two, under keys of our own.
    const data = Array.from({ length: count }, (_, i) => ({
      id: id + 1 + i,
      name: `node ${i}`,
      parentId: i === 0 ? id : id + 1 + Math.floor((i - 1) / 2),
    }))
    await client.category.createMany({ data })
    expect(await client.category.deleteMany()).toEqual({ count: count + 1 })
    const trail = await expectFaithful(plain, 'Category')
    const deletes = trail.filter(({ action }) => action === 'delete')
    expect(new Set(deletes.map(({ entityId }) => entityId)).size).toBe(count + 1)
  })

  test('tell rows with composite keys apart', { timeout }, async () => {
    const data = Array.from({ length: chunk + 1 }, (_, i) => ({
      tenantId: i % 2 ? 'acme' : 'a,"b"]',
      code: `code ${i}`,
      amount: i,
    }))
    const count = data.length
    expect(await client.price.createMany({ data })).toEqual({ count })
    const update = { amount: { increment: 1 }, currency: 'USD' }
    expect(await client.price.updateMany({ data: update })).toEqual({ count })
    // A change of the key itself.
    await client.price.updateMany({ where: { tenantId: 'acme' }, data: { tenantId: 'moved' } })
    expect(await client.price.deleteMany({ where: { tenantId: { not: 'moved' } } })).toEqual({
      count: Math.ceil(count / 2),
    })
    const left = await plain.price.count({ where: { tenantId: 'moved', currency: 'USD' } })
    expect(left).toBe(Math.floor(count / 2))
    const moves = await plain.auditLog.count({ where: { entityId: { contains: 'moved' } } })
    expect(moves).toBe(left)
  })
})

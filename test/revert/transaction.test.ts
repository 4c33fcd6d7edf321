import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { AuditError } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { lastEntry, openReverting, type Reverting } from './reverting.ts'

describeEachEngine('A revert', (db) => {
  let reverting: Reverting
  let prisma: Reverting['prisma']
  beforeAll(() => {
    reverting = openReverting(db, { actions: ['work'] }, { poolSize: 8 })
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  const where = { id: 1 }
  /** An order whose `select` was changed from `a` to `b`. */
  async function changedOrder(): Promise<string> {
    await prisma.order.create({ data: { id: 1, select: 'a', from: 'a' } })
    await prisma.order.update({ where, data: { select: 'b' } })
    return (await lastEntry(reverting)).id
  }
  const codeOf = async (work: PromiseLike<unknown>) => {
    try {
      await work
      return null
    } catch (error) {
      return (error as AuditError).code
    }
  }

  test('is an action of its own, whose trace leads to the changes and can be reverted', async () => {
    const id = await changedOrder()
    const { traceId } = await reverting.undo({ id }, { reason: 'by mistake' })
    const { entries } = await prisma.$audit.trace(traceId as string)
    expect(entries).toMatchObject([
      {
        ...{ id: traceId, action: 'revert', outcome: 'started', entity: 'Order', entityId: '1' },
        ...{ tags: { reverts: id }, reason: 'by mistake' },
      },
      {
        ...{ action: 'update', parentId: traceId, source: db.engine, changed: ['select'] },
        ...{ before: { select: 'b' }, after: { select: 'a' } },
      },
      { action: 'revert', outcome: 'success', after: { outcome: 'success' } },
    ])
    await reverting.undo({ traceId: traceId as string })
    expect(await prisma.order.findUnique({ where })).toMatchObject({ select: 'b' })
  })

  test('writes nothing at all in a dry run, and tells what it would do', async () => {
    const id = await changedOrder()
    const { entries } = await prisma.$audit.entries()
    db.statements().clear()
    const result = await reverting.undo({ id }, { dryRun: true })
    expect(result).toMatchObject({
      ...{ dryRun: true, reverts: [id], conflicts: [], traceId: null },
      steps: [{ action: 'update', patch: { select: { from: 'b', to: 'a' } } }],
    })
    expect(db.statements().count()).toBeGreaterThan(0)
    expect(db.statements().matching(/^(?!SELECT)|FOR UPDATE/)).toEqual([])
    expect((await prisma.$audit.entries()).entries).toEqual(entries)
    await prisma.order.update({ where, data: { select: 'c' } })
    expect(await reverting.undo({ id }, { dryRun: true })).toMatchObject({
      steps: [],
      conflicts: [{ field: 'select', recorded: 'b', current: 'c', revertTo: 'a' }],
    })
  })

  test('of what does not exist, or tells of no change, is refused and not recorded', async () => {
    const none = '0'.repeat(32)
    const run = await prisma.$audit.run('work', { entity: 'Job' }, async (own) => own)
    const { entries } = await prisma.$audit.entries()
    for (const target of [
      { id: none },
      { id: 'x' },
      { id: run.id },
      { traceId: run.traceId },
      { traceId: none },
      {} as never,
    ]) {
      expect(await codeOf(reverting.undo(target))).toBe('REVERT_INVALID')
    }
    expect((await prisma.$audit.entries()).entries).toEqual(entries)
  })

  test('in a transaction of the caller ends with it', async () => {
    const id = await changedOrder()
    const rolledBack = new Error('rolled back')
    const work = prisma.$transaction(async (client) => {
      await reverting.undo({ id }, {}, { client })
      expect(await client.order.findUnique({ where })).toMatchObject({ select: 'a' })
      throw rolledBack
    })
    await expect(work).rejects.toBe(rolledBack)
    expect(await prisma.order.findUnique({ where })).toMatchObject({ select: 'b' })
    await prisma.$transaction((client) => reverting.undo({ id }, {}, { client }))
    expect(await prisma.order.findUnique({ where })).toMatchObject({ select: 'a' })
  })

  test('that fails in the middle leaves nothing, also in a transaction that goes on', async () => {
    await prisma.category.create({ data: { id: 1, name: 'c' } })
    let traceId = ''
    await prisma.$audit.run('work', { entity: 'Job' }, async (run) => {
      traceId = run.traceId
      await prisma.team.create({ data: { id: 1, name: 'a' } })
      await prisma.product.create({
        data: { id: 1, sku: 's', name: 'n', price: 1, categoryId: 1 },
      })
      await prisma.product.delete({ where: { id: 1 } })
      await prisma.category.delete({ where: { id: 1 } })
      await prisma.category.create({ data: { id: 2, name: 'd' } })
    })
    // The schema does not know what the database refuses to delete the category for.
    const category = db.provider === 'mysql' ? '`Category`' : '"Category"'
    await db.sql(
      `CREATE TABLE other_program (category_id INTEGER, FOREIGN KEY (category_id) REFERENCES ${category} (id))`,
    )
    await db.sql('INSERT INTO other_program VALUES (2)')
    const state = async () => [await prisma.team.findMany(), await prisma.category.findMany()]
    const before = await state()
    expect(await codeOf(reverting.undo({ traceId }))).toBe('REVERT_INVALID')
    expect(await state()).toEqual(before)
    await prisma.$transaction(async (client) => {
      expect(await codeOf(reverting.undo({ traceId }, {}, { client }))).toBe('REVERT_INVALID')
      await client.team.create({ data: { id: 5, name: 'after' } })
    })
    expect(await prisma.team.count()).toBe(2)
    expect(await prisma.category.findMany()).toEqual(before[1])
  })

  test.skipIf(!db.can.concurrentWriters)('of the same entry at once is made once', async () => {
    await prisma.team.create({ data: { id: 1, name: 'a' } })
    const created = (await lastEntry(reverting)).id
    await prisma.team.update({ where, data: { name: 'b' } })
    const updated = (await lastEntry(reverting)).id
    const atOnce = (id: string) =>
      Promise.all(Array.from({ length: 4 }, () => codeOf(reverting.undo({ id }))))
    const once = [null, ...Array(3).fill('REVERT_CONFLICT')]
    expect((await atOnce(updated)).toSorted()).toEqual(once.toSorted())
    expect((await atOnce(created)).toSorted()).toEqual(once.toSorted())
    const { entries } = await prisma.$audit.entries({ where: { action: 'delete' } })
    expect((await atOnce(entries[0]?.id as string)).toSorted()).toEqual(once.toSorted())
    expect(await prisma.team.findMany()).toEqual([{ id: 1, name: 'a' }])
  })

  test.skipIf(!db.can.concurrentWriters)('sees a change that commits while it waits', async () => {
    const id = await changedOrder()
    let undone: Promise<unknown> | undefined
    await prisma.$transaction(async (tx) => {
      await tx.order.update({ where, data: { select: 'c' } })
      db.statements().clear()
      undone = codeOf(reverting.undo({ id }))
      await blockedBy(tx)
    })
    expect(await undone).toBe('REVERT_CONFLICT')
    expect(await prisma.order.findUnique({ where })).toMatchObject({ select: 'c' })
  })

  /** Until the locking read of the revert has been sent. */
  async function blockedBy(tx: { $queryRawUnsafe(sql: string): Promise<unknown> }) {
    while (db.statements().count(/order.*FOR UPDATE/s) === 0) await tx.$queryRawUnsafe('SELECT 1')
  }
})

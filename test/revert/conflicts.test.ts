import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditError, withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { lastEntry, openReverting, type Reverting } from './reverting.ts'

describeEachEngine('Where something was changed since, a revert', (db) => {
  let reverting: Reverting
  let prisma: Reverting['prisma']
  beforeAll(() => {
    reverting = openReverting(db)
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  const refusalOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!(error instanceof AuditError)) throw error ?? new Error('It was not refused')
    return error
  }

  describe('of an update', () => {
    const where = { id: 1 }
    let id: string
    beforeEach(async () => {
      await prisma.order.create({ data: { id: 1, select: 'a', from: 'a', order: 1 } })
      await prisma.order.update({ where, data: { select: 'b', from: 'b' } })
      id = (await lastEntry(reverting)).id
      await withAudit({ actor: { id: 'eve' } }, () =>
        prisma.order.update({ where, data: { select: 'c', order: 2 } }),
      )
    })
    const row = () => prisma.order.findUniqueOrThrow({ where })

    test('is refused as a whole, and the conflict tells the values and who it was', async () => {
      const error = await refusalOf(reverting.undo({ id }))
      expect(error.code).toBe('REVERT_CONFLICT')
      expect(error.message).toContain('`Order` `1` (`select` changed)')
      const { id: by } = (await prisma.$audit.entries({ where: { actorId: 'eve' } }))
        .entries[0] as { id: string }
      expect(error.conflicts).toEqual([
        {
          entity: 'Order',
          entityId: '1',
          field: 'select',
          reason: 'changed',
          recorded: 'b',
          current: 'c',
          revertTo: 'a',
          by: expect.objectContaining({ id: by, actorId: 'eve', action: 'update' }),
        },
      ])
      expect(await row()).toMatchObject({ select: 'c', from: 'b', order: 2 })
      expect(await lastEntry(reverting)).toMatchObject({ action: 'revert', outcome: 'failure' })
    })

    test('overwrites what was changed with `revert`, and nothing else', async () => {
      const result = await reverting.undo({ id }, { onConflict: 'revert' })
      expect(await row()).toMatchObject({ select: 'a', from: 'a', order: 2 })
      expect(result.conflicts).toHaveLength(1)
      expect(result.steps[0]?.patch).toEqual({
        select: { from: 'c', to: 'a' },
        from: { from: 'b', to: 'a' },
      })
    })

    test('leaves it with `keep`, and reverts the rest', async () => {
      const result = await reverting.undo({ id }, { onConflict: 'keep' })
      expect(await row()).toMatchObject({ select: 'c', from: 'a', order: 2 })
      expect(result.conflicts).toHaveLength(1)
      expect(result.steps[0]?.patch).toEqual({ from: { from: 'b', to: 'a' } })
    })

    test('finds the row gone', async () => {
      await prisma.order.delete({ where })
      const error = await refusalOf(reverting.undo({ id }))
      expect(error.conflicts).toMatchObject([
        {
          field: null,
          reason: 'gone',
          recorded: { select: 'b', from: 'b' },
          current: null,
          revertTo: { select: 'a', from: 'a' },
          by: { action: 'delete' },
        },
      ])
      expect((await refusalOf(reverting.undo({ id }, { onConflict: 'revert' }))).code).toBe(
        'REVERT_CONFLICT',
      )
      expect((await reverting.undo({ id }, { onConflict: 'keep' })).steps).toEqual([])
      expect(await prisma.order.count()).toBe(0)
    })
  })

  describe('of a create', () => {
    let traceId: string
    beforeEach(async () => {
      await prisma.user.create({ data: { id: 1, email: 'a@b', name: 'a' } })
      traceId = (await lastEntry(reverting)).traceId
    })

    test('does not delete what was changed', async () => {
      await prisma.user.update({ where: { id: 1 }, data: { name: 'b' } })
      const error = await refusalOf(reverting.undo({ traceId }))
      expect(error.conflicts).toMatchObject([
        { field: 'name', reason: 'changed', recorded: 'a', current: 'b' },
      ])
      expect((await reverting.undo({ traceId }, { onConflict: 'keep' })).steps).toEqual([])
      expect(await prisma.user.count()).toBe(1)
      await reverting.undo({ traceId }, { onConflict: 'revert' })
      expect(await prisma.user.count()).toBe(0)
    })

    test('tells a changed secret without its value', async () => {
      await prisma.user.update({ where: { id: 1 }, data: { password: 'hunter2' } })
      const error = await refusalOf(reverting.undo({ traceId }))
      expect(error.conflicts).toMatchObject([{ field: 'password', reason: 'changed' }])
      expect(JSON.stringify(error.conflicts)).not.toContain('hunter2')
    })

    test('tells a changed secret also after very many other changes', async () => {
      const ids = Array.from({ length: 400 }, (_, i) => i + 1)
      const data = ids.map((id) => ({ id, label: 'a', password: 'p', token: 't' }))
      await prisma.credential.createMany({ data })
      const created = { traceId: (await lastEntry(reverting)).traceId }
      await withAudit({ actor: { id: 'eve' } }, () =>
        prisma.credential.update({ where: { id: 1 }, data: { password: 'q' } }),
      )
      for (const token of ['u', 'v', 'w']) {
        await prisma.credential.updateMany({ where: { id: { gt: 1 } }, data: { token } })
      }
      const { conflicts, steps } = await reverting.undo(created, { onConflict: 'keep' })
      expect(steps).toEqual([])
      expect(conflicts).toHaveLength(400)
      expect(conflicts.find(({ entityId }) => entityId === '1')).toMatchObject({
        ...{ field: 'password', reason: 'changed', by: { actorId: 'eve' } },
      })
      expect(await prisma.credential.count()).toBe(400)
    })

    test('does not take along what refers to it now', async () => {
      await prisma.post.create({ data: { title: 't', authorId: 1 } })
      const error = await refusalOf(reverting.undo({ traceId }))
      expect(error.conflicts).toMatchObject([
        { entity: 'User', entityId: '1', field: 'posts', reason: 'referenced', current: 1 },
      ])
      expect(await prisma.user.count()).toBe(1)
      await reverting.undo({ traceId }, { onConflict: 'revert' })
      expect(await prisma.post.count()).toBe(0)
    })

    test('tells what would keep it from being deleted', async () => {
      await prisma.category.create({ data: { id: 2, name: 'c' } })
      const category = { id: (await lastEntry(reverting)).id }
      await prisma.product.create({ data: { sku: 's', name: 'n', price: 1, categoryId: 2 } })
      const conflicts = [
        { entity: 'Category', entityId: '2', field: 'products', reason: 'referenced', current: 1 },
      ]
      const planned = await reverting.undo(category, { dryRun: true })
      expect(planned).toMatchObject({ steps: [], conflicts })
      for (const onConflict of ['refuse', 'revert'] as const) {
        const error = await refusalOf(reverting.undo(category, { onConflict }))
        expect(error).toMatchObject({ code: 'REVERT_CONFLICT', conflicts })
      }
      const kept = await reverting.undo(category, { onConflict: 'keep' })
      expect(kept).toMatchObject({ steps: [], conflicts })
      expect(await prisma.product.count()).toBe(1)
    })

    test('leaves what a row refers to that is kept', async () => {
      let trace = ''
      await prisma.$audit.run('work', { entity: 'Job' }, async (run) => {
        trace = run.traceId
        await prisma.category.create({ data: { id: 2, name: 'c' } })
        await prisma.product.create({
          data: { id: 1, sku: 's', name: 'n', price: 1, categoryId: 2 },
        })
        await prisma.team.create({ data: { id: 1, name: 't' } })
      })
      await prisma.product.update({ where: { id: 1 }, data: { name: 'later' } })
      const kept = await reverting.undo({ traceId: trace }, { onConflict: 'keep' })
      expect(kept).toMatchObject({
        steps: [{ entity: 'Team', action: 'delete' }],
        conflicts: [
          { entity: 'Product', field: 'name', reason: 'changed' },
          { entity: 'Category', field: 'products', reason: 'referenced', current: 1 },
        ],
      })
      expect(await prisma.product.findMany()).toMatchObject([{ name: 'later', categoryId: 2 }])
      await reverting.undo({ traceId: trace }, { onConflict: 'revert' })
      expect(await prisma.category.count()).toBe(0)
    })

    test('does not take along its links', async () => {
      await prisma.tag.create({ data: { id: 1, name: 'x' } })
      const tag = await lastEntry(reverting)
      await prisma.post.create({ data: { title: 't', authorId: 1, tags: { connect: { id: 1 } } } })
      const error = await refusalOf(reverting.undo({ traceId: tag.traceId }))
      expect(error.conflicts).toMatchObject([{ field: 'posts', reason: 'referenced', current: 1 }])
    })
  })

  describe('of a delete', () => {
    let id: string
    beforeEach(async () => {
      await prisma.product.deleteMany()
      await prisma.category.create({ data: { id: 1, name: 'c' } })
      const data = { id: 1, sku: 's', name: 'n', price: 1, categoryId: 1 }
      await prisma.product.create({ data })
      await prisma.product.delete({ where: { id: 1 } })
      id = (await lastEntry(reverting)).id
    })

    test('finds a row with its key', async () => {
      await prisma.product.create({
        data: { id: 1, sku: 'other', name: 'm', price: 2, categoryId: 1 },
      })
      const error = await refusalOf(reverting.undo({ id }))
      expect(error.conflicts).toMatchObject([
        { field: null, reason: 'exists', recorded: null, current: { sku: 'other' } },
      ])
      await reverting.undo({ id }, { onConflict: 'keep' })
      expect(await prisma.product.findMany()).toMatchObject([{ sku: 'other' }])
      await reverting.undo({ id }, { onConflict: 'revert' })
      expect(await prisma.product.findMany()).toMatchObject([{ id: 1, sku: 's', name: 'n' }])
    })

    test('finds a unique value taken', async () => {
      await prisma.product.create({ data: { id: 2, sku: 's', name: 'm', price: 2, categoryId: 1 } })
      for (const onConflict of ['refuse', 'revert'] as const) {
        const error = await refusalOf(reverting.undo({ id }, { onConflict }))
        expect(error.conflicts).toMatchObject([
          { entityId: '1', field: 'sku', reason: 'taken', revertTo: 's' },
        ])
      }
      await reverting.undo({ id }, { onConflict: 'keep' })
      expect(await prisma.product.findMany()).toMatchObject([{ id: 2 }])
    })

    test('finds what it referred to gone', async () => {
      await prisma.category.delete({ where: { id: 1 } })
      for (const onConflict of ['refuse', 'revert'] as const) {
        const error = await refusalOf(reverting.undo({ id }, { onConflict }))
        expect(error.conflicts).toMatchObject([
          { entity: 'Product', entityId: '1', field: 'categoryId', reason: 'gone', revertTo: 1 },
        ])
      }
      expect((await reverting.undo({ id }, { onConflict: 'keep' })).steps).toEqual([])
    })
  })

  test('of a link finds it undone, and made again', async () => {
    await prisma.user.create({
      data: { id: 1, email: 'a@b', posts: { create: { id: 1, title: 't' } } },
    })
    await prisma.tag.create({ data: { id: 1, name: 'x' } })
    const tags = (data: object) => prisma.post.update({ where: { id: 1 }, data: { tags: data } })
    await tags({ connect: { id: 1 } })
    const { traceId } = await lastEntry(reverting)
    await tags({ disconnect: { id: 1 } })
    const undone = await lastEntry(reverting)
    const error = await refusalOf(reverting.undo({ traceId }))
    expect(error.conflicts).toMatchObject([
      {
        reason: 'changed',
        recorded: true,
        current: false,
        revertTo: false,
        by: { action: 'unlink' },
      },
    ])
    await reverting.undo({ traceId: undone.traceId })
    expect(await prisma.post.findMany({ include: { tags: true } })).toMatchObject([
      { tags: [{ id: 1 }] },
    ])
    await reverting.undo({ traceId }, { onConflict: 'revert' })
    expect(await prisma.post.findMany({ include: { tags: true } })).toMatchObject([{ tags: [] }])
  })
})

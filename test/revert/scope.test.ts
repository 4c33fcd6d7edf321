import { beforeAll, beforeEach, expect, test } from 'vitest'
import { AuditError, type AuditScope, withAudit } from '../../src/index.ts'
import { describeEachDatabase } from '../database/each.ts'
import { lastEntry, openReverting, type Reverting } from './reverting.ts'

describeEachDatabase('A revert within a scope', (db) => {
  let reverting: Reverting
  let prisma: Reverting['prisma']
  beforeAll(() => {
    reverting = openReverting(db)
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  const acme: AuditScope = { tenants: ['acme'], mayRevert: true, viewer: { id: 'ada' } }
  const as = <T>(tenant: string, work: () => Promise<T>) => withAudit({ tenant }, work)
  const refusalOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!(error instanceof AuditError)) throw error ?? new Error('It was not refused')
    return error
  }

  test('takes the right to revert, also for a dry run', async () => {
    await as('acme', () => prisma.team.create({ data: { id: 1, name: 'a' } }))
    const { id } = await lastEntry(reverting)
    for (const options of [{}, { dryRun: true }]) {
      const scope = { tenants: ['acme'] }
      expect((await refusalOf(reverting.undo({ id }, options, { scope }))).code).toBe(
        'QUERY_FORBIDDEN',
      )
    }
    await reverting.undo({ id }, {}, { scope: acme })
    expect(await prisma.team.count()).toBe(0)
    expect(await lastEntry(reverting)).toMatchObject({ action: 'revert', actorId: 'ada' })
  })

  test('answers for what is outside as for what does not exist', async () => {
    await as('other', () => prisma.team.create({ data: { id: 1, name: 'a' } }))
    const { id, traceId } = await lastEntry(reverting)
    const none = '0'.repeat(32)
    const plain = (error: AuditError, name: string) => error.message.replace(name, 'it')
    for (const [target, absent, name] of [
      [{ id }, { id: none }, id],
      [{ traceId }, { traceId: none }, traceId],
    ] as const) {
      const hidden = await refusalOf(reverting.undo(target, {}, { scope: acme }))
      const unknown = await refusalOf(reverting.undo(absent, {}, { scope: acme }))
      expect(hidden.code).toBe('REVERT_INVALID')
      expect(plain(hidden, name)).toBe(plain(unknown, none))
    }
    expect(await prisma.team.count()).toBe(1)
  })

  test('refuses a trace that goes beyond it', async () => {
    let traceId = ''
    await prisma.$audit.run('work', { entity: 'Job', tenant: 'acme' }, async (run) => {
      traceId = run.traceId
      await as('acme', () => prisma.team.create({ data: { id: 1, name: 'a' } }))
      await as('other', () => prisma.team.create({ data: { id: 2, name: 'b' } }))
    })
    const error = await refusalOf(reverting.undo({ traceId }, {}, { scope: acme }))
    expect(error.code).toBe('QUERY_FORBIDDEN')
    expect(await prisma.team.count()).toBe(2)
    await reverting.undo({ traceId })
    expect(await prisma.team.count()).toBe(0)
  })

  test('shows no value that another tenant wrote', async () => {
    const where = { id: 1 }
    await as('acme', () => prisma.order.create({ data: { id: 1, select: 'a', from: 'a' } }))
    await as('acme', () => prisma.order.update({ where, data: { select: 'b', from: 'b' } }))
    const { id } = await lastEntry(reverting)
    await as('other', () => prisma.order.update({ where, data: { select: 'theirs' } }))
    const error = await refusalOf(reverting.undo({ id }, {}, { scope: acme }))
    expect(error.conflicts).toEqual([
      {
        ...{ entity: 'Order', entityId: '1', field: 'select', reason: 'changed' },
        ...{ recorded: 'b', current: '[masked]', revertTo: 'a' },
      },
    ])
    const options = { dryRun: true, onConflict: 'revert' } as const
    const forced = await reverting.undo({ id }, options, { scope: acme })
    expect(forced.steps[0]?.patch.select).toEqual({ from: '[masked]', to: 'a' })
    expect(JSON.stringify([error, forced])).not.toContain('theirs')
  })

  test('neither shows nor changes a masked field, but creates it again with its row', async () => {
    const scope = { ...acme, masked: { Order: ['select'] } }
    const where = { id: 1 }
    await as('acme', () => prisma.order.create({ data: { id: 1, select: 'secret', from: 'a' } }))
    await as('acme', () => prisma.order.update({ where, data: { select: 'hidden', from: 'b' } }))
    const updated = await lastEntry(reverting)
    const result = await reverting.undo({ id: updated.id }, {}, { scope })
    expect(result.unrestorable).toEqual([
      { entity: 'Order', entityId: '1', field: 'select', reason: 'masked' },
    ])
    expect(await prisma.order.findMany()).toMatchObject([{ select: 'hidden', from: 'a' }])
    await as('acme', () => prisma.order.delete({ where }))
    const deleted = await lastEntry(reverting)
    const again = await reverting.undo({ id: deleted.id }, {}, { scope })
    expect(again.steps[0]?.patch.select).toEqual({ from: undefined, to: '[masked]' })
    expect(await prisma.order.findMany()).toMatchObject([{ select: 'hidden', from: 'a' }])
  })

  test('does not take along rows that refer to what it deletes', async () => {
    await as('acme', () => prisma.user.create({ data: { id: 1, email: 'a@b' } }))
    const { id } = await lastEntry(reverting)
    await as('other', () => prisma.post.create({ data: { title: 't', authorId: 1 } }))
    const undo = reverting.undo({ id }, { onConflict: 'revert' }, { scope: acme })
    expect((await refusalOf(undo)).conflicts).toMatchObject([
      { field: 'posts', reason: 'referenced', current: '[masked]' },
    ])
    expect(await prisma.post.count()).toBe(1)
  })
})

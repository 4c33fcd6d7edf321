import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

  describe('that masks a relation', () => {
    const masked = (entity: string, field: string): AuditScope => ({
      ...acme,
      masked: { [entity]: [field] },
    })
    const links = () => prisma.post.findMany({ select: { tags: { select: { id: true } } } })
    const linked = async () => {
      await as('acme', () => prisma.user.create({ data: { id: 1, email: 'a@b' } }))
      const tags = { create: [{ id: 5, name: 'secret' }] }
      await as('acme', () => prisma.post.create({ data: { id: 1, title: 't', authorId: 1, tags } }))
    }

    test.each([
      ['Post', 'tags'],
      ['Tag', 'posts'],
    ])('%s.%s, neither shows nor changes a link', async (entity, field) => {
      await linked()
      await as('acme', () =>
        prisma.post.update({ where: { id: 1 }, data: { title: 'u', tags: { set: [] } } }),
      )
      const { traceId } = await lastEntry(reverting)
      const scope = masked(entity, field)
      const result = await reverting.undo({ traceId }, {}, { scope })
      expect(result).toMatchObject({
        steps: [{ action: 'update', patch: { title: { from: 'u', to: 't' } } }],
        conflicts: [],
        unrestorable: [{ field: expect.stringMatching(/^(tags|posts)$/), reason: 'masked' }],
      })
      expect(await links()).toEqual([{ tags: [] }])
      const { entries } = await prisma.$audit.entries({ where: { action: 'unlink' } })
      const entry = { id: entries[0]?.id as string }
      for (const options of [{ dryRun: true }, {}]) {
        expect((await refusalOf(reverting.undo(entry, options, { scope }))).code).toBe(
          'REVERT_INVALID',
        )
      }
    })

    test('neither tells that a link was changed since', async () => {
      await linked()
      const { traceId } = await lastEntry(reverting)
      await as('acme', () =>
        prisma.post.update({ where: { id: 1 }, data: { tags: { disconnect: { id: 5 } } } }),
      )
      const made = (await prisma.$audit.trace(traceId)).entries.filter(
        ({ action }) => action === 'link',
      )
      for (const { id } of made) {
        const error = await refusalOf(
          reverting.undo({ id }, { dryRun: true }, { scope: masked('Post', 'tags') }),
        )
        expect(error.code).toBe('REVERT_INVALID')
      }
    })

    test('takes links along with their rows, and brings them back, without showing them', async () => {
      await linked()
      const { traceId } = await lastEntry(reverting)
      const scope = masked('Post', 'tags')
      const deleted = await reverting.undo({ traceId }, {}, { scope })
      expect(await links()).toEqual([])
      const back = { traceId: deleted.traceId as string }
      const created = await reverting.undo(back, {}, { scope })
      expect(await links()).toEqual([{ tags: [{ id: 5 }] }])
      const stepsOf = (result: typeof created) =>
        result.steps
          .filter(({ action }) => action.includes('link'))
          .map(({ action, patch }) => [action, ...Object.values(patch)])
      expect(stepsOf(deleted)).toEqual([['unlink', { from: '[masked]', to: [] }]])
      expect(stepsOf(created)).toEqual([['link', { from: [], to: '[masked]' }]])
    })

    test('does not tell how many refer to a row', async () => {
      await as('acme', () => prisma.tag.create({ data: { id: 5, name: 'x' } }))
      const tag = await lastEntry(reverting)
      await as('acme', () => prisma.user.create({ data: { id: 1, email: 'a@b' } }))
      const user = await lastEntry(reverting)
      const tags = { connect: { id: 5 } }
      await as('acme', () => prisma.post.create({ data: { title: 't', authorId: 1, tags } }))
      for (const [{ id }, entity, field] of [
        [tag, 'Tag', 'posts'],
        [tag, 'Post', 'tags'],
        [user, 'User', 'posts'],
        [user, 'Post', 'authorId'],
      ] as const) {
        const scope: AuditScope = { ...masked(entity, field), tenants: 'all' }
        const result = await reverting.undo({ id }, { dryRun: true }, { scope })
        expect(result.conflicts).toMatchObject([{ reason: 'referenced', current: '[masked]' }])
      }
    })
  })
})

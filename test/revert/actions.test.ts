import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import { lastEntry, openReverting, type Reverting } from './reverting.ts'

describeEachEngine('A revert', (db) => {
  let reverting: Reverting
  let prisma: Reverting['prisma']
  beforeAll(() => {
    reverting = openReverting(db)
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  /** The trace of what a call changed. */
  async function traceOf(call: () => PromiseLike<unknown>): Promise<{ traceId: string }> {
    await call()
    const { traceId } = await lastEntry(reverting)
    return { traceId }
  }
  const user = (id: number, more = {}) => ({ id, email: `${id}@example.com`, ...more })

  test('of an update gives the changed fields their former values, and leaves others', async () => {
    await prisma.team.create({ data: { id: 1, name: 'old' } })
    await prisma.price.create({ data: { tenantId: 'a', code: 'b', amount: '1.5' } })
    await prisma.price.update({
      where: { tenantId_code: { tenantId: 'a', code: 'b' } },
      data: { amount: '2.25' },
    })
    const { id } = await lastEntry(reverting)
    await prisma.price.update({
      where: { tenantId_code: { tenantId: 'a', code: 'b' } },
      data: { currency: 'USD' },
    })
    const result = await reverting.undo({ id })
    expect(await prisma.price.findMany()).toMatchObject([{ currency: 'USD' }])
    expect(String((await prisma.price.findMany())[0]?.amount)).toBe('1.5')
    expect(result).toMatchObject({
      dryRun: false,
      reverts: [id],
      conflicts: [],
      unrestorable: [],
      steps: [{ entity: 'Price', entityId: '["a","b"]', action: 'update', entryIds: [id] }],
    })
    expect(Object.keys(result.steps[0]?.patch ?? {})).toEqual(['amount'])
    expect(String(result.steps[0]?.patch.amount?.from)).toBe('2.25')
  })

  test('of a create deletes the row, of a delete creates it with its own key', async () => {
    const created = await traceOf(() => prisma.team.create({ data: { id: 7, name: 'a' } }))
    await reverting.undo(created)
    expect(await prisma.team.count()).toBe(0)
    const first = await lastEntry(reverting)
    await reverting.undo({ traceId: first.traceId })
    expect(await prisma.team.findMany()).toEqual([{ id: 7, name: 'a' }])
  })

  test('of a nested create takes back all of it', async () => {
    const created = await traceOf(() =>
      prisma.user.create({
        data: user(1, {
          posts: { create: { title: 't', tags: { create: [{ name: 'x' }, { name: 'y' }] } } },
          profile: { create: { bio: 'b' } },
        }),
      }),
    )
    await reverting.undo(created)
    expect(await prisma.user.count()).toBe(0)
    expect(await prisma.post.count()).toBe(0)
    expect(await prisma.tag.count()).toBe(0)
    expect(await prisma.profile.count()).toBe(0)
  })

  test('of a cascade creates parent and children again, with their links', async () => {
    await prisma.user.create({
      data: user(1, {
        posts: { create: { title: 't', tags: { create: [{ name: 'x' }] }, metadata: { a: 1 } } },
      }),
    })
    const find = () =>
      prisma.user.findMany({ include: { posts: { include: { tags: true } }, profile: true } })
    const before = await find()
    const gone = await traceOf(() => prisma.user.delete({ where: { id: 1 } }))
    expect(await prisma.post.count()).toBe(0)
    const result = await reverting.undo(gone)
    expect(await find()).toEqual(before)
    expect(result.unrestorable).toEqual([
      { entity: 'User', entityId: '1', field: 'password', reason: 'redacted' },
      { entity: 'User', entityId: '1', field: 'lastSeenAt', reason: 'ignored' },
    ])
  })
})

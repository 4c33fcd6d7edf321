import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeDatabase } from '../database/each.ts'
import { lastEntry, openReverting, type Reverting } from './reverting.ts'

describeDatabase('mysql', 'Where a key is spelled otherwise, a revert', (db) => {
  let reverting: Reverting
  let prisma: Reverting['prisma']
  beforeAll(() => {
    reverting = openReverting(db)
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  const subscribe = (id: number, userEmail: string) =>
    prisma.subscription.create({ data: { id, plan: 'p', userEmail } })

  test('does not take along what refers to a row', async () => {
    const emails = ['ada@x', 'bob@x', 'eve@x']
    await prisma.user.createMany({ data: emails.map((email, i) => ({ id: i + 1, email })) })
    const { traceId } = await lastEntry(reverting)
    await subscribe(1, 'ADA@x')
    await subscribe(2, 'Ada@x')
    await subscribe(3, 'eve@x')
    const planned = await reverting.undo({ traceId }, { dryRun: true })
    const referenced = { field: 'subscriptions', reason: 'referenced' }
    expect(planned).toMatchObject({
      steps: [{ entity: 'User', entityId: '2' }],
      conflicts: [
        { entityId: '1', ...referenced, current: 2 },
        { entityId: '3', ...referenced, current: 1 },
      ],
    })
    await expect(reverting.undo({ traceId })).rejects.toMatchObject({ code: 'REVERT_CONFLICT' })
    await reverting.undo({ traceId }, { onConflict: 'keep' })
    expect(await prisma.subscription.count()).toBe(3)
  })

  test('knows which of them it deletes itself', async () => {
    let trace = ''
    await prisma.$audit.run('work', { entity: 'Job' }, async (run) => {
      trace = run.traceId
      await prisma.user.create({ data: { id: 1, email: 'ada@x' } })
      await subscribe(1, 'ADA@x')
      await subscribe(2, 'Ada@x')
    })
    const planned = await reverting.undo({ traceId: trace }, { dryRun: true })
    expect(planned).toMatchObject({ conflicts: [] })
    expect(planned.steps).toHaveLength(3)
    await subscribe(3, 'ADA@x')
    const { conflicts } = await reverting.undo({ traceId: trace }, { dryRun: true })
    expect(conflicts).toMatchObject([{ field: 'subscriptions', current: 1 }])
  })

  test('finds a unique value taken', async () => {
    await prisma.tag.create({ data: { id: 1, name: 'red' } })
    await prisma.tag.update({ where: { id: 1 }, data: { name: 'green' } })
    const { id } = await lastEntry(reverting)
    await prisma.tag.create({ data: { id: 2, name: 'RED' } })
    await expect(reverting.undo({ id })).rejects.toMatchObject({
      code: 'REVERT_CONFLICT',
      conflicts: [{ entityId: '1', field: 'name', reason: 'taken', revertTo: 'red' }],
    })
    expect((await reverting.undo({ id }, { onConflict: 'keep' })).steps).toEqual([])
  })
})

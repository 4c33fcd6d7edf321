import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeEachRelationDatabase } from '../relations/each.ts'
import { openRelationReverting } from './reverting.ts'

describeEachRelationDatabase('A revert of rows that depend on each other', (db) => {
  let reverting: ReturnType<typeof openRelationReverting>
  let prisma: (typeof reverting)['prisma']
  beforeAll(() => {
    reverting = openRelationReverting(db)
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  /** Runs `work` as one unit of work, reverts it, and reverts that. */
  async function revertTwice(work: () => Promise<unknown>, state: () => Promise<unknown>) {
    const before = await state()
    let trace = ''
    await prisma.$audit.run('work', { entity: 'Job' }, async (run) => {
      trace = run.traceId
      await work()
    })
    const after = await state()
    const reverted = await reverting.undo({ traceId: trace })
    expect(await state()).toEqual(before)
    await reverting.undo({ traceId: reverted.traceId as string })
    expect(await state()).toEqual(after)
  }

  test('exchanges unique values of two rows', async () => {
    await prisma.person.createMany({ data: ['a', 'b'].map((email, i) => ({ id: i + 1, email })) })
    const set = (id: number, email: string) =>
      prisma.person.update({ where: { id }, data: { email } })
    await revertTwice(
      async () => {
        await set(1, 'c')
        await set(2, 'a')
        await set(1, 'b')
      },
      () => prisma.person.findMany({ orderBy: { id: 'asc' } }),
    )
  })

  test('exchanges foreign keys that are unique', async () => {
    await prisma.person.createMany({ data: ['a', 'b'].map((email, i) => ({ id: i + 1, email })) })
    await prisma.badge.createMany({
      data: [1, 2].map((id) => ({ id, code: String(id), personId: id })),
    })
    const give = (id: number, personId: number | null) =>
      prisma.badge.update({ where: { id }, data: { personId } })
    await revertTwice(
      async () => {
        await give(1, null)
        await give(2, 1)
        await give(1, 2)
      },
      () => prisma.badge.findMany({ orderBy: { id: 'asc' } }),
    )
  })

  test('exchanges keys', async () => {
    await prisma.shelf.createMany({ data: [1, 2].map((id) => ({ id, label: String(id) })) })
    const move = (id: number, to: number) =>
      prisma.shelf.update({ where: { id }, data: { id: to } })
    await revertTwice(
      async () => {
        await move(1, 3)
        await move(2, 1)
        await move(3, 2)
      },
      () => prisma.shelf.findMany({ orderBy: { id: 'asc' } }),
    )
  })

  test('creates and deletes rows that refer to each other in a circle', async () => {
    await revertTwice(
      async () => {
        await prisma.country.create({ data: { id: 1, name: 'a' } })
        await prisma.city.create({ data: { id: 1, name: 'b', countryId: 1 } })
        await prisma.country.update({ where: { id: 1 }, data: { capitalId: 1 } })
      },
      async () => [await prisma.country.findMany(), await prisma.city.findMany()],
    )
  })

  test('creates and deletes a tree', async () => {
    await revertTwice(
      () =>
        prisma.folder.create({
          data: {
            id: 3,
            name: 'a',
            children: { create: { id: 2, name: 'b', children: { create: { id: 1, name: 'c' } } } },
          },
        }),
      () => prisma.folder.findMany({ orderBy: { id: 'asc' } }),
    )
  })

  test('moves a key, and what follows it', async () => {
    await prisma.person.create({ data: { id: 1, email: 'a' } })
    await prisma.genre.create({ data: { code: 'x', label: 'x' } })
    const chapters = {
      create: [1, 2].map((number) => ({ number, title: 't', notes: { create: { text: 'n' } } })),
    }
    await prisma.book.create({
      data: {
        id: 1,
        title: 'a',
        authorId: 1,
        shelfId: null,
        chapters,
        genres: { connect: { code: 'x' } },
      },
    })
    await revertTwice(
      () => prisma.book.update({ where: { id: 1 }, data: { id: 7 } }),
      async () => [
        await prisma.book.findMany({ include: { genres: true }, omit: { updatedAt: true } }),
        await prisma.chapter.findMany({ orderBy: { number: 'asc' } }),
        await prisma.note.findMany({ orderBy: { id: 'asc' } }),
      ],
    )
  })

  test('tells what would keep a key from moving, and leaves that one', async () => {
    await prisma.account.create({ data: { id: 1, name: 'a' } })
    await prisma.account.update({ where: { id: 1 }, data: { id: 2, name: 'b' } })
    const { entries } = await prisma.$audit.entries({ take: 1 })
    const id = entries[0]?.id as string
    await prisma.payment.create({ data: { accountId: 2, amount: 1 } })
    const plan = await reverting.undo({ id }, { dryRun: true, onConflict: 'revert' })
    expect(plan.conflicts).toMatchObject([
      { entity: 'Account', entityId: '2', field: 'entries', reason: 'referenced', current: 1 },
    ])
    await expect(reverting.undo({ id }, { onConflict: 'revert' })).rejects.toMatchObject({
      code: 'REVERT_CONFLICT',
    })
    await reverting.undo({ id }, { onConflict: 'keep' })
    expect(await prisma.account.findMany()).toMatchObject([{ id: 2, name: 'a' }])
  })
})

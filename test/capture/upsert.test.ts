import { beforeEach, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import { auditedClient, entriesOf, storyOf } from './audited.ts'

describeEachEngine('An upsert', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeEach(async () => {
    prisma ??= auditedClient(db)
    await db.clear()
  })

  test('whose row does not meet a further condition is recorded as the create that it is', async () => {
    const old = await prisma.user.create({ data: { email: 'a', name: 'A' } })
    const made = await prisma.user.upsert({
      where: { email: 'a', name: 'B' },
      create: { email: 'c', name: 'C' },
      update: { name: 'D' },
    })
    expect(made).toMatchObject({ email: 'c', name: 'C' })
    expect(await storyOf(prisma)).toEqual([`create User ${old.id}`, `create User ${made.id}`])
    expect((await entriesOf(prisma)).at(-1)?.before).toBeNull()
  })

  test('that names two unique keys of different rows creates as well', async () => {
    const a = await prisma.user.create({ data: { email: 'a' } })
    const b = await prisma.user.create({ data: { email: 'b' } })
    const made = await prisma.user.upsert({
      where: { id: a.id, email: 'b' },
      create: { email: 'c' },
      update: { name: 'D' },
    })
    expect(await storyOf(prisma)).toEqual([a, b, made].map(({ id }) => `create User ${id}`))
  })

  test.each([
    ['missing row', 'b'],
    ['row that is there', 'a'],
  ])('of a %s is refused when the part that is not used is wrong', async (_, email) => {
    const plain = db.client()
    await plain.user.create({ data: { email: 'a' } })
    const wrong = { id: { nonsense: true } } as never
    for (const parts of [
      { create: { email }, update: wrong },
      { create: wrong, update: { email: 'c' } },
    ]) {
      for (const client of [plain, prisma]) {
        const upsert = client.user.upsert({ where: { email }, ...parts } as never)
        await expect(upsert).rejects.toMatchObject({ name: 'PrismaClientValidationError' })
      }
    }
    expect(await storyOf(prisma)).toEqual([])
  })

  test('whose row meets it is recorded as an update', async () => {
    const { id } = await prisma.user.create({ data: { email: 'a', name: 'A' } })
    const args = { where: { email: 'a', name: 'A' }, create: { email: 'c' }, update: { name: 'D' } }
    await prisma.user.upsert(args)
    expect((await entriesOf(prisma)).at(-1)).toMatchObject({
      action: 'update',
      entityId: String(id),
      before: { name: 'A' },
      after: { name: 'D' },
    })
  })
})

describeEachEngine('An updateMany that computes keys', (db) => {
  test('is recorded by the keys that the database computes, or refused and undone', async () => {
    const prisma = auditedClient(db)
    await prisma.order.create({ data: { id: 11, select: 's', from: 'f' } })
    const divided = prisma.order.updateMany({ data: { id: { divide: 2 } } })
    if (db.provider === 'postgresql') {
      await divided
      expect(await prisma.order.findMany({ select: { id: true } })).toEqual([{ id: 5 }])
      const told = ['update Order 11', 'update Order 5']
      expect(await storyOf(prisma)).toEqual(['create Order 11', ...told])
      return
    }
    // 11 divided by 2 is 5.5 there, which is no key: SQLite refuses by itself, MariaDB rounds.
    const code = db.provider === 'sqlite' ? 'P2039' : 'CAPTURE_FAILED'
    await expect(divided).rejects.toMatchObject({ code })
    expect(await prisma.order.findMany({ select: { id: true } })).toEqual([{ id: 11 }])
    expect(await storyOf(prisma)).toEqual(['create Order 11'])
  })
})

import { beforeEach, expect, test } from 'vitest'
import { describeEachDatabase } from '../database/each.ts'
import { auditedClient, entriesOf, storyOf } from './audited.ts'

describeEachDatabase('An upsert', (db) => {
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

describeEachDatabase('An updateMany that maps keys in a way that cannot be followed', (db) => {
  test('is refused, and undone', async () => {
    const prisma = auditedClient(db)
    await prisma.order.create({ data: { id: 11, select: 's', from: 'f' } })
    const divided = prisma.order.updateMany({ data: { id: { divide: 2 } } })
    // SQLite divides 11 by 2 to 5.5, which is no key, and refuses by itself.
    const code = db.provider === 'sqlite' ? 'P2039' : 'CAPTURE_FAILED'
    await expect(divided).rejects.toMatchObject({ code })
    expect(await prisma.order.findMany({ select: { id: true } })).toEqual([{ id: 11 }])
    expect(await storyOf(prisma)).toEqual(['create Order 11'])
  })
})

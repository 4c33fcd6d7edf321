import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditedClient, storyOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'

const timeout = 30_000

describeEachRelationEngine('A condition on related rows', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  const plain = () => db.client({ poolSize: 1 })
  beforeAll(() => {
    prisma = auditedClient(db)
  })

  /** Person 1 reviews no book, person 2 reviews book 1; person 3 wrote it. */
  beforeEach(async () => {
    await db.clear()
    await plain().person.createMany({
      data: ['a', 'b', 'c'].map((email, i) => ({ id: i + 1, email })),
    })
    await plain().shelf.create({ data: { id: 1, label: 'returned' } })
    await plain().book.create({ data: { id: 1, title: 'book', authorId: 3, reviewerId: 2 } })
  })

  describe.skipIf(!db.can.concurrentWriters)('that others have changed meanwhile', () => {
    const where = { id: { lt: 3 }, reviewed: { none: {} } }
    /** The transaction's first read; then the review goes over from person 2 to person 1. */
    async function afterChange(work: (tx: Pick<typeof prisma, 'person' | 'shelf'>) => unknown) {
      await prisma.$transaction(async (tx) => {
        await tx.person.findMany()
        await plain().book.update({ where: { id: 1 }, data: { reviewerId: 1 } })
        await work(tx)
      })
    }
    async function peopleNow() {
      const people = await plain().person.findMany({ orderBy: { id: 'asc' } })
      return people.map(({ id, rank }) => `${id}: ${rank}`)
    }

    test('decides over the rows that are deleted and recorded', { timeout }, async () => {
      await afterChange((tx) => tx.person.deleteMany({ where }))
      const story = await storyOf(prisma)
      const people = await peopleNow()
      const gone = [1, 2, 3].filter((id) => !people.includes(`${id}: 0`))
      expect(story).toEqual(gone.map((id) => `delete Person ${id}`))
      // Prisma's emulation has read which, and then looks once more.
      if (db.mode === 'foreignKeys') expect(gone).toHaveLength(1)
    })

    test('decides over the rows that are updated and recorded', { timeout }, async () => {
      await afterChange((tx) => tx.person.updateMany({ where, data: { rank: 5 } }))
      const story = await storyOf(prisma)
      const changed = (await peopleNow()).filter((person) => person.endsWith(': 5'))
      expect(story).toEqual(changed.map((person) => `update Person ${person[0]}`))
      expect(changed).toHaveLength(1)
    })
  })

  // Where Prisma emulates foreign keys it finds the rows first, and deletes them by their keys.
  const isOneStatement = db.provider === 'postgresql' && db.mode === 'foreignKeys'
  test.skipIf(!isOneStatement)(
    'can change between the lock and the delete',
    { timeout },
    async () => {
      await plain().shelf.create({ data: { id: 2, label: 'other' } })
      await plain().book.create({
        data: { id: 2, title: 'book', authorId: 3, reviewerId: 1, shelfId: 2 },
      })
      const held = db.statements().hold(/^DELETE FROM "public"."people"/)
      const where = { reviewed: { some: { shelf: { is: { label: 'returned' } } } } }
      const swapLabels = async () => {
        await held.reached
        await db.sql(`UPDATE "Shelf" SET label = CASE id WHEN 1 THEN 'other' ELSE 'returned' END`)
        held.release()
      }
      await Promise.all([prisma.person.deleteMany({ where }), swapLabels()])
      const left = (await plain().person.findMany()).map(({ id }) => id).sort()
      const gone = [1, 2].filter((id) => !left.includes(id))
      expect(gone).toHaveLength(1)
      const people = (await storyOf(prisma)).filter((line) => / Person /.test(line))
      expect(people).toEqual(gone.map((id) => `delete Person ${id}`))
    },
  )

  // MySQL deletes row by row: then, with person 1, book 1 goes, and nobody else has reviewed one.
  test('can come to hold by what the delete itself takes with it', { timeout }, async () => {
    await plain().book.update({ where: { id: 1 }, data: { authorId: 1, reviewerId: 2 } })
    const { count } = await prisma.person.deleteMany({ where: { reviewed: { none: {} } } })
    const left = await plain().person.count()
    expect(3 - left).toBe(count)
    const story = await storyOf(prisma)
    expect(story.filter((line) => line.startsWith('delete Person'))).toHaveLength(count)
    expect(story).toContain('delete Person 1')
    if (db.mode === 'foreignKeys') expect(story).toContain('delete Book 1')
    if (db.mode === 'foreignKeys') expect(count).toBe(db.provider === 'mysql' ? 3 : 2)
  })

  // Prisma sends no UPDATE then.
  test.skipIf(!db.can.returning)('answers the rows of an update that sets nothing', async () => {
    await plain().chapter.create({ data: { bookId: 1, number: 1, title: 'first' } })
    const args = { where: { book: { is: { id: 1 } } }, data: {}, limit: 0 } as const
    const expected = await plain().chapter.updateManyAndReturn(args)
    expect(await prisma.chapter.updateManyAndReturn(args)).toEqual(expected)
    expect(await storyOf(prisma)).toEqual([])
  })
})

import { beforeAll, beforeEach, expect, test } from 'vitest'
import { plainValue } from '../capture/plain-value.ts'
import { rebuildTables } from '../capture/replay.ts'
import { auditedClient, trailOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'

describeEachRelationEngine(
  'A row that one call first updates and then deletes, by its foreign keys',
  (db) => {
    let prisma: ReturnType<typeof auditedClient>
    beforeAll(() => {
      prisma = auditedClient(db)
    })
    beforeEach(() => db.clear())

    // The book of the one is reviewed by the other: SET NULL, then CASCADE, or the other way round.
    test.each([
      { authorId: 1, reviewerId: 2 },
      { authorId: 2, reviewerId: 1 },
      { authorId: 2, reviewerId: 2 },
    ])('is told in that order: %o', async (people) => {
      const data = ['a', 'b', 'c'].map((email, i) => ({ id: i + 1, email }))
      await prisma.person.createMany({ data })
      await prisma.shelf.create({ data: { id: 1, label: 'returned' } })
      await prisma.book.create({ data: { id: 1, title: 'gone', ...people } })
      await prisma.book.create({ data: { id: 2, title: 'left', authorId: 3, reviewerId: 1 } })
      await prisma.person.deleteMany({ where: { id: { in: [1, 2] } } })
      const tables = rebuildTables(await trailOf(prisma), (_, { id }) => String(id))
      const books = [...(tables.get('Book')?.values() ?? [])]
      expect(books).toEqual([expect.objectContaining({ id: 2, reviewerId: null })])
      expect(books).toEqual((await prisma.book.findMany()).map(plainValue))
      expect(tables.get('Person')?.size).toBe(1)
    })
  },
)

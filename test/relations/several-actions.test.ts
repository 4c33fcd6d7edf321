import { beforeAll, beforeEach, expect, test } from 'vitest'
import { auditedClient, ownTrailOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'

describeEachRelationEngine('A row that several actions of one call change', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(async () => {
    await db.clear()
    await prisma.shelf.create({ data: { id: 1, label: 'returned' } })
    await prisma.person.create({ data: { id: 1, email: 'reviewer' } })
    await prisma.person.create({ data: { id: 2, email: 'author' } })
    const reviewed = { id: 1, title: 'a', authorId: 2, reviewerId: 1, shelfId: null }
    await prisma.book.create({ data: reviewed })
    await prisma.book.create({ data: { ...reviewed, id: 2, authorId: 1, reviewerId: 2 } })
  })

  // The reviewer goes first, which is SetNull; then the author, which is Cascade.
  test('is told of in the order in which they do it', async () => {
    await prisma.person.deleteMany()
    const entries = (await ownTrailOf(prisma)).filter(({ entity }) => entity === 'Book')
    for (const id of ['1', '2']) {
      const own = entries.filter(({ entityId }) => entityId === id)
      expect(own.at(-1)?.action).toBe('delete')
      for (const [i, { before }] of own.entries()) {
        expect(before).toEqual(i === 0 ? null : own[i - 1]?.after)
      }
    }
  })

  test('is told of with all that goes with a key, alone or in a transaction', async () => {
    await prisma.chapter.create({ data: { bookId: 1, number: 1, title: 'c' } })
    await prisma.note.create({ data: { id: 1, text: 'n', bookId: 1, number: 1 } })
    await prisma.book.update({ where: { id: 1 }, data: { id: 3 } })
    await prisma.$transaction((tx) => tx.book.update({ where: { id: 3 }, data: { id: 4 } }))
    expect(await prisma.note.findMany()).toMatchObject([{ bookId: 4 }])
    const entries = (await ownTrailOf(prisma)).filter(({ action }) => action === 'update')
    const traces = [...new Set(entries.map(({ traceId }) => traceId))]
    expect(traces).toHaveLength(2)
    for (const traceId of traces) {
      const told = entries.filter((entry) => entry.traceId === traceId)
      expect(told.filter(({ id }) => id === traceId)).toHaveLength(1)
      const entities = new Set(told.map(({ entity }) => entity))
      expect(entities).toEqual(new Set(['Book', 'Chapter', 'Note']))
    }
  })
})

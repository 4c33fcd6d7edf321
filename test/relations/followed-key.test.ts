import { beforeAll, beforeEach, expect, test } from 'vitest'
import { auditedClient, trailOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'

describeEachRelationEngine('The change of a key that others follow', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(async () => {
    await db.clear()
    await prisma.person.create({ data: { id: 1, email: 'author' } })
    await prisma.book.create({ data: { id: 1, title: 'a', authorId: 1, shelfId: null } })
    await prisma.chapter.create({ data: { bookId: 1, number: 1, title: 'c' } })
    await prisma.note.create({ data: { id: 1, text: 'n', bookId: 1, number: 1 } })
  })

  const change = { where: { id: 1 }, data: { id: 3 } }
  const ways = {
    // Where Prisma emulates foreign keys, these are several statements without a transaction.
    alone: async () => prisma.book.update(change),
    'in a transaction': () => prisma.$transaction((tx) => tx.book.update(change)),
  }
  test.each(Object.entries(ways))('is one trace, with one root, %s', async (_, call) => {
    await call()
    expect(await prisma.note.findMany()).toMatchObject([{ bookId: 3 }])
    const told = (await trailOf(prisma)).filter(({ action }) => action === 'update')
    expect(new Set(told.map(({ entity }) => entity))).toEqual(new Set(['Book', 'Chapter', 'Note']))
    expect(new Set(told.map(({ traceId }) => traceId)).size).toBe(1)
    expect(told.filter(({ id, traceId }) => id === traceId)).toHaveLength(1)
  })
})

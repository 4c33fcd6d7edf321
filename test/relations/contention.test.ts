import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rebuildTables } from '../capture/replay.ts'
import { auditedClient, trailOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'

const timeout = 60_000

describeEachRelationEngine('Concurrent nested writes', (db) => {
  let prisma: ReturnType<typeof auditedClient>

  beforeAll(() => {
    prisma = auditedClient(db, 8)
  })
  beforeEach(async () => {
    await db.clear()
    await prisma.shelf.create({ data: { id: 1, label: 'returned' } })
    await prisma.person.create({
      data: {
        id: 1,
        email: 'a',
        written: { create: [1, 2, 3].map((id) => ({ id, title: `book ${id}` })) },
      },
    })
  })

  /** The trail's own account of a model's rows; fails where a `before` is not the last `after`. */
  async function replayed(entity: string) {
    const tables = rebuildTables(await trailOf(prisma), (_, { id, bookId, number }) =>
      String(id ?? JSON.stringify([bookId, number])),
    )
    return [...(tables.get(entity)?.values() ?? [])]
  }

  // Elsewhere nobody writes between the lock and the statement: SQLite has one writer, MariaDB locks
  // the gaps too. Where Prisma emulates foreign keys it looks for the row first.
  const isPossible = db.provider === 'postgresql' && db.mode === 'foreignKeys' && db.can.earlyLocks
  describe.skipIf(!isPossible)('that meet a row which comes to match', () => {
    /** Another client makes the row match, just before the audited UPDATE is sent. */
    async function whileHeld(call: () => Promise<unknown>) {
      const held = db.statements().hold(/^UPDATE .*"Book" SET/)
      const answer = call().catch((error: { code?: string }) => error.code)
      await held.reached
      await db.sql(`UPDATE "Book" SET title = 'match' WHERE id = 1`)
      held.release()
      return answer
    }
    const where = { id: 1, title: 'match' }
    const data = { pages: { increment: 1 } }

    test('make another attempt', { timeout }, async () => {
      expect(await whileHeld(() => prisma.book.update({ where, data }))).toMatchObject({ pages: 1 })
      const { entries } = await prisma.book.activity({ where: { id: 1 }, take: 1 })
      expect(entries[0]?.before).toMatchObject({ title: 'match', pages: 0 })
    })

    test('leave it alone, in bulk, as if it had come after them', { timeout }, async () => {
      const many = () => prisma.book.updateMany({ where: { title: 'match' }, data })
      expect(await whileHeld(many)).toEqual({ count: 0 })
      expect(await prisma.book.findUnique({ where })).toMatchObject({ pages: 0 })
    })

    test('end as by a conflict in a transaction of the caller', { timeout }, async () => {
      const transaction = () =>
        prisma.$transaction(async (tx) => {
          await tx.book.update({ where, data }).catch(() => undefined)
        })
      await whileHeld(transaction)
      expect(await prisma.book.findUnique({ where })).toMatchObject({ pages: 0 })
      const direct = () => prisma.$transaction((tx) => tx.book.update({ where, data }))
      await db.sql(`UPDATE "Book" SET title = 'other' WHERE id = 1`)
      expect(await whileHeld(direct)).toBe('P2034')
    })
  })

  describe.skipIf(!db.can.concurrentWriters)('lock what they change before they read it', () => {
    test('in updates of one child', { timeout }, async () => {
      const update = () =>
        prisma.person.update({
          where: { id: 1 },
          data: { written: { update: { where: { id: 2 }, data: { pages: { increment: 1 } } } } },
        })
      await Promise.all(Array.from({ length: 100 }, update))
      expect(await replayed('Book')).toContainEqual(expect.objectContaining({ id: 2, pages: 100 }))
    })

    test('in updates of all children, in whatever order they are named', { timeout }, async () => {
      const update = async (_: unknown, i: number) => {
        const ids = i % 2 === 0 ? [1, 2, 3] : [3, 2, 1]
        const data = { pages: { increment: 1 } }
        if (i % 3 === 0) {
          await prisma.person.update({
            where: { id: 1 },
            data: { written: { updateMany: { where: { id: { in: ids } }, data } } },
          })
        } else {
          await prisma.book.updateMany({ where: { id: { in: ids } }, data })
        }
      }
      await Promise.all(Array.from({ length: 60 }, update))
      const books = await replayed('Book')
      expect(books.map(({ pages }) => pages)).toEqual([60, 60, 60])
    })

    test('and a cascade takes what others wrote until then', { timeout }, async () => {
      const write = async (_: unknown, i: number) => {
        const id = (i % 3) + 1
        const book = { where: { id }, data: { pages: { increment: 1 } } }
        const chapter = { data: { bookId: id, number: i, title: 'new' } }
        const calls = [
          () => prisma.book.update(book),
          () => prisma.chapter.create(chapter),
          () => prisma.person.update({ where: { id: 1 }, data: { written: { update: book } } }),
        ]
        // After the delete there is nothing left to write to.
        await calls[i % calls.length]?.().catch(() => undefined)
      }
      const writes = Array.from({ length: 60 }, write)
      const gone = prisma.person.delete({ where: { id: 1 } }).catch(() => undefined)
      await Promise.all([...writes, gone])
      await prisma.person.deleteMany()
      expect(await replayed('Person')).toEqual([])
      if (db.mode === 'foreignKeys') {
        expect(await replayed('Book')).toEqual([])
        expect(await replayed('Chapter')).toEqual([])
      }
    })
  })
})

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commentMark } from '../../src/database/comment.ts'
import type { AuditWarning } from '../../src/index.ts'
import { auditedClient } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'
import type { PrismaClient } from './generated/foreign-keys/postgresql/client/client.ts'

const timeout = 120_000
/** So many children are 100 times as many as a call may read. */
const many = 100_000
/** From 10,000 on a call is warned of. */
const large = 12_000

describeEachRelationEngine('What a call reads', (db) => {
  let plain: PrismaClient
  let prisma: PrismaClient
  const warnings: AuditWarning[] = []

  beforeAll(() => {
    plain = db.client()
    const onWarning = (warning: AuditWarning) => void warnings.push(warning)
    prisma = auditedClient(db, undefined, { onWarning }) as unknown as PrismaClient
  })
  beforeEach(async () => {
    await db.clear()
    warnings.length = 0
  })

  /** The rows that the database answered to all statements of a call. */
  async function rowsRead(call: () => Promise<unknown>): Promise<number> {
    db.statements().clear()
    await call()
    return db.statements().sent.reduce((sum, { rows = 0 }) => sum + rows, 0)
  }

  /** What the audit adds to what the plain client reads. */
  async function rowsAdded(call: (client: PrismaClient) => Promise<unknown>): Promise<number> {
    const own = await rowsRead(() => call(plain))
    return (await rowsRead(() => call(prisma))) - own
  }

  const quote = (name: string) => (db.provider === 'mysql' ? `\`${name}\`` : `"${name}"`)
  const series = (count: number) =>
    ({
      postgresql: `SELECT i FROM generate_series(1, ${count}) AS s(i)`,
      mysql: `SELECT seq AS i FROM seq_1_to_${count}`,
      sqlite: `WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${count}) SELECT i FROM s`,
    })[db.provider]

  /** A person with so many books, all of one genre. */
  async function seed(count: number) {
    await plain.shelf.create({ data: { id: 1, label: 'returned' } })
    await plain.person.create({ data: { id: 1, email: 'a' } })
    await plain.person.create({ data: { id: 2, email: 'b' } })
    const from = `FROM (${series(count)}) AS numbers`
    const columns = ['id', 'title', 'pages', 'author_id', 'updated_at'].map(quote)
    await db.sql(
      `INSERT INTO ${quote('Book')} (${columns}) SELECT i, 'title', i, 1, CURRENT_TIMESTAMP ${from}`,
    )
    const friends = [quote('A'), quote('B')]
    await plain.genre.create({ data: { code: 'g', label: 'G' } })
    await db.sql(`INSERT INTO ${quote('_BookToGenre')} (${friends}) SELECT i, 'g' ${from}`)
  }

  test.skipIf(db.can.ownStatements)(
    'is what the plain client reads, by its statements',
    async () => {
      await seed(20)
      const where = { id: 1 }
      const written = { id: 30, title: 'new' }
      const calls: readonly ((client: PrismaClient) => PromiseLike<unknown>)[] = [
        (c) => c.person.create({ data: { id: 9, email: 'c' } }),
        (c) => c.person.update({ where, data: { written: { create: written } } }),
        (c) =>
          c.person.update({ where, data: { written: { updateMany: { where: {}, data: {} } } } }),
        (c) => c.person.update({ where: { id: 2 }, data: { written: { connect: { id: 11 } } } }),
        (c) => c.person.upsert({ where, create: { email: 'd' }, update: { name: 'A' } }),
        (c) => c.genre.update({ where: { code: 'g' }, data: { books: { disconnect: { id: 5 } } } }),
        (c) => c.book.update({ where: { id: 7 }, data: { id: 70 } }),
        (c) => c.book.updateMany({ data: { pages: { increment: 1 } } }),
        (c) => c.book.createMany({ data: [{ id: 40, title: 'x', authorId: 1 }] }),
        (c) => c.book.delete({ where: { id: 8 } }),
        (c) => c.book.deleteMany({ where: { pages: { lt: 5 } } }),
      ]
      const undone = new Error('undone')
      // The first call looks for the triggers.
      await prisma.shelf.deleteMany({ where: { id: 99 } })
      const statementsOf = async (client: PrismaClient, call: (typeof calls)[number]) => {
        db.statements().clear()
        const transaction = client.$transaction(async (tx) => {
          await call(tx as PrismaClient)
          throw undone
        })
        await expect(transaction).rejects.toBe(undone)
        return db.statements().sent.map(({ sql, rows }) => ({ sql: withoutComment(sql), rows }))
      }
      for (const call of calls) {
        expect(await statementsOf(prisma, call)).toEqual(await statementsOf(plain, call))
      }
      expect(warnings).toEqual([])
    },
  )

  test.skipIf(db.can.ownStatements)('is in a transaction where Prisma begins one', async () => {
    await seed(3)
    const update = { where: { id: 2 }, data: { name: 'A' } }
    await prisma.person.update(update)
    const statementsOf = async (client: PrismaClient) => {
      db.statements().clear()
      await client.person.update(update)
      return db.statements().sent.map(({ sql }) => withoutComment(sql))
    }
    const sent = await statementsOf(prisma)
    expect(sent).toEqual(await statementsOf(plain))
    if (db.mode === 'foreignKeys') expect(sent).toHaveLength(1)
  })

  test.skipIf(db.can.ownStatements)('has the ends of its transaction as they are', async () => {
    const written = { create: { id: 1, title: 'a', shelfId: null } }
    await prisma.person.create({ data: { id: 1, email: 'a' } })
    db.statements().clear()
    await prisma.person.update({ where: { id: 1 }, data: { name: 'A', written } })
    const refused = prisma.person.create({ data: { email: 'b', written } })
    await expect(refused).rejects.toMatchObject({ code: 'P2002' })
    for (const end of [/^BEGIN/, /^COMMIT/, /^ROLLBACK/]) {
      for (const { sql } of db.statements().matching(end)) expect(sql).toMatch(/^\w+$/)
    }
    expect(db.statements().count(/^INSERT.*prisma_audit\*\/$/)).toBeGreaterThan(1)
  })

  describe.skipIf(!db.can.ownStatements)(`under a parent with ${many} children`, () => {
    beforeEach(() => seed(many), timeout)

    test('is what it changes, and not the size of the relation', { timeout }, async () => {
      const where = { id: 1 }
      const child = (client: PrismaClient) => (client === plain ? 200_001 : 200_002)
      const written = (id: number) => ({ id, title: 'new' })
      const costs = {
        create: await rowsRead(() =>
          prisma.person.update({ where, data: { written: { create: written(200_000) } } }),
        ),
        createMany: await rowsAdded((client) =>
          client.person.update({
            where,
            data: { written: { createMany: { data: [written(child(client))] } } },
          }),
        ),
        update: await rowsRead(() =>
          prisma.person.update({
            where,
            data: { written: { update: { where: { id: 7 }, data: { title: 'other' } } } },
          }),
        ),
        updateMany: await rowsRead(() =>
          prisma.person.update({
            where,
            data: { written: { updateMany: { where: { pages: { lt: 10 } }, data: { pages: 0 } } } },
          }),
        ),
        upsert: await rowsRead(() =>
          prisma.person.update({
            where,
            data: {
              written: {
                upsert: { where: { id: 8 }, create: written(8), update: { title: 'upserted' } },
              },
            },
          }),
        ),
        connect: await rowsRead(() =>
          prisma.person.update({ where: { id: 2 }, data: { written: { connect: { id: 11 } } } }),
        ),
        delete: await rowsRead(() =>
          prisma.person.update({ where, data: { written: { delete: { id: 12 } } } }),
        ),
        deleteMany: await rowsRead(() =>
          prisma.person.update({
            where,
            data: { written: { deleteMany: { pages: { in: [13, 14, 15] } } } },
          }),
        ),
        'connect a link': await rowsRead(() =>
          prisma.genre.update({
            where: { code: 'g' },
            data: { books: { connect: { id: 200_000 } } },
          }),
        ),
        'disconnect a link': await rowsRead(() =>
          prisma.genre.update({ where: { code: 'g' }, data: { books: { disconnect: { id: 5 } } } }),
        ),
      }
      for (const [verb, rows] of Object.entries(costs)) {
        expect({ verb, isBounded: rows < 100, rows }).toMatchObject({ isBounded: true })
      }
      expect(warnings).toEqual([])
    })
  })

  test.skipIf(!db.can.largeCallWarnings)(
    'of dependants is each of them once',
    { timeout },
    async () => {
      await seed(large)
      const rows = await rowsRead(() => prisma.person.delete({ where: { id: 1 } }))
      // Its books and their links, or, where Prisma emulates foreign keys and leaves links behind, what
      // Prisma reads of the books beside us; the person itself, for its lock and for the answer.
      expect(rows).toBeLessThanOrEqual(2 * large + 2)
      expect(await plain.auditLog.count({ where: { action: 'delete' } })).toBe(large + 1)
      const changed = db.mode === 'foreignKeys' ? 2 * large + 1 : large + 1
      expect(warnings).toMatchObject([
        { code: 'LARGE_CALL', model: 'Person', operation: 'delete', rows: changed },
      ])
    },
  )
})

function withoutComment(sql: string): string {
  return sql.replace(new RegExp(` /\\*.* ${commentMark}\\*/$`), '')
}

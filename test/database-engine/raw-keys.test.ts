import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import type { Trail } from '../capture/trail.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { asAda, oneCallOfAda } from './told.ts'

type Ledger = { readonly id: string; readonly memo: string }

/** The two entries that tell of each moved row: `1 -> 2`, and of whom. */
function movesOf(trail: Trail) {
  return trail.map(({ entityId, before, after, changed }) => {
    const [from, to] = [before as Ledger, after as Ledger]
    return { entityId, move: `${from.id} -> ${to.id}`, memos: [from.memo, to.memo], changed }
  })
}

/** What {@link movesOf} tells of rows that keep their memo, which is that of their first id. */
function expectedMoves(moves: readonly (readonly [from: number, to: number])[]) {
  return moves.flatMap(([from, to]) => {
    const move = { move: `${from} -> ${to}`, memos: [`m${from}`, `m${from}`], changed: ['id'] }
    return [from, to].map((id) => ({ entityId: String(id), ...move }))
  })
}

describeDatabase(
  'postgresql',
  'Keys that raw SQL changes',
  (db) => {
    let plain: PrismaClient
    let prisma: AuditedClient
    beforeAll(async () => {
      await db.sql(`ALTER TABLE "LedgerEntry" DROP CONSTRAINT "LedgerEntry_pkey",
        ADD PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED`)
      plain = db.client()
      prisma = auditedClient(db)
      await prisma.$connect()
    })
    beforeEach(() => db.clear())

    const fill = async (rows: number) => {
      await db.sql(`INSERT INTO "LedgerEntry" (id, amount, memo)
        SELECT i, 0, 'm' || i FROM generate_series(1, ${rows}) AS i`)
      await db.sql('DELETE FROM "AuditLog"')
    }
    const sorted = (moves: ReturnType<typeof movesOf>) =>
      moves.toSorted((a, b) => (`${a.move} ${a.entityId}` < `${b.move} ${b.entityId}` ? -1 : 1))

    test('are told under either id, before and after of one row together', async () => {
      await fill(3)
      await asAda(() => prisma.$executeRaw`UPDATE "LedgerEntry" SET id = 9 WHERE id = 2`)
      expect(movesOf(await oneCallOfAda(plain))).toEqual(expectedMoves([[2, 9]]))
    })

    test('are told of the right rows where each takes the id of the next', async () => {
      const rows = 3000
      await fill(rows)
      await asAda(() => prisma.$executeRaw`UPDATE "LedgerEntry" SET id = id + 1`)
      const moves = movesOf(await oneCallOfAda(plain))
      const expected = Array.from({ length: rows }, (_, i) => [i + 1, i + 2] as const)
      expect(sorted(moves)).toEqual(sorted(expectedMoves(expected)))
    })

    test('are told of the right rows where two swap theirs', async () => {
      await fill(4)
      await asAda(() => prisma.$executeRaw`UPDATE "LedgerEntry" SET id = 5 - id WHERE id IN (1, 4)`)
      const expected = expectedMoves([
        [1, 4],
        [4, 1],
      ])
      expect(sorted(movesOf(await oneCallOfAda(plain)))).toEqual(sorted(expected))
    })

    test('are told apart from other changes of the same statement', async () => {
      await fill(4)
      await asAda(
        () => prisma.$executeRaw`
          UPDATE "LedgerEntry" SET
            id = CASE WHEN id % 2 = 0 THEN id + 100 ELSE id END,
            memo = CASE WHEN id = 3 THEN 'new' ELSE memo END`,
      )
      expect(movesOf(await oneCallOfAda(plain))).toEqual([
        ...expectedMoves([[2, 102]]),
        { entityId: '3', move: '3 -> 3', memos: ['m3', 'new'], changed: ['memo'] },
        ...expectedMoves([[4, 104]]),
      ])
    })

    test('of several tables are told when one follows the other', async () => {
      await prisma.user.create({
        data: { email: 'a@b.c', subscriptions: { create: { id: 1, plan: 'free' } } },
      })
      await prisma.price.create({ data: { tenantId: 't', code: 'c', amount: 1 } })
      await prisma.priceChange.create({
        data: { id: 1, tenantId: 't', code: 'c', reason: 'sale' },
      })
      await db.sql('DELETE FROM "AuditLog"')
      await asAda(() => prisma.$executeRaw`UPDATE prices SET code = 'd'`)
      const trail = await oneCallOfAda(plain)
      const told = trail.map(({ entity, entityId, changed }) => ({ entity, entityId, changed }))
      expect(told.toSorted((a, b) => (String(a.entityId) < String(b.entityId) ? -1 : 1))).toEqual([
        { entity: 'PriceChange', entityId: '1', changed: ['code'] },
        { entity: 'Price', entityId: '["t","c"]', changed: ['code'] },
        { entity: 'Price', entityId: '["t","d"]', changed: ['code'] },
      ])
    })
  },
  'database',
)

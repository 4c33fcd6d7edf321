import { PrismaPg } from '@prisma/adapter-pg'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { engineOptions } from '../database/engine.ts'
import {
  PrismaClient as PostgresqlClient,
  type PrismaClient,
} from '../generated/postgresql/client/client.ts'
import { attributionOf, contextOf, markOf, nothingWrong } from './actors.ts'
import { patient, rawWorkOf, workOf } from './many-calls.ts'

describeDatabase(
  'postgresql',
  'An entry has the actor of the call that made it',
  (db) => {
    let prisma: AuditedClient

    beforeAll(async () => {
      prisma = auditedClient(db, {}, { transactionOptions: patient })
      await prisma.$connect()
    })
    beforeEach(() => db.clear())

    const actorsOf = async () => {
      const rows = await db.sql(
        `SELECT concat_ws(' ', "actorType", "actorId") AS actor, coalesce(after, before)->>'title' AS title FROM "AuditLog"
          WHERE source = 'database' ORDER BY seq`,
      )
      return rows.map(({ actor, title }) => [title, actor])
    }

    test('of 50 at once, in 20,000 entries of calls of every kind', {
      timeout: 180_000,
    }, async () => {
      const actors = 50
      const rounds = 8
      const made = await Promise.all(
        Array.from({ length: actors }, (_, n) =>
          withAudit(contextOf(n), async () => {
            let entries = 0
            for (let round = 0; round < rounds; round++) {
              entries += await workOf(prisma, n, (n + 1 + round) % actors)
              entries += await rawWorkOf(prisma, n)
            }
            return entries
          }),
        ),
      )
      const entries = made.reduce((sum, each) => sum + each, 0)
      expect(entries).toBeGreaterThanOrEqual(20_000)
      expect(await attributionOf(db)).toEqual({ entries, ...nothingWrong })
    })

    test('and not of the one that a promise was made by, which is lazy', async () => {
      const create = withAudit(contextOf(1), () => [
        prisma.document.create({ data: { title: markOf(2) } }),
      ])[0] as PromiseLike<unknown>
      await withAudit(contextOf(2), async () => create)
      const [one, other] = withAudit(contextOf(3), () => [
        prisma.document.create({ data: { title: markOf(4) } }),
        prisma.$executeRaw`INSERT INTO "Document" (id, title) VALUES ('raw', ${markOf(4)})`,
      ])
      await withAudit(contextOf(4), () => prisma.$transaction([one, other] as never))
      expect(await attributionOf(db)).toEqual({ entries: 3, ...nothingWrong })
    })

    test('and is of nobody where the promise is awaited outside', async () => {
      const [create] = withAudit(contextOf(1), () => [
        prisma.document.create({ data: { title: 'lazy' } }),
      ])
      await create
      expect(await actorsOf()).toEqual([['lazy', 'system']])
    })

    test('after the request is over, in what it has left behind', async () => {
      const calls = Array.from({ length: 20 }, (_, n) =>
        withAudit(contextOf(n), () => {
          const later = (title: string) => prisma.document.create({ data: { title } })
          return [
            new Promise((resolve, reject) => {
              setTimeout(() => later(markOf(n)).then(resolve, reject), n)
            }),
            new Promise((resolve, reject) => {
              setImmediate(() => later(markOf(n)).then(resolve, reject))
            }),
          ]
        }),
      )
      await Promise.all(calls.flat())
      expect(await attributionOf(db)).toEqual({ entries: 40, ...nothingWrong })
    })

    test('in each of the transactions that a procedure of raw SQL commits', async () => {
      await db.sql(`CREATE PROCEDURE in_batches() LANGUAGE plpgsql AS $p$ BEGIN
        FOR i IN 1..3 LOOP
          INSERT INTO "Document" (id, title) VALUES (i, i);
          COMMIT;
        END LOOP;
      END $p$`)
      await withAudit({ actor: { id: 'ada' } }, async () => prisma.$executeRaw`CALL in_batches()`)
      const rows = await actorsOf()
      expect(rows).toEqual(['1', '2', '3'].map((title) => [title, 'user ada']))
    })

    test('while clients without audit() write on the same connections: of the role', async () => {
      const opened = await new PrismaPg({ connectionString: db.url, max: 3 }).connect()
      const adapter = new PrismaPg(opened.underlyingDriver())
      const shared = new PostgresqlClient({ adapter }) as unknown as PrismaClient
      const beside = new PostgresqlClient({ adapter }) as unknown as PrismaClient
      const audited = shared.$extends(audit(engineOptions(db, { redact: { hashKey } })))
      const own = { data: { title: 'beside' } }
      try {
        await Promise.all(
          Array.from({ length: 100 }, (_, n) =>
            withAudit(contextOf(n), async () => {
              const create = (client: Pick<PrismaClient, 'document'>) =>
                client.document.create({ data: { title: markOf(n) } })
              await Promise.all([
                create(audited as never),
                audited.$transaction((tx) => create(tx as never), patient),
                shared.document.create(own),
                shared.$transaction([shared.document.create(own)]),
                beside.document.create(own),
                beside.$transaction((tx) => tx.document.create(own), patient),
              ])
            }),
          ),
        )
      } finally {
        await Promise.all([shared.$disconnect(), beside.$disconnect()])
        await opened.dispose()
      }
      const actors = await actorsOf()
      const isBeside = ([title]: readonly unknown[]) => title === 'beside'
      expect(actors.filter(isBeside)).toEqual(Array(400).fill(['beside', 'service postgres']))
      await db.sql(`DELETE FROM "AuditLog" WHERE "actorType" = 'service'`)
      expect(await attributionOf(db)).toEqual({ entries: 200, ...nothingWrong })
    })
  },
  'database',
)

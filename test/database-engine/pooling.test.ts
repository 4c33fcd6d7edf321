import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { type AuditedClient, hashKey } from '../capture/audited.ts'
import { openAdapter } from '../database/adapter.ts'
import { openConnection } from '../database/connection.ts'
import { describeDatabase } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import { PrismaClient } from '../generated/postgresql/client/client.ts'
import { attributionOf, contextOf, nothingWrong } from './actors.ts'
import { patient, rawWorkOf, workOf } from './many-calls.ts'
import { findPgbouncer, type Pgbouncer, startPgbouncer } from './pgbouncer.ts'

const binary = findPgbouncer()
const { AUDIT_TEST_REQUIRE, CI } = process.env
const isRequired = AUDIT_TEST_REQUIRE === 'all' || CI === 'true'
const reason = binary ? '' : ' (skipped: there is no pgbouncer)'

describeDatabase(
  'postgresql',
  'Behind PgBouncer, whose transactions share connections',
  (db) => {
    describe.skipIf(!binary && !isRequired)(`in transaction mode${reason}`, () => {
      let bouncer: Pgbouncer
      beforeAll(async () => {
        bouncer = await startPgbouncer(binary ?? 'pgbouncer', db.url)
      })
      afterAll(() => bouncer?.stop())

      const contexts = ['comment', 'setting'] as const
      describe.each(contexts)('with the context as a %s', (context) => {
        const options = { database: { context }, redact: { hashKey } }
        let prisma: AuditedClient
        let plain: PrismaClient
        beforeAll(async () => {
          const connection = await openConnection('postgresql', db.url)
          await connection.batch(engineScript(db, options) as string)
          await connection.close()
          const adapter = openAdapter('postgresql', bouncer.url, { poolSize: 40 })
          plain = new PrismaClient({ adapter, transactionOptions: patient })
          prisma = plain.$extends(audit(engineOptions(db, options))) as unknown as AuditedClient
        })
        afterAll(() => plain.$disconnect())
        beforeEach(async () => {
          await db.sql('DELETE FROM "Document"')
          await db.sql('DELETE FROM "AuditLog"')
        })

        /** On each connection at once, so that none is left out. */
        const onEach = <T>(ask: (tx: Pick<PrismaClient, '$queryRaw'>) => PromiseLike<T>) =>
          Promise.all(
            Array.from({ length: bouncer.connections * 4 }, () =>
              plain.$transaction(async (tx) => ask(tx), patient),
            ),
          )

        test('an entry has the actor of the call that made it', async () => {
          const actors = 40
          const beside = { data: { title: 'beside' } }
          const made = await Promise.all(
            Array.from({ length: actors }, (_, n) =>
              withAudit(contextOf(n), async () => {
                const raw = context === 'comment' ? await rawWorkOf(prisma, n) : 0
                const [entries] = await Promise.all([
                  workOf(prisma, n, (n + 1) % actors),
                  plain.document.create(beside),
                ])
                await plain.document.create(beside)
                return raw + entries
              }),
            ),
          )
          const processes = await onEach(
            (tx) => tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`,
          )
          expect(new Set(processes.flat().map(({ pid }) => pid)).size).toBeLessThanOrEqual(
            bouncer.connections,
          )
          const others = await db.sql(
            `DELETE FROM "AuditLog" WHERE after->>'title' = 'beside' RETURNING "actorType"`,
          )
          expect(others).toEqual(Array(2 * actors).fill({ actorType: 'service' }))
          const entries = made.reduce((sum, each) => sum + each, 0)
          expect(await attributionOf(db)).toEqual({ entries, ...nothingWrong })
        })

        test('nothing is left of it in a session', async () => {
          await Promise.all(
            Array.from({ length: 20 }, (_, n) =>
              withAudit(contextOf(n), () => workOf(prisma, n, n)),
            ),
          )
          const left = await onEach(
            (tx) => tx.$queryRaw`SELECT
              coalesce(current_setting('prisma_audit.trace', true), '') AS trace,
              coalesce(current_setting('prisma_audit.context', true), '') AS context,
              (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
              (SELECT count(*)::int FROM pg_class WHERE relpersistence = 't') AS temporary`,
          )
          const nothing = { trace: '', context: '', prepared: 0, temporary: 0 }
          expect(left.flat()).toEqual(left.map(() => nothing))
        })
      })
    })
  },
  'database',
)

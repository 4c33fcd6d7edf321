import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { contextOf } from './actors.ts'
import { type OwnDatabase, startOwnServer } from './own-server.ts'

const reason = inject('servers').skipped.postgresql

describe.skipIf(reason)(
  `What PostgreSQL keeps of statements with a comment${reason ? ` (skipped, ${reason})` : ''}`,
  () => {
    let server: Awaited<ReturnType<typeof startOwnServer>>
    let db: OwnDatabase
    beforeAll(async () => {
      server = await startOwnServer({ shared_preload_libraries: 'pg_stat_statements' })
      db = await server.create('statements')
      await db.query('CREATE EXTENSION pg_stat_statements')
    })
    afterAll(() => server?.stop())

    test('is one row of statistics for all actors, with the comment of the first of them', async () => {
      const { id } = await db.prisma.document.create({ data: { title: '' } })
      await db.query('SELECT FROM pg_stat_statements_reset()')
      for (let n = 0; n < 100; n++) {
        await withAudit(contextOf(n), async () =>
          db.prisma.document.updateMany({ where: { id }, data: { title: `by ${n}` } }),
        )
      }
      const rows = await db.query(
        `SELECT calls::int, query FROM pg_stat_statements WHERE toplevel AND query LIKE 'UPDATE%"Document"%'`,
      )
      expect(rows).toEqual([{ calls: 100, query: expect.stringMatching(/^UPDATE/) }])
      const contexts = String(rows[0]?.query).match(/"actorId":"user-\d+"/g)
      expect(contexts).toEqual(['"actorId":"user-0"'])
      expect(await db.query('SELECT count(DISTINCT "actorId")::int AS n FROM "AuditLog"')).toEqual([
        { n: 100 },
      ])
    })

    test('is no prepared statement', async () => {
      await db.prisma.document.create({ data: { title: 'one' } })
      expect(await db.prisma.$queryRaw`SELECT name FROM pg_prepared_statements`).toEqual([])
    })
  },
)

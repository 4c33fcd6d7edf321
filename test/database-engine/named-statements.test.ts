import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { beforeAll, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { engineOptions } from '../database/engine.ts'
import {
  PrismaClient as PostgresqlClient,
  type PrismaClient,
} from '../generated/postgresql/client/client.ts'
import { attributionOf, contextOf, markOf, nothingWrong } from './actors.ts'

const options = { database: { context: 'setting' } } as const

function nameOf({ sql }: { readonly sql: string }): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 40)
}

describeDatabase(
  'postgresql',
  'An adapter that names its prepared statements',
  (db) => {
    beforeAll(() => auditedClient(db, options).$connect())

    const named = { statementNameGenerator: nameOf }
    const open = () =>
      new PostgresqlClient({
        adapter: new PrismaPg({ connectionString: db.url, max: 1 }, named),
      }) as unknown as PrismaClient

    test('has no other way: comments are refused', async () => {
      const client = open()
      const extend = () => client.$extends(audit({ engine: 'database', redact: { hashKey } }))
      expect(extend).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          message: expect.stringContaining('statementNameGenerator'),
        }),
      )
    })

    test('makes no prepared statement of its own for each call', async () => {
      const client = open()
      const audited = client.$extends(audit(engineOptions(db, { ...options, redact: { hashKey } })))
      const preparedAfter = async (calls: number) => {
        for (let n = 0; n < calls; n++) {
          await withAudit(contextOf(n), async () => {
            const { id } = await audited.document.create({ data: { title: markOf(n) } })
            const mark = markOf(n)
            await audited.document.update({ where: { id }, data: { title: mark } })
          })
        }
        const rows = await client.$queryRaw<
          { name: string }[]
        >`SELECT name FROM pg_prepared_statements`
        return rows.length
      }
      try {
        const some = await preparedAfter(2)
        expect(some).toBeGreaterThan(0)
        expect(await preparedAfter(50)).toBe(some)
      } finally {
        await client.$disconnect()
      }
      expect(await attributionOf(db)).toEqual({ entries: 104, ...nothingWrong })
    })
  },
  'database',
)

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/engine-options.ts'
import { describeEachEngine } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { during, failureOf, refusingEntity } from './audit-faults.ts'
import { type AuditedClient, auditedClient } from './audited.ts'

const timeout = 300_000
const count = 100_000
/**
 * AUDIT_TEST_ROWS: those of a createMany that is not compared. Prisma takes ten seconds to compile one of
 * 100,000, on each database.
 */
const fewer = Number(process.env.AUDIT_TEST_ROWS ?? 20_000)
const memoryLimit = 300
const script = fileURLToPath(new URL('fixtures/bulk-write.ts', import.meta.url))

const operations = {
  createMany: { action: 'create', isSeeded: false, before: null, after: 'amount' },
  updateMany: { action: 'update', isSeeded: true, before: 'amount', after: 'amount' },
  deleteMany: { action: 'delete', isSeeded: true, before: 'amount', after: null },
} as const

describeEachEngine('A bulk write of 100,000 rows', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(async () => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db, {}, { poolSize: 1 })
    await client.$connect()
  })
  beforeEach(() => db.clear())

  /** Rows whose amount is their id. */
  async function seed() {
    const table = db.provider === 'mysql' ? 'LedgerEntry' : '"LedgerEntry"'
    const series = {
      postgresql: `SELECT i, i, 'memo' FROM generate_series(1, ${count}) AS i`,
      mysql: `SELECT seq, seq, 'memo' FROM seq_1_to_${count}`,
      sqlite: `WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < ${count})
        SELECT i, i, 'memo' FROM series`,
    }
    const insert = `INSERT INTO ${table} (id, amount, memo) ${series[db.provider]}`
    // Triggers would record that, too; they do not act in this role.
    const silent = `DO $$ BEGIN SET LOCAL session_replication_role = replica; ${insert}; END $$`
    await db.sql(db.provider === 'postgresql' ? silent : insert)
  }

  /** How many audit rows say exactly what the operation did to the row that they name. */
  async function exactRows(name: keyof typeof operations): Promise<number> {
    const { action, before, after } = operations[name]
    const amount = (column: 'before' | 'after') =>
      db.provider === 'postgresql'
        ? `("${column}"->>'amount')`
        : db.provider === 'mysql'
          ? `JSON_VALUE(\`${column}\`, '$.amount')`
          : `json_extract("${column}", '$.amount')`
    const column = (name: string) => (db.provider === 'mysql' ? `\`${name}\`` : `"${name}"`)
    const integer = db.provider === 'mysql' ? 'SIGNED' : 'BIGINT'
    const is = (side: 'before' | 'after', isThere: boolean, added: number) =>
      isThere
        ? `CAST(${amount(side)} AS ${integer}) = CAST(${column('entityId')} AS ${integer}) + ${added}`
        : `${column(side)} IS NULL`
    const [row] = await db.sql(
      `SELECT COUNT(DISTINCT ${column('entityId')}) AS n FROM ${column('AuditLog')}
       WHERE ${column('action')} = '${action}'
       AND ${is('before', before !== null, 0)}
       AND ${is('after', after !== null, name === 'updateMany' ? 1 : 0)}`,
    )
    return Number(row?.n)
  }

  async function run(kind: 'plain' | Engine, operation: string, rows: number) {
    const node = ['--expose-gc', '--import', 'tsx', script]
    const args = [...node, db.provider, db.url, kind, operation, String(rows)]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return JSON.parse(stdout) as { milliseconds: number; megabytes: number }
  }

  describe.each(Object.keys(operations) as (keyof typeof operations)[])('%s', (name) => {
    const bounded = 'is recorded exactly, in bounded memory'
    // Triggers add little to a createMany of so many rows, which takes Prisma half a minute by itself.
    const isWorthIt = db.can.ownStatements || operations[name].isSeeded
    test.skipIf(!isWorthIt)(bounded, { timeout }, async () => {
      const { isSeeded } = operations[name]
      // A plain createMany of so many rows takes as long as all the rest: once is enough.
      // Triggers take no memory of the client.
      const isCompared = (isSeeded || db.provider === 'postgresql') && db.can.ownStatements
      const rows = isSeeded || isCompared ? count : fewer
      if (isSeeded) await seed()
      const unaudited = isCompared ? await run('plain', name, rows) : undefined
      await db.clear()
      if (isSeeded) await seed()
      const audited = await run(db.engine, name, rows)
      if (process.env.AUDIT_TEST_FIGURES) console.log(db.name, name, { unaudited, audited })
      expect(await plain.auditLog.count()).toBe(rows)
      expect(await exactRows(name)).toBe(rows)
      expect(await plain.ledgerEntry.count()).toBe(name === 'deleteMany' ? 0 : rows)
      if (unaudited) {
        expect(audited.megabytes - unaudited.megabytes).toBeLessThan(memoryLimit)
      }
    })
  })

  test('leaves nothing when its last row fails', { timeout }, async () => {
    await seed()
    await during(db, refusingEntity(String(count)), async () => {
      const write = client.ledgerEntry.updateMany({ data: { amount: { increment: 1 } } })
      await expect(write).rejects.toMatchObject(failureOf(db))
    })
    expect(await plain.auditLog.count()).toBe(0)
    expect(await plain.ledgerEntry.count({ where: { amount: { gt: count } } })).toBe(0)
    const { _sum: sum } = await plain.ledgerEntry.aggregate({ _sum: { amount: true } })
    expect(sum.amount).toBe((BigInt(count) * BigInt(count + 1)) / 2n)
  })
})

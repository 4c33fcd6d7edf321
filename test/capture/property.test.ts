import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import { auditedClient, entriesOf } from './audited.ts'
import { plainValue } from './plain-value.ts'
import { models, someCall, someUnit } from './random-calls.ts'
import { rebuildTables, sortedTables, type Tables } from './replay.ts'
import { type Client, outcomeOf, outcomesOf } from './run-units.ts'

const runs = Number(process.env.AUDIT_TEST_RUNS ?? 40)
const timeout = 120_000 + runs * 1000

describeEachEngine('Any sequence of calls', (db) => {
  test(
    'answers as the plain client does, and its trail rebuilds the tables',
    async () => {
      const plain = db.client()
      const prisma = auditedClient(db)
      const units = fc.array(someUnit, { minLength: 1, maxLength: 8 })
      const property = fc.asyncProperty(units, async (sequence) => {
        await db.clear()
        const expected = await outcomesOf(plain, sequence)
        const expectedTables = await tablesOf(plain)
        await db.clear()
        expect(await outcomesOf(prisma, sequence)).toEqual(expected)
        expect(await tablesOf(plain)).toEqual(expectedTables)
        expect(rebuilt(await entriesOf(prisma))).toEqual(expectedTables)
      })
      await fc.assert(property, { numRuns: runs })
    },
    timeout,
  )

  test.skipIf(!db.can.concurrentWriters)(
    'of concurrent callers has an exact trail',
    async () => {
      const plain = db.client()
      const prisma = auditedClient(db, {}, { poolSize: 8 })
      const callers = fc.array(fc.array(someCall, { minLength: 1, maxLength: 6 }), {
        minLength: 4,
        maxLength: 8,
      })
      const property = fc.asyncProperty(callers, async (sequences) => {
        await db.clear()
        await Promise.all(
          sequences.map(async (calls) => {
            for (const call of calls) await outcomeOf(prisma, call)
          }),
        )
        expect(rebuilt(await entriesOf(prisma))).toEqual(await tablesOf(plain))
      })
      await fc.assert(property, { numRuns: Math.ceil(runs / 2) })
    },
    timeout,
  )
})

async function tablesOf(plain: Client): Promise<Tables> {
  const tables: Tables = new Map()
  for (const model of models) {
    const rows = (await plain[model].findMany()).map(plainValue) as Record<string, unknown>[]
    const entity = model.charAt(0).toUpperCase() + model.slice(1)
    if (rows.length > 0) tables.set(entity, new Map(rows.map((row) => [keyOf(entity, row), row])))
  }
  return sortedTables(tables)
}

const keys: Record<string, string[]> = {
  LedgerEntry: ['id'],
  Price: ['tenantId', 'code'],
  Setting: ['key'],
  Translation: ['locale', 'key'],
  Order: ['id'],
}

function keyOf(entity: string, row: Record<string, unknown>): string {
  const values = (keys[entity] ?? []).map((name) => row[name])
  return values.length === 1 ? String(values[0]) : JSON.stringify(values)
}

function rebuilt(entries: Parameters<typeof rebuildTables>[0]): Tables {
  return sortedTables(rebuildTables(entries, keyOf))
}

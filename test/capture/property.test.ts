import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeEachDatabase } from '../database/each.ts'
import { auditedClient, entriesOf } from './audited.ts'
import { plainValue } from './plain-value.ts'
import { type Call, models, someCall, someUnit, type Unit } from './random-calls.ts'
import { rebuildTables, type Tables } from './replay.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls are data here, made for five models alike
type Client = any

const runs = Number(process.env.AUDIT_TEST_RUNS ?? 40)
const timeout = 120_000 + runs * 1000

describeEachDatabase('Any sequence of calls', (db) => {
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

async function outcomesOf(prisma: Client, units: readonly Unit[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const unit of units) outcomes.push(await unitOutcome(prisma, unit))
  return outcomes
}

async function unitOutcome(prisma: Client, { mode, rollback, calls }: Unit): Promise<unknown> {
  const together = async (tx: Client) => {
    const outcomes = []
    for (const call of calls) outcomes.push(plainValue(await promiseOf(tx, call)))
    if (rollback) throw new Error('rolled back')
    return outcomes
  }
  try {
    switch (mode) {
      case 'standalone': {
        const outcomes = []
        for (const call of calls) outcomes.push(await outcomeOf(prisma, call))
        return outcomes
      }
      case 'interactive':
        return await prisma.$transaction(together)
      case 'array':
        return plainValue(await prisma.$transaction(calls.map((call) => promiseOf(prisma, call))))
      case 'savepoint':
        return await prisma.$transaction(async (tx: Client) => {
          const [first] = calls
          const before = first ? await promiseOf(tx, first) : null
          const inner = await tx.$transaction(together).catch(errorOf)
          return [plainValue(before), inner]
        })
    }
  } catch (error) {
    return errorOf(error)
  }
}

async function outcomeOf(prisma: Client, call: Call): Promise<unknown> {
  try {
    return plainValue(await promiseOf(prisma, call))
  } catch (error) {
    return errorOf(error)
  }
}

function promiseOf(prisma: Client, { model, operation, args }: Call): PromiseLike<unknown> {
  return prisma[model][operation](args)
}

function errorOf(error: unknown): unknown {
  const { name, code, message } = error as Error & { code?: string }
  // The rest of a message names the place of the call.
  return { name, code, message: message.split('\n').at(-1) }
}

async function tablesOf(plain: Client): Promise<Tables> {
  const tables: Tables = new Map()
  for (const model of models) {
    const rows = (await plain[model].findMany()).map(plainValue) as Record<string, unknown>[]
    const entity = model.charAt(0).toUpperCase() + model.slice(1)
    if (rows.length > 0) tables.set(entity, new Map(rows.map((row) => [keyOf(entity, row), row])))
  }
  return sorted(tables)
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
  const tables = rebuildTables(entries, keyOf)
  for (const [entity, rows] of tables) if (rows.size === 0) tables.delete(entity)
  return sorted(tables)
}

function sorted(tables: Tables): Tables {
  const byKey = (a: [string, unknown], b: [string, unknown]) => (a[0] < b[0] ? -1 : 1)
  return new Map(
    [...tables].sort(byKey).map(([entity, rows]) => [entity, new Map([...rows].sort(byKey))]),
  )
}

import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { AuditEntry } from '../../src/index.ts'
import { plainValue } from '../capture/plain-value.ts'
import {
  checkTraces,
  type Links,
  rebuildLinks,
  rebuildTables,
  sortedTables,
  type Tables,
} from '../capture/replay.ts'
import { type Call, type Client, outcomeOf, outcomesOf, type Unit } from '../capture/run-units.ts'
import { closeForgottenFiles } from '../database/garbage.ts'
import { auditedClient, trailOf } from './audited.ts'
import {
  describeEachRelationEngine,
  describeRelationDatabase,
  type RelationDatabase,
} from './each.ts'
import {
  keyFields,
  type ModelName,
  models,
  population,
  randomCalls,
  timeFields,
} from './random-calls.ts'

/**
 * AUDIT_TEST_RUNS: sequences of calls per database, 50 calls each on average; a fifth of them where
 * foreign keys are emulated. Without it, they are the same calls each time, a fifth as many for the database
 * engine.
 *
 * AUDIT_TEST_SEED and AUDIT_TEST_PATH: of a failing run, which prints both, to make it again. The
 * path leads to the shrunk counterexample at once; narrow the run to the database that failed by
 * AUDIT_TEST_DATABASES and `-t`.
 */
const given = process.env
const isDefault = given.AUDIT_TEST_RUNS === undefined && given.AUDIT_TEST_SEED === undefined
const allRuns = Number(given.AUDIT_TEST_RUNS ?? 20)
const replayed = {
  // The same calls in every run of the suite; a soak is for others.
  ...(isDefault && { seed: 20_260_101 }),
  ...(given.AUDIT_TEST_SEED && { seed: Number(given.AUDIT_TEST_SEED) }),
  ...(given.AUDIT_TEST_PATH && { path: given.AUDIT_TEST_PATH }),
}

describeEachRelationEngine('Any sequence of calls with relations', (db) => {
  const isEmulated = db.mode === 'emulated'
  const part = (isEmulated ? 5 : 1) * (isDefault && db.engine === 'database' ? 5 : 1)
  const runs = Math.ceil(allRuns / part)
  const timeout = 600_000 + runs * 1000
  // Ends while it shrinks rather than in a timeout, which would not print the counterexample.
  const limits = {
    ...replayed,
    interruptAfterTimeLimit: timeout - 20_000,
    markInterruptAsFailure: true,
  }
  const { someUnit } = randomCalls(db.can)
  const { someCall } = randomCalls(db.can, { anyLimit: true })
  let executed = 0
  const assert = <T>(
    numRuns: number,
    arbitrary: fc.Arbitrary<T>,
    run: (value: T) => Promise<void>,
  ) => fc.assert(fc.asyncProperty(fc.noBias(arbitrary), run), { numRuns, ...limits })

  describeRelationDatabase(db.provider, db.mode, 'and an equal one', (other) => {
    let prisma: Client
    let reader: Client
    let plain: Client
    beforeAll(() => {
      prisma = auditedClient(db)
      reader = db.client()
      plain = other.client()
    })

    test(
      'answers as the plain client does, and its trail rebuilds the tables',
      async () => {
        const units = fc.array(someUnit, { minLength: 1, maxLength: 40, size: 'max' }).map(readable)
        await assert(runs, units, async (sequence) => {
          await Promise.all([empty(db), empty(other)])
          const all = [
            { mode: 'standalone', rollback: false, calls: population } as const,
            ...(isEmulated ? sequence.map(withoutLimits) : sequence),
          ]
          const [outcomes, expected] = await Promise.all([
            outcomesOf(prisma, all),
            outcomesOf(plain, isEmulated && db.can.wholeCalls ? all.map(wholeOrNothing) : all),
          ])
          executed += sequence.reduce((sum, { calls }) => sum + calls.length, 0)
          for (const [i, unit] of all.entries()) {
            const at = textOf(unit)
            const outcome = comparable(outcomes[i])
            expect({ at, outcome }).toEqual({ at, outcome: comparable(expected[i]) })
          }
          const state = await stateOf(db, reader)
          expect(timeless(state)).toEqual(timeless(await stateOf(other, plain)))
          const entries = await trailOf(prisma)
          checkTraces(entries)
          expect(rebuilt(entries)).toEqual(state)
        })
      },
      timeout,
    )
  })

  test.skipIf(!db.can.concurrentWriters)(
    'of concurrent callers has an exact trail',
    async () => {
      const prisma = auditedClient(db, 8)
      const reader = db.client()
      const calls = fc.array(someCall, { minLength: 1, maxLength: 12, size: 'max' })
      const callers = fc.array(calls, { minLength: 4, maxLength: 8, size: 'max' }).map(readable)
      await assert(Math.ceil(runs / 6), callers, async (sequences) => {
        await empty(db)
        for (const call of population) await outcomeOf(prisma, call)
        await Promise.all(
          sequences.map(async (sequence) => {
            for (const call of sequence) await outcomeOf(prisma, call)
          }),
        )
        executed += sequences.flat().length
        const entries = await trailOf(prisma)
        checkTraces(entries, { isConcurrent: true })
        expect(rebuilt(entries)).toEqual(await stateOf(db, reader))
      })
    },
    timeout,
  )

  test.skipIf(!isDefault)('is made of hundreds of calls', () => {
    expect(executed).toBeGreaterThanOrEqual(600 / part)
  })
})

/**
 * Rows that are gone leave generated ids behind them, which would differ from run to run, so each
 * run starts with the same.
 */
async function empty(db: RelationDatabase): Promise<void> {
  db.statements().reset()
  await db.clear()
  switch (db.provider) {
    case 'sqlite':
      await closeForgottenFiles()
      await db.sql('UPDATE sqlite_sequence SET seq = 100')
      return
    case 'postgresql':
      await db.sql(`SELECT setval(format('%I.%I', schemaname, sequencename), 100)
        FROM pg_sequences WHERE schemaname = 'public'`)
      return
    case 'mysql': {
      for (const table of await generatingTables(db)) {
        await db.sql(`ALTER TABLE \`${table}\` AUTO_INCREMENT = 101`)
      }
    }
  }
}

async function generatingTables(db: RelationDatabase): Promise<unknown[]> {
  const rows = await db.sql(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = DATABASE() AND extra = 'auto_increment' AND table_name <> 'AuditLog'`,
  )
  return rows.map(({ name }) => name)
}

/** The rows of all models, and the links between them. */
interface State {
  readonly tables: Tables
  readonly links: Links
}

const linkTables = {
  _Friends: ['Person.friendOf', 'Person.friends'],
  _BookToGenre: ['Book.genres', 'Genre.books'],
} as const

async function stateOf(db: RelationDatabase, plain: Client): Promise<State> {
  const tables: Tables = new Map()
  for (const model of models) {
    const rows = (await plain[model].findMany()).map(plainValue) as Record<string, unknown>[]
    const entity = entityOf(model)
    tables.set(entity, new Map(rows.map((row) => [keyOf(entity, row), row])))
  }
  const links: Links = new Map()
  const quote = db.provider === 'mysql' ? '`' : '"'
  for (const [table, [a, b]] of Object.entries(linkTables)) {
    const rows = await db.sql(`SELECT * FROM ${quote}${table}${quote}`)
    const pairs = rows.map(({ A, B }) => [String(A), String(B)])
    links.set(a, new Set(pairs.map((pair) => JSON.stringify(pair)).sort()))
    links.set(b, new Set(pairs.map((pair) => JSON.stringify(pair.toReversed())).sort()))
  }
  return { tables: sortedTables(tables), links }
}

function rebuilt(entries: readonly AuditEntry[]): State {
  const known = rebuildLinks(entries)
  const links: Links = new Map()
  for (const name of Object.values(linkTables).flat()) {
    links.set(name, new Set([...(known.get(name) ?? [])].sort()))
    known.delete(name)
  }
  expect([...known.keys()]).toEqual([])
  return { tables: sortedTables(rebuildTables(entries, keyOf)), links }
}

function entityOf(model: ModelName): string {
  return model.charAt(0).toUpperCase() + model.slice(1)
}

function keyOf(entity: string, row: Record<string, unknown>): string {
  const model = (entity.charAt(0).toLowerCase() + entity.slice(1)) as ModelName
  const values = keyFields(model).map((name) => row[name])
  return values.length === 1 ? String(values[0]) : JSON.stringify(values)
}

/** Of a unit whose calls were all made. */
function callOutcomes(outcome: unknown): readonly unknown[] | null {
  if (Array.isArray(outcome)) return outcome
  return (outcome as { rolledBack?: readonly unknown[] } | null)?.rolledBack ?? null
}

/** The calls of a unit are in order. */
function comparable(outcome: unknown): unknown {
  return callOutcomes(outcome)?.map(timeless) ?? outcome
}

/** Without the time of writing, and with lists in an order of their own: neither is promised. */
function timeless(value: unknown): unknown {
  if (value instanceof Set) return value
  if (value instanceof Map) return new Map([...value].map(([name, of]) => [name, timeless(of)]))
  if (Array.isArray(value)) return value.map(timeless).sort(byText)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !timeFields.some((time) => time === name))
  return Object.fromEntries(kept.map(([name, of]) => [name, timeless(of)]))
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  if (left === right) return 0
  return left < right ? -1 : 1
}

/**
 * Where Prisma emulates foreign keys, it makes some calls without a transaction, and leaves half of
 * them when they fail. A call of the client engine is always in one.
 */
function wholeOrNothing(unit: Unit): Unit {
  return unit.mode === 'standalone' ? { ...unit, mode: 'apart' } : unit
}

/** With a `limit`, Prisma's emulation also changes the dependants of rows that the limit leaves out. */
function withoutLimits(unit: Unit): Unit {
  const calls = unit.calls.map((call) => {
    const { limit: _, ...args } = call.args
    return { ...call, args }
  })
  return { ...unit, calls }
}

/** As a caller would write it, for a counterexample that can be read. */
function readable<T extends readonly (Unit | readonly Call[])[]>(list: T): T {
  const text = () => `\n${list.map(textOf).join('\n')}\n`
  return Object.assign([...list], { [fc.toStringMethod]: text }) as unknown as T
}

function textOf(part: Unit | readonly Call[], index = 0): string {
  const isUnit = 'calls' in part
  const calls = (isUnit ? part.calls : part).map(
    ({ model, operation, args }) => `  ${model}.${operation}(${JSON.stringify(args)})`,
  )
  const title = isUnit ? `${part.mode}${part.rollback ? ', rolled back' : ''}` : `caller ${index}`
  return [`${title}:`, ...calls].join('\n')
}

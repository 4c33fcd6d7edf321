import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { plainValue } from '../capture/plain-value.ts'
import { type Client, outcomeOf, outcomesOf, type Unit } from '../capture/run-units.ts'
import { labelOf, providers } from '../database/capabilities.ts'
import { auditedClient } from '../relations/audited.ts'
import { describeRelationDatabase, type RelationDatabase } from '../relations/each.ts'
import {
  keyFields,
  type ModelName,
  models,
  population,
  randomCalls,
} from '../relations/random-calls.ts'

/**
 * AUDIT_TEST_RUNS: sequences of calls per database, engine and kind of snapshots. Without it, they are the
 * same calls each time.
 */
const given = process.env.AUDIT_TEST_RUNS
const runs = Number(given ?? 1)
const replayed = given === undefined ? { seed: 20_260_102 } : {}

for (const provider of providers) describeTables(provider, 'client')
describeTables('postgresql', 'database')

function describeTables(provider: (typeof providers)[number], engine: 'client' | 'database'): void {
  const name = `Tables as of a time (${labelOf(provider, engine)})`
  describeRelationDatabase(provider, 'foreignKeys', name, (db) => suite(db), engine)
}

function suite(db: RelationDatabase): void {
  describe.each(['full', 'changed'] as const)('told by %s snapshots', (snapshots) => {
    const clock = new Clock()
    let prisma: Client
    let plain: Client
    beforeAll(() => {
      const options = db.engine === 'client' ? { snapshots, now: clock.now } : { snapshots }
      prisma = auditedClient(db, 4, options)
      plain = db.client()
    })

    test(
      'are what they were then',
      async () => {
        const { someUnit } = randomCalls(db.can)
        const sequences = fc.array(someUnit, { minLength: 4, maxLength: 14, size: 'max' })
        const property = fc.asyncProperty(
          fc.noBias(sequences),
          // Rows that were there before the audit began, which the database engine knows no time without.
          fc.boolean().map((value) => value && db.can.unauditedClients),
          fc.infiniteStream(fc.nat()),
          async (units, isOlder, numbers) => {
            await db.clear()
            for (const call of population) await outcomeOf(isOlder ? plain : prisma, call)
            const moments = await momentsOf(db, clock, prisma, plain, units)
            const pick = (count: number) => numbers.next().value % count
            for (let i = 0; i < 2; i++) {
              const moment = moments[pick(moments.length)] as Moment
              const at = new Date(pick(2) ? moment.from : moment.until - 1)
              await expectTables(prisma, at, moment, pick)
              if (!isOlder) await expectTold(prisma, at, moment)
            }
          },
        )
        await fc.assert(property, { numRuns: runs, ...replayed })
      },
      60_000 + runs * 10_000,
    )
  })
}

type Row = Record<string, unknown>

/** What was in the tables from one time on, until before another one. */
interface Moment {
  readonly from: number
  readonly until: number
  readonly tables: ReadonlyMap<ModelName, readonly Row[]>
}

async function momentsOf(
  db: RelationDatabase,
  clock: Clock,
  prisma: Client,
  plain: Client,
  units: readonly Unit[],
): Promise<Moment[]> {
  const time = () => (db.engine === 'client' ? clock.time : Date.now())
  /** Until the next millisecond, so that nothing more happens in this one. */
  const passed = (from: number) => {
    if (db.engine === 'client') clock.time += 10
    while (time() <= from);
  }
  const moments: Moment[] = []
  for (const unit of [null, ...units]) {
    if (unit) await outcomesOf(prisma, [unit])
    const from = time()
    const tables = await tablesOf(plain)
    passed(from)
    moments.push({ from, until: time(), tables })
  }
  return moments
}

async function tablesOf(plain: Client): Promise<Map<ModelName, Row[]>> {
  const tables = new Map<ModelName, Row[]>()
  for (const model of models) {
    tables.set(model, (await plain[model].findMany()).map(plainValue) as Row[])
  }
  return tables
}

async function expectTables(
  prisma: Client,
  at: Date,
  { tables }: Moment,
  pick: (count: number) => number,
): Promise<void> {
  for (const [model, expected] of tables) {
    const rows: Row[] = []
    let cursor: string | null = null
    const take = pick(5) + 1
    do {
      const page: { rows: Row[]; nextCursor: string | null } = await prisma[model].asOfMany({
        at,
        take: pick(4) ? 1000 : take,
        cursor,
      })
      rows.push(...(page.rows.map(plainValue) as Row[]))
      cursor = page.nextCursor
    } while (cursor !== null)
    const byText = (list: readonly Row[]) => list.map((row) => JSON.stringify(row)).sort()
    expect({ model, at, rows: byText(rows) }).toEqual({ model, at, rows: byText(expected) })
    // Those of other times, too, which were not there.
    for (const id of [...expected.slice(0, 3), ...rowsOfKeys(model)]) {
      const row = await prisma[model].asOf({ where: whereOf(model, id), at })
      const same = expected.find(
        (other) => JSON.stringify(whereOf(model, other)) === JSON.stringify(whereOf(model, id)),
      )
      expect({ model, at, id, row: row && plainValue(row) }).toEqual({
        model,
        at,
        id,
        row: same ?? null,
      })
    }
  }
}

/** The trail alone tells all of them, where it has been there from the beginning. */
async function expectTold(prisma: Client, at: Date, { tables }: Moment): Promise<void> {
  for (const [model, expected] of tables) {
    const entity = model.charAt(0).toUpperCase() + model.slice(1)
    for (const row of expected.slice(0, 5)) {
      const entityId = keyFields(model).map((name) => row[name])
      const { state, unknown } = await prisma.$audit.asOf({ entity, entityId, at })
      const told = { state: plainValue(state), unknown }
      expect({ entity, at, ...told }).toEqual({ entity, at, state: row, unknown: [] })
    }
  }
}

/** Keys that calls often have, of rows that may be there or not. */
function rowsOfKeys(model: ModelName): Row[] {
  const fields = keyFields(model)
  if (fields.length > 1 || model === 'passport' || model === 'genre') return []
  return [1, 2].map((value) => ({ [fields[0] as string]: value }))
}

function whereOf(model: ModelName, row: Row): object {
  const fields = keyFields(model)
  const key = Object.fromEntries(fields.map((name) => [name, row[name]]))
  if (fields.length === 1) return key
  return { [model === 'loan' ? 'loan' : fields.join('_')]: key }
}

/** A clock that goes on when it is told to. */
class Clock {
  time = Date.UTC(2026, 0, 1)

  readonly now = () => new Date(this.time)
}

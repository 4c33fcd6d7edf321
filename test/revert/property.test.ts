import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { AuditError } from '../../src/index.ts'
import { plainValue } from '../capture/plain-value.ts'
import { type Call, type Client, outcomeOf } from '../capture/run-units.ts'
import { closeForgottenFiles } from '../database/garbage.ts'
import { describeEachRelationEngine, type RelationDatabase } from '../relations/each.ts'
import {
  keyFields,
  models,
  population,
  randomCalls,
  timeFields,
} from '../relations/random-calls.ts'
import { openRelationReverting } from './reverting.ts'

const given = process.env
const runs = Number(given.AUDIT_TEST_RUNS ?? 5)
const replayed = {
  ...(given.AUDIT_TEST_RUNS === undefined && { seed: 20_260_101 }),
  ...(given.AUDIT_TEST_SEED && { seed: Number(given.AUDIT_TEST_SEED) }),
  ...(given.AUDIT_TEST_PATH && { path: given.AUDIT_TEST_PATH }),
}

describeEachRelationEngine('Any unit of work', (db) => {
  let reverting: ReturnType<typeof openRelationReverting>
  let prisma: Client
  beforeAll(() => {
    reverting = openRelationReverting(db, { poolSize: 4 })
    prisma = reverting.prisma
  })
  const { someCall } = randomCalls(db.can)

  test(
    'can be reverted, and the revert as well',
    async () => {
      const calls = fc.array(someCall, { minLength: 1, maxLength: 12, size: 'max' })
      const property = fc.asyncProperty(fc.noBias(calls), async (sequence) => {
        await db.clear()
        if (db.provider === 'sqlite') await closeForgottenFiles()
        for (const call of population) await outcomeOf(prisma, call)
        const before = await stateOf(db, prisma)
        const traceId = await inOneTrace(prisma, sequence)
        const after = await stateOf(db, prisma)
        const told = sequence.map(textOf)
        const reverted = await traceOfRevert(reverting.undo({ traceId }))
        expect({ told, state: await stateOf(db, prisma) }).toEqual({ told, state: before })
        // What is left referring to rows that are gone, Prisma's emulation takes along the second time.
        if (reverted === null || db.mode === 'emulated') return
        await reverting.undo({ traceId: reverted })
        expect({ told, state: await stateOf(db, prisma) }).toEqual({ told, state: after })
      })
      await fc.assert(property, { numRuns: runs, ...replayed })
    },
    60_000 + runs * 4_000,
  )

  test.skipIf(db.mode === 'emulated')(
    'is reverted as a dry run tells, whatever was changed since',
    async () => {
      const calls = fc.array(someCall, { minLength: 4, maxLength: 12, size: 'max' })
      const ways = fc.constantFrom('refuse', 'revert', 'keep')
      const property = fc.asyncProperty(
        fc.noBias(calls),
        fc.noBias(calls),
        ways,
        async (sequence, later, onConflict) => {
          await db.clear()
          if (db.provider === 'sqlite') await closeForgottenFiles()
          for (const call of population) await outcomeOf(prisma, call)
          const traceId = await inOneTrace(prisma, sequence)
          for (const call of later) await outcomeOf(prisma, call)
          const before = await stateOf(db, prisma)
          try {
            const told = await reverting.undo({ traceId }, { dryRun: true, onConflict })
            expect(await stateOf(db, prisma)).toEqual(before)
            const { steps, conflicts } = await reverting.undo({ traceId }, { onConflict })
            expect({ steps, conflicts }).toEqual({ steps: told.steps, conflicts: told.conflicts })
          } catch (error) {
            if (!(error instanceof AuditError)) throw error
            expect(['REVERT_CONFLICT', 'REVERT_INVALID']).toContain(error.code)
            expect(await stateOf(db, prisma)).toEqual(before)
          }
        },
      )
      await fc.assert(property, { numRuns: Math.ceil(runs / 2), ...replayed })
    },
    60_000 + runs * 4_000,
  )
})

async function inOneTrace(prisma: Client, calls: readonly Call[]): Promise<string> {
  let trace = ''
  await prisma.$audit.run('work', { entity: 'Job' }, async ({ traceId }: { traceId: string }) => {
    trace = traceId
    for (const call of calls) await outcomeOf(prisma, call)
  })
  return trace
}

/** `null` where nothing was left to revert. */
async function traceOfRevert(work: Promise<{ readonly traceId: string | null }>) {
  try {
    return (await work).traceId
  } catch (error) {
    if (
      error instanceof AuditError &&
      /nothing to revert|Nothing was changed/.test(error.message)
    ) {
      return null
    }
    const { conflicts } = error as AuditError
    if (conflicts) throw new Error(JSON.stringify(conflicts), { cause: error })
    throw error
  }
}

/** All rows but for the times of writing, and all links. */
async function stateOf(db: RelationDatabase, prisma: Client): Promise<Record<string, string[]>> {
  const state: Record<string, string[]> = {}
  for (const model of models) {
    const orderBy = keyFields(model).map((name) => ({ [name]: 'asc' }))
    const rows = await prisma[model].findMany({ orderBy })
    state[model] = rows.map((row: object) => JSON.stringify(plainValue(timeless(row))))
  }
  const quote = db.provider === 'mysql' ? '`' : '"'
  for (const table of ['_Friends', '_BookToGenre']) {
    const rows = await db.sql(`SELECT * FROM ${quote}${table}${quote}`)
    state[table] = rows.map(({ A, B }) => JSON.stringify([String(A), String(B)])).sort()
  }
  return state
}

function timeless(row: object): object {
  const isKept = ([name]: [string, unknown]) => !timeFields.some((time) => time === name)
  return Object.fromEntries(Object.entries(row).filter(isKept))
}

function textOf({ model, operation, args }: Call): string {
  return `${model}.${operation}(${JSON.stringify(args)})`
}

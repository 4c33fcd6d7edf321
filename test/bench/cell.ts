import { setImmediate } from 'node:timers/promises'
import type { Contender } from './contender.ts'
import { clear, type DatabaseName } from './databases.ts'
import { interleave, pairedRatios, type Summary, summarize } from './measure.ts'
import { type OperationName, operations } from './operations.ts'
import type { Client } from './variants.ts'

export interface Setting {
  readonly database: DatabaseName
  readonly callers: number
  readonly operation: OperationName
  readonly rounds: number
  /** Calls that a caller makes in a round, at most. */
  readonly maxCalls: number
}

export interface Cell extends Omit<Setting, 'rounds' | 'maxCalls'> {
  readonly results: readonly (Measured | Failed)[]
}

export interface Measured {
  readonly variant: string
  /** Milliseconds that a caller waits for one call. */
  readonly time: Summary
  /** Of the time of `plain` in the same round. */
  readonly ratio: Summary
  /** Sent for one call, `BEGIN` and `COMMIT` included. */
  readonly statements: number
  /** That the database answered to the statements of one call. */
  readonly rowsRead: number
  /** Audit rows written, as a part of those of a complete trail: 1 where none is missing. */
  readonly auditRows: number
}

type Counts = Pick<Measured, 'statements' | 'rowsRead' | 'auditRows'>

export interface Failed {
  readonly variant: string
  readonly failure: string
}

/**
 * Measures one operation in one setting, all variants side by side.
 *
 * @throws what `plain` throws: without it there is nothing to compare with.
 */
export async function measureCell(
  contenders: readonly Contender[],
  setting: Setting,
): Promise<Cell> {
  const counts = new Map<string, Counts>()
  const byName = new Map(contenders.map((contender) => [contender.variant.name, contender]))
  for (const { url } of contenders) await clear(setting.database, url)
  const { times, failures } = await interleave(
    [...byName.keys()],
    setting.rounds,
    async (name, round) => {
      const contender = byName.get(name) as Contender
      if (!counts.has(name)) counts.set(name, await count(contender, setting))
      return time(contender, setting, `r${round}`)
    },
  )
  if (failures.has('plain')) throw failures.get('plain')
  const results = [...byName.keys()].map((variant): Measured | Failed => {
    const counted = counts.get(variant)
    if (failures.has(variant) || !counted) return { variant, failure: text(failures.get(variant)) }
    return {
      variant,
      time: summarize(times[variant] ?? []),
      ratio: summarize(pairedRatios(times, variant, 'plain')),
      ...counted,
    }
  })
  const { database, callers, operation } = setting
  return { database, callers, operation, results }
}

async function count(contender: Contender, setting: Setting): Promise<Counts> {
  const { variant, plain, counted, statements } = contender
  const { auditRows } = operations[setting.operation]
  const run = await prepare(contender, setting, 'count')
  statements.clear()
  const before = await variant.countRows(plain)
  await run(counted)
  const calls = callsOf(setting) * setting.callers
  const sent = statements.count()
  const read = statements.sent.reduce((sum, { rows = 0 }) => sum + rows, 0)
  const added = (await variant.countRows(plain)) - before
  statements.clear()
  return {
    statements: sent / calls,
    rowsRead: read / calls,
    auditRows: added / (calls * auditRows),
  }
}

/** Calls of each caller that come before those that are timed: a connection that is new has yet to plan. */
const warmUp = 2

async function time(contender: Contender, setting: Setting, round: string): Promise<number> {
  if (callsOf(setting) > warmUp) {
    const first = await prepare(contender, { ...setting, maxCalls: warmUp }, `${round}-first`)
    await first(contender.timed)
  }
  const run = await prepare(contender, setting, round)
  // SQLite's driver never lets the event loop go round by itself, and a signal would not be heard.
  await setImmediate()
  const start = performance.now()
  await run(contender.timed)
  return (performance.now() - start) / callsOf(setting)
}

/** What the callers of one round do: each makes its calls one after the other. */
async function prepare(
  { variant, plain }: Contender,
  setting: Setting,
  round: string,
): Promise<(client: Client) => Promise<void>> {
  const operation = operations[setting.operation]
  const callers = Array.from({ length: setting.callers }, (_, caller) =>
    Array.from({ length: callsOf(setting) }, (_, call) => `${round}-${caller}-${call}`),
  )
  await operation.prepare(plain, callers.flat())
  const work = (client: Client) => async (keys: readonly string[]) => {
    for (const key of keys) {
      await (variant.call?.(client, setting.operation, key) ?? operation.call(client, key))
    }
  }
  return async (client) => {
    await variant.run(() => Promise.all(callers.map(work(client))))
  }
}

function callsOf({ operation, maxCalls }: Setting): number {
  return Math.min(operations[operation].calls, maxCalls)
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

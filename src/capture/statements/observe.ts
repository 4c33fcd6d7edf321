import { type Driver, type DriverQuery, observe } from '../../driver.ts'
import { AuditError } from '../../errors.ts'
import type { KeyValues } from '../../schema/key.ts'
import type { Table } from '../../schema/tables.ts'
import type { Call } from '../call.ts'
import { Ledger } from '../ledger.ts'
import { lockDatabase } from '../rows.ts'
import { observeDelete } from './delete.ts'
import { observeInsert } from './insert.ts'
import { lockKeys } from './lock.ts'
import { parseStatement, type WriteStatement } from './parse.ts'
import { UnknownStatement } from './reader.ts'
import { type Observed, OwnFailure, type Sent, sendAsIs } from './send.ts'
import { observeUpdate } from './update.ts'

/** What a part of a call did: its answer or its failure, and the rows that it wrote. */
export interface Observation<T> {
  readonly ledger: Ledger
  readonly outcome: { readonly answer: T } | { readonly error: unknown }
  /** Every statement that was sent is accounted for in the ledger. */
  readonly isComplete: boolean
}

/**
 * Runs a part of a call, and finds out which rows it changes, in whatever table: before each of its
 * statements the rows that this is about to write are locked and read, at the end they are read
 * again. It knows nothing of the call's verbs: those were interpreted once, by Prisma.
 *
 * A statement whose effect is not known fails the call, with `CAPTURE_FAILED`; a first statement
 * that writes more than `most` rows of the call's own model, with `TooManyRows`.
 */
export async function observing<T>(
  call: Call,
  work: () => Promise<T>,
  most?: number,
): Promise<Observation<T>> {
  const ledger = new Ledger(call)
  let isComplete = true
  let locking: 'not yet' | 'now' | 'done' = call.settings.dialect.lock ? 'done' : 'not yet'
  let isFirst = true
  const observer = async (query: DriverQuery, driver: Driver, wants: 'rows' | 'count') => {
    try {
      // The lock is a statement that comes by here too.
      if (locking === 'now') return await answerOf(sendAsIs({ query, driver, wants }), wants)
      const statement = readStatement(call, query.sql)
      if (locking === 'not yet' && statement?.verb !== 'insert') {
        locking = 'now'
        await lockDatabase(call)
      }
      locking = 'done'
      if (!statement) return await answerOf(sendAsIs({ query, driver, wants }), wants)
      const table = tableOf(call, statement)
      const limit = isFirst && table.name === call.model.model.name ? (most ?? null) : null
      isFirst = false
      const observed = { call, ledger, table, query, driver, wants, most: limit }
      return await answerOf(send(observed, statement), wants)
    } catch (error) {
      if (error instanceof OwnFailure) throw error.cause
      isComplete = false
      throw error
    }
  }
  const outcome = await observe(call.root, call.transaction, observer, work).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  )
  return { ledger, outcome, isComplete }
}

async function answerOf(sent: Promise<Sent>, wants: 'rows' | 'count') {
  const { rows, count } = await sent
  return wants === 'rows' ? rows : count
}

function send(observed: Omit<Observed, 'statement'>, statement: WriteStatement): Promise<Sent> {
  switch (statement.verb) {
    case 'insert':
      return observeInsert({ ...observed, statement })
    case 'update':
      return observeUpdate({ ...observed, statement })
    case 'delete':
      return observeDelete({ ...observed, statement })
  }
}

/**
 * Has Prisma check the arguments of a call, and sends nothing that writes: for a call that is sent
 * in parts.
 *
 * @throws what Prisma throws when it refuses them.
 */
export async function check(call: Call): Promise<void> {
  await beforeWrite(call, async () => undefined)
}

/** What a bulk call is about to write. */
export interface Matching {
  /**
   * The keys of its rows, all of them locked; `null` where its first statement does not tell,
   * because it writes other rows before.
   */
  readonly keys: readonly KeyValues[] | null
  /** Where it writes nothing at all: what the call answers. */
  readonly answer?: unknown
}

/** Looks at what a bulk call is about to write. Nothing is written. */
export async function matching(call: Call): Promise<Matching> {
  let keys: KeyValues[] | null = null
  await lockDatabase(call)
  const outcome = await beforeWrite(call, async (observed, statement) => {
    if (observed.table.name !== call.model.model.name || statement.verb === 'insert') return
    const lock = statement.verb === 'delete' ? 'delete' : 'update'
    keys = await lockKeys({ ...observed, statement }, lock)
  })
  return { keys, ...outcome }
}

/**
 * Runs a call up to its first statement that writes, and looks at that in place of sending it.
 * Answers what the call does where there is none.
 */
async function beforeWrite(
  call: Call,
  look: (observed: Omit<Observed, 'statement'>, statement: WriteStatement) => Promise<void>,
): Promise<{ readonly answer?: unknown }> {
  const enough = new Error('The first write was looked at')
  const observer = async (query: DriverQuery, driver: Driver, wants: 'rows' | 'count') => {
    const statement = readStatement(call, query.sql)
    if (!statement) {
      return wants === 'rows' ? driver.queryRaw(query) : driver.executeRaw(query)
    }
    const table = tableOf(call, statement)
    const ledger = new Ledger(call)
    await look({ call, ledger, table, query, driver, wants, most: null }, statement).catch(
      (error: unknown) => {
        throw error instanceof OwnFailure ? error.cause : error
      },
    )
    throw enough
  }
  try {
    return { answer: await observe(call.root, call.transaction, observer, () => call.run()) }
  } catch (error) {
    if (error !== enough) throw error
    return {}
  }
}

/** Prisma sends the same texts again and again; long ones, of bulk writes, are seldom the same. */
const known = new Map<string, WriteStatement | null>()
const mostKnown = 1000
const longest = 4000

function readStatement(call: Call, sql: string): WriteStatement | null {
  const found = known.get(sql)
  if (found !== undefined) return found
  try {
    const statement = parseStatement(sql)
    if (known.size >= mostKnown) known.clear()
    if (sql.length <= longest) known.set(sql, statement)
    return statement
  } catch (error) {
    if (!(error instanceof UnknownStatement)) throw error
    return unknown(call, sql, error)
  }
}

function tableOf(call: Call, { table, namespace, target }: WriteStatement): Table {
  const named = [...call.settings.tables.values()].filter(({ model }) => model.table === table)
  const found = named.find(({ model }) => model.namespace === namespace)
  // A statement may leave out the schema that the connection is set to, but only where it is clear.
  return (
    found ?? (named.length === 1 ? named[0] : undefined) ?? unknown(call, `a write to ${target}`)
  )
}

function unknown(call: Call, sql: string, cause?: unknown): never {
  throw new AuditError(
    'CAPTURE_FAILED',
    `\`${call.model.model.name}.${call.request.action}\` sends a statement whose effect is not known, so it was undone: ` +
      `${sql.slice(0, 200)}`,
    cause === undefined ? {} : { cause },
  )
}

import { type KeyValues, valuesId } from '../../schema/key.ts'
import type { Table } from '../../schema/tables.ts'
import { dependantsOfUpdate, followsItself, isFollowed, type Rewritten } from '../referential.ts'
import type { Row } from '../rows.ts'
import { conflict } from '../transaction.ts'
import { noteDependants, settleDependants } from './dependants.ts'
import { type Assigned, type Condition, type LockedRows, lockWhere, onlyLocked } from './lock.ts'
import type { Update } from './parse.ts'
import type { Fragment } from './reader.ts'
import { type Observed, type Sent, sendAsIs, sendReturning } from './send.ts'

/** An UPDATE: its rows, and those whose foreign key follows a field that it changes. */
export async function observeUpdate(observed: Observed<Update>): Promise<Sent> {
  const { table, statement } = observed
  const { assignments, where } = statement
  if (!isWatched(observed, assignments)) return sendAsIs(observed)
  const locked = await lockToUpdate(observed, assignments, where ? [where] : [])
  const { sent, after } = await sendUpdate(onlyLocked(observed, locked), locked)
  observed.ledger.updated(table, pairs(observed, locked, after))
  locked.settle()
  return sent
}

/** Whether such an update has to be looked at. */
export function isWatched(
  { ledger, table }: Observed,
  assignments: ReadonlyMap<string, Fragment>,
): boolean {
  return ledger.records(table) || isFollowed(table, assignedNames(table, assignments))
}

export interface LockedToUpdate extends LockedRows {
  /** The statement answers its rows as they stay; else the database changes them once more after it. */
  readonly isFinal: boolean
  /** To be called once the statement is through. */
  readonly settle: () => void
}

/** Locks and notes the rows that an update is about to write, and those that follow them. */
export async function lockToUpdate(
  observed: Observed,
  assignments: ReadonlyMap<string, Fragment>,
  condition: Condition,
): Promise<LockedToUpdate> {
  const { call, ledger, table } = observed
  const names = assignedNames(table, assignments)
  // Only these decide where a row is found afterwards, and who follows it.
  const assigned = table.columns
    .filter(({ name }) => names.includes(name))
    .filter(({ name }) => table.key.fields.includes(name) || isFollowed(table, [name]))
    .map((field): Assigned => ({ field, value: assignments.get(field.column) as Fragment }))
  const lock = assigned.length > 0 ? 'delete' : 'update'
  const locked = await lockWhere(observed, condition, lock, assigned)
  for (const { row } of locked.rows) ledger.locked(table, row)
  const dependants = isFollowed(table, names)
    ? noteDependants(observed, await dependantsOfUpdate(call, table, locked.rows))
    : []
  return {
    ...locked,
    isFinal: !followsItself(call, table, names),
    settle: () => settleDependants(observed, dependants),
  }
}

/** The rows of an update, each with the key that it has after it, and with what it is then. */
export function pairs(
  { call, table }: Observed,
  { rows, isFinal }: LockedToUpdate,
  after: readonly Row[] | null,
): { from: Row; key: KeyValues; after?: Row }[] {
  const written = new Map(after?.map((row) => [row.id, row]))
  const result = rows.map((rewritten) => {
    const key = keyAfter(table, rewritten)
    const id = valuesId(table.model, table.key, key)
    const found = written.get(id)
    written.delete(id)
    const isKnown = found && isFinal
    return isKnown ? { from: rewritten.row, key, after: found } : { from: rewritten.row, key }
  })
  // Written, but not locked before: another transaction made it match in between.
  if (written.size > 0) conflict(call)
  return result
}

/** MySQL does not answer the rows that it wrote; they are read at the end of the call. */
async function sendUpdate(
  observed: Observed<Update>,
  { rows }: LockedRows,
): Promise<{ sent: Sent; after: readonly Row[] | null }> {
  if (observed.call.settings.dialect.returning) {
    const { sent, rows: after } = await sendReturning(observed)
    return { sent, after }
  }
  const sent = await sendAsIs(observed)
  if (sent.count > rows.length) conflict(observed.call)
  return { sent, after: null }
}

function keyAfter({ key }: Table, { row, values }: Rewritten): KeyValues {
  return key.fields.map((name, i) => values.get(name) ?? row.key[i])
}

function assignedNames({ columns }: Table, assignments: ReadonlyMap<string, Fragment>): string[] {
  return columns.filter(({ column }) => assignments.has(column)).map(({ name }) => name)
}

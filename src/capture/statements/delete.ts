import { type KeyValues, valuesId } from '../../schema/key.ts'
import type { Table } from '../../schema/tables.ts'
import { dependantsOfDelete, hasDependants } from '../referential.ts'
import { type Row, readRows } from '../rows.ts'
import { conflict, undone } from '../transaction.ts'
import { noteDependants, settleDependants } from './dependants.ts'
import { type LockedRows, lockKeys, lockWhere, onlyLocked } from './lock.ts'
import type { Delete } from './parse.ts'
import { type Observed, type Sent, sendAsIs, sendReturning } from './send.ts'

/** A DELETE: its rows, and those that referential actions change with them. */
export async function observeDelete(observed: Observed<Delete>): Promise<Sent> {
  const { call, ledger, table } = observed
  if (!ledger.records(table) && !hasDependants(call, table)) return sendAsIs(observed)
  if (tellsAll(observed)) return deleteReturning(observed)
  const locked = await lockToDelete(observed)
  const rows = locked.rows.map(({ row }) => row)
  for (const row of rows) ledger.locked(table, row)
  const dependants = noteDependants(observed, await dependantsOfDelete(call, table, rows))
  const { sent, ids } = await sendDelete(onlyLocked(observed, locked))
  // MySQL answers no rows where a query was asked for.
  const count = observed.wants === 'rows' && !ids ? rows.length : sent.count
  const isGone = ({ id }: Row) => ids?.has(id) ?? count === rows.length
  const gone = rows.filter(isGone)
  // Deleted, but not locked before: another transaction made it match in between.
  if (count > (ids ? gone.length : rows.length)) conflict(call)
  ledger.deleted(table, gone)
  // These do not match any more, or a trigger of the database kept them.
  for (const row of rows) if (!isGone(row)) ledger.unsettled(table, row)
  settleDependants(observed, dependants)
  return sent
}

/**
 * Whether the statement itself tells what it deleted, and needs no lock before: it deletes one row,
 * so there is no order to keep, or links, and nothing goes with it.
 */
function tellsAll({ call, table }: Observed): boolean {
  if (!call.settings.dialect.returning || hasDependants(call, table)) return false
  const isOwnRow = call.request.action === 'delete' && table.name === call.model.model.name
  return isOwnRow || table.sides !== null
}

async function deleteReturning(observed: Observed<Delete>): Promise<Sent> {
  const { ledger, table } = observed
  const { sent, rows } = await sendReturning(observed)
  for (const row of rows) ledger.locked(table, row)
  ledger.deleted(table, rows)
  return sent
}

/** Locks and reads the rows that the statement is about to delete. */
async function lockToDelete(observed: Observed<Delete>): Promise<LockedRows> {
  const { call, table, statement } = observed
  const { dialect } = call.settings
  const locked = await lockWhere(observed, statement.where ? [statement.where] : [], 'delete')
  if (!dialect.deletesRowByRow || !readsOthers(statement)) return locked
  if (!hasDependants(call, table)) return locked
  return locked.rows.length > 0 ? lockByTrial(observed) : locked
}

/**
 * Where the deletion of one row can make another match the condition, or no longer, the rows are
 * known only by deleting them. So it is done, looked at, and undone.
 */
async function lockByTrial(observed: Observed<Delete>): Promise<LockedRows> {
  const { call, table, statement } = observed
  const all = { ...observed, statement: { ...statement, where: null } }
  const before = await lockKeys(all, 'delete')
  const left = await undone(call, async () => {
    await sendAsIs(observed)
    return lockKeys(all, 'delete')
  })
  const idOf = (key: KeyValues) => valuesId(table.model, table.key, key)
  const kept = new Set(left.map(idOf))
  const keys = before.filter((key) => !kept.has(idOf(key)))
  const rows = await readRows({ ...call, model: table }, table.key, keys, 'delete')
  return { rows: rows.map((row) => ({ row, values: new Map() })), rowIds: [] }
}

/** Whether the condition looks at more than the row, so that a locked row can cease to match. */
function readsOthers({ where }: Delete): boolean {
  return where !== null && /\(\s*SELECT\b/i.test(where.text)
}

/** Sends the statement; `ids` are those of the rows that it deleted, where their number is not enough. */
async function sendDelete(
  observed: Observed<Delete>,
): Promise<{ readonly sent: Sent; readonly ids: ReadonlySet<string> | null }> {
  const { call, table, statement } = observed
  const { returning } = call.settings.dialect
  if (!returning || !readsOthers(statement) || table.key.fields.length === 0) {
    return { sent: await sendAsIs(observed), ids: null }
  }
  const { sent, rows } = await sendReturning({ ...observed, table: keyOnly(table) })
  return { sent, ids: new Set(rows.map(({ id }) => id)) }
}

function keyOnly(table: Table): Table {
  return { ...table, columns: table.columns.filter(({ name }) => table.key.fields.includes(name)) }
}

import { dependantsOfDelete, hasDependants } from '../referential.ts'
import { conflict } from '../transaction.ts'
import { isRecorded, noteDependants, settleDependants } from './dependants.ts'
import { lockWhere, onlyLocked } from './lock.ts'
import type { Delete } from './parse.ts'
import { type Observed, type Sent, sendAsIs, sendReturning } from './send.ts'

/** A DELETE: its rows, and those that referential actions change with them. */
export async function observeDelete(observed: Observed<Delete>): Promise<Sent> {
  const { call, ledger, table, statement, wants } = observed
  const recorded = isRecorded(call, table)
  if (!recorded && !hasDependants(table)) return sendAsIs(observed)
  if (tellsAll(observed)) return deleteReturning(observed)
  const locked = await lockWhere(observed, statement.where ? [statement.where] : [], 'delete')
  const rows = locked.rows.map(({ row }) => row)
  if (recorded) for (const row of rows) ledger.locked(table, row)
  const dependants = noteDependants(observed, await dependantsOfDelete(call, table, rows))
  const sent = await sendAsIs(onlyLocked(observed, locked))
  // MySQL answers no rows where a query was asked for.
  const count = wants === 'rows' && !call.settings.dialect.returning ? rows.length : sent.count
  if (count > rows.length) conflict(call)
  if (recorded) {
    if (count === rows.length) ledger.deleted(table, rows)
    // A trigger of the database kept some of them.
    else for (const row of rows) ledger.unsettled(table, row)
  }
  settleDependants(observed, dependants)
  return sent
}

/**
 * Whether the statement itself tells what it deleted, and needs no lock before: it deletes one row,
 * so there is no order to keep, or links, and nothing goes with it.
 */
function tellsAll({ call, table }: Observed): boolean {
  if (!call.settings.dialect.returning || hasDependants(table)) return false
  return table.sides !== null || call.request.action === 'delete'
}

async function deleteReturning(observed: Observed<Delete>): Promise<Sent> {
  const { ledger, table } = observed
  const { sent, rows } = await sendReturning(observed)
  for (const row of rows) ledger.locked(table, row)
  ledger.deleted(table, rows)
  return sent
}

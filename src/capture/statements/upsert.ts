import { identifier } from '../../dialect.ts'
import { AuditError } from '../../errors.ts'
import type { ConflictUpdate, Insert } from './parse.ts'
import { type Observed, type Sent, sendAsIs, sendReturning } from './send.ts'
import { isWatched, lockToUpdate, pairs } from './update.ts'

/**
 * An INSERT that updates the row that is there already. The row is locked if there is one; if there
 * is none, the statement first does nothing where it would update: then another transaction
 * inserted the row meanwhile, and it is there to be locked.
 */
export async function observeUpsert(
  observed: Observed<Insert>,
  conflict: ConflictUpdate,
): Promise<Sent> {
  const { call, ledger, table, statement } = observed
  if (!isWatched(observed, conflict.assignments)) return sendAsIs(observed)
  const condition = conflict.columns.flatMap((column, i) => {
    const value = statement.rows[0]?.[statement.columns.indexOf(column)]
    const name = identifier(call.settings.dialect, column)
    return [`${i === 0 ? '' : ' AND '}${name} = `, value ?? 'NULL']
  })
  for (let attempts = 0; attempts < 10; attempts++) {
    const locked = await lockToUpdate(observed, conflict.assignments, condition)
    if (locked.rows.length > 0) {
      const { sent, rows } = await sendReturning(observed)
      ledger.updated(table, pairs(observed, locked, rows))
      locked.settle()
      return sent
    }
    const { sent, rows } = await sendReturning(insertOnly(observed, conflict))
    for (const row of rows) ledger.inserted(table, row.key, row)
    if (rows.length > 0) return sent
  }
  throw new AuditError(
    'CAPTURE_FAILED',
    `\`${call.model.model.name}.upsert\` met a row of \`${table.name}\` ten times that other transactions inserted and ` +
      'deleted meanwhile. Retry the call.',
  )
}

function insertOnly(observed: Observed<Insert>, { begin, end }: ConflictUpdate): Observed<Insert> {
  const { statement, query } = observed
  const { sql, args, argTypes } = query
  const nothing = 'NOTHING'
  const values = statement.rows.flat().reduce((sum, { parameters }) => sum + parameters, 0)
  return {
    ...observed,
    statement: { ...statement, end: statement.end - (end - begin) + nothing.length },
    query: {
      sql: sql.slice(0, begin) + nothing + sql.slice(end),
      args: args.slice(0, values),
      argTypes: argTypes.slice(0, values),
    },
  }
}

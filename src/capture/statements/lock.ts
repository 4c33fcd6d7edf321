import { type Dialect, identifier } from '../../dialect.ts'
import { decodeRows } from '../../driver-rows.ts'
import { captureFailed } from '../../failures.ts'
import type { KeyValues } from '../../schema/key.ts'
import type { Field } from '../../schema/schema.ts'
import type { Rewritten } from '../referential.ts'
import { decodeColumn, decodeRow, inOrder, selectColumns } from '../rows.ts'
import type { Delete, Update } from './parse.ts'
import { endingSubqueries, type Fragment } from './reader.ts'
import { type Observed, ownFailure } from './send.ts'

/** A part of a call writes more rows than it may hold at a time; nothing was written. */
export class TooManyRows extends Error {
  override name = 'TooManyRows'
}

/** A field, and the expression of the statement that gives it its new value. */
export interface Assigned {
  readonly field: Field
  readonly value: Fragment
}

/** A condition, made of parts of the statement and of texts between them. */
export type Condition = readonly (string | Fragment)[]

export interface LockedRows {
  readonly rows: readonly Rewritten[]
  /** What PostgreSQL names them by, in the order of the rows; where it was asked for. */
  readonly rowIds: readonly string[]
}

/**
 * Locks and reads the rows that a condition of the statement holds for, in the order of their key,
 * with the values that it is about to give to some fields: the database computes them by the
 * statement's own expressions.
 *
 * @throws {TooManyRows} where there are more than the statement may write at a time.
 */
export async function lockWhere(
  observed: Observed,
  condition: Condition,
  lock: 'update' | 'delete',
  assigned: readonly Assigned[] = [],
): Promise<LockedRows> {
  const { call, table, most } = observed
  const { settings } = call
  const { dialect } = settings
  const rowId = most === null ? null : dialect.rowId
  const values = assigned.flatMap(({ field, value }) => {
    // A bare parameter has no type of its own in a SELECT.
    const column = identifier(dialect, field.column)
    return [`, CASE WHEN 1 = 0 THEN ${column} ELSE `, value, ' END']
  })
  const records = await select(
    observed,
    [
      ...[selectColumns(settings, table), ...values],
      rowId ? `, CAST(${rowId.column} AS text)` : '',
    ],
    condition,
    inOrder(dialect, table, lock, most === null ? undefined : most + 1),
    [
      ...table.columns.map(({ name }) => name),
      ...assigned.map((_, i) => `new ${i}`),
      ...(rowId ? ['row id'] : []),
    ],
  )
  if (most !== null && records.length > most) throw new TooManyRows()
  return {
    rows: records.map((record) => ({
      row: decodeRow(settings, table, record),
      values: new Map(
        assigned.map(({ field }, i) => [
          field.name,
          decodeColumn(settings, field, record[`new ${i}`]),
        ]),
      ),
    })),
    rowIds: rowId ? records.map((record) => String(record['row id'])) : [],
  }
}

/** Locks all rows that the statement's condition holds for, and answers just their keys. */
export async function lockKeys(
  observed: Observed<Update | Delete>,
  lock: 'update' | 'delete',
): Promise<KeyValues[]> {
  const { call, table, statement } = observed
  const { dialect } = call.settings
  const fields = table.columns.filter(({ name }) => table.key.fields.includes(name))
  const columns = fields.map(({ column }) => identifier(dialect, column)).join(', ')
  const names = fields.map(({ name }) => name)
  const condition = statement.where ? [statement.where] : []
  const order = inOrder(dialect, table, lock)
  const records = await select(observed, [columns], condition, order, names)
  return records.map((record) =>
    table.key.fields.map((name) => {
      const field = fields.find((each) => each.name === name) as Field
      return decodeColumn(call.settings, field, record[name])
    }),
  )
}

/**
 * The statement, so that it writes no rows but those that were locked: another transaction can make
 * one more match its condition in between.
 */
export function onlyLocked<S extends Update | Delete>(
  observed: Observed<S>,
  { rowIds }: LockedRows,
): Observed<S> {
  const { call, statement, query, most } = observed
  const { rowId } = call.settings.dialect
  if (!rowId || most === null || !statement.where) return observed
  const { offset, text } = statement.where
  const end = offset + text.length
  const { sql, args, argTypes } = query
  const only = `(${text}) AND ${rowId.column} = ANY(CAST($${args.length + 1} AS ${rowId.list}))`
  const list = `{${rowIds.map((id) => `"${id}"`).join(',')}}`
  return {
    ...observed,
    statement: { ...statement, end: statement.end + only.length - text.length },
    query: {
      sql: sql.slice(0, offset) + only + sql.slice(end),
      args: [...args, list],
      argTypes: [...argTypes, { scalarType: 'string', arity: 'scalar' }],
    },
  }
}

/** A SELECT made of parts of the statement, answered by these names. */
async function select(
  { call, table, statement, query, driver }: Observed,
  columns: Condition,
  condition: Condition,
  suffix: string,
  names: readonly string[],
): Promise<Record<string, unknown>[]> {
  const where = condition.length > 0 ? [' WHERE ', ...condition] : []
  const parts = ['SELECT ', ...columns, ` FROM ${statement.target}`, ...where, ` ${suffix}`]
  const fragments = parts.filter((part) => typeof part !== 'string')
  const picked = (list: readonly unknown[]) =>
    fragments.flatMap(({ firstParameter, parameters }) =>
      list.slice(firstParameter, firstParameter + parameters),
    )
  const sql = textOf(call.settings.dialect, parts)
  const answer = await driver
    .queryRaw({ sql, args: picked(query.args), argTypes: picked(query.argTypes) })
    // Its conditions and expressions are the statement's own, which would fail in the same way.
    .catch(call.settings.onIgnoredError ? captureFailed(table.model) : ownFailure)
  return decodeRows({ ...answer, columnNames: names })
}

/**
 * Numbered placeholders are numbered anew, in their order. Where reads come from a snapshot,
 * subqueries have to lock what they read: only then they see what those of the statement will see.
 */
function textOf({ numbered, lock }: Dialect, parts: Condition): string {
  let next = 0
  return parts
    .map((part) => {
      if (typeof part === 'string') return part
      if (numbered) return part.text.replace(/\$\d+/g, () => `$${++next}`)
      return lock?.subquery ? endingSubqueries(part.text, lock.subquery) : part.text
    })
    .join('')
}

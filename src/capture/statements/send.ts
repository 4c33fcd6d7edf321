import type { Driver, DriverQuery } from '../../driver.ts'
import { type DriverRows, decodeRows } from '../../driver-rows.ts'
import type { Table } from '../../schema/tables.ts'
import type { Call } from '../call.ts'
import type { Ledger } from '../ledger.ts'
import { decodeRow, type Row, selectColumns } from '../rows.ts'
import type { WriteStatement } from './parse.ts'

/** One statement of a call, at the moment when it is about to be sent. */
export interface Observed<S extends WriteStatement = WriteStatement> {
  readonly call: Call
  readonly ledger: Ledger
  readonly table: Table
  readonly statement: S
  readonly query: DriverQuery
  readonly driver: Driver
  readonly wants: 'rows' | 'count'
  /** How many rows the statement may write, where that is limited. */
  readonly most: number | null
}

/** What a statement was answered with. */
export interface Sent {
  readonly rows: DriverRows
  readonly count: number
}

/** The failure of a statement of the call itself, and not of one that we send beside it. */
export class OwnFailure {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** To be given to `catch`. */
export function ownFailure(error: unknown): never {
  throw new OwnFailure(error)
}

const noRows: DriverRows = { columnNames: [], columnTypes: [], rows: [] }

/**
 * Sends a statement as it is.
 *
 * @throws {OwnFailure}
 */
export async function sendAsIs({
  query,
  driver,
  wants,
}: Pick<Observed, 'query' | 'driver' | 'wants'>): Promise<Sent> {
  if (wants === 'count') {
    return { rows: noRows, count: await driver.executeRaw(query).catch(ownFailure) }
  }
  const rows = await driver.queryRaw(query).catch(ownFailure)
  return { rows, count: rows.rows.length }
}

/**
 * Sends a statement so that it also answers the rows that it wrote, as they are then.
 *
 * @throws {OwnFailure}
 */
export async function sendReturning(
  observed: Observed,
): Promise<{ readonly sent: Sent; readonly rows: readonly Row[] }> {
  const { call, table, statement, query, driver } = observed
  const { sql } = query
  const clause = `${statement.hasReturning ? ',' : ' RETURNING'} ${selectColumns(call.settings, table)}`
  const text = sql.slice(0, statement.end) + clause + sql.slice(statement.end)
  const answer = await driver.queryRaw({ ...query, sql: text }).catch(ownFailure)
  const names = table.columns.map(({ name }) => name)
  const own = answer.columnNames.length - names.length
  const records = decodeRows({ ...slice(answer, own), columnNames: names })
  return {
    sent: { rows: slice(answer, 0, own), count: answer.rows.length },
    rows: records.map((record) => decodeRow(call.settings, table, record)),
  }
}

function slice(answer: DriverRows, start: number, end?: number): DriverRows {
  return {
    ...answer,
    columnNames: answer.columnNames.slice(start, end),
    columnTypes: answer.columnTypes.slice(start, end),
    rows: answer.rows.map((row) => row.slice(start, end)),
  }
}

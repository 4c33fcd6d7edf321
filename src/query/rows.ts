import { auditColumns } from '../schema/audit-model.ts'
import { type StoredEntry, storedEntry } from '../store.ts'
import { scopeConditions } from './scope.ts'
import type { Source } from './source.ts'
import { column, empty, join, raw, type Sql, sql, table, unindexed } from './sql.ts'

/** Which rows to read; what is left out does not restrict them. */
export interface RowsQuery {
  /** Conditions on columns of `e`, which all have to hold. */
  readonly where?: readonly Sql[] | undefined
  /** Tables that FROM begins with, joined to `e` by `where`. */
  readonly from?: Sql | undefined
  readonly orderBy: Sql
  readonly take: number
  /**
   * Whether the scope may be what the rows are found by. Where something else leaves fewer, it must not be:
   * databases would intersect both, and sort. @default false
   */
  readonly isScopeIndexed?: boolean | undefined
}

/** Rows of the audit table that the source may see. */
export async function readRows(source: Source, query: RowsQuery): Promise<StoredEntry[]> {
  const names = [...auditColumns(source.settings.dialect.provider).keys()]
  const rows = await selectRows(source, names, query)
  return rows.map(storedEntry)
}

/** The same with some columns only, as the driver gives them. */
export function selectRows(
  source: Source,
  names: readonly string[],
  { where = [], from = empty, orderBy, take, isScopeIndexed }: RowsQuery,
): Promise<Record<string, unknown>[]> {
  const { settings, store, transaction, timeout } = source
  const selected = join(
    names.map((name) => sql`${column(settings, name)} AS ${quoted(source, name)}`),
  )
  const statement = sql`SELECT ${selected} FROM ${from}${table(settings, settings.auditModel)} e ${conditions(source, where, isScopeIndexed)} ORDER BY ${orderBy} LIMIT ${raw(String(take))}`
  return store.query(transaction, statement, timeout)
}

/** `WHERE` with the scope of the source; empty where nothing restricts it. */
export function conditions(source: Source, where: readonly Sql[], isScopeIndexed = false): Sql {
  const scope = scopeConditions(source)
  const all = [...(isScopeIndexed ? scope : scope.map(unindexed)), ...where]
  return all.length === 0 ? empty : sql`WHERE ${join(all, ' AND ')}`
}

function quoted({ settings: { dialect } }: Source, name: string): Sql {
  return raw(dialect.quote + name + dialect.quote)
}

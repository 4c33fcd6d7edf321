import { AuditError } from './errors.ts'

/**
 * What each database can do and how it says it: the one table that replaces scattered ifs.
 * CockroachDB is not listed: its sequences do not follow the order of insertion.
 */
export interface Dialect {
  readonly provider: Provider
  readonly quote: '"' | '`'
  /** `$1` where parameters are numbered, `?` where they are not. */
  readonly numbered: boolean
  /** Whether Prisma's writes answer with the rows written (`INSERT ... RETURNING`). */
  readonly returning: boolean
  /**
   * Row locks: appended to a SELECT, and to those inside of its condition where these would read
   * from a snapshot otherwise. SQLite has one writer and no row locks.
   */
  readonly lock: {
    readonly update: string
    readonly delete: string
    readonly subquery: string | null
  } | null
  /** A failed statement aborts the transaction, so no partial work can be committed. */
  readonly abortsOnError: boolean
  /** Reads see the transaction's first snapshot, not the row that a lock has just waited for. */
  readonly snapshotReads: boolean
  /**
   * What names a row version beside its key, as long as the row is locked, and the type of a list of
   * them; `null` where no other transaction can make a row match a condition while we look at it.
   */
  readonly rowId: { readonly column: string; readonly list: string } | null
  /**
   * A DELETE looks at a row when it comes to it, and by then referential actions of the rows before
   * have changed what its condition reads (InnoDB; others decide on all rows first).
   */
  readonly deletesRowByRow: boolean
  /** Primary-key values that one statement may carry. */
  readonly keysPerStatement: number
  /** Parameters that one raw statement may carry. */
  readonly parameters: number
  /** A column's value as it is stored, for types that the driver would interpret. */
  readonly raw: (column: string, isList: boolean) => string
}

export type Provider = 'postgresql' | 'mysql' | 'sqlite'

const dialects: Readonly<Record<Provider, Dialect>> = {
  postgresql: {
    provider: 'postgresql',
    quote: '"',
    numbered: true,
    returning: true,
    // NO KEY: what a plain UPDATE takes. FOR UPDATE would also stop inserts of child rows.
    lock: { update: 'FOR NO KEY UPDATE', delete: 'FOR UPDATE', subquery: null },
    abortsOnError: true,
    snapshotReads: false,
    rowId: { column: 'ctid', list: 'tid[]' },
    deletesRowByRow: false,
    keysPerStatement: 1000,
    parameters: 65_535,
    raw: (column, isList) => `CAST(${column} AS text${isList ? '[]' : ''})`,
  },
  mysql: {
    provider: 'mysql',
    quote: '`',
    numbered: false,
    returning: false,
    lock: { update: 'FOR UPDATE', delete: 'FOR UPDATE', subquery: 'LOCK IN SHARE MODE' },
    abortsOnError: false,
    snapshotReads: true,
    // Locking reads lock the gaps too, at the default isolation level.
    rowId: null,
    deletesRowByRow: true,
    keysPerStatement: 1000,
    parameters: 65_535,
    raw: (column) => `CAST(${column} AS char)`,
  },
  sqlite: {
    provider: 'sqlite',
    quote: '`',
    numbered: false,
    returning: true,
    lock: null,
    abortsOnError: false,
    snapshotReads: false,
    rowId: null,
    deletesRowByRow: false,
    // Prisma's own limit on SQLite is 999 parameters a statement; `where` needs some of them.
    keysPerStatement: 500,
    parameters: 32_766,
    // An expression has no declared type that the driver could go by.
    raw: (column) => `coalesce(${column}, NULL)`,
  },
}

/**
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` for a provider that is not in the table.
 */
export function dialectOf(provider: string): Dialect {
  if (Object.hasOwn(dialects, provider)) return dialects[provider as Provider]
  throw new AuditError(
    'RUNTIME_UNSUPPORTED',
    `The provider \`${provider}\` is not supported: audit() works with ${Object.keys(dialects).join(', ')}.`,
  )
}

/** Quotes a name; the name may hold any character. */
export function identifier(dialect: Dialect, name: string): string {
  return (
    dialect.quote + name.replaceAll(dialect.quote, dialect.quote + dialect.quote) + dialect.quote
  )
}

/** `schema.table` as the database knows it. */
export function tableName(
  dialect: Dialect,
  model: { readonly table: string; readonly namespace: string | null },
): string {
  const table = identifier(dialect, model.table)
  return model.namespace ? `${identifier(dialect, model.namespace)}.${table}` : table
}

/** The `index`-th placeholder of a statement, counted from 0. */
export function placeholder(dialect: Dialect, index: number): string {
  return dialect.numbered ? `$${index + 1}` : '?'
}

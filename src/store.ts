import { channel } from 'node:diagnostics_channel'
import type { Sql } from '@prisma/client/runtime/client'
import { identifier, placeholder, tableName } from './dialect.ts'
import type { DatabaseSettings } from './engine-options.ts'
import type { EntryRow } from './entry.ts'
import type { StoredLine } from './execution-log.ts'
import { writeFailed } from './failures.ts'
import type { Settings } from './options.ts'
import { type Args, on, type RootClient, type Transaction } from './prisma.ts'
import type { Field, Model } from './schema/schema.ts'
import type { JsonValue, Snapshot } from './serialize.ts'
import { signatureOf } from './signature.ts'
import { tagInserts, withTags } from './tag-inserts.ts'
import { limited } from './time-limit.ts'

/** One audit row as it is read. `seq` is a bigint on every database. */
export interface StoredEntry extends Omit<EntryRow, 'changed'> {
  readonly seq: bigint
  readonly changed: readonly string[]
}

/**
 * Tells of rows as they are written, in their order, an array at a time. Their transaction may still be
 * rolled back: it is for tests and for metrics.
 */
export const written = channel('prisma-extension-audit:written')

/** Rows and characters of one INSERT: MySQL refuses a packet of 16 MB by default. */
const statementRows = 1000
const statementLength = 4_000_000

/** From so many rows on, one JSON parameter costs PostgreSQL less than a parameter for each value. */
const manyRows = 4

/**
 * The only place where audit rows are written and read.
 *
 * Rows are inserted by a statement of our own: it costs less than half of what the same insert
 * costs through a model's method, and needs nothing back.
 */
export class Store {
  readonly #root: RootClient
  readonly #settings: Settings
  readonly #columns: readonly Field[]

  constructor(root: RootClient, settings: Settings) {
    this.#root = root
    this.#settings = settings
    this.#columns = columnNames.map((name) => settings.auditModel.fields.get(name) as Field)
  }

  /** Inserts rows in their order, in as many statements as their number and size ask for. */
  async write(transaction: Transaction | undefined, rows: readonly EntryRow[]): Promise<void> {
    const { dialect, tagModel, transaction: options } = this.#settings
    const isTagged = tagModel !== null && rows.some(({ tags }) => tags !== null)
    if (isTagged && !transaction && dialect.provider !== 'postgresql') {
      // Entries without their tags would never be found by them.
      const both = (within: Transaction) => this.write(within, rows)
      return this.#root.transaction(both, this.#settings.transaction)
    }
    if (!isTagged || dialect.provider === 'postgresql') await this.#insert(transaction, rows, null)
    else if (transaction) await this.#insert(transaction, rows, tagModel)
    else {
      // An entry is there together with its tags, or not at all.
      await this.#root.transaction((own) => this.#insert(own, rows, tagModel), options)
    }
    if (written.hasSubscribers) written.publish(rows)
  }

  /**
   * Runs a query of our own. Where it takes longer than `timeout` milliseconds, the database ends it;
   * SQLite cannot.
   *
   * @throws {AuditError} `QUERY_TIMEOUT`
   */
  async query(
    transaction: Transaction | undefined,
    statement: Sql,
    timeout?: number,
  ): Promise<Record<string, unknown>[]> {
    const { dialect } = this.#settings
    const text = dialect.numbered ? statement.text : statement.sql
    if (timeout === undefined) return this.#root.query(transaction, text, statement.values)
    return limited(this.#root, dialect, transaction, { text, values: statement.values, timeout })
  }

  /** Reads lines of execution logs; none where the schema has no model for them. */
  async readLines(transaction: Transaction | undefined, args: Args): Promise<StoredLine[]> {
    const { executionLogModel } = this.#settings
    if (!executionLogModel) return []
    const delegate = this.#root.delegate(executionLogModel.name)
    const rows = (await on(transaction, delegate.findMany(args))) as StoredLine[]
    return rows.map((row) => ({ ...row, seq: BigInt(row.seq) }))
  }

  /** Inserts tags by statements of their own where there is a `tagModel`. */
  async #insert(
    transaction: Transaction | undefined,
    rows: readonly EntryRow[],
    tagModel: Model | null,
  ): Promise<void> {
    const { dialect, auditModel } = this.#settings
    const insert = this.#insertOf(rows)
    const execute = ({ sql, parameters }: Statement) =>
      this.#root.execute(transaction, sql, parameters).catch(writeFailed(auditModel))
    for (const chunk of chunksOf(rows, Math.floor(dialect.parameters / columnNames.length))) {
      await execute(insert(chunk))
      if (!tagModel) continue
      for (const statement of tagInserts(this.#settings, tagModel, chunk)) await execute(statement)
    }
  }

  #insertOf(rows: readonly EntryRow[]): Insert {
    const { dialect, database } = this.#settings
    if (database) return (chunk) => insertByFunction(database, chunk)
    if (dialect.provider !== 'postgresql') return this.#insertValues(rows)
    const insert = rows.length >= manyRows ? this.#insertJson(rows) : this.#insertValues(rows)
    if (!rows.some(({ tags }) => tags !== null)) return insert
    return (chunk) => {
      const { sql, parameters } = insert(chunk)
      return { sql: withTags(this.#settings, sql), parameters }
    }
  }

  #into(columns: readonly Field[]): string {
    const { dialect, auditModel } = this.#settings
    const names = columns.map(({ column }) => identifier(dialect, column)).join(', ')
    return `INSERT INTO ${tableName(dialect, auditModel)} (${names})`
  }

  /** A parameter for each value; a column that no row has a value for is left to be NULL. */
  #insertValues(rows: readonly EntryRow[]): Insert {
    const { dialect } = this.#settings
    const columns = this.#columns.filter(({ name }) =>
      rows.some((row) => row[name as ColumnName] !== null),
    )
    const into = this.#into(columns)
    return (chunk) => {
      const parameters: unknown[] = []
      const tuples = chunk.map((row) => {
        const start = parameters.length
        for (const { name } of columns) parameters.push(parameterOf(row[name as ColumnName]))
        return `(${columns.map((_, i) => placeholder(dialect, start + i)).join(', ')})`
      })
      return { sql: `${into} VALUES ${tuples.join(', ')}`, parameters }
    }
  }

  /** What all rows have in common is a parameter each, the rest is one JSON array. */
  #insertJson(rows: readonly EntryRow[]): Insert {
    const { dialect } = this.#settings
    const quoted = ({ column }: Field) => identifier(dialect, column)
    const varies = ({ name }: Field) =>
      rows.some((row) => row[name as ColumnName] !== rows[0]?.[name as ColumnName])
    const varying = this.#columns.filter(varies)
    const common = this.#columns.filter((field) => !varying.includes(field))
    const values = [...common.map((_, i) => placeholder(dialect, i)), ...varying.map(quoted)]
    const types = varying.map((field) => `${quoted(field)} ${jsonTypes[field.type] ?? 'text'}`)
    const sql =
      `${this.#into([...common, ...varying])} SELECT ${values.join(', ')} FROM ` +
      `json_to_recordset(${placeholder(dialect, common.length)}::json) AS row(${types.join(', ')})`
    const shared = common.map(({ name }) => parameterOf(rows[0]?.[name as ColumnName] ?? null))
    return (chunk) => {
      const records = chunk.map((row) => {
        const record: Record<string, unknown> = {}
        for (const { column, name } of varying) record[column] = row[name as ColumnName]
        return record
      })
      return { sql, parameters: [...shared, JSON.stringify(records)] }
    }
  }
}

interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

type Insert = (rows: readonly EntryRow[]) => Statement

/** With the database engine, the application need not have the right to insert. */
function insertByFunction(
  { schema, signingKey }: DatabaseSettings,
  rows: readonly EntryRow[],
): Statement {
  const text = JSON.stringify(rows)
  return {
    sql: `SELECT "${schema}"."write"($1, $2)`,
    parameters: [text, signingKey === undefined ? null : signatureOf(text, signingKey)],
  }
}

/** PostgreSQL's types for the values of a JSON array; all others are text. */
const jsonTypes: Readonly<Record<string, string>> = {
  Json: 'jsonb',
  DateTime: 'timestamptz',
  Int: 'integer',
}

const columnNames = [
  'id',
  'traceId',
  'parentId',
  'createdAt',
  'action',
  'outcome',
  'reason',
  'entity',
  'entityId',
  'actorId',
  'actorType',
  'actorName',
  'onBehalfOf',
  'tenantId',
  'source',
  'before',
  'after',
  'changed',
  'tags',
  'request',
  'version',
] as const satisfies readonly (keyof EntryRow)[]

type ColumnName = (typeof columnNames)[number]

function* chunksOf(rows: readonly EntryRow[], most: number): Generator<readonly EntryRow[]> {
  let start = 0
  let length = 0
  for (const [i, { before, after }] of rows.entries()) {
    const isFull = i - start >= Math.min(statementRows, most) || length > statementLength
    if (isFull) {
      yield rows.slice(start, i)
      start = i
      length = 0
    }
    length += lengthOf(before) + lengthOf(after)
  }
  if (start < rows.length) yield rows.slice(start)
}

/** About the length of a snapshot's JSON: texts are what makes a row large. */
function lengthOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((sum, inner) => sum + 8 + lengthOf(inner), 0)
}

/** JSON columns take their text; PostgreSQL infers each type from the column. */
function parameterOf(value: EntryRow[ColumnName]): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
    ? JSON.stringify(value)
    : value
}

/** A row as the driver gives it; not every driver knows what is a JSON column, or a date. */
export function storedEntry(row: Record<string, unknown>): StoredEntry {
  return {
    ...(row as unknown as StoredEntry),
    seq: BigInt(row.seq as number | bigint),
    createdAt: new Date(row.createdAt as Date | string | number),
    version: Number(row.version),
    before: parsedJson(row.before) as Snapshot | null,
    after: parsedJson(row.after) as Snapshot | null,
    changed: (parsedJson(row.changed) as string[] | null) ?? [],
    tags: parsedJson(row.tags) ?? {},
    request: parsedJson(row.request) ?? {},
  }
}

/** All of our JSON columns hold objects and lists, so a text is one that was not parsed. */
export function parsedJson(value: unknown): JsonValue {
  return typeof value === 'string' ? JSON.parse(value) : ((value ?? null) as JsonValue)
}

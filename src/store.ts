import { identifier, placeholder, tableName } from './dialect.ts'
import type { EntryRow } from './entry.ts'
import { writeFailed } from './failures.ts'
import type { Settings } from './options.ts'
import { type Args, on, type RootClient, type Transaction } from './prisma.ts'
import type { Field } from './schema/schema.ts'
import type { JsonValue, Snapshot } from './serialize.ts'

/** One audit row as it is read. `seq` is a bigint on every database. */
export interface StoredEntry extends Omit<EntryRow, 'changed'> {
  readonly seq: bigint
  readonly changed: readonly string[]
}

/** Bytes of snapshots in one INSERT: MySQL refuses a packet of 16 MB by default. */
const statementBytes = 4_000_000

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
  readonly #insert: string

  constructor(root: RootClient, settings: Settings) {
    const { auditModel, dialect } = settings
    this.#root = root
    this.#settings = settings
    this.#columns = columnNames.map((name) => auditModel.fields.get(name) as Field)
    const columns = this.#columns.map(({ column }) => identifier(dialect, column)).join(', ')
    this.#insert = `INSERT INTO ${tableName(dialect, auditModel)} (${columns}) VALUES `
  }

  /** Inserts rows in their order, in as many statements as their size asks for. */
  async write(transaction: Transaction, rows: readonly EntryRow[]): Promise<void> {
    const { dialect, auditModel } = this.#settings
    const most = Math.min(1000, Math.floor(dialect.parameters / this.#columns.length))
    let parameters: unknown[] = []
    let tuples: string[] = []
    let bytes = 0
    const flush = async () => {
      if (tuples.length === 0) return
      const sql = this.#insert + tuples.join(', ')
      await this.#root.execute(transaction, sql, parameters).catch(writeFailed(auditModel))
      parameters = []
      tuples = []
      bytes = 0
    }
    for (const row of rows) {
      const values = this.#columns.map((field) => parameterOf(row[field.name as ColumnName]))
      tuples.push(
        `(${values.map((_, i) => placeholder(dialect, parameters.length + i)).join(', ')})`,
      )
      parameters.push(...values)
      bytes += String(values[beforeIndex] ?? '').length + String(values[afterIndex] ?? '').length
      if (tuples.length === most || bytes > statementBytes) await flush()
    }
    await flush()
  }

  /** Reads rows through the audit model; `args` are those of its `findMany`. */
  async read(transaction: Transaction | undefined, args: Args): Promise<StoredEntry[]> {
    const delegate = this.#root.delegate(this.#settings.auditModel.name)
    const select = Object.fromEntries(['seq', ...columnNames].map((name) => [name, true]))
    const rows = await on(transaction, delegate.findMany({ ...args, select }))
    return (rows as Record<string, unknown>[]).map(storedEntry)
  }
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

const beforeIndex = columnNames.indexOf('before')
const afterIndex = columnNames.indexOf('after')

/** JSON columns take their text; PostgreSQL infers each type from the column. */
function parameterOf(value: EntryRow[ColumnName]): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
    ? JSON.stringify(value)
    : value
}

function storedEntry(row: Record<string, unknown>): StoredEntry {
  return {
    ...(row as unknown as StoredEntry),
    seq: BigInt(row.seq as number | bigint),
    before: row.before as Snapshot | null,
    after: row.after as Snapshot | null,
    changed: (row.changed as string[] | null) ?? [],
    tags: (row.tags as JsonValue) ?? {},
    request: (row.request as JsonValue) ?? {},
  }
}

import { Decimal, JsonNull } from '@prisma/client/runtime/client'
import { type Dialect, identifier, placeholder, tableName } from '../dialect.ts'
import { captureFailed, writeFailed } from '../failures.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { type KeyValues, snapshotId } from '../schema/key.ts'
import type { Field, Key } from '../schema/schema.ts'
import { encodeValue, type JsonValue, type Snapshot } from '../serialize.ts'
import type { Call } from './call.ts'

/** What reading rows takes: where to, and of which table. */
export interface RowSource extends Pick<Call, 'root' | 'settings' | 'transaction'> {
  readonly model: RowModel
}

/** The part of a model, or of a join table, that makes its rows. */
export type RowModel = Pick<AuditedModel, 'model' | 'key' | 'columns'>

/** A row as the database holds it now. */
export interface Row {
  /** The values of the model's key, as Prisma takes them in a `where`. */
  readonly key: KeyValues
  readonly id: string
  readonly snapshot: Snapshot
}

/**
 * SQLite has one writer. A transaction that reads first and writes later fails at once when another
 * connection wrote in between, so it begins with a write: this one, which changes nothing.
 */
export async function lockDatabase({
  root,
  settings,
  transaction,
}: Omit<RowSource, 'model'>): Promise<void> {
  const { dialect, auditModel } = settings
  if (dialect.lock) return
  const column = identifier(dialect, auditModel.fields.get('seq')?.column ?? 'seq')
  const sql = `UPDATE ${tableName(dialect, auditModel)} SET ${column} = ${column} WHERE 1 = 0`
  await root.execute(transaction, sql).catch(writeFailed(auditModel))
}

/**
 * Reads whole rows by a unique key, locked where `lock` is given, in the order of the primary key:
 * two calls that lock the same rows in the same order cannot wait for each other.
 *
 * The statement is our own: only so can lock and read be one step, and a JSON null be told from a
 * database NULL, which Prisma answers alike.
 */
export async function readRows(
  call: RowSource,
  key: Key,
  keys: readonly KeyValues[],
  lock?: 'update' | 'delete',
): Promise<Row[]> {
  const { settings, model } = call
  const { dialect } = settings
  const columns = selectColumns(settings, model)
  const found = await selectByKey(call, columns, key, keys, inOrder(dialect, model, lock))
  return found.map((row) => decodeRow(settings, model, row))
}

/** The end of a SELECT that locks rows in the order of their key, up to a number of them. */
export function inOrder(
  dialect: Dialect,
  model: RowModel,
  lock?: 'update' | 'delete',
  most?: number,
): string {
  const order = model.key.fields.map((name) => identifier(dialect, fieldOf(model, name).column))
  const sorting = order.length > 0 ? `ORDER BY ${order.join(', ')}` : ''
  const limit = most === undefined ? '' : `LIMIT ${most}`
  return [sorting, limit, lock && dialect.lock ? dialect.lock[lock] : ''].join(' ').trim()
}

/** Every column of a model, each by the name of its field. */
export function selectColumns(settings: Settings, { columns }: RowModel): string {
  return columns.map((field) => selectColumn(settings, field)).join(', ')
}

/** Reads columns of the rows with some values of a key, or of any other fields. */
export async function selectByKey(
  call: RowSource,
  columns: string,
  key: Key,
  keys: readonly KeyValues[],
  suffix = '',
): Promise<Record<string, unknown>[]> {
  const { settings, model, root, transaction } = call
  const { dialect } = settings
  const fields = key.fields.map((name) => fieldOf(model, name))
  const left = fields.map(({ column }) => identifier(dialect, column))
  const perStatement = Math.floor(dialect.keysPerStatement / fields.length)
  const rows: Record<string, unknown>[] = []
  for (let start = 0; start < keys.length; start += perStatement) {
    const chunk = keys.slice(start, start + perStatement)
    const parameters = chunk.flatMap((values) =>
      fields.map((field, i) => parameterOf(settings, field, values[i])),
    )
    const sql =
      `SELECT ${columns} FROM ${tableName(dialect, model.model)} ` +
      `WHERE ${tuple(left)} IN (${tuples(dialect, fields.length, chunk.length)}) ${suffix}`
    rows.push(...(await root.query(transaction, sql, parameters).catch(captureFailed(model.model))))
  }
  return rows
}

function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(', ')})`
}

function tuples(dialect: Dialect, width: number, count: number): string {
  const list = Array.from({ length: count }, (_, row) =>
    tuple(Array.from({ length: width }, (_, i) => placeholder(dialect, row * width + i))),
  ).join(', ')
  // SQLite compares a row value with rows of a VALUES clause only.
  return dialect.provider === 'sqlite' && width > 1 ? `VALUES ${list}` : list
}

function selectColumn({ dialect }: Settings, field: Field): string {
  const column = identifier(dialect, field.column)
  // JSON keeps its exact text, an enum its value whatever the driver makes of its type.
  const isRaw = field.type === 'Json' || field.kind === 'enum'
  const value = isRaw ? dialect.raw(column, field.isList) : column
  return `${value} AS ${identifier(dialect, field.name)}`
}

/** The row of a record that a raw query answered with {@link selectColumns}. */
export function decodeRow(
  settings: Settings,
  model: RowModel,
  record: Readonly<Record<string, unknown>>,
): Row {
  const values: Record<string, unknown> = {}
  const snapshot: Record<string, JsonValue> = {}
  for (const field of model.columns) {
    const value = decodeColumn(settings, field, record[field.name])
    values[field.name] = value
    snapshot[field.name] = encodeValue(field, value)
  }
  return {
    key: model.key.fields.map((name) => values[name]),
    id: snapshotId(model.key, snapshot),
    snapshot,
  }
}

/** From what a raw query answers to what Prisma answers for the field. */
export function decodeColumn(settings: Settings, field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return field.isList ? [] : null
  if (!field.isList) return decodeItem(settings, field, value)
  return (value as unknown[]).map((item) => decodeItem(settings, field, item))
}

function decodeItem(settings: Settings, field: Field, value: unknown): unknown {
  if (value === null) return null
  if (field.kind === 'enum') {
    const values = settings.schema.enums.get(field.type)?.values ?? new Map()
    return [...values].find(([, stored]) => stored === value)?.[0] ?? value
  }
  switch (field.type) {
    case 'Boolean':
      return Boolean(Number(value))
    case 'Int':
    case 'Float':
      return Number(value)
    case 'BigInt':
      return BigInt(value as string | number | bigint)
    case 'Decimal':
      return new Decimal(String(value))
    case 'DateTime':
      return value instanceof Date
        ? value
        : new Date(['bigint', 'number'].includes(typeof value) ? Number(value) : String(value))
    case 'Json': {
      // SQLite stores the text of a number as a number.
      const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : Number(value)
      return parsed === null && !field.isList ? JsonNull : parsed
    }
    case 'Bytes':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value
    default:
      return value
  }
}

function parameterOf(settings: Settings, field: Field, value: unknown): unknown {
  if (field.kind === 'enum') {
    return settings.schema.enums.get(field.type)?.values.get(value as string) ?? value
  }
  switch (field.type) {
    case 'DateTime':
      return value instanceof Date ? value : new Date(value as string)
    case 'Decimal':
      return new Decimal(value as Decimal.Value).toFixed()
    default:
      return value
  }
}

function fieldOf(model: RowModel, name: string): Field {
  return model.model.fields.get(name) as Field
}

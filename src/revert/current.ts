import { decodeColumn, lockDatabase, type Row, readRows, selectByKey } from '../capture/rows.ts'
import { identifier, type Provider } from '../dialect.ts'
import type { AuditedModel, Settings } from '../options.ts'
import type { RootClient, Transaction } from '../prisma.ts'
import { snapshotId } from '../schema/key.ts'
import type { Field, Key } from '../schema/schema.ts'
import type { Reference, Table } from '../schema/tables.ts'
import { decodeValue, encodeValue, type JsonValue, type Snapshot } from '../serialize.ts'
import type { Effects, LinkEffect } from './effects.ts'

/** Where the tables are read. */
export interface Reading {
  readonly root: RootClient
  readonly settings: Settings
  readonly transaction: Transaction | undefined
  /** Whether what is read is to stay as it is until the transaction ends. */
  readonly isLocked: boolean
}

/** What the tables hold now of all that a revert is about. */
export interface Current {
  /** The row of an entity by its id. */
  row(entity: string, id: string): Snapshot | null
  isLinked(link: LinkEffect): boolean
}

/**
 * Reads every row that the effects are about, locked in one order: by entity, then by key. The lock and the
 * read are one statement, so what is read is the newest state, also where other reads see a snapshot.
 */
export async function readCurrent(reading: Reading, effects: Effects): Promise<Current> {
  const { settings, isLocked } = reading
  if (isLocked && reading.transaction) {
    await lockDatabase({ ...reading, transaction: reading.transaction })
  }
  const rows = new Map<string, Snapshot>()
  for (const [entity, keys] of concerned(settings, effects)) {
    const model = settings.models.get(entity) as AuditedModel
    const found = await read(reading, model, model.key, [...keys.values()])
    for (const { id, snapshot } of found) rows.set(nameOf(entity, id), snapshot)
  }
  const linked = new Set<string>()
  for (const [table, ends] of byTable(effects.links)) {
    const keys = ends.map((pair) => ({ A: pair[0], B: pair[1] }))
    for (const { id } of await read(reading, table, table.key, keys))
      linked.add(nameOf(table.name, id))
  }
  return {
    row: (entity, id) => rows.get(nameOf(entity, id)) ?? null,
    isLinked: ({ table, ends }) =>
      linked.has(nameOf(table.name, snapshotId(table.key, { A: ends[0], B: ends[1] }))),
  }
}

function nameOf(entity: string, id: string): string {
  return JSON.stringify([entity, id])
}

/** The keys of all rows, by entity and id, both sorted. */
function concerned(
  settings: Settings,
  { rows, links }: Effects,
): [string, Map<string, Snapshot>][] {
  const keys = new Map<string, Map<string, Snapshot>>()
  const add = (model: AuditedModel | undefined, key: Snapshot | null) => {
    if (!model || !key) return
    const known = keys.get(model.model.name) ?? new Map<string, Snapshot>()
    known.set(snapshotId(model.key, key), key)
    keys.set(model.model.name, known)
  }
  for (const { model, before, after } of rows) {
    add(model, after)
    // Where the row is to be created again, or moved back to.
    add(model, before)
  }
  for (const { table, ends } of links) {
    table.sides?.forEach(({ model, id }, side) => {
      add(settings.models.get(model), { [id]: ends[side as 0 | 1] })
    })
  }
  return [...keys]
    .map(([entity, ids]): [string, Map<string, Snapshot>] => [entity, sorted(ids)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function sorted(ids: Map<string, Snapshot>): Map<string, Snapshot> {
  return new Map([...ids].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function byTable(links: readonly LinkEffect[]): Map<Table, (readonly [JsonValue, JsonValue])[]> {
  const result = new Map<Table, (readonly [JsonValue, JsonValue])[]>()
  for (const { table, ends } of links) {
    const known = result.get(table)
    if (known) known.push(ends)
    else result.set(table, [ends])
  }
  return result
}

type Readable = Pick<Table, 'model' | 'key' | 'columns'>

function read(
  reading: Reading,
  model: Readable,
  key: Key,
  keys: readonly Snapshot[],
): Promise<Row[]> {
  const values = keys.map((snapshot) => valuesOf(model, key.fields, snapshot))
  return readRows(callOf(reading, model), key, values, reading.isLocked ? 'delete' : undefined)
}

function callOf({ root, settings, transaction }: Reading, model: Readable) {
  // A plain read needs no transaction, whatever the capture of a call has.
  return { root, settings, transaction: transaction as Transaction, model }
}

function valuesOf({ model }: Readable, fields: readonly string[], snapshot: Snapshot): unknown[] {
  return fields.map((name) => decodeValue(model.fields.get(name) as Field, snapshot[name]))
}

/** Which rows have these values of a unique key; each row's key and these fields are all that is read. */
export function readHolders(
  reading: Reading,
  model: Readable,
  key: Key,
  snapshots: readonly Snapshot[],
): Promise<Row[]> {
  const names = new Set([...model.key.fields, ...key.fields])
  const columns = model.columns.filter(({ name }) => names.has(name))
  return read({ ...reading, isLocked: false }, { ...model, columns }, key, snapshots)
}

/**
 * How many rows refer to each of some keys, by {@link tupleOf} of the key and then of the foreign key: these two
 * differ where the database takes texts for the same that differ in case.
 */
export async function countReferring(
  reading: Reading,
  reference: Reference,
  snapshots: readonly Snapshot[],
): Promise<Map<string, ReadonlyMap<string, number>>> {
  const keys = new Map<string, Snapshot>()
  for (const snapshot of snapshots) {
    const tuple = tupleOf(snapshot, reference.references)
    if (tuple !== null) keys.set(tuple, snapshot)
  }
  const all = await countByForeignKey(reading, reference, [...keys.values()])
  const isExact = [...all.keys()].every((tuple) => keys.has(tuple))
  const counts = new Map<string, ReadonlyMap<string, number>>()
  for (const [tuple, key] of keys) {
    // One by one, the database tells what it takes for the same.
    const own = isExact ? exactly(all, tuple) : await countByForeignKey(reading, reference, [key])
    counts.set(tuple, own)
  }
  return counts
}

function exactly(counts: ReadonlyMap<string, number>, tuple: string): Map<string, number> {
  const count = counts.get(tuple)
  return new Map(count === undefined ? [] : [[tuple, count]])
}

async function countByForeignKey(
  reading: Reading,
  { from, fields, references }: Reference,
  keys: readonly Snapshot[],
): Promise<Map<string, number>> {
  const { settings } = reading
  const { dialect } = settings
  const renamed = keys.map((key) =>
    Object.fromEntries(fields.map((name, i) => [name, key[references[i] as string] ?? null])),
  )
  const held = fields.map((name) => from.model.fields.get(name) as Field)
  const columns = held.map(({ column }) => identifier(dialect, column))
  const selected = [
    ...columns.map((column, i) => `${column} AS ${identifier(dialect, fields[i] as string)}`),
    `COUNT(*) AS ${identifier(dialect, totalName)}`,
  ]
  const spellings = columns
    .filter((_, i) => held[i]?.type === 'String')
    .map(bytes[dialect.provider])
  // A plain read of MySQL might be one of a snapshot that the caller's transaction made long ago.
  const isShared = reading.isLocked && dialect.snapshotReads
  const groups = [...columns, ...spellings].join(', ')
  const suffix = `GROUP BY ${groups} ${isShared ? (dialect.lock?.subquery ?? '') : ''}`
  const values = renamed.map((key) => valuesOf(from, fields, key))
  const key = { name: '', fields }
  const records = await selectByKey(callOf(reading, from), selected.join(', '), key, values, suffix)
  const counts = new Map<string, number>()
  for (const record of records) {
    const snapshot = Object.fromEntries(
      held.map((field) => [
        field.name,
        encodeValue(field, decodeColumn(settings, field, record[field.name])),
      ]),
    )
    counts.set(tupleOf(snapshot, fields) ?? '', Number(record[totalName]))
  }
  return counts
}

/** A text by its bytes, whatever the database takes for the same. */
const bytes: Readonly<Record<Provider, (column: string) => string>> = {
  postgresql: (column) => `CAST(${column} AS text) COLLATE "C"`,
  mysql: (column) => `CAST(${column} AS BINARY)`,
  sqlite: (column) => `CAST(${column} AS BLOB)`,
}

const totalName = 'prisma_extension_audit_total'

/** Values of some fields as text, to be compared; `null` where one is NULL, and so refers to nothing. */
export function tupleOf(snapshot: Snapshot, fields: readonly string[]): string | null {
  const values = fields.map((name) => snapshot[name] ?? null)
  return values.includes(null) ? null : JSON.stringify(values)
}

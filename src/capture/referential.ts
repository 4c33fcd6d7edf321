import type { KeyValues } from '../schema/key.ts'
import type { Field } from '../schema/schema.ts'
import type { Reference, ReferentialAction, Table } from '../schema/tables.ts'
import { decodeValue, encodeValue } from '../serialize.ts'
import type { Call } from './call.ts'
import { type Row, readRows } from './rows.ts'

/** A row, and the new values that some of its fields get; `undefined` where one is not known. */
export interface Rewritten {
  readonly row: Row
  readonly values: ReadonlyMap<string, unknown>
}

/** A row that the database changes by itself, because another one changes. */
export interface Dependant {
  readonly table: Table
  readonly row: Row
  readonly fate: 'delete' | 'update'
  /** The key that it will have. */
  readonly key: KeyValues
}

/**
 * Locks and reads the rows that referential actions of the database will change when rows of a
 * table are deleted: over any number of levels, each row once, whatever ways and cycles lead to it.
 */
export async function dependantsOfDelete(
  call: Call,
  table: Table,
  rows: readonly Row[],
): Promise<Dependant[]> {
  if (isEmulated(call)) return []
  const walk = new Walk(call)
  const own = new Set(rows.map(({ id }) => id))
  await walk.delete(table, walk.noteDeleted(table, rows))
  return walk.dependants().filter((found) => found.table !== table || !own.has(found.row.id))
}

/** The same for rows whose fields get new values: foreign keys follow, or let go. */
export async function dependantsOfUpdate(
  call: Call,
  table: Table,
  rows: readonly Rewritten[],
): Promise<Dependant[]> {
  if (isEmulated(call)) return []
  const walk = new Walk(call)
  await walk.update(table, rows)
  return walk.dependants()
}

/** Whether the database changes other rows when rows of a table are deleted. */
export function hasDependants(call: Call, { references }: Table): boolean {
  return !isEmulated(call) && references.some(({ onDelete }) => acts(onDelete))
}

/** Whether the foreign key of some row follows one of these fields. */
export function isFollowed({ references: all }: Table, fields: readonly string[]): boolean {
  return all.some(
    ({ references, onUpdate }) =>
      acts(onUpdate) && references.some((name) => fields.includes(name)),
  )
}

/**
 * Whether the database can change a row once more when these fields of it change: its own foreign key
 * follows them, at once or over other tables. The statement answers the row as it was before that.
 */
export function followsItself(call: Call, table: Table, fields: readonly string[]): boolean {
  if (isEmulated(call)) return false
  const seen = new Set<Reference>()
  const next = [{ changed: table, names: fields }]
  for (let current = next.pop(); current; current = next.pop()) {
    for (const reference of current.changed.references) {
      const { from, fields: names, references, onUpdate } = reference
      const isMoved = references.some((name) => current?.names.includes(name))
      if (!acts(onUpdate) || !isMoved || seen.has(reference)) continue
      if (from === table) return true
      seen.add(reference)
      next.push({ changed: from, names })
    }
  }
  return false
}

/** Whether deleting a row of a table can, over other rows, delete or change one of the same table. */
export function reachesItself(table: Table): boolean {
  const seen = new Set<Table>()
  const next = [table]
  for (let current = next.pop(); current; current = next.pop()) {
    for (const { from, onDelete } of current.references) {
      if (!acts(onDelete) || seen.has(from)) continue
      if (from === table) return true
      seen.add(from)
      next.push(from)
    }
  }
  return false
}

/** Then Prisma performs the actions, by statements of the call. */
function isEmulated({ settings }: Call): boolean {
  return settings.schema.relationMode === 'prisma'
}

function acts(action: ReferentialAction): boolean {
  return action === 'Cascade' || action === 'SetNull' || action === 'SetDefault'
}

interface Found {
  readonly table: Table
  readonly row: Row
  fate: 'delete' | 'update'
  readonly values: Map<string, unknown>
}

class Walk {
  readonly #call: Call
  readonly #found = new Map<Table, Map<string, Found>>()

  constructor(call: Call) {
    this.#call = call
  }

  dependants(): Dependant[] {
    return [...this.#found.values()].flatMap((rows) => [...rows.values()].map(dependantOf))
  }

  async delete(table: Table, rows: readonly Row[]): Promise<void> {
    for (const reference of table.references) {
      const { from, fields, onDelete } = reference
      if (!acts(onDelete)) continue
      const isCascade = onDelete === 'Cascade'
      const found = await this.#read(reference, table, rows, isCascade ? 'delete' : 'update')
      if (isCascade) {
        const fresh = this.noteDeleted(from, found)
        if (fresh.length > 0) await this.delete(from, fresh)
      } else {
        const value = onDelete === 'SetNull' ? null : undefined
        const values = new Map(fields.map((name) => [name, value]))
        await this.#rewrite(
          from,
          found.map((row) => ({ row, values })),
        )
      }
    }
  }

  async update(table: Table, rows: readonly Rewritten[]): Promise<void> {
    for (const reference of table.references) {
      const { from, references, onUpdate } = reference
      if (!acts(onUpdate)) continue
      const moving = rows.filter((row) => isRewritten(table, row, references))
      if (moving.length === 0) continue
      const locked = moving.map(({ row }) => row)
      const found = await this.#read(reference, table, locked, 'update')
      const parents = new Map(moving.map((parent) => [textOf(parent.row, references), parent]))
      await this.#rewrite(
        from,
        found.map((row) => {
          const parent = parents.get(textOf(row, reference.fields))
          return { row, values: followed(reference, table, parent) }
        }),
      )
    }
  }

  /** Goes on from rows whose foreign key gets other values, which others may refer to in turn. */
  async #rewrite(table: Table, rows: readonly Rewritten[]): Promise<void> {
    const fresh = rows.filter((row) => this.#noteRewritten(table, row))
    if (fresh.length > 0) await this.update(table, fresh)
  }

  /** Notes that rows go, and answers those of which it was not known yet. */
  noteDeleted(table: Table, rows: readonly Row[]): Row[] {
    const found = this.#in(table)
    const fresh = rows.filter(({ id }) => found.get(id)?.fate !== 'delete')
    for (const row of fresh) {
      found.set(row.id, { table, row, fate: 'delete', values: new Map() })
    }
    return fresh
  }

  #noteRewritten(table: Table, { row, values }: Rewritten): boolean {
    const known = this.#in(table).get(row.id)
    if (known?.fate === 'delete') return false
    const isNew = [...values.keys()].some((name) => !known?.values.has(name))
    const merged = new Map([...(known?.values ?? []), ...values])
    this.#in(table).set(row.id, { table, row, fate: 'update', values: merged })
    return isNew
  }

  #in(table: Table): Map<string, Found> {
    const found = this.#found.get(table) ?? new Map<string, Found>()
    this.#found.set(table, found)
    return found
  }

  /** The rows whose foreign key refers to one of these; a NULL is referred to by none. */
  async #read(
    { from, fields, references }: Reference,
    table: Table,
    rows: readonly Row[],
    lock: 'update' | 'delete',
  ): Promise<Row[]> {
    const targets = rows
      .map((row) => references.map((name) => fieldValue(table, row, name)))
      .filter((values) => values.every((value) => value !== null))
    if (targets.length === 0) return []
    const movesKey = from.key.fields.some((name) => fields.includes(name))
    const source = { ...this.#call, model: from }
    const key = { name: fields.join('_'), fields }
    return readRows(source, key, targets, movesKey ? 'delete' : lock)
  }
}

function dependantOf({ table, row, fate, values }: Found): Dependant {
  const key = table.key.fields.map((name, i) => values.get(name) ?? row.key[i])
  return { table, row, fate, key }
}

/** The values of a foreign key after the row that it refers to got new ones. */
function followed(
  { fields, references, onUpdate }: Reference,
  table: Table,
  parent: Rewritten | undefined,
): Map<string, unknown> {
  return new Map(
    fields.map((name, i) => {
      if (onUpdate === 'SetNull') return [name, null]
      const referenced = references[i] as string
      if (onUpdate !== 'Cascade' || !parent) return [name, undefined]
      const { row, values } = parent
      return [
        name,
        values.has(referenced) ? values.get(referenced) : fieldValue(table, row, referenced),
      ]
    }),
  )
}

/** Whether one of these fields gets another value, or one that is not known. */
function isRewritten(table: Table, { row, values }: Rewritten, names: readonly string[]): boolean {
  return names.some((name) => {
    if (!values.has(name)) return false
    const value = values.get(name)
    if (value === undefined) return true
    return encodeValue(fieldOf(table, name), value) !== row.snapshot[name]
  })
}

function fieldValue(table: Table, row: Row, name: string): unknown {
  return decodeValue(fieldOf(table, name), row.snapshot[name]) ?? null
}

function fieldOf(table: Table, name: string): Field {
  return table.model.fields.get(name) as Field
}

/** What two rows are compared by: fields that hold the same values, whatever their names. */
function textOf(row: Row, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => row.snapshot[name]))
}

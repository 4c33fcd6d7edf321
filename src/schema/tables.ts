import { columnsOf, keyOf } from './key.ts'
import type { Field, Key, Model, Schema } from './schema.ts'

/** A table that a Prisma call can change: a model's, or that of an implicit many-to-many relation. */
export interface Table {
  /** The model's name, or the join table's. */
  readonly name: string
  readonly model: Model
  /** Without fields for a model that has no key; such a model cannot be audited. */
  readonly key: Key
  readonly columns: readonly Field[]
  /** The foreign keys that refer to this table. */
  readonly references: readonly Reference[]
  /** Of a join table: the models that it links, for the columns `A` and `B`. */
  readonly sides: readonly [Side, Side] | null
}

/** A foreign key with its referential actions, performed by the database or emulated by Prisma. */
export interface Reference {
  readonly from: Table
  /** The fields of `from` that hold the key. */
  readonly fields: readonly string[]
  /** The fields that they refer to. */
  readonly references: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
}

export type ReferentialAction = 'Cascade' | 'SetNull' | 'SetDefault' | 'Restrict' | 'NoAction'

/** One end of an implicit many-to-many relation. */
export interface Side {
  readonly model: string
  /** The relation field of the model: the list of those on the other side. */
  readonly field: string
  /** The one field of the model's id. */
  readonly id: string
}

/** Every table of the schema by name, linked to those that refer to it. */
export function tablesOf(schema: Schema): ReadonlyMap<string, Table> {
  const tables = new Map<string, Draft>()
  for (const model of schema.models.values()) {
    tables.set(model.name, draft(withIgnored(model), model, null))
  }
  for (const ignored of schema.ignoredModels.values()) {
    const model = withIgnored(ignored)
    tables.set(model.name, draft(model, model, null))
  }
  for (const joined of joinTablesOf(schema)) tables.set(joined.name, joined)
  for (const from of tables.values()) {
    for (const field of from.model.fields.values()) {
      const reference = referenceOf(from, field)
      if (reference) tables.get(field.type)?.references.push(reference)
    }
    from.sides?.forEach(({ model, id }, index) => {
      const column = index === 0 ? 'A' : 'B'
      const actions = { onDelete: 'Cascade', onUpdate: 'Cascade' } as const
      tables.get(model)?.references.push({ from, fields: [column], references: [id], ...actions })
    })
  }
  return tables
}

interface Draft extends Table {
  readonly references: Reference[]
}

/** Foreign keys are in the database, also those that the client is not to know of. */
function withIgnored(model: Model): Model {
  return { ...model, fields: new Map([...model.fields, ...model.ignoredFields]) }
}

/** Rows are read and told apart by the fields of `visible`. */
function draft(model: Model, visible: Model, sides: Table['sides']): Draft {
  const key = keyOf(visible) ?? { name: '', fields: [] }
  return { name: model.name, model, key, columns: columnsOf(visible), references: [], sides }
}

/** With Prisma's defaults (Prisma's documentation, "Referential action defaults"). */
function referenceOf(from: Table, { relation }: Field): Reference | undefined {
  if (!relation || relation.fields.length === 0) return undefined
  const isOptional = relation.fields.every((name) => !from.model.fields.get(name)?.isRequired)
  return {
    from,
    fields: relation.fields,
    references: relation.references,
    onDelete: (relation.onDelete as ReferentialAction) ?? (isOptional ? 'SetNull' : 'Restrict'),
    onUpdate: (relation.onUpdate as ReferentialAction) ?? 'Cascade',
  }
}

/** Two lists of the same relation make a join table; column `A` is of the first by name. */
function joinTablesOf(schema: Schema): Draft[] {
  const ends = new Map<string, { model: Model; field: Field }[]>()
  for (const model of schema.models.values()) {
    for (const field of model.fields.values()) {
      if (!field.relation || !field.isList) continue
      const name = `_${field.relation.name}`
      ends.set(name, [...(ends.get(name) ?? []), { model, field }])
    }
  }
  return [...ends].flatMap(([name, both]) => {
    const sorted = both.toSorted(
      (a, b) => order(a.model.name, b.model.name) || order(a.field.name, b.field.name),
    )
    const [a, b] = sorted
    if (!a || !b) return []
    const columns = { A: columnOf(a.model, 'A'), B: columnOf(b.model, 'B') }
    const model: Model = {
      ...{ name, table: name, namespace: a.model.namespace, isView: false, documentation: null },
      fields: new Map(Object.entries(columns)),
      ignoredFields: new Map(),
      primaryKey: { name: 'A_B', fields: ['A', 'B'] },
      uniques: [],
    }
    return [draft(model, model, [sideOf(a), sideOf(b)])]
  })
}

function columnOf(model: Model, name: string): Field {
  const id = model.fields.get(model.primaryKey?.fields[0] ?? '') as Field
  return { ...id, name, column: name, default: null, isUpdatedAt: false, documentation: null }
}

function sideOf({ model, field }: { model: Model; field: Field }): Side {
  return { model: model.name, field: field.name, id: model.primaryKey?.fields[0] ?? '' }
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

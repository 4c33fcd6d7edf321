import type { Settings } from '../options.ts'
import type { Key } from '../schema/schema.ts'
import type { Reference, ReferentialAction, Table } from '../schema/tables.ts'
import type { Snapshot } from '../serialize.ts'
import { countReferring, type Reading, readHolders, tupleOf } from './current.ts'
import type { Plan, RowOp } from './plan.ts'
import { outgoingReferences, referredTables } from './references.ts'

/** Where a plan meets rows that it is not about. */
export interface Neighbours {
  /** How many rows refer to a key, by its tuple and by that of the foreign key. */
  readonly referring: ReadonlyMap<Reference, ReadonlyMap<string, ReadonlyMap<string, number>>>
  /** Who has the values of a unique key, by their tuple. */
  readonly holders: ReadonlyMap<Key, ReadonlyMap<string, string>>
  /** Which keys to refer to are there, by their tuple; none where that is nothing to look at. */
  readonly referred: ReadonlyMap<Reference, ReadonlySet<string>>
}

/** Reads which other rows a plan would change silently, and which are in its way. */
export async function readNeighbours(reading: Reading, plan: Plan): Promise<Neighbours> {
  const referring = new Map<Reference, ReadonlyMap<string, ReadonlyMap<string, number>>>()
  const holders = new Map<Key, Map<string, string>>()
  const referred = new Map<Reference, Set<string>>()
  const outgoing = outgoingReferences(reading.settings)
  const targets = referredTables(reading.settings)
  for (const [table, ops] of byTable(reading.settings, plan.rows)) {
    for (const reference of table.references) {
      const met = ops.filter((op) => meets(reading.settings, op, reference))
      if (met.length === 0) continue
      const rows = met.map(({ now }) => now as Snapshot)
      referring.set(reference, await countReferring(reading, reference, rows))
    }
    for (const reference of outgoing.get(table.name) ?? []) {
      const keys = await readReferred(reading, targets.get(reference), reference, ops)
      if (keys) referred.set(reference, keys)
    }
    const model = ops[0]?.model
    for (const key of model ? uniqueKeys(model) : []) {
      const gained = ops.flatMap((op) => (op.target && gains(op, key) !== null ? [op.target] : []))
      if (!model || gained.length === 0) continue
      holders.set(key, await holdersOf(reading, model, key, gained))
    }
  }
  return { referring, holders, referred }
}

/** Who has the values that some rows are to have for a unique key, in whatever spelling. */
async function holdersOf(
  reading: Reading,
  model: RowOp['model'],
  key: Key,
  gained: readonly Snapshot[],
): Promise<Map<string, string>> {
  const asked = new Map(gained.map((target) => [tupleOf(target, key.fields) ?? '', target]))
  const rows = await readHolders(reading, model, key, [...asked.values()])
  const holders = new Map(rows.map(({ id, snapshot }) => [tupleOf(snapshot, key.fields) ?? '', id]))
  if ([...holders.keys()].every((tuple) => asked.has(tuple))) return holders
  // One by one, the database tells what it takes for the same.
  for (const [tuple, target] of asked) {
    const [holder] = await readHolders(reading, model, key, [target])
    if (holder) holders.set(tuple, holder.id)
  }
  return holders
}

/** Where Prisma emulates foreign keys, rows may refer to what is not there. */
async function readReferred(
  reading: Reading,
  table: Table | undefined,
  { fields, references }: Reference,
  ops: readonly RowOp[],
): Promise<Set<string> | null> {
  const gained = ops.flatMap((op) =>
    op.target && gains(op, { fields }) !== null ? [op.target] : [],
  )
  const isEmulated = reading.settings.schema.relationMode === 'prisma'
  if (!table || gained.length === 0 || isEmulated) return null
  const keys = new Map(
    gained.map((target) => {
      const values = fields.map((name, i) => [references[i], target[name] ?? null])
      const key: Snapshot = Object.fromEntries(values)
      return [tupleOf(key, references) ?? '', key]
    }),
  )
  const key = { name: '', fields: references }
  const rows = await readHolders(reading, table, key, [...keys.values()])
  const found = new Set(rows.map(({ snapshot }) => tupleOf(snapshot, references) ?? ''))
  // The database takes texts for the same that differ in case: then it is the judge.
  const isExact = [...found].every((tuple) => keys.has(tuple))
  return isExact ? found : null
}

function byTable(settings: Settings, ops: readonly RowOp[]): Map<Table, RowOp[]> {
  const result = new Map<Table, RowOp[]>()
  for (const op of ops) {
    const table = settings.tables.get(op.model.model.name) as Table
    const known = result.get(table)
    if (known) known.push(op)
    else result.set(table, [op])
  }
  return result
}

/** What is to become of the rows that refer to one, by a foreign key. */
export function actionOf({ target }: RowOp, { onDelete, onUpdate }: Reference): ReferentialAction {
  return target ? onUpdate : onDelete
}

/**
 * Whether a write meets the rows that refer to its own by a foreign key: a delete takes them along, changes them
 * or is refused because of them, a changed key is refused, or followed. Where Prisma emulates foreign keys, links
 * stay behind, and nobody sees to `NoAction`.
 */
export function meets({ schema }: Settings, op: RowOp, reference: Reference): boolean {
  const { from, references } = reference
  const action = actionOf(op, reference)
  const isEmulated = schema.relationMode !== 'foreignKeys'
  if (from.model.isView || (isEmulated && (from.sides !== null || action === 'NoAction')))
    return false
  if (!op.now) return false
  return !op.target || (isHolding(action) && loses(op, { fields: references }) !== null)
}

/** Whether rows that refer to another one keep it as it is. */
export function isHolding(action: ReferentialAction): boolean {
  return action === 'Restrict' || action === 'NoAction'
}

/** The unique keys whose values are known. */
export function uniqueKeys({ model, columns }: RowOp['model']): Key[] {
  const names = new Set(columns.map(({ name }) => name))
  return [...(model.primaryKey ? [model.primaryKey] : []), ...model.uniques].filter(({ fields }) =>
    fields.every((name) => names.has(name)),
  )
}

/** The values of a unique key that a row is to have and does not have now. */
export function gains({ now, target }: RowOp, { fields }: Pick<Key, 'fields'>): string | null {
  const tuple = target && tupleOf(target, fields)
  return tuple !== null && (!now || tupleOf(now, fields) !== tuple) ? tuple : null
}

/** The values that a row has now and is not to have. */
export function loses({ now, target }: RowOp, { fields }: Pick<Key, 'fields'>): string | null {
  const tuple = now && tupleOf(now, fields)
  return tuple !== null && (!target || tupleOf(target, fields) !== tuple) ? tuple : null
}

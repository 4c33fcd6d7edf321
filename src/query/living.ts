import { on } from '../prisma.ts'
import { type KeyValues, keyFilter, uniqueCriterion } from '../schema/key.ts'
import { decodeValue, encodeValue, type Snapshot } from '../serialize.ts'
import type { Source } from './source.ts'
import { type EntityModel, fieldOf, idOfRow, isConfidential, keyOfId } from './subject.ts'

/** Rows of a model's table in the form of snapshots, by their entity ids. */
export async function readLiving(
  { root, settings, transaction }: Source,
  model: EntityModel,
  where: Readonly<Record<string, unknown>>,
): Promise<Map<string, Snapshot>> {
  const select = Object.fromEntries(model.columns.map(({ name }) => [name, true]))
  const rows = (await on(
    transaction,
    root.delegate(model.model.name).findMany({ where, select }),
  )) as Record<string, unknown>[]
  return new Map(
    rows.map((row) => {
      const values = model.columns.map((field) => [field.name, encodeValue(field, row[field.name])])
      return [idOfRow(settings, model, row), Object.fromEntries(values)]
    }),
  )
}

/** The same of those that have these ids, by their keys where these are known: hashed ids do not tell them. */
export async function readLivingOf(
  source: Source,
  model: EntityModel,
  ids: readonly string[],
  known: ReadonlyMap<string, KeyValues | undefined> = new Map(),
): Promise<Map<string, Snapshot>> {
  const keys = ids.flatMap((id) => {
    const values = known.get(id) ?? keyValuesOf(model, id)
    return values && isPossible(model, values) ? [values] : []
  })
  if (keys.length === 0) return new Map()
  return readLiving(source, model, keyFilter(model.key, keys))
}

function keyValuesOf(model: EntityModel, id: string): KeyValues | undefined {
  if (isConfidential(model)) return undefined
  return keyOfId(model, id)?.map((value, i) =>
    decodeValue(fieldOf(model, model.key.fields[i] ?? ''), value),
  )
}

/** Prisma refuses what is the key of no row: an id from before the key had another type, for example. */
function isPossible({ model, key }: EntityModel, values: KeyValues): boolean {
  const fields = Object.fromEntries(key.fields.map((name, i) => [name, values[i]]))
  const where = key.fields.length === 1 ? fields : { [key.name]: fields }
  return uniqueCriterion(model, where) !== undefined
}

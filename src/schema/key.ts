import { encodeValue, type JsonValue, type Snapshot } from '../serialize.ts'
import type { Field, Key, Model } from './schema.ts'

/** The values of a key, in the order of its fields. */
export type KeyValues = readonly unknown[]

/** The fields that are columns of the model's table and known to the client. */
export function columnsOf(model: Model): readonly Field[] {
  return [...model.fields.values()].filter(({ kind }) => kind === 'scalar' || kind === 'enum')
}

/** The key that rows are told apart by: the primary key, else the first unique key without NULLs. */
export function keyOf(model: Model): Key | undefined {
  return [...(model.primaryKey ? [model.primaryKey] : []), ...model.uniques].find((key) =>
    key.fields.every((name) => {
      const field = model.fields.get(name)
      return field?.isRequired && (field.kind === 'scalar' || field.kind === 'enum')
    }),
  )
}

/**
 * The unique key that a `where` of findUnique, update, upsert or delete names, with its values;
 * `undefined` when it names none with values that its fields can hold, which Prisma refuses.
 */
export function uniqueCriterion(model: Model, where: unknown): Criterion | undefined {
  if (typeof where !== 'object' || where === null) return undefined
  const given = where as Record<string, unknown>
  for (const key of model.primaryKey ? [model.primaryKey, ...model.uniques] : model.uniques) {
    const criterion = given[key.name]
    const values =
      key.fields.length === 1
        ? [criterion]
        : key.fields.map((name) => (criterion as Record<string, unknown> | undefined)?.[name])
    const fit = key.fields.every((name, i) => isValueOf(model.fields.get(name), values[i]))
    if (fit) return { key, values }
  }
  return undefined
}

/** A unique key and the values that one row has for it. */
export interface Criterion {
  readonly key: Key
  readonly values: KeyValues
}

/** Whether Prisma takes a value for a field; a value that it does not must not reach our own SQL. */
export function isValueOf(field: Field | undefined, value: unknown): boolean {
  if (!field || value === undefined || value === null) return false
  if (field.kind === 'enum') return typeof value === 'string'
  switch (field.type) {
    case 'Int':
      return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31
    case 'BigInt':
      return (
        (typeof value === 'bigint' || Number.isSafeInteger(value)) &&
        BigInt.asIntN(64, BigInt(value as bigint)) === BigInt(value as bigint)
      )
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value)
    case 'Decimal':
      return ['number', 'string'].includes(typeof value)
        ? value !== '' && Number.isFinite(Number(value))
        : typeof value === 'object' && 'toFixed' in value
    case 'Boolean':
      return typeof value === 'boolean'
    case 'DateTime':
      return !Number.isNaN(new Date(value as Date | string).getTime()) && typeof value !== 'number'
    case 'Bytes':
      return value instanceof Uint8Array
    default:
      return isText(field, value)
  }
}

const uuid = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i

function isText({ nativeType }: Field, value: unknown): boolean {
  return (
    typeof value === 'string' &&
    !value.includes('\0') &&
    value.isWellFormed() &&
    (nativeType !== 'Uuid' || uuid.test(value))
  )
}

/** The key of a row as Prisma's own values. */
export function keyValues(key: Key, row: Readonly<Record<string, unknown>>): KeyValues {
  return key.fields.map((name) => row[name])
}

/**
 * A `where` that matches exactly the rows with these keys. No keys match no row: Prisma takes an
 * empty `OR` inside of an `AND` for no condition at all, an empty `in` for none that can hold.
 */
export function keyFilter(key: Key, rows: readonly KeyValues[]): Record<string, unknown> {
  const [first, ...others] = key.fields
  if (first !== undefined && (others.length === 0 || rows.length === 0)) {
    return { [first]: { in: rows.map(([value]) => value) } }
  }
  return {
    OR: rows.map((values) => Object.fromEntries(key.fields.map((name, i) => [name, values[i]]))),
  }
}

/** The entity id: the key as text, a composite key as a JSON array in key order. */
export function entityIdOf(values: readonly JsonValue[]): string {
  return values.length === 1 ? String(values[0]) : JSON.stringify(values)
}

/** The entity id of a snapshot that holds the whole key. */
export function snapshotId(key: Key, snapshot: Snapshot): string {
  return entityIdOf(key.fields.map((name) => snapshot[name] ?? null))
}

/** The entity id of a row that is known by its key's values. */
export function valuesId(model: Model, key: Key, values: KeyValues): string {
  return entityIdOf(
    key.fields.map((name, i) => encodeValue(model.fields.get(name) as Field, values[i])),
  )
}

import { Decimal, isJsonNull, JsonNull } from '@prisma/client/runtime/client'

/**
 * Snapshots as JSON, lossless. By the field's type:
 *
 * | Prisma | JSON |
 * |---|---|
 * | String, Boolean, Int, enum | itself |
 * | Float | a number; `"NaN"`, `"Infinity"`, `"-Infinity"` and `"-0"`, which JSON lacks, as strings |
 * | BigInt, Decimal | a decimal string, without exponent |
 * | DateTime | ISO 8601 in UTC with milliseconds |
 * | Bytes | base64 |
 * | Json | itself; JSON `null` is `{"$json": null}`, so that `null` is the database's NULL; an object that has the key `$json` is wrapped the same way |
 * | list | an array of these |
 */
export type Snapshot = Readonly<Record<string, JsonValue>>
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** What of a field decides its form. */
interface Field {
  /** A scalar type of Prisma, or the name of an enum. */
  readonly type: string
  readonly isList: boolean
}

interface Model {
  readonly fields: ReadonlyMap<string, Field>
}

const wrapper = '$json'

/** The stored form of one value; `undefined` counts as `null`. */
export function encodeValue(field: Field, value: unknown): JsonValue {
  if (value === null || value === undefined) return null
  if (field.isList) return (value as unknown[]).map((item) => encodeScalar(field, item))
  return encodeScalar(field, value)
}

/**
 * The model's own value again; what does not fit the field's present type is left as it is. Of a
 * list, a diff gives the items that differ as an object by index, and `undefined` for those gone.
 */
export function decodeValue(field: Field, value: JsonValue | undefined): unknown {
  if (value === null || value === undefined) return value
  if (!field.isList || typeof value !== 'object') return decodeScalar(field, value)
  if (Array.isArray(value)) return value.map((item) => decodeScalar(field, item))
  return Object.fromEntries(
    Object.entries(value).map(([index, item]) => [
      index,
      item === undefined ? item : decodeScalar(field, item),
    ]),
  )
}

/** Decodes the fields that the model still has; others stay in their stored form. */
export function decodeSnapshot(
  model: Model | undefined,
  snapshot: Snapshot | null,
): Record<string, unknown> | null {
  if (!snapshot) return null
  const decoded = Object.entries(snapshot).map(([name, value]) => {
    const field = model?.fields.get(name)
    return [name, field ? decodeValue(field, value) : value]
  })
  return Object.fromEntries(decoded)
}

function encodeScalar(field: Field, value: unknown): JsonValue {
  switch (field.type) {
    case 'BigInt':
      return String(value)
    case 'Decimal':
      return (Decimal.isDecimal(value) ? value : new Decimal(value as string)).toFixed()
    case 'DateTime':
      return (value instanceof Date ? value : new Date(value as string)).toISOString()
    case 'Bytes':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'Float':
      return encodeFloat(value as number)
    case 'Json':
      return encodeJson(value)
    default:
      return value as JsonValue
  }
}

function decodeScalar(field: Field, value: JsonValue): unknown {
  if (value === null && field.type !== 'Json') return null
  switch (field.type) {
    case 'BigInt':
      return isNumeric(value) && /^-?\d+$/.test(String(value)) ? BigInt(value) : value
    case 'Decimal':
      return isNumeric(value) ? new Decimal(value) : value
    case 'Float':
      return isNumeric(value) ? Number(value) : value
    case 'DateTime':
      return isTime(value) ? new Date(value) : value
    case 'Bytes':
      return isBase64(value) ? new Uint8Array(Buffer.from(value, 'base64')) : value
    case 'Json':
      return decodeJson(value)
    default:
      return value
  }
}

/*
 * Whether a value has the stored form of a type. What is read more freely, by Date and Number, would make a time
 * of `Room 5`, and zero of a blank.
 */

const number = /^-?(\d+(\.\d*)?|\.\d+|Infinity)$|^NaN$/

function isNumeric(value: JsonValue): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && number.test(value))
}

const time = /^(\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function isTime(value: JsonValue): value is string {
  return typeof value === 'string' && time.test(value) && !Number.isNaN(Date.parse(value))
}

/** Not so the texts that stand for a hidden value. */
function isBase64(value: JsonValue): value is string {
  return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value
}

function encodeFloat(value: number): JsonValue {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : Object.is(value, -0)
      ? '-0'
      : String(value)
}

/** JSON `null` arrives as `Prisma.JsonNull`, or as a bare `null` inside of a list. */
function encodeJson(value: unknown): JsonValue {
  if (value === null || isJsonNull(value)) return { [wrapper]: null }
  if (typeof value === 'object' && Object.hasOwn(value as object, wrapper)) {
    return { [wrapper]: value as JsonValue }
  }
  return value as JsonValue
}

function decodeJson(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, wrapper)) return value
  const inner = (value as { readonly [key: string]: JsonValue })[wrapper]
  return inner === null ? JsonNull : inner
}

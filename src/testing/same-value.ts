import { types } from 'node:util'
import { Decimal, isJsonNull } from '@prisma/client/runtime/client'

/** A matcher of vitest or jest that stands for a value, such as `expect.any(Date)`. */
export interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean
}

/**
 * Whether a value is the expected one, by what Prisma takes for the types of a model: a Date or its ISO
 * text, a Decimal, number or text, a bigint or number, bytes. On either side, the stored form of a value
 * is the same as the value. Of an object only the given fields count; a list counts as a whole.
 */
export function isSameValue(value: unknown, expected: unknown): boolean {
  if (isAsymmetricMatcher(expected)) return expected.asymmetricMatch(value)
  if (Object.is(value, expected) || value === expected) return true
  const sides = [value, expected]
  for (const [isOfType, form] of comparisons) {
    if (!sides.some(isOfType)) continue
    const [a, b] = sides.map(form)
    return a !== undefined && a === b
  }
  if (Array.isArray(value) || Array.isArray(expected)) return isSameList(value, expected)
  if (!isObject(value) || !isObject(expected)) return false
  return Object.entries(expected).every(([name, field]) => isSameValue(value[name], field))
}

export function isAsymmetricMatcher(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && typeof value.asymmetricMatch === 'function'
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isSameList(value: unknown, expected: unknown): boolean {
  if (!Array.isArray(value) || !Array.isArray(expected)) return false
  return (
    value.length === expected.length && value.every((item, i) => isSameValue(item, expected[i]))
  )
}

/** Each type that is more than JSON, with a form in which two values of it are equal. */
const comparisons: readonly (readonly [
  isOfType: (value: unknown) => boolean,
  form: (value: unknown) => unknown,
])[] = [
  [isJsonNull, (value) => isJsonNull(value) || isStoredJsonNull(value) || undefined],
  // Not instanceof: jest gives each test file globals of its own.
  [types.isDate, timeOf],
  [Decimal.isDecimal, decimalOf],
  [(value) => typeof value === 'bigint', integerOf],
  [types.isUint8Array, base64Of],
]

function isStoredJsonNull(value: unknown): boolean {
  return isObject(value) && value.$json === null
}

function timeOf(value: unknown): number | undefined {
  if (!types.isDate(value) && typeof value !== 'string') return undefined
  const time = new Date(value).getTime()
  return Number.isNaN(time) ? undefined : time
}

function decimalOf(value: unknown): string | undefined {
  if (Decimal.isDecimal(value)) return value.toFixed()
  if (!['number', 'bigint', 'string'].includes(typeof value)) return undefined
  const isNumeric = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(String(value))
  return isNumeric ? new Decimal(String(value)).toFixed() : undefined
}

function integerOf(value: unknown): string | undefined {
  const isText = typeof value === 'string' && /^-?\d+$/.test(value)
  return typeof value === 'bigint' || Number.isInteger(value) || isText ? String(value) : undefined
}

function base64Of(value: unknown): string | undefined {
  if (types.isUint8Array(value)) return Buffer.from(value).toString('base64')
  return typeof value === 'string' ? value : undefined
}

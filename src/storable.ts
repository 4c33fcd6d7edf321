import type { JsonValue } from './serialize.ts'

/**
 * Text that every database takes: PostgreSQL has neither NUL nor lone surrogates, and a hostile
 * header must not be able to fail a write.
 */
export function storableText(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** The same for what may be absent, and for ids of other types. */
export function storableTextOrNull(
  value: string | number | bigint | null | undefined,
): string | null {
  return value === null || value === undefined ? null : storableText(String(value))
}

/** A value as JSON that every database takes; a bigint becomes text. */
export function storableJson(value: object | null | undefined): JsonValue {
  if (value === undefined || value === null) return null
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'string') return storableText(inner)
      if (typeof inner === 'bigint') return String(inner)
      return isRecord(inner) && !Object.keys(inner).every(isStorable)
        ? withStorableKeys(inner)
        : inner
    }),
  )
}

function isStorable(key: string): boolean {
  return key === storableText(key)
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withStorableKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), inner]))
}

import { detailedDiff } from 'deep-object-diff'

/** What one change added, removed and replaced, nested values included. */
export interface Diff {
  readonly added: Readonly<Record<string, unknown>>
  readonly deleted: Readonly<Record<string, unknown>>
  readonly updated: Readonly<Record<string, unknown>>
}

/** The difference of two snapshots; `null` stands for no row, as before a create. */
export function diffOf(before: object | null, after: object | null): Diff {
  return detailedDiff(before ?? {}, after ?? {}) as Diff
}

/** Whether two JSON values are the same; the order of keys does not count, that of lists does. */
export function isEqualJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqualJson(left[key], right[key]))
  )
}

import type { EntryJson, JsonValue } from '../../http/client.ts'
import { isWrapped } from '../shown/value.ts'

/** A value that changed, by the path to it: `limits.seats`. */
export interface PathChange {
  readonly path: string
  /** `undefined` where there was none. */
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
}

export interface PathChanges {
  /** The first of them. */
  readonly shown: readonly PathChange[]
  /** How many there are beside. */
  readonly more: number
}

const known = new WeakMap<EntryJson, PathChanges>()

/** What an entry changed, a few of it: what is within JSON by its own path. */
export function pathChanges(entry: EntryJson, most = 5): PathChanges {
  const found = known.get(entry) ?? findChanges(entry, most)
  known.set(entry, found)
  return found
}

function findChanges({ changed, before, after }: EntryJson, most: number): PathChanges {
  const shown: PathChange[] = []
  let count = 0
  for (const name of changed) {
    for (const change of changesWithin(name, own(before, name), own(after, name), 0)) {
      count += 1
      if (shown.length < most) shown.push(change)
    }
  }
  return { shown, more: count - shown.length }
}

/** Deeper than this a value is taken as a whole. */
const deepest = 4

function* changesWithin(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  depth: number,
): Generator<PathChange> {
  if (depth < deepest && isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* changesWithin(`${path}.${key}`, own(before, key), own(after, key), depth + 1)
    }
  } else if (depth === 0 || JSON.stringify(before) !== JSON.stringify(after)) {
    yield { path, before, after }
  }
}

function own(
  object: Readonly<Record<string, JsonValue>> | null,
  name: string,
): JsonValue | undefined {
  return object && Object.hasOwn(object, name) ? object[name] : undefined
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWrapped(value)
}

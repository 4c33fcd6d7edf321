import { Decimal, isJsonNull } from '@prisma/client/runtime/client'
import type { JsonValue, Snapshot } from '../serialize.ts'
import type { AuditEntry } from './entries.ts'

/**
 * An entry as JSON has it: `seq` is a decimal string, times are ISO 8601 in UTC, and states have the form
 * of {@link Snapshot}, the one that they are stored in: BigInt and Decimal are decimal strings, bytes are
 * base64, a Json field's `null` is `{"$json": null}`.
 */
export interface EntryJson
  extends Omit<AuditEntry, 'seq' | 'createdAt' | 'before' | 'after' | 'diff'> {
  readonly seq: string
  readonly createdAt: string
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  readonly diff: DiffJson
}

/** A diff as JSON has it; what was deleted is `null` under its name. */
export interface DiffJson {
  readonly added: Snapshot
  readonly deleted: Snapshot
  readonly updated: Snapshot
}

/** The one JSON form of entries: of HTTP answers, of server-sent events and of exports. */
export function entryJson(entry: AuditEntry): EntryJson {
  return {
    ...entry,
    seq: String(entry.seq),
    createdAt: entry.createdAt.toISOString(),
    before: stateJson(entry.before),
    after: stateJson(entry.after),
    diff: diffJson(entry.diff),
  }
}

/** The state of an entity. */
export function stateJson(state: Readonly<Record<string, unknown>>): Snapshot
export function stateJson(state: Readonly<Record<string, unknown>> | null): Snapshot | null
export function stateJson(state: Readonly<Record<string, unknown>> | null): Snapshot | null {
  if (state === null) return null
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, valueJson(value)]))
}

export function diffJson({ added, deleted, updated }: AuditEntry['diff']): DiffJson {
  return { added: stateJson(added), deleted: stateJson(deleted), updated: stateJson(updated) }
}

/** One field's value. Of those that no longer are in the model, the stored form is what is known. */
export function valueJson(value: unknown): JsonValue {
  const isWrapped = isPlain(value) && Object.hasOwn(value, wrapper) && !isStoredWrapper(value)
  return isWrapped ? { [wrapper]: innerJson(value) } : innerJson(value)
}

const wrapper = '$json'

function innerJson(value: unknown): JsonValue {
  if (value === null || value === undefined) return null
  switch (typeof value) {
    case 'bigint':
      return String(value)
    case 'number':
      return numberJson(value)
    case 'object':
      return objectJson(value)
    default:
      return value as JsonValue
  }
}

function objectJson(value: object): JsonValue {
  if (isJsonNull(value)) return { [wrapper]: null }
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Decimal.isDecimal(value)) return value.toFixed()
  if (Array.isArray(value)) return value.map(innerJson)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, innerJson(inner)]))
}

/** JSON lacks these numbers. */
function numberJson(value: number): JsonValue {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : String(value)
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isJsonNull(value)
}

/** What a field that the model has no more was stored as, if it held a JSON `null` or an object like this. */
function isStoredWrapper(value: Readonly<Record<string, unknown>>): boolean {
  const { [wrapper]: inner, ...others } = value
  const isNested = isPlain(inner) && Object.hasOwn(inner, wrapper)
  return Object.keys(others).length === 0 && (inner === null || isNested)
}

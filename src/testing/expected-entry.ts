import { inspect } from 'node:util'
import { invalidOption } from '../errors.ts'
import type { EntityId } from '../event.ts'
import { entityIdOf } from '../schema/key.ts'
import { type AsymmetricMatcher, isAsymmetricMatcher, isObject, isSameValue } from './same-value.ts'
import type { RecordedEntry } from './source.ts'

type Text = string | AsymmetricMatcher
type Id = EntityId | AsymmetricMatcher | null

/**
 * What is expected of an entry: of its fields those that are given, whose values may be matchers of
 * vitest or jest.
 */
export interface ExpectedEntry {
  readonly id?: Text
  readonly traceId?: Text
  /** `null`: not part of a run. */
  readonly parentId?: Text | null
  readonly createdAt?: Date | AsymmetricMatcher
  readonly action?: Text
  readonly outcome?: Text
  readonly reason?: Text | null
  readonly entity?: Text
  /** The key as the model has it, a list for a composite one; or as text. */
  readonly entityId?: Id
  readonly actorId?: Id
  readonly actorType?: Text
  readonly actorName?: Text | null
  readonly onBehalfOf?: Id
  readonly tenantId?: Id
  readonly source?: Text
  /** These fields with these values, next to any others; `undefined`: not in the snapshot. */
  readonly before?: object | null
  readonly after?: object | null
  /** All the names, in any order. */
  readonly changed?: readonly string[] | AsymmetricMatcher
  /** These tags, next to any others. */
  readonly tags?: object
  readonly request?: object
  readonly version?: number
}

/** What a field holds, as far as it decides about the check and the comparison. */
const fields: Readonly<Record<keyof ExpectedEntry, 'value' | 'id' | 'names' | 'part'>> = {
  id: 'value',
  traceId: 'value',
  parentId: 'value',
  createdAt: 'value',
  action: 'value',
  outcome: 'value',
  reason: 'value',
  entity: 'value',
  entityId: 'id',
  actorId: 'id',
  actorType: 'value',
  actorName: 'value',
  onBehalfOf: 'id',
  tenantId: 'id',
  source: 'value',
  before: 'part',
  after: 'part',
  changed: 'names',
  tags: 'part',
  request: 'part',
  version: 'value',
}

/** One value that is not the expected one. */
export interface Difference {
  /** `action`, or `after.role`. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** How an entry compares with what was expected. */
export interface Comparison {
  readonly differences: readonly Difference[]
  /** How many values were compared. */
  readonly values: number
}

/**
 * @throws {AuditError} `OPTION_INVALID` for what is no description of an entry: a misspelt field would
 * otherwise be found missing, one that is `undefined` would be found anywhere.
 */
export function checkExpected(expected: unknown): asserts expected is ExpectedEntry {
  if (!isObject(expected) || Array.isArray(expected)) {
    invalidOption(
      `The expected entry is \`${inspect(expected)}\`, but it has to be an object: { action: 'update', entity: 'User' }.`,
    )
  }
  for (const [name, value] of Object.entries(expected)) {
    const kind = Object.hasOwn(fields, name) ? fields[name as keyof ExpectedEntry] : undefined
    if (!kind) {
      invalidOption(
        `An entry has no field \`${name}\`. The fields are ${Object.keys(fields).join(', ')}.`,
      )
    }
    if (value === undefined) {
      invalidOption(
        `The expected \`${name}\` is \`undefined\`: leave it out where any will do, give \`null\` for none.`,
      )
    }
    if (isAsymmetricMatcher(value)) continue
    if (kind === 'names' && !Array.isArray(value)) {
      invalidOption(`The expected \`${name}\` is \`${inspect(value)}\`, but it has to be a list.`)
    }
    if (kind === 'part' && value !== null && (!isObject(value) || Array.isArray(value))) {
      invalidOption(
        `The expected \`${name}\` is \`${inspect(value)}\`, but it has to be an object of its fields, or null.`,
      )
    }
  }
}

/** Compares an entry with what {@link checkExpected} let pass. */
export function compare(entry: RecordedEntry, expected: ExpectedEntry): Comparison {
  const pairs = Object.entries(expected).flatMap(([name, value]) => pairsOf(entry, name, value))
  const different = pairs.filter(({ value, expected }) => !isSameValue(value, expected))
  return {
    differences: different.map(({ name, part, value, expected }) => {
      return { path: part === undefined ? name : `${name}.${part}`, expected, actual: value }
    }),
    values: pairs.length,
  }
}

/** A value of an entry beside the expected one; `part` is the field of a snapshot, the key of a tag. */
interface Pair {
  readonly name: string
  readonly part?: string
  readonly value: unknown
  readonly expected: unknown
}

function pairsOf(entry: RecordedEntry, name: string, expected: unknown): Pair[] {
  const kind = fields[name as keyof ExpectedEntry]
  // A row without tags or request has NULL there, which is read as an empty object.
  const none = name === 'tags' || name === 'request' ? {} : null
  const value = entry[name as keyof RecordedEntry] ?? none
  if (isAsymmetricMatcher(expected)) return [{ name, value, expected }]
  if (kind === 'id') return [{ name, value, expected: idText(expected as EntityId | null) }]
  if (kind === 'names') {
    const sorted = (names: unknown) => [...((names as string[] | null) ?? [])].sort()
    return [{ name, value: sorted(value), expected: sorted(expected) }]
  }
  if (kind !== 'part' || !isObject(expected)) return [{ name, value, expected }]
  if (!isObject(value)) return [{ name, value, expected }]
  return Object.entries(expected).map(([part, field]) => {
    return { name, part, value: value[part], expected: field }
  })
}

function idText(id: EntityId | null): string | null {
  if (id === null) return null
  const values = (Array.isArray(id) ? id : [id]) as readonly (string | number | bigint)[]
  return entityIdOf(values.map((value) => (typeof value === 'bigint' ? String(value) : value)))
}

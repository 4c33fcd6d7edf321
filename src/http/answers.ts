import { z } from 'zod'
import type { StoredLine } from '../execution-log.ts'
import {
  type DiffJson,
  diffJson,
  type EntryJson,
  entryJson,
  stateJson,
  valueJson,
} from '../query/entry-json.ts'
import type {
  EntryComparison,
  Facets,
  FieldChange,
  PastState,
  SearchPage,
} from '../query/queries.ts'
import type { Trace } from '../query/trace.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'

/** What the routes answer, each as its schema, its type and the function that makes it. */

/** The schemas that have a name in the OpenAPI document; zod's own registry is the application's. */
export const namedSchemas = z.registry<{ readonly id: string; readonly description: string }>()

const state = z.record(z.string(), z.unknown()).meta({
  description:
    'Values by the name of their field. BigInt and Decimal are decimal strings, times ISO 8601 in UTC, ' +
    'bytes base64, NaN and the infinities strings; the `null` of a Json field is `{"$json": null}`.',
})
export const nullable = z.string().nullable()
export const time = z.iso.datetime()

export const entrySchema = z
  .object({
    seq: z.string().regex(/^\d+$/).meta({ description: 'The order of insertion' }),
    id: z.string(),
    traceId: z.string(),
    parentId: nullable,
    createdAt: time,
    action: z.string(),
    outcome: z.string(),
    reason: nullable,
    entity: z.string(),
    entityId: nullable,
    actorId: nullable,
    actorType: z.string(),
    actorName: nullable,
    onBehalfOf: nullable,
    tenantId: nullable,
    source: z.string(),
    before: state.nullable(),
    after: state.nullable(),
    changed: z.array(z.string()),
    diff: z.object({ added: state, deleted: state, updated: state }),
    tags: z.unknown(),
    request: z.unknown(),
    version: z.number().int(),
  })
  .register(namedSchemas, { id: 'Entry', description: 'One row of the audit trail' })

export interface PageJson {
  readonly entries: readonly EntryJson[]
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null
}

export const pageSchema = z
  .object({ entries: z.array(entrySchema), nextCursor: nullable })
  .register(namedSchemas, {
    id: 'Page',
    description: 'A page of entries, and where the next one begins',
  })

export function pageJson(page: {
  readonly entries: SearchPage['entries']
  readonly nextCursor: bigint | string | null
}): PageJson {
  return { entries: page.entries.map(entryJson), nextCursor: cursorJson(page.nextCursor) }
}

/** A line of an execution log. */
export interface LineJson extends Omit<StoredLine, 'seq' | 'loggedAt'> {
  readonly seq: string
  readonly loggedAt: string
}

export interface TraceJson extends PageJson {
  readonly traceId: string
  readonly logs: { readonly lines: readonly LineJson[]; readonly nextCursor: string | null }
}

const lineSchema = z
  .object({
    seq: z.string(),
    traceId: z.string(),
    parentId: nullable,
    loggedAt: time,
    level: z.string(),
    message: z.string(),
    logger: nullable,
    fields: z.unknown(),
  })
  .register(namedSchemas, { id: 'LogLine', description: 'One line of an execution log' })

export const traceSchema = z
  .object({
    traceId: z.string(),
    entries: z.array(entrySchema),
    nextCursor: nullable,
    logs: z.object({ lines: z.array(lineSchema), nextCursor: nullable }),
  })
  .register(namedSchemas, { id: 'Trace', description: 'One unit of work, oldest first' })

export function traceJson({ traceId, logs, ...page }: Trace): TraceJson {
  const lines = logs.lines.map((line) => ({
    seq: String(line.seq),
    traceId: line.traceId,
    parentId: line.parentId,
    loggedAt: line.loggedAt.toISOString(),
    level: line.level,
    message: line.message,
    logger: line.logger,
    fields: line.fields,
  }))
  return { traceId, ...pageJson(page), logs: { lines, nextCursor: cursorJson(logs.nextCursor) } }
}

export interface ComparisonJson {
  readonly from: EntryJson
  readonly to: EntryJson
  /** The states; `null` where the entity was deleted. */
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  readonly diff: DiffJson
}

export const comparisonSchema = z
  .object({
    from: entrySchema,
    to: entrySchema,
    before: state.nullable(),
    after: state.nullable(),
    diff: z.object({ added: state, deleted: state, updated: state }),
  })
  .register(namedSchemas, {
    id: 'Comparison',
    description: 'What differs between the states after two entries',
  })

export function comparisonJson(comparison: EntryComparison): ComparisonJson {
  return {
    from: entryJson(comparison.from),
    to: entryJson(comparison.to),
    before: stateJson(comparison.before),
    after: stateJson(comparison.after),
    diff: diffJson(comparison.diff),
  }
}

export interface PastStateJson {
  /** `null` where it was not there. */
  readonly state: Snapshot | null
  /** The entry that had led to it; `null` where the trail begins later. */
  readonly entry: EntryJson | null
  /** Fields whose values the trail does not have. */
  readonly unknown: readonly string[]
}

export const pastStateSchema = z
  .object({ state: state.nullable(), entry: entrySchema.nullable(), unknown: z.array(z.string()) })
  .register(namedSchemas, { id: 'PastState', description: 'An entity as it was' })

export function pastStateJson({ state, entry, unknown }: PastState): PastStateJson {
  return { state: stateJson(state), entry: entry && entryJson(entry), unknown }
}

/** One change of one field; `from` and `to` are absent where there was no value, or none is known. */
export interface FieldChangeJson {
  readonly entry: EntryJson
  readonly from?: JsonValue
  readonly to?: JsonValue
}

export interface FieldHistoryJson {
  readonly entries: readonly FieldChangeJson[]
  readonly nextCursor: string | null
}

export const fieldHistorySchema = z
  .object({
    entries: z.array(
      z.object({ entry: entrySchema, from: z.unknown().optional(), to: z.unknown().optional() }),
    ),
    nextCursor: nullable,
  })
  .register(namedSchemas, {
    id: 'FieldHistory',
    description: 'The changes of one field, newest first',
  })

export function fieldHistoryJson(page: {
  readonly entries: readonly FieldChange[]
  readonly nextCursor: bigint | null
}): FieldHistoryJson {
  const entries = page.entries.map(({ entry, from, to }) => ({
    entry: entryJson(entry),
    ...known('from', from),
    ...known('to', to),
  }))
  return { entries, nextCursor: cursorJson(page.nextCursor) }
}

export const countSchema = z
  .object({ count: z.number().int(), isExact: z.boolean() })
  .register(namedSchemas, { id: 'Count', description: 'How many entries match' })

export const facetsSchema = z
  .object({
    sampled: z.number().int(),
    isComplete: z.boolean(),
    facets: z.array(
      z.object({
        key: z.string(),
        isTag: z.boolean(),
        values: z.array(
          z.object({ value: z.string(), count: z.number().int(), label: z.string().optional() }),
        ),
      }),
    ),
  })
  .register(namedSchemas, {
    id: 'Facets',
    description: 'The values of each key, the most frequent first',
  })

export type FacetsJson = Facets

function cursorJson(cursor: bigint | string | null): string | null {
  return cursor === null ? null : String(cursor)
}

/** A value under its name; nothing where it is not known. */
export function known<Name extends string>(
  name: Name,
  value: unknown,
): { [_ in Name]?: JsonValue } {
  if (value === undefined) return {}
  return { [name]: valueJson(value) } as { [_ in Name]: JsonValue }
}

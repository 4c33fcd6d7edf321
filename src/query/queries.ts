import type { Diff } from '../diff.ts'
import type { EntityId } from '../event.ts'
import type { AuditEntry, Page, PageOptions } from './entries.ts'
import type { Filter } from './filter.ts'
import type { Trace, TraceOptions } from './trace.ts'

/** A filter as a text of the filter language, or as data. */
export type FilterInput = string | Filter

export interface SearchOrder {
  /** Entries with the same value follow each other in the order of insertion. @default 'time' */
  readonly by?: 'time' | 'entity' | 'action' | 'actor' | undefined
  /** @default 'desc' */
  readonly direction?: 'asc' | 'desc' | undefined
}

export interface SearchOptions {
  /** Entries in a page, 1 to 1000. @default 50 */
  readonly take?: number | undefined
  /** The `nextCursor` of the page before, of the same order. */
  readonly cursor?: string | null | undefined
  readonly order?: SearchOrder | undefined
}

export interface SearchPage {
  readonly entries: AuditEntry[]
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null
}

export interface Count {
  readonly count: number
  /** Whether there are no more than were counted. */
  readonly isExact: boolean
}

export interface FacetsOptions {
  /** Keys of fields or tags. @default entity, action, outcome, actor, type, tenant, source, and all tags */
  readonly keys?: readonly string[] | undefined
  /** The newest entries that are looked at, 1 to 50,000. @default 5000 */
  readonly sample?: number | undefined
  /** Values of a key, the most frequent first, 1 to 1000. @default 20 */
  readonly take?: number | undefined
}

export interface Facets {
  /** How many entries were counted. */
  readonly sampled: number
  /** Whether these are all that match. */
  readonly isComplete: boolean
  readonly facets: Facet[]
}

export interface Facet {
  readonly key: string
  readonly isTag: boolean
  /** The most frequent first; `label` is the name that an actor had last. */
  readonly values: { readonly value: string; readonly count: number; readonly label?: string }[]
}

export interface HistogramOptions {
  /** Inclusive. */
  readonly since: Date
  /** Exclusive. */
  readonly until: Date
  /** Spans of the same length, 1 to 200. @default 60 */
  readonly buckets?: number | undefined
}

/** How many entries there are over time. */
export interface Histogram {
  readonly since: Date
  readonly until: Date
  /** The oldest first, each from where the one before ends. */
  readonly buckets: HistogramBucket[]
  /** Before this nothing was looked at, as there are too many entries; `null` where all was. */
  readonly knownSince: Date | null
}

export interface HistogramBucket {
  readonly since: Date
  readonly until: Date
  /** By action. */
  readonly counts: Readonly<Record<string, number>>
  /** Whether all were counted; otherwise it is an estimate by those that were. */
  readonly isExact: boolean
}

/** An entry amongst those of its entity. */
export interface EntryVersion {
  /** From 1, the oldest; `null` where there are more than are counted, or the entry has no entity. */
  readonly version: number | null
  /** Ids of the entries of the same entity right before and after it; `null` where there are none. */
  readonly previous: string | null
  readonly next: string | null
}

/** What an entity is known by in the trail. */
export interface Subject {
  readonly entity: string
  readonly entityId: EntityId
}

export interface HistoryOptions extends PageOptions {
  /** Relation fields of the model whose entities' histories are to be in it. @default none */
  readonly include?: Readonly<Record<string, boolean>> | undefined
}

/** One change of one field. */
export interface FieldChange {
  readonly entry: AuditEntry
  /** `undefined` where the entity was not there, or the trail does not know. */
  readonly from: unknown
  readonly to: unknown
}

/** What differs between the states that two entries of one entity led to. */
export interface EntryComparison {
  readonly from: AuditEntry
  readonly to: AuditEntry
  /** The states; `null` where the entity was deleted. */
  readonly before: Record<string, unknown> | null
  readonly after: Record<string, unknown> | null
  readonly diff: Diff
}

/** An entity as it was. */
export interface PastState<Row = Record<string, unknown>> {
  /** `null` where it was not there. */
  readonly state: Row | null
  /** The entry that had led to it; `null` where the trail begins later. */
  readonly entry: AuditEntry | null
  /** Fields whose values the trail does not have: redacted, or left out. */
  readonly unknown: readonly string[]
}

export interface ExportOptions {
  readonly format: 'csv' | 'ndjson'
  readonly order?: SearchOrder | undefined
  /** Ends the export. */
  readonly signal?: AbortSignal | undefined
}

export interface TailOptions {
  /** The `position` of the last entry that was seen. @default the end of the trail */
  readonly after?: string | undefined
  /** Milliseconds between two looks. @default 1000 */
  readonly interval?: number | undefined
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
}

/** A new entry, with what to go on after it. */
export interface TailedEntry {
  readonly entry: AuditEntry
  readonly position: string
}

/** The questions that the trail answers; within a scope, of what that leaves. */
export interface AuditQueries {
  /** A page of the entries that match; all match an empty filter. @throws {AuditError} `FILTER_INVALID`, `QUERY_INVALID` */
  search(filter?: FilterInput, options?: SearchOptions): Promise<SearchPage>
  /** One entry by its id. */
  entry(id: string): Promise<AuditEntry | null>
  /** Where one entry stands in the history of its entity; `null` where there is no such entry. */
  version(id: string): Promise<EntryVersion | null>
  /** One unit of work, oldest first: its entries and its log lines. */
  trace(traceId: string, options?: TraceOptions): Promise<Trace>
  /** How many entries match, exact up to a limit. @default limit 10,000 */
  count(filter?: FilterInput, options?: { readonly limit?: number }): Promise<Count>
  /** The values of each key with their numbers, among the newest entries that match. */
  facets(filter?: FilterInput, options?: FacetsOptions): Promise<Facets>
  /**
   * How many of the entries that match there are of each action in each span of time. Whatever the size of the
   * trail, a bounded number of entries is looked at, so that of many it is an estimate.
   *
   * @throws {AuditError} `FILTER_INVALID`, `QUERY_INVALID`
   */
  histogram(filter: FilterInput, options: HistogramOptions): Promise<Histogram>
  /** The history of one entity, newest first. */
  history(subject: Subject, options?: HistoryOptions): Promise<Page<AuditEntry>>
  /** Who changed one field, newest first. */
  fieldHistory(
    subject: Subject & { readonly field: string },
    options?: PageOptions,
  ): Promise<Page<FieldChange>>
  /** What differs between the states after two entries of one entity. */
  compare(fromId: string, toId: string): Promise<EntryComparison>
  /** An entity as it was at a time, told by the trail alone. */
  asOf(subject: Subject & { readonly at: Date }): Promise<PastState>
  /** All entries that match, as text, in pieces. */
  export(filter: FilterInput, options: ExportOptions): AsyncIterable<string>
  /** The entries that match as they come in: each once, none left out. */
  tail(filter?: FilterInput, options?: TailOptions): AsyncIterable<TailedEntry>
  /** The end of the trail, as `after` of a tail: what comes in from now on. */
  tailPosition(): Promise<string>
}

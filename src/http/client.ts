/** The trail for browsers, over what `createAuditHandler()` serves. It needs `fetch` and nothing of Node.js. */
import type { EntryJson } from '../query/entry-json.ts'
import type { Count, Facets } from '../query/queries.ts'
import type {
  ComparisonJson,
  FieldHistoryJson,
  PageJson,
  PastStateJson,
  TraceJson,
} from './answers.ts'
import { AuditClientError, errorOf, isOf } from './client-error.ts'
import type { StreamedEntry } from './client-stream.ts'
import type { HistogramJson, SavedViewJson, VersionJson, ViewerJson } from './page-answers.ts'
import type { RevertJson } from './revert-answer.ts'

export type { DiffJson, EntryJson } from '../query/entry-json.ts'
export type { Count, Facet, Facets } from '../query/queries.ts'
export type { JsonValue, Snapshot } from '../serialize.ts'
export type {
  ComparisonJson,
  FieldChangeJson,
  FieldHistoryJson,
  LineJson,
  PageJson,
  PastStateJson,
  TraceJson,
} from './answers.ts'
export { AuditClientError } from './client-error.ts'
export type { StreamedEntry } from './client-stream.ts'
export type { HistogramJson, SavedViewJson, VersionJson, ViewerJson } from './page-answers.ts'
export type { ParameterProblem, Problem } from './problem.ts'
export type { ConflictJson, RevertJson, RevertStepJson } from './revert-answer.ts'

export interface AuditClientOptions {
  /** Where the handler is: '/audit', or 'https://example.com/audit'. */
  readonly baseUrl: string
  /** @default the global one */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined
  /**
   * Sent with each request: what the handler's `authorize` asks for. What a function throws rejects the call; a
   * stream that was connected before goes on trying.
   *
   * @default none; cookies are sent
   */
  readonly headers?: HeadersGiven | (() => HeadersGiven | Promise<HeadersGiven>) | undefined
  /** Of each request. @default 'same-origin' */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /** Milliseconds until a stream that has ended is asked for again. @default what the handler says: 3000 */
  readonly retry?: number | undefined
}

type HeadersGiven = ConstructorParameters<typeof Headers>[0]

/** What every method takes. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined
}

export interface PageQuery extends Abortable {
  /** Entries in the page. @default 50 */
  readonly take?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | null | undefined
}

export interface FilterQuery {
  /** In the filter language. @default all entries */
  readonly filter?: string | undefined
}

export interface OrderQuery extends FilterQuery {
  /** @default 'time' */
  readonly order?: 'time' | 'entity' | 'action' | 'actor' | undefined
  /** @default 'desc' */
  readonly direction?: 'asc' | 'desc' | undefined
}

export interface ExportQuery extends OrderQuery {
  readonly format: 'csv' | 'ndjson'
}

/** An entity by its name, and its id as entries have it. */
export interface EntityQuery {
  readonly entity: string
  readonly entityId: string
}

export interface RevertQuery extends Abortable {
  /** Only tell what would be done. @default false */
  readonly dryRun?: boolean | undefined
  /** Where something was changed since: refuse, let the revert win, or keep what is later. @default 'refuse' */
  readonly onConflict?: 'refuse' | 'revert' | 'keep' | undefined
  /** Why. */
  readonly reason?: string | undefined
}

/** Every method rejects with an {@link AuditClientError} where the handler refuses, or something else answers. */
export interface AuditClient {
  /** A page of the entries that match. */
  entries(query?: OrderQuery & PageQuery): Promise<PageJson>
  entry(id: string, options?: Abortable): Promise<EntryJson>
  /** What differs between the states after two entries of one entity. */
  compare(id: string, otherId: string, options?: Abortable): Promise<ComparisonJson>
  /**
   * One unit of work, oldest first: its entries and its log lines.
   *
   * While it lasts, one reads on by the `seq` of the last entry and of the last line that were seen:
   * `trace(id, { cursor: entry.seq, logs: { cursor: line.seq } })` answers what came after, which may be
   * nothing. Where several of its transactions run side by side, one that ends late can bring an entry with a
   * lower `seq` than that: read it as a whole once it has ended.
   */
  trace(traceId: string, query?: PageQuery & { readonly logs?: PageQuery }): Promise<TraceJson>
  /** The history of one entity, newest first, and those of what its relation fields lead to. */
  activity(
    query: EntityQuery & PageQuery & { readonly include?: readonly string[] | undefined },
  ): Promise<PageJson>
  /** An entity as it was. */
  asOf(query: EntityQuery & Abortable & { readonly at: Date | string }): Promise<PastStateJson>
  /** Who changed one field, newest first. */
  fieldHistory(
    query: EntityQuery & PageQuery & { readonly field: string },
  ): Promise<FieldHistoryJson>
  /** The values that there are to filter by, with their numbers. */
  facets(
    query?: FilterQuery &
      Abortable & {
        readonly keys?: readonly string[] | undefined
        readonly sample?: number | undefined
        readonly take?: number | undefined
      },
  ): Promise<Facets>
  count(query?: FilterQuery & Abortable & { readonly limit?: number | undefined }): Promise<Count>
  /**
   * Takes back what an entry, or a unit of work, changed.
   *
   * With conflicts, it rejects with the code `REVERT_CONFLICT`; `problem.conflicts` has them.
   */
  revert(
    target: { readonly id: string } | { readonly traceId: string },
    options?: RevertQuery,
  ): Promise<RevertJson>
  /** Who looks, and what it may do. */
  viewer(options?: Abortable): Promise<ViewerJson>
  /** Which version of its entity an entry is, and those beside it. */
  version(id: string, options?: Abortable): Promise<VersionJson>
  /** How many entries there are of each action in each of some spans of time of the same length. */
  histogram(
    query: FilterQuery &
      Abortable & {
        /** Inclusive. */
        readonly since: Date | string
        /** Exclusive. */
        readonly until: Date | string
        /** 1 to 200. @default 60 */
        readonly buckets?: number | undefined
      },
  ): Promise<HistogramJson>
  /** Those that the handler keeps for the viewer. */
  views(options?: Abortable): Promise<readonly SavedViewJson[]>
  saveView(view: SavedViewJson, options?: Abortable): Promise<void>
  removeView(name: string, options?: Abortable): Promise<void>
  /** Where a browser downloads an export, by its user's cookies. */
  exportUrl(query: ExportQuery): string
  export(query: ExportQuery & Abortable): Promise<ReadableStream<Uint8Array>>
  /**
   * The entries that match as they come in, each once and none left out, whatever happens to the connection.
   * It ends by its signal, or by a break of the loop; it throws where the handler refuses.
   */
  stream(
    query?: FilterQuery &
      Abortable & {
        readonly lastEventId?: string | undefined
        /** Told whenever a connection is made, and when it has ended or could not be made. */
        readonly onConnection?: ((isOpen: boolean) => void) | undefined
      },
  ): AsyncGenerator<StreamedEntry, void>
}

export function createAuditClient(options: AuditClientOptions): AuditClient {
  const { baseUrl, headers, credentials = 'same-origin', retry } = options
  const send = async (request: Request) => (options.fetch ?? globalThis.fetch)(request)
  const base = baseUrl.replace(/\/+$/, '')

  const requestOf = async (url: string, init: Asking): Promise<Request> => {
    const given = new Headers(typeof headers === 'function' ? await headers() : headers)
    for (const [name, value] of new Headers(init.headers)) given.set(name, value)
    const { signal = null, ...others } = init
    return new Request(absolute(url), { ...others, signal, credentials, headers: given })
  }
  /** `type` is what the handler answers, or `null` where that is nothing. */
  const ask = async (type: string | null, url: string, init: Asking): Promise<Response> => {
    const response = await send(await requestOf(url, init))
    const isExpected = type === null ? response.status === 204 : isOf(response, type)
    if (!isExpected) throw await errorOf(response)
    return response
  }
  const json = async <T>(
    path: readonly string[],
    query: Query = {},
    { signal }: Abortable = {},
  ): Promise<T> => (await ask(jsonType, urlOf(base, path, query), { signal })).json() as Promise<T>
  const sent = (
    type: string | null,
    method: string,
    path: string,
    body: object,
    { signal }: Abortable = {},
  ): Promise<Response> => {
    const init = { method, headers: { 'Content-Type': jsonType }, body: JSON.stringify(body) }
    return ask(type, urlOf(base, [path], {}), { ...init, signal })
  }
  const entity = ({ entity, entityId }: EntityQuery) => ['entities', entity, entityId]

  return {
    entries: ({ signal, ...query } = {}) => json(['entries'], query, { signal }),
    entry: (id, options) => json(['entries', id], {}, options),
    compare: (id, otherId, options) => json(['entries', id, 'compare', otherId], {}, options),
    trace: (traceId, { signal, logs = {}, take, cursor } = {}) => {
      const query = { take, cursor, logsTake: logs.take, logsCursor: logs.cursor }
      return json(['traces', traceId], query, { signal })
    },
    activity: ({ signal, take, cursor, include, ...subject }) =>
      json([...entity(subject), 'activity'], { take, cursor, include }, { signal }),
    asOf: ({ signal, at, ...subject }) => {
      return json([...entity(subject), 'as-of'], { at: isoOf(at) }, { signal })
    },
    fieldHistory: ({ signal, field, take, cursor, ...subject }) =>
      json([...entity(subject), 'fields', field], { take, cursor }, { signal }),
    facets: ({ signal, ...query } = {}) => json(['facets'], query, { signal }),
    count: ({ signal, ...query } = {}) => json(['count'], query, { signal }),
    revert: async (target, { signal, ...options } = {}) => {
      const body = { ...target, ...options }
      const response = await sent(jsonType, 'POST', 'reverts', body, { signal })
      return response.json() as Promise<RevertJson>
    },
    viewer: ({ signal } = {}) => json(['viewer'], {}, { signal }),
    version: (id, options) => json(['entries', id, 'version'], {}, options),
    histogram: ({ signal, since, until, ...query }) =>
      json(['histogram'], { ...query, since: isoOf(since), until: isoOf(until) }, { signal }),
    views: async (options) => {
      const { views } = await json<{ readonly views: readonly SavedViewJson[] }>(
        ['views'],
        {},
        options,
      )
      return views
    },
    saveView: async ({ name, query }, options) =>
      void (await sent(null, 'PUT', 'views', { name, query }, options)),
    removeView: async (name, options) =>
      void (await sent(null, 'DELETE', 'views', { name }, options)),
    exportUrl: (query) => urlOf(base, ['export'], { ...query }),
    export: async ({ signal, ...query }) => {
      const { body } = await ask(exportTypes[query.format], urlOf(base, ['export'], query), {
        signal,
      })
      return body ?? new Blob([]).stream()
    },
    stream: async function* ({ filter, lastEventId, signal, onConnection } = {}) {
      // Most pages never ask for one.
      const { streamedEntries } = await import('./client-stream.ts')
      yield* streamedEntries({
        request: (given) => requestOf(urlOf(base, ['stream'], { filter }), given),
        send,
        lastEventId,
        retry,
        signal,
        onConnection,
      })
    },
  }
}

type Asking = Omit<RequestInit, 'signal'> & Abortable

const jsonType = 'application/json'

const exportTypes = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const

function isoOf(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString()
}

type Query = Readonly<Record<string, string | number | readonly string[] | null | undefined>>

function urlOf(base: string, path: readonly string[], query: Query): string {
  const segments = path.map((segment) => {
    // Whoever reads the address would take these for steps to another one, encoded or not.
    if (segment === '' || segment === '.' || segment === '..') {
      throw new AuditClientError(`\`${segment}\` cannot be a part of an address.`, 0, null)
    }
    return encodeURIComponent(segment)
  })
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const pairs = given.map(([name, value]): [string, string] => [name, String(value)])
  const search = new URLSearchParams(pairs)
  return `${base}/${segments.join('/')}${given.length > 0 ? `?${search}` : ''}`
}

/** `Request` takes no relative address outside of a document. */
function absolute(url: string): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  return location ? new URL(url, location.href).href : url
}

import { bucketSamples } from './bucket-samples.ts'
import { seqOf } from './entries.ts'
import type { Filter, FilterTerm } from './filter.ts'
import { instantOf } from './filter-date.ts'
import { type Matching, matching } from './matching.ts'
import type { Histogram, HistogramBucket, HistogramOptions } from './queries.ts'
import { conditions, selectRows } from './rows.ts'
import { scopeConditions } from './scope.ts'
import type { Source } from './source.ts'
import {
  type Counted,
  millisecondsOf,
  narrowed,
  type Span,
  type SpanCounts,
  spanAt,
  spansOf,
} from './spans.ts'
import { column, raw, sql, table } from './sql.ts'

/** So many of the newest entries are looked at where something leaves fewer than all. */
const mostRows = 20_000

/** So many of the last entries before a time tell how far `seq` had come by then. */
const lastRows = 500

/**
 * How many of the entries that match there are over time, by action.
 *
 * Where nothing leaves fewer than all, some entries of each span are looked at, by the index of time.
 * Otherwise the newest ones are counted: the order of insertion is taken for that of time there, as far as not
 * all of them are looked at.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `since`, `until` or `buckets`
 */
export async function findHistogram(
  source: Source,
  filter: Filter,
  options: HistogramOptions,
): Promise<Histogram> {
  const { since, until } = options
  const spans = spansOf(options)
  const now = source.settings.now()
  const within = withinOf(filter, now, { from: since.getTime(), to: until.getTime() })
  const others = { terms: filter.terms.filter((term) => !isTime(term)) }
  const found = await matching(source, others, now)
  // A sample would tell how much there is beyond the scope.
  const isSampled = found.isOpen && scopeConditions(source).length === 0
  const { counted, knownSince } = isSampled
    ? await bucketSamples(
        source,
        found,
        spans.map((span) => narrowed(span, within)),
      )
    : await countNewest(source, found, spans, within)
  return {
    since,
    until,
    buckets: spans.map(
      ({ from, to }, i): HistogramBucket => ({
        since: new Date(from),
        until: new Date(to),
        ...(counted[i] as SpanCounts),
      }),
    ),
    knownSince: knownSince === null ? null : new Date(knownSince),
  }
}

/** The newest entries that match, put into spans here: no index has them by time. */
async function countNewest(
  source: Source,
  found: Matching,
  spans: readonly Span[],
  within: Span,
): Promise<Counted> {
  let rows = await newestRows(source, found)
  const isTooNew = rows.length > mostRows && timeOf(rows[0]) >= within.to
  if (isTooNew && timeOf(rows.at(-1)) > within.from) {
    rows = await newestRows(source, found, await highestBefore(source, within.to))
  }
  const isWhole = rows.length <= mostRows || timeOf(rows.at(-1)) < within.from
  const knownSince = isWhole ? null : timeOf(rows.at(-1))
  const counts = spans.map(() => new Map<string, number>())
  for (const row of rows) {
    const time = timeOf(row)
    if (time < within.from || time >= within.to) continue
    const count = counts[spanAt(spans, time)]
    const action = String(row.action)
    count?.set(action, (count.get(action) ?? 0) + 1)
  }
  const counted = spans.map(({ from }, i) => ({
    counts: Object.fromEntries(counts[i] ?? []),
    isExact: knownSince === null || from > knownSince,
  }))
  return { counted, knownSince }
}

type Row = Readonly<Record<string, unknown>>

function newestRows(source: Source, found: Matching, highest?: number | bigint): Promise<Row[]> {
  const where = highest === undefined ? [] : [sql`${found.seq} <= ${highest}`]
  return selectRows(source, ['createdAt', 'action'], {
    ...found,
    where: [...found.where, ...where],
    orderBy: sql`${found.seq} DESC`,
    take: mostRows + 1,
  })
}

/**
 * How far `seq` had come at a time, whoever's entries these are: nothing of it is told. Several rows are looked
 * at, since transactions end in another order than they begin, and imports bring old entries late.
 */
async function highestBefore(source: Source, time: number): Promise<number | bigint> {
  const { settings, store, transaction, timeout } = source
  const [createdAt, seq] = [column(settings, 'createdAt'), column(settings, 'seq')]
  const where = conditions({ ...source, scope: null }, [sql`${createdAt} < ${new Date(time)}`])
  const rows = sql`SELECT ${seq} AS seq FROM ${table(settings, settings.auditModel)} e ${where} ORDER BY ${createdAt} DESC, ${seq} DESC LIMIT ${raw(String(lastRows))}`
  const statement = sql`SELECT MAX(seq) AS highest FROM (${rows}) last`
  const [row] = await store.query(transaction, statement, timeout)
  return seqOf(settings, String(row?.highest ?? 0))
}

/** The span that is asked for, as far as the filter's own times go. */
function withinOf({ terms }: Filter, now: Date, asked: Span): Span {
  let { from, to } = asked
  for (const term of terms.filter(isTime)) {
    const time = instantOf(term.values[0]?.text ?? '', now)?.getTime() ?? Number.NaN
    if (term.key === 'since') from = Math.max(from, time)
    else to = Math.min(to, time)
  }
  return { from, to }
}

function isTime(
  term: FilterTerm,
): term is Extract<FilterTerm, { readonly kind: 'field' }> & { readonly key: 'since' | 'until' } {
  return term.kind === 'field' && (term.key === 'since' || term.key === 'until')
}

function timeOf(row: Row | undefined): number {
  return millisecondsOf(row?.createdAt)
}

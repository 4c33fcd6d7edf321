import type { AuditClient, HistogramJson } from '../../http/client.ts'
import { rangeOf } from '../filter/filter-edit.ts'

const day = 86_400_000
/** How far back is looked where the filter does not say. */
const longest = 3660 * day
/** How much of a chart may be empty before what there is begins. */
const emptyPart = 0.2
/** Less than that is not looked at more closely. */
const shortest = 10 * 60_000

export interface HistogramQuery {
  readonly client: AuditClient
  readonly filter: string
  readonly buckets: number
  readonly signal: AbortSignal
}

/** The histogram of the span that the filter asks for, or of that in which there is anything. */
export async function histogramOf(query: HistogramQuery): Promise<HistogramJson> {
  const { client, ...others } = query
  const now = new Date()
  const range = rangeOf(query.filter, now)
  const until = range.until ?? now
  const ask = (since: Date) => client.histogram({ ...others, since, until })
  if (range.since && range.since < until) return ask(range.since)
  return closer(await ask(new Date(until.getTime() - longest)), until, ask)
}

/** Without the most of what nothing is in, where what there is begins late. */
async function closer(
  found: HistogramJson,
  until: Date,
  ask: (since: Date) => Promise<HistogramJson>,
  times = 4,
): Promise<HistogramJson> {
  const first = found.buckets.findIndex(isFilled)
  const bucket = found.buckets[first]
  if (times === 0 || !bucket || first < found.buckets.length * emptyPart) return found
  const since = new Date(Math.min(Date.parse(bucket.since), until.getTime() - shortest))
  if (since.getTime() <= Date.parse(found.since)) return found
  return closer(await ask(since), until, ask, times - 1)
}

function isFilled({ counts }: HistogramJson['buckets'][number]): boolean {
  return Object.values(counts).some((count) => count > 0)
}

import { AuditError } from '../errors.ts'
import type { HistogramOptions } from './queries.ts'

/** A span of time in milliseconds since 1970; its end is exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What was counted in one span. */
export interface SpanCounts {
  /** By action. */
  readonly counts: Readonly<Record<string, number>>
  readonly isExact: boolean
}

/** What was counted in all of them. */
export interface Counted {
  readonly counted: readonly SpanCounts[]
  /** Before it, nothing was looked at. */
  readonly knownSince: number | null
}

/**
 * The spans of a histogram; they have a millisecond at least.
 *
 * @throws {AuditError} `QUERY_INVALID`
 */
export function spansOf({ since, until, buckets = 60 }: HistogramOptions): Span[] {
  const [from, to] = [timeGiven('since', since), timeGiven('until', until)]
  if (from >= to) invalid('`since` has to be before `until`.')
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > 200) {
    invalid(`\`buckets\` is \`${String(buckets)}\`, but it has to be 1 to 200.`)
  }
  const count = Math.min(buckets, to - from)
  const edge = (i: number) => from + Math.round(((to - from) * i) / count)
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1) }))
}

function timeGiven(name: string, value: unknown): number {
  const time = value instanceof Date ? value.getTime() : Number.NaN
  // Not every database can compare what is before the year 1000.
  if (time >= Date.UTC(1000, 0, 1) && time < Date.UTC(10_000, 0, 1)) return time
  return invalid(
    `\`${name}\` is \`${String(value)}\`, but it has to be a Date of the years 1000 to 9999.`,
  )
}

/** The index of the span that a time is in, which they all have together. */
export function spanAt(spans: readonly Span[], time: number): number {
  let [low, high] = [0, spans.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.to ?? 0) > time) high = middle
    else low = middle + 1
  }
  return low
}

/** The part of a span that is within another one, which may be none: then it ends before it begins. */
export function narrowed(span: Span, within: Span): Span {
  return { from: Math.max(span.from, within.from), to: Math.min(span.to, within.to) }
}

/** Whatever the driver makes of a time. */
export function millisecondsOf(value: unknown): number {
  const time = typeof value === 'bigint' ? Number(value) : (value as Date | string | number)
  return new Date(time).getTime()
}

function invalid(message: string): never {
  throw new AuditError('QUERY_INVALID', message)
}

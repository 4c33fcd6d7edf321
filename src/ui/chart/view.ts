import type { HistogramJson } from '../../http/client.ts'
import type { Shared } from '../shared.ts'
import { cut } from '../shown/value.ts'
import { type Bar, summedCounts } from './bars.ts'
import type { SpanText } from './span-text.ts'

/** What a chart shows, once it is there. */
export interface ChartView {
  readonly shared: Shared
  readonly found: HistogramJson
  readonly bars: readonly Bar[]
  readonly texts: SpanText
  /** The bar that is looked at. */
  readonly at: number
  /** The first and the last bar of those that are marked; at least the one that is looked at. */
  readonly chosen: readonly [number, number]
}

export function numberText({ locale }: Shared, count: number): string {
  return count.toLocaleString(locale)
}

/** How many entries some bars are of. */
export function countText(shared: Shared, bars: readonly Bar[]): string {
  const { total } = summedCounts(bars)
  const sign = bars.every(({ isExact }) => isExact) ? '' : '≈ '
  return shared.text.chart.entries(total, `${sign}${numberText(shared, total)}`)
}

/** The most frequent actions of some bars. */
export function actionsOf(bars: readonly Bar[]): readonly (readonly [string, number])[] {
  const sum = new Map<string, number>()
  for (const [action, count] of bars.flatMap(({ actions }) => actions)) {
    sum.set(action, (sum.get(action) ?? 0) + count)
  }
  return [...sum].sort(([, one], [, other]) => other - one).slice(0, 5)
}

export function chosenBars({ bars, chosen }: ChartView): readonly Bar[] {
  return bars.slice(chosen[0], chosen[1] + 1)
}

/** From when to when some bars are. */
export function spanText({ texts }: ChartView, bars: readonly Bar[]): string {
  const since = bars[0]?.since
  const until = bars.at(-1)?.until
  return since && until ? texts.span(since, until) : ''
}

/** What is marked, to be read aloud. */
export function chosenText(view: ChartView): string {
  const { shared } = view
  const bars = chosenBars(view)
  const actions = actionsOf(bars).map(
    ([action, count]) => `${cut(action, 40)} ${numberText(shared, count)}`,
  )
  return [`${spanText(view, bars)}: ${countText(shared, bars)}`, ...actions].join(', ')
}

/** The whole chart in words. */
export function summaryText(view: ChartView): string {
  const { shared, bars } = view
  const { chart } = shared.text
  const peak = bars.reduce((most, bar) => (bar.total > most.total ? bar : most))
  if (peak.total === 0) return `${spanText(view, bars)}: ${chart.nothing}`
  const most = chart.peak(spanText(view, [peak]), numberText(shared, peak.total))
  return `${spanText(view, bars)}: ${countText(shared, bars)}. ${most}`
}

/** How much of the width nothing is known of, in percent. */
export function unknownShare({ since, until, knownSince }: HistogramJson): number {
  if (knownSince === null) return 0
  const [from, to, known] = [since, until, knownSince].map((time) => Date.parse(time)) as [
    number,
    number,
    number,
  ]
  return Math.min(100, Math.max(0, ((known - from) / (to - from)) * 100))
}

import type { Shared } from '../shared.ts'
import type { Bar } from './bars.ts'

const hour = 3_600_000
const day = 24 * hour

/** How the axis and the bars of one chart name their times. */
export interface SpanText {
  tick(time: Date): string
  span(since: Date, until: Date): string
}

export function spanTextOf({ locale, zone }: Shared, bars: readonly Bar[]): SpanText {
  const first = bars[0]
  const width = first ? first.until.getTime() - first.since.getTime() : 0
  const whole = width * bars.length
  const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {}
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...options, ...timeZone })
  const date = { day: 'numeric', month: 'short' } as const
  const clock = { hour: '2-digit', minute: '2-digit' } as const
  const ticks = format(
    whole < 2 * day ? clock : whole < 300 * day ? date : { month: 'short', year: 'numeric' },
  )
  const years = whole > 300 * day ? ({ year: 'numeric' } as const) : {}
  const seconds = width < 120_000 ? ({ second: '2-digit' } as const) : {}
  const spans = format({ ...date, ...years, ...(width < 3 * day ? clock : {}), ...seconds })
  return {
    tick: (time) => ticks.format(time),
    span: (since, until) => spans.formatRange(since, until),
  }
}

import type { Shared } from './shared.ts'

type Shown = Pick<Shared, 'locale' | 'zone'>

/** Formats are costly to make, and a table shows thousands of times. */
const formats = new Map<string, Intl.DateTimeFormat | Intl.RelativeTimeFormat>()

function formatOf<Format extends Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => Format,
): Format {
  const known = formats.get(key) as Format | undefined
  if (known) return known
  const made = make()
  formats.set(key, made)
  return made
}

function dateFormat(
  { locale, zone }: Shown,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {}
  return formatOf(
    `${name} ${locale} ${zone}`,
    () => new Intl.DateTimeFormat(locale, { ...options, ...timeZone }),
  )
}

/** The whole time, to the millisecond and with its zone. */
export function exactTime(shown: Shown, time: string): string {
  return dateFormat(shown, 'exact', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(new Date(time))
}

/** The time of day, to the millisecond. */
export function timeOfDay(shown: Shown, time: string): string {
  return dateFormat(shown, 'day', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(new Date(time))
}

/** The day, without its year where that is the current one. */
export function dayOf(shown: Shown, time: string, now: Date = new Date()): string {
  const date = new Date(time)
  const isThisYear = date.getUTCFullYear() === now.getUTCFullYear()
  const options = { day: 'numeric', month: 'short' } as const
  if (isThisYear) return dateFormat(shown, 'short date', options).format(date)
  return dateFormat(shown, 'long date', { ...options, year: 'numeric' }).format(date)
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** How long ago, in words. */
export function relativeTime({ locale }: Shown, time: string, now: number = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000)
  const format = formatOf(
    `relative ${locale}`,
    () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
  )
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return format.format(Math.trunc(seconds / size), unit)
}

/** A length of time, in milliseconds: `41 s`, `2 min 5 s`. */
export function duration({ locale }: Shown, milliseconds: number): string {
  const show = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value)
  if (milliseconds < 1000) return show(milliseconds, 'millisecond')
  const seconds = milliseconds / 1000
  if (seconds < 60) return show(seconds, 'second', 1)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${show(minutes, 'minute')} ${show(Math.floor(seconds % 60), 'second')}`
  return `${show(Math.floor(minutes / 60), 'hour')} ${show(minutes % 60, 'minute')}`
}

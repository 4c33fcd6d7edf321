type Zone = 'local' | 'utc'

/** What a `datetime-local` field shows of an instant: to the minute, in a zone. */
export function fieldText(time: Date, zone: Zone): string {
  if (zone === 'utc') return time.toISOString().slice(0, 16)
  const two = (number: number) => String(number).padStart(2, '0')
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  return `${date.padStart(10, '0')}T${two(time.getHours())}:${two(time.getMinutes())}`
}

/**
 * The instant of what such a field has; `null` where it is empty or no time.
 *
 * Of an hour that a clock shows twice it is the first; one that it leaves out is moved on by what it leaves
 * out, as the platform does it.
 */
export function fieldTime(text: string, zone: Zone): Date | null {
  const time = new Date(zone === 'utc' ? `${text}Z` : text)
  return text === '' || Number.isNaN(time.getTime()) ? null : time
}

/** The beginning of a day, so many days before the one of `now`: a day may have 23 or 25 hours. */
export function dayStart(now: Date, zone: Zone, daysAgo: number): Date {
  return zone === 'utc'
    ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - daysAgo))
    : new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo)
}

const relative = /^(\d{1,5})([mhdw])$/
const dateTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/

const minute = 60_000
const units: Readonly<Record<string, number>> = {
  m: minute,
  h: 60 * minute,
  d: 24 * 60 * minute,
  w: 7 * 24 * 60 * minute,
}

/** What a filter takes for a time, for messages. */
export const timeForms =
  'a date `2026-01-31`, a time `2026-01-31T10:00Z`, or how long ago: `30m`, `24h`, `7d`, `2w`'

/**
 * The instant that a value of `since` or `until` means: an ISO 8601 date or time, UTC where it names no
 * zone, or how long before `now`. `undefined` where it is neither, or a day that no calendar has, or
 * before the year 1000, which not every database can compare.
 */
export function instantOf(text: string, now: Date): Date | undefined {
  const ago = relative.exec(text)
  if (ago) {
    const [, amount, unit = ''] = ago
    return inRange(now.getTime() - Number(amount) * (units[unit] ?? 0))
  }
  const time = dateTime.exec(text)
  return time ? inRange(timeOf(time)) : undefined
}

/** Milliseconds since 1970; NaN for what Date would take for another day or hour. */
function timeOf(match: RegExpExecArray): number {
  const part = (index: number) => Number(match[index] ?? 0)
  const [year, month, day, hour, min, second] = [1, 2, 3, 4, 5, 6].map(part) as Parts
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const date = new Date(Date.UTC(year, month - 1, day, hour, min, second, milliseconds))
  const isReal =
    // Years below 100 would be taken for those of the 20th century.
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === min &&
    date.getUTCSeconds() === second
  const [zoneHours, zoneMinutes] = [part(10), part(11)]
  if (!isReal || zoneHours > 23 || zoneMinutes > 59) return Number.NaN
  const offset = (zoneHours * 60 + zoneMinutes) * minute
  return date.getTime() - (match[9] === '-' ? -offset : offset)
}

type Parts = [number, number, number, number, number, number]

const range = { from: Date.UTC(1000, 0, 1), to: Date.UTC(10_000, 0, 1) }

function inRange(time: number): Date | undefined {
  return time >= range.from && time < range.to ? new Date(time) : undefined
}

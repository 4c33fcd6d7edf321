import { invalidOption } from '../errors.ts'
import { checkOptionNames } from './arguments-check.ts'

export interface FixedOptions {
  /** What the clock shows first. @default 2026-01-01T00:00:00.000Z */
  readonly start?: Date | string | undefined
  /** Milliseconds that the clock goes on each time it is read. @default 0 */
  readonly stepMs?: number | undefined
  /** What every id begins with: up to 20 characters of 0-9 and a-f. @default none */
  readonly prefix?: string | undefined
}

/**
 * A clock and ids that are the same in every run: `audit({ ...fixedOptions() })`.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function fixedOptions(options: FixedOptions = {}): {
  readonly now: () => Date
  readonly id: () => string
} {
  checkOptionNames('fixedOptions', options, ['start', 'stepMs', 'prefix'])
  const { start, stepMs, prefix } = options
  return { now: fixedClock(start, stepMs), id: sequentialIds(prefix) }
}

/**
 * A clock for `audit({ now })`, which stands still, or goes on by `stepMs` each time it is read: once
 * for the entries of a call, once for an event.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function fixedClock(
  start: Date | string = '2026-01-01T00:00:00.000Z',
  stepMs = 0,
): () => Date {
  let time = new Date(start).getTime()
  if (Number.isNaN(time)) {
    invalidOption(
      `\`start\` of fixedClock() is \`${String(start)}\`, but it has to be a Date or its ISO 8601 text.`,
    )
  }
  if (!Number.isSafeInteger(stepMs) || stepMs < 0) {
    invalidOption(
      `\`stepMs\` of fixedClock() is \`${String(stepMs)}\`, but it has to be whole milliseconds, 0 or more.`,
    )
  }
  return () => {
    const now = new Date(time)
    time += stepMs
    return now
  }
}

/** Leaves room for twelve digits. */
const longestPrefix = 20

/**
 * Ids for `audit({ id })` that count from 1, in decimal digits: `00000000000000000000000000000001`.
 *
 * An id is unique in its table: clients that write to one table need a `prefix` each, and a table that
 * keeps its entries between runs refuses the second run.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function sequentialIds(prefix = ''): () => string {
  if (typeof prefix !== 'string' || !/^[0-9a-f]*$/.test(prefix) || prefix.length > longestPrefix) {
    invalidOption(
      `\`prefix\` of sequentialIds() is \`${String(prefix)}\`, but it has to be up to ${longestPrefix} ` +
        'characters of 0-9 and a-f: ids serve as W3C trace ids.',
    )
  }
  let count = 0
  return () => {
    count += 1
    return prefix + String(count).padStart(32 - prefix.length, '0')
  }
}

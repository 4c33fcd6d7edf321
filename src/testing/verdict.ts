import { inspect } from 'node:util'
import { invalidOption } from '../errors.ts'
import { type Comparison, checkExpected, compare, type ExpectedEntry } from './expected-entry.ts'
import { differencesOf, listing, shown } from './report.ts'
import type { RecordedEntry } from './source.ts'

/** Whether entries are as expected. */
export interface Verdict<Entry extends RecordedEntry = RecordedEntry> {
  readonly pass: boolean
  /** The entries that were expected, oldest first. */
  readonly found: readonly Entry[]
  /** Why it did not pass; where it did, why it should not have. */
  readonly message: () => string
}

/**
 * Whether an entry is there, or a list of entries in this order, with or without others in between.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function including<Entry extends RecordedEntry>(
  entries: readonly Entry[],
  expected: ExpectedEntry | readonly ExpectedEntry[],
): Verdict<Entry> {
  const list = checkedList(Array.isArray(expected) ? expected : [expected])
  if (list.length === 0) {
    invalidOption(
      'The list of expected entries is empty, which any entries fulfil. To expect none at all, use ' +
        'expectNotAudited() or toHaveAuditEntries([]).',
    )
  }
  // From the newest on, so that the entries found are the newest of their kind.
  const positions: number[] = []
  for (const item of list.toReversed()) {
    const before = entries.slice(0, positions[0] ?? entries.length)
    const position = before.findLastIndex((entry) => isLike(entry, item))
    if (position === -1) return notIncluding(entries, list)
    positions.unshift(position)
  }
  const found = positions.map((position) => entries[position] as Entry)
  const places = positions.map((position) => `#${position + 1}`).join(', ')
  const message = () => {
    const subject = list.length === 1 ? `An entry is ${shown(list[0])}` : 'These entries are there'
    return `${subject}, and should not be: ${places}.\n\n${listing(entries)}`
  }
  return { pass: true, found, message }
}

/** Tells of the first expected entry that is not there after those before it. */
function notIncluding<Entry extends RecordedEntry>(
  entries: readonly Entry[],
  list: readonly ExpectedEntry[],
): Verdict<Entry> {
  let start = 0
  const missing = list.findIndex((item) => {
    const position = entries.findIndex((entry, at) => at >= start && isLike(entry, item))
    if (position !== -1) start = position + 1
    return position === -1
  })
  const item = list[missing] as ExpectedEntry
  const message = () => {
    const closest = closestTo(item, entries, start)
    const place = start === 0 ? '' : ` after #${start}`
    const order = list.length === 1 ? '' : `, as ${missing + 1} of ${list.length} in this order`
    const parts = [`No entry${place} is ${shown(item)}${order}.`]
    if (closest) parts.push(`The closest is #${closest.position + 1}:\n${differencesOf(closest)}`)
    return [...parts, listing(entries)].join('\n\n')
  }
  return { pass: false, found: [], message }
}

/**
 * Whether these entries are there, in this order, and no others.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function exactly<Entry extends RecordedEntry>(
  entries: readonly Entry[],
  expected: readonly ExpectedEntry[],
): Verdict<Entry> {
  if (!Array.isArray(expected)) {
    invalidOption(`The expected entries are \`${inspect(expected)}\`, but have to be a list.`)
  }
  const list = checkedList(expected)
  const comparisons = list.flatMap((item, i) => (entries[i] ? [compare(entries[i], item)] : []))
  const wrong = comparisons.findIndex(({ differences }) => differences.length > 0)
  const pass = wrong === -1 && entries.length === list.length
  const message = () => {
    const place = `#${wrong + 1}`
    const reason = pass
      ? `The entries are these ${list.length}, and should not be.`
      : wrong === -1
        ? `${countOf(list.length)} expected, ${countOf(entries.length)} recorded.`
        : `${place} is not ${shown(list[wrong])}:\n${differencesOf(comparisons[wrong] as Comparison)}`
    return [reason, listing(entries)].join('\n\n')
  }
  const found = pass ? entries : []
  return { pass, found, message }
}

/**
 * Whether there is no such entry, or none at all where nothing is expected.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function excluding<Entry extends RecordedEntry>(
  entries: readonly Entry[],
  expected: ExpectedEntry = {},
): Verdict<Entry> {
  const { pass, found, message } = including(entries, expected)
  const isAny = Object.keys(expected).length === 0
  const none = () => `No entry should be there.\n\n${listing(entries)}`
  return { pass: !pass, found, message: isAny ? none : message }
}

function checkedList(list: readonly unknown[]): readonly ExpectedEntry[] {
  for (const item of list) checkExpected(item)
  return list as readonly ExpectedEntry[]
}

function isLike(entry: RecordedEntry, expected: ExpectedEntry): boolean {
  return compare(entry, expected).differences.length === 0
}

/** The entry, from a position on, that has the most of what is expected; of several the newest. */
function closestTo(
  expected: ExpectedEntry,
  entries: readonly RecordedEntry[],
  start: number,
): (Comparison & { readonly position: number }) | undefined {
  let closest: (Comparison & { readonly position: number }) | undefined
  for (const [position, entry] of entries.entries()) {
    if (position < start) continue
    const comparison = compare(entry, expected)
    const { differences, values } = comparison
    const isCloser = differences.length <= (closest?.differences.length ?? values - 1)
    if (isCloser) closest = { ...comparison, position }
  }
  return closest
}

function countOf(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`
}

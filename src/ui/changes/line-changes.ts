import { diffArrays } from 'diff'
import { type Piece, plain, wordChanges } from './word-changes.ts'

/** A line of each side, beside one another; `null` where a side has none. */
export interface LinePair {
  readonly isSame: boolean
  readonly before: readonly Piece[] | null
  readonly after: readonly Piece[] | null
}

/** Characters of both sides above which only what is before the first and after the last change is found. */
const comparedAtMost = 200_000

/** Changes above which two texts are taken to have nothing in common, and milliseconds. */
const effort = { maxEditLength: 1000, timeout: 200 }

/** Whether two texts are too large to be compared line by line. */
export function isTooLarge(before: string, after: string): boolean {
  return before.length + after.length > comparedAtMost
}

/** The lines of two texts, aligned. */
export function lineChanges(before: string, after: string): readonly LinePair[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  const parts = isTooLarge(before, after) ? undefined : diffArrays(old, now, effort)
  if (!parts) return outerLines(old, now)
  const pairs: LinePair[] = []
  let gone: readonly string[] = []
  for (const { value, added, removed } of parts) {
    if (removed) gone = value
    else {
      append(pairs, replaced(gone, added ? value : []))
      if (!added) append(pairs, value.map(samePair))
      gone = []
    }
  }
  append(pairs, replaced(gone, []))
  return pairs
}

export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/)
}

export function samePair(line: string): LinePair {
  return { isSame: true, before: [plain(line)], after: [plain(line)] }
}

/** The lines that both begin with and end with, and between them all those that one has replaced by the other. */
function outerLines(old: readonly string[], now: readonly string[]): readonly LinePair[] {
  const most = Math.min(old.length, now.length)
  let start = 0
  while (start < most && old[start] === now[start]) start++
  let end = 0
  while (end < most - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const pairs = old.slice(0, start).map(samePair)
  append(pairs, replaced(old.slice(start, old.length - end), now.slice(start, now.length - end)))
  append(pairs, old.slice(old.length - end).map(samePair))
  return pairs
}

/** Words are only compared of so many lines: the others would take long, and nobody reads them all. */
const wordsOfAtMost = 200

function replaced(gone: readonly string[], come: readonly string[]): LinePair[] {
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, index) => {
    const [before, after] = [gone[index], come[index]]
    const sides =
      before !== undefined && after !== undefined && index < wordsOfAtMost
        ? wordChanges(before, after)
        : { before: whole(before), after: whole(after) }
    return { isSame: false, ...sides }
  })
}

function whole(line: string | undefined): readonly Piece[] | null {
  return line === undefined ? null : [plain(line)]
}

/** As arguments, a hundred thousand lines would be too many. */
function append(pairs: LinePair[], more: readonly LinePair[]): void {
  for (const pair of more) pairs.push(pair)
}

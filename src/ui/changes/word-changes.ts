import { diffArrays } from 'diff'
import type { ShownValue } from './shown-value.ts'

/** A part of a line. */
export interface Piece {
  readonly text: string
  /** Whether the other side differs here. */
  readonly isMarked: boolean
  /** What stands in place of a text. @default 'text' */
  readonly kind?: ShownValue['kind']
  /** Characters that are left out here. */
  readonly omitted?: number
}

interface Sides {
  readonly before: readonly Piece[]
  readonly after: readonly Piece[]
}

/** Characters of both lines above which only what is before the first and after the last change is found. */
const comparedAtMost = 20_000

/** Characters from which on a word is looked into. */
const longWord = 100

const effort = { maxEditLength: 400, timeout: 50 }

/** Words of letters and digits of any script; of the scripts without spaces between words, each character. */
const tokens =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]|(?:[^\P{L}\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]|[\p{M}\p{N}_])+|\s+|./gsu

/** Two lines with what differs marked; with nothing marked where they have hardly a word in common. */
export function wordChanges(before: string, after: string): Sides {
  if (before.length + after.length > comparedAtMost) return outerChange(before, after)
  const parts = diffArrays(before.match(tokens) ?? [], after.match(tokens) ?? [], effort)
  if (!parts) return outerChange(before, after)
  const same = parts.flatMap(({ value, added, removed }) => (added || removed ? [] : value))
  const common = same.join('').replace(/[\s\p{P}]/gu, '').length
  if (common * 5 < Math.min(before.length, after.length)) {
    // A long text without spaces, in which little has changed, is one word.
    const isLong = before.length + after.length > 2 * longWord
    return isLong ? outerChange(before, after) : unmarked(before, after)
  }
  const sides: { before: Piece[]; after: Piece[] } = { before: [], after: [] }
  parts.forEach(({ value, added, removed }, index) => {
    const text = value.join('')
    // A space between two marks would only make the line harder to read.
    const isBetween = index > 0 && index < parts.length - 1 && text.trim() === ''
    if (!added) push(sides.before, { text, isMarked: removed || isBetween })
    if (!removed) push(sides.after, { text, isMarked: added || isBetween })
  })
  return sides
}

export function plain(text: string): Piece {
  return { text, isMarked: false }
}

function unmarked(before: string, after: string): Sides {
  return { before: [plain(before)], after: [plain(after)] }
}

/** What both begin and end with, and all between it as one change. */
function outerChange(before: string, after: string): Sides {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++
  if (start + end < most / 2) return unmarked(before, after)
  const pieces = (text: string): readonly Piece[] =>
    [
      plain(text.slice(0, start)),
      { text: text.slice(start, text.length - end), isMarked: true },
      plain(text.slice(text.length - end)),
    ].filter(({ text }) => text !== '')
  return { before: pieces(before), after: pieces(after) }
}

function push(pieces: Piece[], { text, isMarked }: Piece): void {
  const last = pieces.at(-1)
  if (last?.isMarked !== isMarked) pieces.push({ text, isMarked })
  else pieces[pieces.length - 1] = { text: last.text + text, isMarked }
}

import type { FieldLines } from './field-lines.ts'
import type { LinePair } from './line-changes.ts'
import type { Piece } from './word-changes.ts'

/** Lines beside one another, or a run of unchanged ones that is folded away. */
export type LineItem =
  | { readonly pair: LinePair }
  | { readonly folded: number; readonly at: number }

/** As much of a field as is drawn. */
export interface ShownLines {
  readonly items: readonly LineItem[]
  /** Whether anything is left out, other than what is folded away. */
  readonly hasMore: boolean
}

export interface ShownLinesOptions {
  /** Whether what is unchanged is folded away. */
  readonly isFolding: boolean
  /** Whether the run that begins at a line has been unfolded. */
  readonly isUnfolded: (at: number) => boolean
  /** How often more was asked for. */
  readonly steps: number
}

/** Unchanged lines that are left before and after a change. */
const context = 3

/** Lines, and characters of the longer side, that are drawn at first, and that each step adds. */
const first = { lines: 12, characters: 1500 }
const step = { lines: 500, characters: 50_000 }

/** Characters of an unchanged part of a line that are left beside a change. */
const around = 80

export function shownLines({ pairs }: FieldLines, options: ShownLinesOptions): ShownLines {
  const { isFolding, steps } = options
  const items: LineItem[] = []
  let lines = first.lines + steps * step.lines
  let room = first.characters + steps * step.characters
  let hasMore = false
  for (const item of foldedLines(pairs, options)) {
    if ('folded' in item) {
      items.push(item)
      continue
    }
    if (lines-- <= 0 || room <= 0) return { items, hasMore: true }
    const pair = mapped(item.pair, isFolding && steps === 0 ? elided : (pieces) => pieces)
    const shown = mapped(pair, (pieces) => cut(pieces, room))
    items.push({ pair: shown })
    hasMore ||= shown !== item.pair
    if (shown !== pair) return { items, hasMore }
    room -= Math.max(lengthOf(pair.before), lengthOf(pair.after))
  }
  return { items, hasMore }
}

function* foldedLines(
  pairs: readonly LinePair[],
  { isFolding, isUnfolded }: ShownLinesOptions,
): Generator<LineItem> {
  const isFoldable = isFolding && pairs.some(({ isSame }) => !isSame)
  for (let index = 0; index < pairs.length; ) {
    const at = index > 0 ? index + context : 0
    const start = index
    let end = index
    if (isFoldable) while (pairs[end]?.isSame) end++
    const until = end < pairs.length ? end - context : end
    if (until - at > 1 && !isUnfolded(at)) {
      for (; index < at; index++) yield { pair: pairs[index] as LinePair }
      yield { folded: until - at, at }
      index = until
    }
    if (end === start) end++
    for (; index < end; index++) {
      yield { pair: pairs[index] as LinePair }
    }
  }
}

/** The same pair where nothing of it becomes another one. */
function mapped(pair: LinePair, change: (pieces: readonly Piece[]) => readonly Piece[]): LinePair {
  const before = pair.before && change(pair.before)
  const after = pair.after && change(pair.after)
  return before === pair.before && after === pair.after ? pair : { ...pair, before, after }
}

/** A changed line whose long unchanged parts are left out but for what is next to a change. */
function elided(pieces: readonly Piece[]): readonly Piece[] {
  const isLong = ({ text, isMarked }: Piece) => !isMarked && text.length > 3 * around
  if (pieces.length < 2 || !pieces.some(isLong)) return pieces
  return pieces.flatMap((piece, index) => {
    if (!isLong(piece)) return [piece]
    const { text } = piece
    const head = index > 0 ? text.slice(0, around) : ''
    const tail = index < pieces.length - 1 ? text.slice(-around) : ''
    const omitted = text.length - head.length - tail.length
    return [
      { text: head, isMarked: false },
      { text: '', isMarked: false, omitted },
      { text: tail, isMarked: false },
    ]
  })
}

function cut(pieces: readonly Piece[], room: number): readonly Piece[] {
  if (lengthOf(pieces) <= room) return pieces
  const shown: Piece[] = []
  let left = room
  for (const piece of pieces) {
    if (left <= 0) break
    shown.push({ ...piece, text: piece.text.slice(0, left) })
    left -= piece.text.length
  }
  return shown
}

function lengthOf(pieces: readonly Piece[] | null): number {
  return pieces?.reduce((sum, { text }) => sum + text.length, 0) ?? 0
}

import type { JsonValue } from '../../http/client.ts'
import type { FieldChange } from './field-changes.ts'
import { isTooLarge, type LinePair, lineChanges, linesOf, samePair } from './line-changes.ts'
import { type ShownValue, shownValue } from './shown-value.ts'
import { type Piece, plain } from './word-changes.ts'

/** A field's values as lines beside one another. */
export interface FieldLines {
  readonly pairs: readonly LinePair[]
  /** Of both sides together. */
  readonly characters: number
  /** Of each side, where they are too long to be compared closely. */
  readonly rough: readonly [number, number] | null
}

/** What differs takes a while to find, and is asked for each time something is drawn. */
const known = new WeakMap<FieldChange, FieldLines>()

export function fieldLines(field: FieldChange): FieldLines {
  const found = known.get(field)
  if (found) return found
  const made = madeLines(field)
  known.set(field, made)
  return made
}

function madeLines(field: FieldChange): FieldLines {
  const [before, after] = shownSides(field)
  const characters = (before?.text.length ?? 0) + (after?.text.length ?? 0)
  if (field.kind === 'same' && after?.kind === 'text') {
    return { pairs: linesOf(after.text).map(samePair), characters: after.text.length, rough: null }
  }
  if (before?.kind !== 'text' || after?.kind !== 'text') {
    return { pairs: besides(before, after, field.kind === 'same'), characters, rough: null }
  }
  const rough = isTooLarge(before.text, after.text)
  const pairs = lineChanges(before.text, after.text)
  const isSeen = pairs.some(({ isSame }) => !isSame)
  return {
    pairs: wholeMarked(
      isSeen ? pairs : lineChanges(quoted(field.before).text, quoted(field.after).text),
    ),
    characters,
    rough: rough ? [before.text.length, after.text.length] : null,
  }
}

/** The number 5 and the text "5" look the same: where that is the change, texts are quoted. */
function shownSides({ kind, before, after }: FieldChange): (ShownValue | undefined)[] {
  const show = (value: JsonValue | undefined) => (value === undefined ? value : shownValue(value))
  const [old, now] = [show(before), show(after)]
  if (kind !== 'changed' || old?.kind !== 'text' || old.text !== now?.text) return [old, now]
  return [quoted(before), quoted(after)]
}

/** With what is not seen otherwise: the ends of lines, for example. */
function quoted(value: JsonValue | undefined): ShownValue {
  return { kind: 'text', text: JSON.stringify(value, null, 2) }
}

/** Sides of which at most one is text, so that there is nothing to compare. */
function besides(
  before: ShownValue | undefined,
  after: ShownValue | undefined,
  isSame: boolean,
): readonly LinePair[] {
  const [old, now] = [piecesOf(before), piecesOf(after)]
  return Array.from({ length: Math.max(old.length, now.length) }, (_, index) => ({
    isSame,
    before: old[index] ?? null,
    after: now[index] ?? null,
  }))
}

function piecesOf(value: ShownValue | undefined): readonly (readonly Piece[])[] {
  if (!value) return []
  if (value.kind === 'text') return linesOf(value.text).map((line) => [plain(line)])
  return [[{ ...value, isMarked: false }]]
}

/** Of a value of one line that is another one altogether, all of it is what differs. */
function wholeMarked(pairs: readonly LinePair[]): readonly LinePair[] {
  const [pair] = pairs
  if (pairs.length !== 1 || !pair || pair.isSame) return pairs
  const marked = (pieces: readonly Piece[] | null) =>
    pieces?.length === 1 ? pieces.map((piece) => ({ ...piece, isMarked: true })) : pieces
  const isPlain = [...(pair.before ?? []), ...(pair.after ?? [])].every(({ isMarked }) => !isMarked)
  return isPlain
    ? [{ isSame: false, before: marked(pair.before), after: marked(pair.after) }]
    : pairs
}

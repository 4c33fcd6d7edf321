import { html, nothing, type TemplateResult } from 'lit'
import type { Messages } from '../messages/messages.ts'
import { cut } from '../shown/value.ts'
import type { FieldChange, FieldItem } from './field-changes.ts'
import type { FieldLines } from './field-lines.ts'
import type { ShownLines } from './shown-lines.ts'
import type { Piece } from './word-changes.ts'

/** What the views draw, and how they ask for more of it. */
export interface Drawing {
  readonly text: Messages
  readonly items: readonly FieldItem[]
  /** Fields that are left out, as there are too many. */
  readonly left: number
  /** Which sides there are: one alone where the other has no state at all. */
  readonly sides: 'both' | 'before' | 'after'
  readonly labels: { readonly before: string; readonly after: string }
  linesOf(field: FieldChange): FieldLines & ShownLines
  unfoldFields(first: string): void
  unfoldLines(field: FieldChange, at: number): void
  /** Shows more of a field's value. */
  showMore(field: FieldChange): void
}

export type Side = 'before' | 'after'

export function nameShown({ name }: FieldChange): TemplateResult {
  return html`<span class="name foreign">${cut(name)}</span>`
}

/** The parts of a line; those that differ are marked. */
export function piecesShown(text: Messages, pieces: readonly Piece[]): TemplateResult {
  return html`<span class="value foreign">${pieces.map((piece) => {
    const shown = pieceShown(text, piece)
    return piece.isMarked ? html`<mark>${shown}</mark>` : shown
  })}</span>`
}

function pieceShown({ common, changes }: Messages, piece: Piece) {
  const { kind = 'text', text, omitted } = piece
  if (omitted !== undefined) return html`<i class="stand-in">⋯ ${changes.omitted(omitted)} ⋯</i>`
  switch (kind) {
    case 'text':
      return text
    case 'null':
      return html`<i class="stand-in">null</i>`
    case 'jsonNull':
      return html`<i class="stand-in">${changes.jsonNull}</i>`
    case 'empty':
      return html`<i class="stand-in">${changes.empty}</i>`
    case 'redacted':
      return html`<i class="stand-in" title=${common.redactedHint}>••• ${common.redacted}${text ? ` #${text}` : ''}</i>`
    case 'masked':
      return html`<i class="stand-in" title=${common.maskedHint}>••• ${common.masked}</i>`
    default:
      return kind satisfies never
  }
}

/** A line of one side; where it was removed or added, that is said, too. */
export function lineShown(
  text: Messages,
  side: Side,
  isSame: boolean,
  content: unknown,
  className = '',
): TemplateResult {
  const { removedLine, addedLine } = text.changes
  if (isSame) return html`<div class="line ${className}">${content}</div>`
  return side === 'before'
    ? html`<del class="line ${className}"><span class="visually-hidden aside">${removedLine}</span>${content}</del>`
    : html`<ins class="line ${className}"><span class="visually-hidden aside">${addedLine}</span>${content}</ins>`
}

/** Unfolds what is folded away. */
export function foldShown(label: string, unfold: () => void): TemplateResult {
  return html`<button type="button" class="fold aside" aria-expanded="false" @click=${unfold}>⋯ ${label}</button>`
}

/** What is left out of a field, and how to see it. */
export function restShown(drawing: Drawing, field: FieldChange): TemplateResult | typeof nothing {
  const { pairs, characters, hasMore } = drawing.linesOf(field)
  if (!hasMore) return nothing
  const { showAll, showMore } = drawing.text.changes
  const isLast = pairs.length <= 500 && characters <= 50_000
  const label = (isLast ? showAll : showMore)(pairs.length, characters)
  return html`<button type="button" class="fold rest aside" @click=${() => drawing.showMore(field)}>${label}</button>`
}

/** Why the lines of a field are not beside those that they became. */
export function roughShown(drawing: Drawing, field: FieldChange): string | undefined {
  const { rough } = drawing.linesOf(field)
  return rough ? drawing.text.changes.rough(...rough) : undefined
}

/** Whether a field's values have lines of their own, below its name. */
export function isTall({ items, hasMore }: ShownLines): boolean {
  return items.length > 1 || hasMore
}

import { html, nothing, type TemplateResult } from 'lit'
import {
  type Drawing,
  foldShown,
  isTall,
  lineShown,
  nameShown,
  piecesShown,
  restShown,
  roughShown,
  type Side,
} from './drawing.ts'
import type { FieldChange } from './field-changes.ts'

/**
 * Two columns, whose lines are beside one another in the rows of one grid. Each column is by itself in the
 * document, so that a selection does not go over to the other one.
 */
export function sideView(drawing: Drawing): TemplateResult {
  if (drawing.sides !== 'both') return columnShown(drawing, drawing.sides)
  return html`<div class="sides">${columnShown(drawing, 'before')}${columnShown(drawing, 'after')}</div>`
}

function columnShown(drawing: Drawing, side: Side): TemplateResult {
  const { items, labels, sides } = drawing
  const rows = items.flatMap((item) =>
    'folded' in item
      ? [
          folded(drawing, side, drawing.text.changes.unchangedFields(item.folded), () =>
            drawing.unfoldFields(item.first),
          ),
        ]
      : fieldRows(drawing, side, item.field),
  )
  const label = labels[side]
  // As a property: a policy without inline styles refuses the attribute.
  const span = sides === 'both' ? `grid-row: span ${rows.length + 1}` : ''
  return html`<div class="side" role="group" aria-label=${label} .style=${span}>
    <div class="head" aria-hidden="true"><span class="foreign">${label}</span></div>${rows}
  </div>`
}

function fieldRows(drawing: Drawing, side: Side, field: FieldChange): readonly unknown[] {
  const { text, sides } = drawing
  const shown = drawing.linesOf(field)
  const isOnly = sides !== 'both'
  const has = field[side] !== undefined
  const name = html`${nameShown(field)}<span class="name">: </span>`
  const lines = shown.items.map((item) => {
    if ('folded' in item) {
      return folded(drawing, side, text.changes.unchangedLines(item.folded), () =>
        drawing.unfoldLines(field, item.at),
      )
    }
    const pieces = item.pair[side]
    if (!pieces) return html`<div class="line none"></div>`
    const value = piecesShown(text, pieces)
    const isSame = isOnly || item.pair.isSame
    return isTall(shown)
      ? lineShown(text, side, isSame, value, 'inner')
      : lineShown(text, side, isSame, html`${name}${value}`)
  })
  const rough = roughShown(drawing, field)
  const isFirst = isOnly || side === 'before'
  const rest = restShown(drawing, field)
  return [
    isTall(shown)
      ? html`<div class="line ${has ? '' : 'none'}">${has ? name : nothing}</div>`
      : nothing,
    rough ? html`<div class="line note">${isFirst ? rough : nothing}</div>` : nothing,
    ...lines,
    rest === nothing ? nothing : html`<div class="line note">${isFirst ? rest : nothing}</div>`,
  ].filter((row) => row !== nothing)
}

/** Both columns unfold it by a click; one of them is there for the keyboard. */
function folded({ sides }: Drawing, side: Side, label: string, unfold: () => void) {
  if (sides !== 'both' || side === 'before') return foldShown(label, unfold)
  return html`<div class="fold aside" aria-hidden="true" @click=${unfold}>⋯ ${label}</div>`
}

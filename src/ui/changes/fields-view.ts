import { html, nothing, type TemplateResult } from 'lit'
import {
  type Drawing,
  foldShown,
  lineShown,
  nameShown,
  piecesShown,
  restShown,
  roughShown,
  type Side,
} from './drawing.ts'
import type { FieldChange } from './field-changes.ts'

/** A table: each field with its value before and after. */
export function fieldsView(drawing: Drawing): TemplateResult {
  const { text, sides, labels, items } = drawing
  const { field, value, unchangedFields } = text.changes
  const heads = sides === 'both' ? [labels.before, labels.after] : [value]
  const rows = items.map((item) =>
    'folded' in item
      ? html`<tr><td class="whole" colspan=${heads.length + 1}>${foldShown(
          unchangedFields(item.folded),
          () => drawing.unfoldFields(item.first),
        )}</td></tr>`
      : rowShown(drawing, item.field),
  )
  return html`<table class="fields ${sides}">
    <thead><tr><th scope="col">${field}</th>${heads.map((head) => html`<th scope="col"><span class="foreign">${head}</span></th>`)}</tr></thead>
    <tbody>${rows}</tbody>
  </table>`
}

function rowShown(drawing: Drawing, field: FieldChange): TemplateResult {
  const { sides, text } = drawing
  const rest = restShown(drawing, field)
  const rough = roughShown(drawing, field)
  const shown: readonly Side[] = sides === 'both' ? ['before', 'after'] : [sides]
  return html`<tr>
      <th scope="row">${nameShown(field)}${
        sides === 'both'
          ? html`<span class="visually-hidden aside">, ${text.changes.kind(field.kind)}</span>`
          : nothing
      }</th>
      ${shown.map((side) => html`<td class=${cellClass(drawing, field, side)}>${cellShown(drawing, field, side)}</td>`)}
    </tr>
    ${rough || rest !== nothing ? html`<tr><td class="whole" colspan=${shown.length + 1}>${rough ? html`<div class="line note">${rough}</div>` : nothing}${rest}</td></tr>` : nothing}`
}

function cellClass({ sides }: Drawing, field: FieldChange, side: Side): string {
  if (sides !== 'both' || field.kind === 'same' || field[side] === undefined) return ''
  return side === 'before' ? 'removed' : 'added'
}

function cellShown(drawing: Drawing, field: FieldChange, side: Side) {
  const { text, sides } = drawing
  return drawing.linesOf(field).items.map((item) => {
    if ('folded' in item) {
      return foldShown(text.changes.unchangedLines(item.folded), () =>
        drawing.unfoldLines(field, item.at),
      )
    }
    const pieces = item.pair[side]
    const isSame = sides !== 'both' || item.pair.isSame
    return pieces ? lineShown(text, side, isSame, piecesShown(text, pieces)) : nothing
  })
}

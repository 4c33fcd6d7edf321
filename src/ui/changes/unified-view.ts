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
import type { LinePair } from './line-changes.ts'
import type { LineItem } from './shown-lines.ts'

/** One column: what was removed, and below it what was added. */
export function unifiedView(drawing: Drawing): TemplateResult {
  const { items, text, labels, sides } = drawing
  const label = sides === 'both' ? `${labels.before} → ${labels.after}` : labels[sides]
  return html`<div class="side unified" role="group" aria-label=${label}>
    <div class="head" aria-hidden="true"><span class="foreign">${label}</span></div>
    ${items.map((item) =>
      'folded' in item
        ? foldShown(text.changes.unchangedFields(item.folded), () =>
            drawing.unfoldFields(item.first),
          )
        : fieldShown(drawing, item.field),
    )}
  </div>`
}

function fieldShown(drawing: Drawing, field: FieldChange) {
  const { text } = drawing
  const shown = drawing.linesOf(field)
  const name = html`${nameShown(field)}<span class="name">: </span>`
  const isOnly = drawing.sides !== 'both'
  const line = (side: Side, { isSame, ...sides }: LinePair) => {
    const pieces = sides[side]
    if (!pieces) return nothing
    const value = piecesShown(text, pieces)
    return isTall(shown)
      ? lineShown(text, side, isSame || isOnly, value, 'inner')
      : lineShown(text, side, isSame || isOnly, html`${name}${value}`)
  }
  const rough = roughShown(drawing, field)
  return html`${isTall(shown) ? html`<div class="line">${name}</div>` : nothing}
    ${rough ? html`<div class="line note">${rough}</div>` : nothing}
    ${runsOf(shown.items).map((run) => {
      if ('folded' in run) {
        const { folded, at } = run
        return foldShown(text.changes.unchangedLines(folded), () => drawing.unfoldLines(field, at))
      }
      if (run[0]?.isSame) return run.map((pair) => line('after', pair))
      return [run.map((pair) => line('before', pair)), run.map((pair) => line('after', pair))]
    })}
    ${restShown(drawing, field)}`
}

/** Lines that changed one after the other are shown together: first all that were removed. */
function runsOf(items: readonly LineItem[]) {
  const runs: (LinePair[] | Extract<LineItem, { folded: number }>)[] = []
  for (const item of items) {
    const last = runs.at(-1)
    if ('folded' in item) runs.push(item)
    else if (Array.isArray(last) && last[0]?.isSame === item.pair.isSame) last.push(item.pair)
    else runs.push([item.pair])
  }
  return runs
}

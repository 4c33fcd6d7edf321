import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson, JsonValue } from '../../http/client.ts'
import { MASK, MASKED } from '../../mask.ts'
import type { Shared } from '../shared.ts'
import { cut, shortValue } from '../shown/shown.ts'
import { type PathChange, pathChanges } from './path-changes.ts'

/** The first values that an entry changed, each from what to what. */
export function pathChangesShown(
  shared: Shared,
  entry: EntryJson,
): TemplateResult | typeof nothing {
  const { shown, more } = pathChanges(entry)
  if (shown.length === 0) return nothing
  const { activity } = shared.text
  return html`<dl class="changes">${shown.map((change) => changeShown(shared, change))}</dl>${
    more > 0 ? html`<p class="muted more-fields">${activity.moreFields(more)}</p>` : nothing
  }`
}

function changeShown(shared: Shared, { path, before, after }: PathChange): TemplateResult {
  const { activity, common } = shared.text
  const hidden = [before, after].find((value) => value === MASK || value === MASKED)
  const values =
    hidden !== undefined && (before === after || before === undefined || after === undefined)
      ? valueShown(shared, hidden)
      : html`${before === undefined || before === null ? nothing : html`<del>${valueShown(shared, before)}</del>`}
        ${
          isNothing(before)
            ? nothing
            : html`<span class="muted arrow" role="img" aria-label=${activity.to}>→</span>`
        }
        ${after === undefined ? html`<span class="muted">${activity.noValue}</span>` : html`<ins>${valueShown(shared, after)}</ins>`}`
  const hint =
    hidden === MASK ? common.redactedHint : hidden === MASKED ? common.maskedHint : undefined
  return html`<dt class="foreign">${cut(path, 80)}</dt>
    <dd title=${hint ?? nothing}>${values}</dd>`
}

function valueShown(shared: Shared, value: JsonValue): TemplateResult {
  if (value === MASK || value === MASKED) {
    return html`<span class="muted hidden-value">••• ${shortValue(shared, value)}</span>`
  }
  if (value === null) return html`<span class="none">${shared.text.activity.noValue}</span>`
  return html`<span class="foreign">${shortValue(shared, value, 80)}</span>`
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null
}

import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson, JsonValue } from '../../http/client.ts'
import type { FilterTerm } from '../../query/filter.ts'
import { fieldColumn } from '../../query/key-columns.ts'
import { tagsOf } from '../../tags.ts'
import type { PartEvents } from '../events.ts'
import type { Shared } from '../shared.ts'
import { cut } from '../shown/shown.ts'

/** What was clicked on: of the entries that are loaded, only those are shown that meet it. */
export type Condition = PartEvents['audit-filter']

/** Of conditions on the same thing, one is enough; those that exclude must all be met. */
export function meets(entry: EntryJson, conditions: readonly Condition[]): boolean {
  return conditions.every(({ term, isExcluded }) => {
    if (isExcluded) return !isMatch(entry, term)
    const alternatives = conditions.filter(
      (other) => !other.isExcluded && keyOf(other.term) === keyOf(term),
    )
    return alternatives.some((other) => isMatch(entry, other.term))
  })
}

/** With one condition more; it replaces its contrary. */
export function withCondition(
  conditions: readonly Condition[],
  condition: Condition,
): readonly Condition[] {
  const name = JSON.stringify(condition.term)
  return [...conditions.filter(({ term }) => JSON.stringify(term) !== name), condition]
}

export function conditionShown(
  { text: { activity } }: Shared,
  { term, isExcluded }: Condition,
  remove: () => void,
): TemplateResult {
  const key = term.kind === 'text' ? '' : cut(term.key, 40)
  const value = cut(valuesOf(term).join(', '), 60)
  return html`<button
    type="button"
    class="kind condition"
    aria-label=${activity.remove(`${isExcluded ? '-' : ''}${key}:${value}`)}
    @click=${remove}
  >${isExcluded ? html`<span class="not">${activity.not}</span>` : nothing}<span class="muted foreign">${key}</span> <span class="foreign">${value}</span> <span aria-hidden="true">×</span></button>`
}

function isMatch(entry: EntryJson, term: FilterTerm): boolean {
  const values = valuesOf(term)
  if (term.kind === 'tag') {
    const tags = tagsOf(entry.tags as JsonValue)
    return tags.some(({ key, value }) => key === term.key && values.includes(value))
  }
  const field = term.kind === 'field' ? fieldColumn(term.key) : undefined
  return field === undefined || values.includes(String(entry[field]))
}

function keyOf(term: FilterTerm): string {
  return term.kind === 'text' ? '' : `${term.kind} ${term.key}`
}

function valuesOf(term: FilterTerm): readonly string[] {
  return term.kind === 'text' ? [term.text] : term.values.map(({ text }) => text)
}

import { html, type TemplateResult } from 'lit'
import type { FilterKey, FilterTerm } from '../../query/filter.ts'
import { tell } from '../events.ts'
import type { Shared } from '../shared.ts'

/**
 * Something of an entry that the filter can ask for: a click adds it to the filter, one with Alt its
 * negation. Not every browser makes a click of Alt and Enter.
 */
export function termShown(
  { text }: Shared,
  term: FilterTerm,
  shown: unknown,
  className = '',
): TemplateResult {
  const add = (event: Event, isExcluded: boolean) => {
    event.preventDefault()
    if (event.currentTarget) tell(event.currentTarget, 'audit-filter', { term, isExcluded })
  }
  return html`<button
    type="button"
    class="term ${className}"
    title=${text.table.filterHint}
    @click=${(event: MouseEvent) => add(event, event.altKey)}
    @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && event.altKey && add(event, true)}
  >${shown}</button>`
}

export function fieldTerm(key: FilterKey, text: string): FilterTerm {
  return { kind: 'field', key, values: [{ text }] }
}

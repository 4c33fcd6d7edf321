import { html, nothing, type TemplateResult } from 'lit'
import { AuditClientError } from '../../http/client.ts'
import { printFilter } from '../../query/print-filter.ts'
import { isTime, partsOf, withoutTerm, withRange } from '../filter/filter-edit.ts'
import type { FilterError } from '../filter/filter-error.ts'
import { problemText } from '../problems.ts'
import type { Shared } from '../shared.ts'
import type { LogState, View } from './log-state.ts'

/** A button for each is worth it up to here; beyond, one clears the filter. */
const mostChoices = 6

export interface ViewActions {
  readonly heading: (text: string) => TemplateResult
  readonly setFilter: (filter: string) => void
  readonly reload: () => void
}

/** What stands in place of the entries, and what one can do about it. */
export function viewShown(
  view: View,
  { wanted, error }: LogState,
  shared: Shared,
  actions: ViewActions,
): TemplateResult {
  const { log } = shared.text
  switch (view) {
    case 'problem':
      return problemShown(error, shared, actions)
    case 'empty':
      return html`<div class="view">
        ${icons.empty} ${actions.heading(log.empty)}
        <p class="muted">${log.emptyHint}</p>
        <button type="button" @click=${actions.reload}>${log.reload}</button>
      </div>`
    case 'none':
      return html`<div class="view">
        ${icons.none} ${actions.heading(log.none)}
        <p class="muted">${log.noneHint}</p>
        ${choicesShown(wanted.filter, shared, actions)}
      </div>`
    case 'loading':
    case 'entries':
      return html`${nothing}`
    default:
      return view satisfies never
  }
}

function problemShown(error: unknown, { text }: Shared, actions: ViewActions): TemplateResult {
  const { log, common } = text
  const status = error instanceof AuditClientError ? error.status : 0
  const isForbidden = status === 401 || status === 403
  const isFilter = error instanceof AuditClientError && error.code === 'FILTER_INVALID'
  return html`<div class="view" role="alert">
    ${isForbidden ? icons.forbidden : icons.problem}
    ${actions.heading(isForbidden ? log.problemForbidden : log.problem)}
    <p class="muted">${isFilter ? log.problemFilter : problemText(text, error)}</p>
    <div class="choices">
      ${
        isFilter
          ? html`<button type="button" @click=${() => actions.setFilter('')}>${log.clear}</button>`
          : html`<button type="button" @click=${actions.reload}>${common.retry}</button>`
      }
    </div>
  </div>`
}

function choicesShown(
  filter: string,
  { text }: Shared,
  { setFilter }: ViewActions,
): TemplateResult {
  const { log } = text
  const { terms } = partsOf(filter)
  const isTimed = terms.some(isTime)
  const others = terms.flatMap((term, index) => (isTime(term) ? [] : [{ term, index }]))
  return html`<div class="choices">
    ${isTimed ? html`<button type="button" @click=${() => setFilter(withRange(filter, null, null))}>${log.anyTime}</button>` : nothing}
    ${others.slice(0, mostChoices).map(
      ({
        term,
        index,
      }) => html`<button type="button" @click=${() => setFilter(withoutTerm(filter, index))}>
        <span class="foreign">${log.without(printFilter({ terms: [term] }).slice(0, 80))}</span>
      </button>`,
    )}
    <button type="button" @click=${() => setFilter('')}>${log.clear}</button>
  </div>`
}

const icons = {
  empty: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 3h14v18l-3-2-2 2-2-2-2 2-2-2-3 2zM9 8h6M9 12h6" /></svg>`,
  none: html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="7" /><path d="m16 16 5 5M8 11h6" /></svg>`,
  forbidden: html`<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8 11V8a4 4 0 0 1 8 0v3" /></svg>`,
  problem: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4 2.5 20h19zM12 10v4M12 17v.2" /></svg>`,
} as const

/** What the handler did not understand of the filter, for the filter to show it in its place. */
export function filterErrorOf(error: unknown): FilterError | null {
  if (!(error instanceof AuditClientError) || error.code !== 'FILTER_INVALID') return null
  const found = error.problem?.errors?.find(({ parameter }) => parameter === 'filter')
  return { message: found?.message ?? error.message, position: found?.position ?? null }
}

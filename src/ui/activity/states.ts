import { html, nothing, type TemplateResult } from 'lit'
import { AuditClientError, type EntryJson } from '../../http/client.ts'
import { VIEWING } from '../../viewing.ts'
import { problemText } from '../problems.ts'
import type { Shared } from '../shared.ts'
import { cut } from '../shown/shown.ts'
import type { EntityHistory } from './entity-history.ts'
import { kindsOf, type Step } from './steps.ts'

/** What is said in place of entries. */
export function stateShown(
  { text: { activity, common } }: Shared,
  state: 'loading' | 'empty' | 'nothingShown' | 'noSubject',
): TemplateResult {
  if (state === 'empty') {
    return html`<div class="state"><p><b>${activity.empty}</b></p><p class="muted">${activity.emptyHint}</p></div>`
  }
  const said = state === 'loading' ? common.loading : activity[state]
  return html`<div class="state muted"><p>${said}</p></div>`
}

export function problemShown(shared: Shared, problem: unknown, retry: () => void): TemplateResult {
  const status = problem instanceof AuditClientError ? problem.status : 0
  return html`<div class="state problem" role="alert">
    <p>${problemText(shared.text, problem)}</p>
    ${
      status === 401 || status === 403
        ? nothing
        : html`<button type="button" @click=${retry}>${shared.text.common.retry}</button>`
    }
  </div>`
}

/** Which kinds of steps are shown beside those of the entity itself. */
export function kindsShown(
  { text: { activity } }: Shared,
  steps: readonly Step[],
  hidden: Set<string>,
  changed: () => void,
): TemplateResult | typeof nothing {
  const kinds = kindsOf(steps)
  if (kinds.length === 0) return nothing
  const toggle = (name: string) => {
    if (!hidden.delete(name)) hidden.add(name)
    changed()
  }
  return html`<div class="kinds" role="group" aria-label=${activity.shown}>
    <span class="muted" aria-hidden="true">${activity.shown}</span>
    ${kinds.slice(0, 20).map(
      ({ name, count }) => html`<button
        type="button"
        class="kind"
        aria-pressed=${!hidden.has(name)}
        @click=${() => toggle(name)}
      ><span class="foreign">${name === VIEWING ? activity.views : cut(name, 60)}</span> <span class="muted">${count}</span></button>`,
    )}
  </div>`
}

/** What came in, and is to be shown when the viewer wants it: until then nothing moves. */
export function newsShown(
  { text }: Shared,
  news: readonly EntryJson[],
  show: () => void,
): TemplateResult {
  return html`<div class="news" role="status">${
    news.length === 0
      ? nothing
      : html`<button type="button" class="primary" @click=${show}>${text.activity.news(news.length)}</button>`
  }</div>`
}

export function moreShown(
  { text: { activity, common } }: Shared,
  { nextCursor, isLoading }: EntityHistory,
  more: () => void,
): TemplateResult | typeof nothing {
  if (nextCursor === null) return nothing
  return html`<p class="foot"><button
    type="button"
    class="more"
    aria-disabled=${isLoading}
    @click=${() => isLoading || more()}
  >${isLoading ? common.loading : activity.more}</button></p>`
}

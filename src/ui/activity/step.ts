import { html, nothing, type TemplateResult } from 'lit'
import { tell } from '../events.ts'
import type { Shared } from '../shared.ts'
import {
  actionClass,
  actionShown,
  actorName,
  actorShown,
  cut,
  entityShown,
  outcomeShown,
  tagsShown,
  timeShown,
} from '../shown/shown.ts'
import { duration as durationText } from '../times.ts'
import { pathChangesShown } from './path-changes-shown.ts'
import { filled, phraseOf } from './phrase.ts'
import type { Step } from './steps.ts'

/** One line of the timeline, with what changed below it. */
export function stepShown(shared: Shared, step: Step): TemplateResult {
  const { activity } = shared.text
  const { entry, isOwn, version, duration } = step
  const { action, outcome, reason, tags } = entry
  const tone = outcome === 'success' ? actionClass(action) : outcome
  return html`<li
    class="step ${tone} ${isOwn ? '' : 'related'}"
    @click=${(event: MouseEvent) => isFree(event) && open(event, entry.id)}
  >
    <span class="version">${
      version === null
        ? nothing
        : html`<span aria-hidden="true">v${version}</span><span class="visually-hidden">${activity.version(version)}</span>`
    }</span>
    <span class="mark"></span>
    <div class="what">
      <div class="said">
        <b>${actorShown(shared, entry)}</b>
        ${isOwn ? nothing : html`<span class="visually-hidden">${activity.related}:</span>`}
        ${phraseShown(shared, step)}
        ${duration === null ? nothing : html`<span class="muted">${activity.took(durationText(shared, duration))}</span>`}
        <span class="muted time">${timeShown(shared, entry.createdAt)}</span>
      </div>
      ${duration === null ? pathChangesShown(shared, entry) : failureShown(entry)}
      ${reason ? html`<p class="reason foreign">${cut(reason, 300)}</p>` : nothing}
      ${hasTags(tags) ? tagsShown(shared, tags, 6) : nothing}
    </div>
    <button
      type="button"
      class="plain open"
      data-id=${entry.id}
      aria-label=${activity.open(wordsOf(shared, step))}
      @click=${(event: Event) => open(event, entry.id)}
    ><span aria-hidden="true">›</span></button>
  </li>`
}

function phraseShown(shared: Shared, step: Step): TemplateResult {
  const { entry, isOwn } = step
  const { action, outcome } = entry
  const phrase = phraseOf(shared.text, step)
  const name = html`<span class="foreign">${cut(entry.entity, 80)}</span>`
  const parts = filled<unknown>(phrase, {
    entity: () => (isOwn ? name : entityShown(shared, entry)),
    // How it ended is said by the phrase, or by the badge beside.
    action: () => actionShown(shared, { ...entry, outcome: 'success' }),
    fields: () => html`<span class="foreign">${cut(entry.changed.join(', '), 120)}</span>`,
  })
  const isSaid = outcome === 'denied' || (outcome === 'success' && action === 'create')
  const hasBadge = outcome !== 'success' && !isSaid
  return html`<span class="phrase">${parts}</span>${hasBadge ? outcomeShown(shared, outcome) : nothing}`
}

/** The same for who does not see it. */
function wordsOf(shared: Shared, step: Step): string {
  const { entry, isOwn, version } = step
  const words = filled<string>(phraseOf(shared.text, step), {
    entity: () => cut(isOwn ? entry.entity : `${entry.entity} ${entry.entityId ?? ''}`, 80),
    action: () => cut(entry.action, 40),
    fields: () => cut(entry.changed.join(', '), 80),
  })
  const said = `${actorName(shared, entry)} ${words.join('')}`
  return version === null ? said : `${shared.text.activity.version(version)}, ${said}`
}

/** Why a run failed. */
function failureShown({ after }: Step['entry']): TemplateResult | typeof nothing {
  const error = after?.error
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return typeof message === 'string'
    ? html`<p class="error foreign">${cut(message, 300)}</p>`
    : nothing
}

function hasTags(tags: unknown): boolean {
  return typeof tags === 'object' && tags !== null && Object.keys(tags).length > 0
}

function open({ currentTarget }: Event, id: string): void {
  if (currentTarget) tell(currentTarget, 'audit-open', { id })
}

/** Whether a click is on nothing that is operated itself, and marks no text. */
function isFree(event: MouseEvent): boolean {
  const isWithin = (target: EventTarget) =>
    target instanceof Element && target.matches('button, a, summary')
  return !event.composedPath().some(isWithin) && getSelection()?.type !== 'Range'
}

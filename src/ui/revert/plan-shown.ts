import { html, nothing, type TemplateResult } from 'lit'
import type { ConflictJson, RevertJson, RevertStepJson } from '../../http/revert-answer.ts'
import { MASK, MASKED } from '../../mask.ts'
import type { Shared } from '../shared.ts'
import { cut, shortValue, timeShown } from '../shown/shown.ts'

/** So much is laid out of a long plan. */
const mostSteps = 100
const mostFields = 20
const mostConflicts = 50

/** What a revert does, entity by entity. */
export function stepsShown(shared: Shared, { steps }: RevertJson): TemplateResult {
  const { revert } = shared.text
  if (steps.length === 0) return html`<p>${revert.nothing}</p>`
  return html`<h3>${revert.steps}</h3>
    <ul class="steps">
      ${steps.slice(0, mostSteps).map((step) => html`<li>${stepShown(shared, step)}</li>`)}
      ${restShown(steps.length - mostSteps, revert.moreSteps)}
    </ul>`
}

function stepShown(shared: Shared, { action, patch, ...about }: RevertStepJson): TemplateResult {
  const { revert } = shared.text
  const fields = Object.entries(patch)
  const color = action === 'link' || action === 'unlink' ? 'update' : action
  return html`<div class="about"><span class="badge ${color}">${revert.step(action)}</span> ${aboutShown(about)}</div>
    <ul class="fields mono">
      ${fields.slice(0, mostFields).map(
        ([name, { from, to }]) => html`<li>
          <span class="name foreign">${cut(name, 80)}:</span>
          ${
            action === 'create' || action === 'delete'
              ? valueShown(shared, action === 'create' ? to : from)
              : html`<span class="from">${valueShown(shared, from)}</span> <span role="img" aria-label=${revert.becomes}>→</span>
                  <span class="to">${valueShown(shared, to)}</span>`
          }
        </li>`,
      )}
      ${restShown(fields.length - mostFields, revert.moreFields)}
    </ul>`
}

/** What stands in the way, and who put it there. */
export function conflictsShown(
  shared: Shared,
  conflicts: readonly ConflictJson[],
  onOpen: (id: string) => void,
): unknown {
  const { revert } = shared.text
  if (conflicts.length === 0) return nothing
  return html`<section class="conflicts">
    <h3>${revert.conflicts(conflicts.length)}</h3>
    <ul>
      ${conflicts
        .slice(0, mostConflicts)
        .map((conflict) => html`<li>${conflictShown(shared, conflict, onOpen)}</li>`)}
      ${restShown(conflicts.length - mostConflicts, revert.moreSteps)}
    </ul>
  </section>`
}

function conflictShown(
  shared: Shared,
  conflict: ConflictJson,
  onOpen: (id: string) => void,
): TemplateResult {
  const { revert } = shared.text
  const { field, reason, by } = conflict
  const values = (['recorded', 'current', 'revertTo'] as const).filter(
    (name) => conflict[name] !== undefined,
  )
  return html`${aboutShown(conflict)}${
    field === null ? nothing : html` <span class="name mono foreign">${cut(field, 80)}</span>`
  } ${revert.conflict(reason)}${
    by
      ? html` ${revert.by(cut(by.actorName || by.actorId || by.actorType, 80))}, ${timeShown(shared, by.createdAt)}
          <button type="button" class="plain" @click=${() => onOpen(by.id)}>${revert.showEntry}</button>`
      : nothing
  }
    <dl class="mono">
      ${values.map(
        (name) =>
          html`<div><dt>${revert[name]}</dt><dd>${valueShown(shared, conflict[name])}</dd></div>`,
      )}
    </dl>`
}

/** Fields that stay as they are, and why. */
export function unrestorableShown(shared: Shared, { unrestorable }: RevertJson): unknown {
  const { revert } = shared.text
  if (unrestorable.length === 0) return nothing
  return html`<details>
    <summary>${revert.unrestorable(unrestorable.length)}</summary>
    <ul>
      ${unrestorable
        .slice(0, mostSteps)
        .map(
          ({ field, reason, ...about }) =>
            html`<li>${aboutShown(about)} <span class="name mono foreign">${cut(field, 80)}</span>: ${revert.why(reason)}</li>`,
        )}
      ${restShown(unrestorable.length - mostSteps, revert.moreSteps)}
    </ul>
  </details>`
}

function aboutShown(about: { readonly entity: string; readonly entityId: string }): TemplateResult {
  return html`<b class="foreign">${cut(about.entity, 80)}</b> <span class="foreign">${cut(about.entityId, 80)}</span>`
}

function restShown(count: number, said: (count: number) => string): unknown {
  return count > 0 ? html`<li class="muted">${said(count)}</li>` : nothing
}

/** Words of ours are told apart from a value that reads the same. */
function valueShown(shared: Shared, value: unknown): TemplateResult {
  if (value === undefined) return html`<i class="muted">${shared.text.revert.absent}</i>`
  const shown = shortValue(shared, value, 120)
  if (value !== MASK && value !== MASKED) return html`<span class="foreign">${shown}</span>`
  const { maskedHint, redactedHint } = shared.text.common
  return html`<i class="muted" title=${value === MASK ? redactedHint : maskedHint}>${shown}</i>`
}

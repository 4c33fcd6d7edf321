import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson } from '../../http/client.ts'
import type { Shared } from '../shared.ts'
import { fieldTerm, termShown } from './term.ts'
import { cut } from './value.ts'

/** By which an action is coloured. */
export type ActionClass = 'create' | 'update' | 'delete' | 'other'

export function actionClass(action: string): ActionClass {
  return action === 'create' || action === 'update' || action === 'delete' ? action : 'other'
}

/** What was done, and how it ended where that was not well. */
export function actionShown(shared: Shared, { action, outcome }: EntryJson): TemplateResult {
  const badge = html`<span class="badge ${actionClass(action)} foreign">${cut(action, 40)}</span>`
  return html`<span class="action">${termShown(shared, fieldTerm('action', action), badge)}${
    outcome === 'success' ? nothing : outcomeShown(shared, outcome)
  }</span>`
}

export function outcomeShown(shared: Shared, outcome: string): TemplateResult {
  const known = ['failure', 'denied', 'started'].includes(outcome) ? outcome : 'create'
  const badge = html`<span class="badge ${known} foreign">${shared.text.common.outcome(cut(outcome, 40))}</span>`
  return termShown(shared, fieldTerm('outcome', outcome), badge)
}

import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson } from '../../query/entry-json.ts'
import { tell } from '../events.ts'
import type { Shared } from '../shared.ts'
import {
  actionClass,
  actorIcon,
  actorName,
  changesSummary,
  cut,
  timeShown,
} from '../shown/shown.ts'
import { duration } from '../times.ts'
import { momentShown } from './line-shown.ts'
import type { EntryNode } from './trace-tree.ts'

/** In what an entry is shown. */
export interface Surroundings {
  /** The entry that is open beside the trace. */
  readonly entryId: string | null
  /** What it is part of: what is the same is not said again. */
  readonly parent: EntryJson | null
  /** Whether all entries are there: otherwise what has no end may have one. */
  readonly isWhole: boolean
}

/** What was done, to what, and what came of it: a button that opens the entry. */
export function nodeShown(
  shared: Shared,
  node: EntryNode,
  { entryId, parent, isWhole }: Surroundings,
): TemplateResult {
  const { entry, closing } = node
  const { action, entity, entityId } = entry
  const isCurrent = entryId !== null && [entry.id, closing?.id].includes(entryId)
  const hasOtherActor = parent === null || actorName(shared, parent) !== actorName(shared, entry)
  const open = (event: Event) =>
    tell(event.currentTarget as EventTarget, 'audit-open', { id: (closing ?? entry).id })
  return html`<button
    type="button"
    class="row"
    aria-current=${isCurrent ? 'true' : nothing}
    @click=${open}
  >${momentShown(shared, entry.createdAt)}<span class="content"><span class="badge ${actionClass(action)} foreign">${cut(action, 40)}</span><span><span class="what foreign">${cut(entity, 80)}</span>${
    entityId === null ? nothing : html` <span class="foreign">${cut(entityId, 80)}</span>`
  }</span>${outcomeOf(shared, node, isWhole)}${
    hasOtherActor
      ? html`<span class="who">${actorIcon(shared, entry.actorType)}<span class="foreign">${actorName(shared, entry)}</span></span>`
      : nothing
  }${
    parent === null
      ? html`<span class="muted">${timeShown(shared, entry.createdAt)}</span>`
      : nothing
  }</span></button>`
}

/** How far a run is or how it ended, what a change did. */
export function outcomeOf(
  shared: Shared,
  { entry, closing, state }: EntryNode,
  isWhole: boolean,
): TemplateResult {
  const { trace } = shared.text
  if (state === 'running') {
    // The clocks of this machine and the server's may differ.
    const seconds = Math.max(1, Math.round((Date.now() - Date.parse(entry.createdAt)) / 1000))
    const said = isWhole ? trace.running(duration(shared, seconds * 1000)) : trace.openEnd
    return html`<span class="badge started">${said}</span>`
  }
  const isBad = state === 'failed' || state === 'denied'
  return html`<span class=${isBad ? 'bad' : ''}>${changesSummary(shared, closing ?? entry)}</span>`
}

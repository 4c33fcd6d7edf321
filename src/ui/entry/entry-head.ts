import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson, VersionJson } from '../../http/client.ts'
import { tell } from '../events.ts'
import type { Shared } from '../shared.ts'
import {
  actionShown,
  actorShown,
  cut,
  entityShown,
  fieldTerm,
  outcomeShown,
  termShown,
} from '../shown/shown.ts'
import { exactTime, relativeTime } from '../times.ts'

/** What was done, to what, and the ways to what was done before and after. */
export function headShown(
  shared: Shared,
  entry: EntryJson,
  version: VersionJson | null,
  isLoading: boolean,
): TemplateResult {
  const { text } = shared
  return html`<header>
    <h2>${actionShown(shared, entry)} ${entityShown(shared, entry)}</h2>
    <div class="versions">
      ${entry.entityId === null ? nothing : versionsShown(shared, version, isLoading)}
      <button
        type="button"
        class="close"
        aria-label=${text.common.close}
        title=${text.common.close}
        @click=${open(null)}
      >×</button>
    </div>
  </header>`
}

/** The buttons stay where they are while another entry is loaded: one that is disabled loses the focus. */
function versionsShown({ text }: Shared, version: VersionJson | null, isLoading: boolean) {
  const { entry } = text
  const { version: number = null, previous = null, next = null } = version ?? {}
  const label = (id: string | null, step: number, short: string, long: string) =>
    id === null || number === null
      ? html`<span aria-hidden="true">${short}</span><span class="visually-hidden">${long}</span>`
      : html`<span aria-hidden="true">${entry.shortVersion(number + step)}</span
          ><span class="visually-hidden">${entry.version(number + step)}</span>`
  const { previousShort, nextShort } = entry
  return html`<button
      type="button"
      aria-disabled=${isLoading || previous === null}
      title=${entry.previous}
      @click=${isLoading || previous === null ? nothing : open(previous)}
    ><span class="arrow" aria-hidden="true">‹</span>${label(previous, -1, previousShort, entry.previous)}</button>
    ${number === null ? nothing : html`<span class="current mono" title=${entry.version(number)}>${entry.shortVersion(number)}</span>`}
    <button
      type="button"
      aria-disabled=${isLoading || next === null}
      title=${entry.next}
      @click=${isLoading || next === null ? nothing : open(next)}
    >${label(next, 1, nextShort, entry.next)}<span class="arrow" aria-hidden="true">›</span></button>`
}

function open(id: string | null) {
  return (event: Event) => tell(event.currentTarget as Element, 'audit-open', { id })
}

/** Who, when, why and by what. */
export function factsShown(shared: Shared, entry: EntryJson): TemplateResult {
  const { text } = shared
  const { createdAt, outcome, reason, tenantId, source, traceId } = entry
  const copied = () => traceId
  return html`<dl>
    <dt>${text.entry.actor}</dt>
    <dd>${actorShown(shared, entry)}<span class="muted">${actorFacts(shared, entry)}</span></dd>
    <dt>${text.entry.date}</dt>
    <dd><time datetime=${createdAt}>${exactTime(shared, createdAt)}</time>
      <span class="muted">· ${relativeTime(shared, createdAt)}</span></dd>
    <dt>${text.entry.outcome}</dt>
    <dd>${outcomeShown(shared, outcome)}</dd>
    ${
      reason
        ? html`<dt>${text.entry.reason}</dt><dd><span class="foreign reason">${cut(reason, 1000)}</span></dd>`
        : nothing
    }
    ${tenantId === null ? nothing : html`<dt>${text.entry.tenant}</dt><dd>${termShown(shared, fieldTerm('tenant', tenantId), foreign(tenantId))}</dd>`}
    <dt>${text.entry.source}</dt>
    <dd>${termShown(shared, fieldTerm('source', source), foreign(source))}</dd>
    <dt>${text.entry.traceId}</dt>
    <dd class="mono">${termShown(shared, fieldTerm('trace', traceId), foreign(traceId), 'link')}
      <audit-copy
        plain
        .shared=${shared}
        .value=${copied}
        .name=${text.entry.copyTrace}
      ></audit-copy></dd>
  </dl>`
}

/** `· user u_17`: what the name does not tell. */
function actorFacts({ text }: Shared, { actorType, actorName, actorId }: EntryJson) {
  const id =
    actorName && actorId !== null ? html` <span class="foreign">${cut(actorId, 80)}</span>` : ''
  return html`· ${text.common.actorType(cut(actorType, 40))}${id}`
}

export function foreign(text: string, most = 200): TemplateResult {
  return html`<span class="foreign">${cut(text, most)}</span>`
}

import { html, nothing, svg, type TemplateResult } from 'lit'
import type { EntryJson } from '../../http/client.ts'
import type { Shared } from '../shared.ts'
import { fieldTerm, termShown } from './term.ts'
import { cut } from './value.ts'

/** Who did it, on whose behalf. */
export function actorShown(shared: Shared, entry: EntryJson): TemplateResult {
  const { actorId, actorType, onBehalfOf } = entry
  const { common } = shared.text
  const term = actorId === null ? fieldTerm('type', actorType) : fieldTerm('actor', actorId)
  const shown = html`${actorIcon(shared, actorType)}<span class="foreign">${actorName(shared, entry)}</span>`
  return html`<span class="actor">${termShown(shared, term, shown)}${
    onBehalfOf
      ? html` <span class="muted foreign as">${common.onBehalfOf(cut(onBehalfOf, 60))}</span>`
      : nothing
  }</span>`
}

export function actorName({ text }: Shared, entry: EntryJson): string {
  const { actorName, actorId, actorType } = entry
  if (actorName || actorId) return cut(actorName || String(actorId), 80)
  return actorType === 'system' ? text.common.system : text.common.nobody
}

/** Of 16 units each. */
const paths: Readonly<Record<string, string>> = {
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6c0-3 2.4-4.5 5.5-4.5s5.5 1.5 5.5 4.5',
  service: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  agent: 'M3 6h10v7H3zM8 6V3M6 9.500h.01M10 9.500h.01',
  system:
    'M4 4h8v8H4zM6.5 4V2M9.5 4V2M6.5 14v-2M9.5 14v-2M4 6.500H2M4 9.500H2M14 6.500h-2M14 9.500h-2',
}

export function actorIcon({ text }: Shared, type: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" role="img" aria-label=${text.common.actorType(cut(type, 40))}>
    ${svg`<path d=${paths[type] ?? 'M8 2.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z'} />`}
  </svg>`
}

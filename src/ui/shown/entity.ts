import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson } from '../../http/client.ts'
import type { Shared } from '../shared.ts'
import { fieldTerm, termShown } from './term.ts'
import { cut } from './value.ts'

/** To what it was done: the name filters, the id leads to where the application shows it. */
export function entityShown(shared: Shared, entry: EntryJson): TemplateResult {
  const { entity, entityId } = entry
  const name = html`<span class="foreign">${cut(entity, 80)}</span>`
  return html`<span class="entity">${termShown(shared, fieldTerm('entity', entity), name)} ${
    entityId === null ? nothing : entityIdShown(shared, entity, entityId)
  }</span>`
}

function entityIdShown(shared: Shared, entity: string, entityId: string): TemplateResult {
  const id = html`<span class="foreign">${cut(entityId, 80)}</span>`
  const href = shared.entityHref(entity, entityId)
  return href === null
    ? termShown(shared, fieldTerm('id', entityId), id, 'id')
    : html`<a class="id" href=${href}>${id}</a>`
}

import { html, nothing } from 'lit'
import type { EntryJson } from '../../http/client.ts'
import type { FilterKey } from '../../query/filter.ts'
import type { Order } from '../events.ts'
import { remembered } from '../remembered.ts'
import type { Shared } from '../shared.ts'
import {
  actionShown,
  actorShown,
  changesSummary,
  clockTime,
  cut,
  entityShown,
  fieldTerm,
  outcomeShown,
  tagsShown,
  termShown,
} from '../shown/shown.ts'
import { exactTime, relativeTime } from '../times.ts'

export type ColumnName =
  | 'time'
  | 'actor'
  | 'action'
  | 'resource'
  | 'changes'
  | 'details'
  | 'outcome'
  | 'reason'
  | 'source'
  | 'tenant'
  | 'ip'
  | 'trace'
  | 'id'

export const defaultColumns: readonly ColumnName[] = [
  'time',
  'actor',
  'action',
  'resource',
  'changes',
  'details',
]

export const allColumns: readonly ColumnName[] = [
  ...defaultColumns,
  'outcome',
  'reason',
  'source',
  'tenant',
  'ip',
  'trace',
  'id',
]

/** What the API sorts by. */
export const orders: { readonly [Column in ColumnName]?: Order } = {
  time: 'time',
  actor: 'actor',
  action: 'action',
  resource: 'entity',
}

/** Those that there are, in the order given. The time is always among them: it opens its entry. */
export function knownColumns(given: readonly string[]): readonly ColumnName[] {
  const known = [...new Set(given)].filter((name): name is ColumnName =>
    (allColumns as readonly string[]).includes(name),
  )
  if (known.length === 0) return defaultColumns
  return known.includes('time') ? known : ['time', ...known]
}

/** Those that were chosen in this browser. */
export function rememberedColumns(): readonly ColumnName[] {
  return knownColumns((remembered('columns') ?? '').split(','))
}

/** What one column shows of an entry; the time is the table's own. */
export function cellShown(shared: Shared, column: ColumnName, entry: EntryJson) {
  switch (column) {
    case 'time':
      return timeCell(shared, entry)
    case 'actor':
      return actorShown(shared, entry)
    case 'action':
      return actionShown(shared, entry)
    case 'resource':
      return entityShown(shared, entry)
    case 'changes':
      return changesSummary(shared, entry)
    case 'details':
      return tagsShown(shared, entry.tags)
    case 'outcome':
      return outcomeShown(shared, entry.outcome)
    case 'reason':
      return entry.reason ? html`<span class="foreign">${cut(entry.reason)}</span>` : nothing
    case 'source':
      return fieldCell(shared, 'source', entry.source)
    case 'tenant':
      return fieldCell(shared, 'tenant', entry.tenantId)
    case 'ip':
      return fieldCell(shared, 'ip', (entry.request as { readonly ip?: unknown } | null)?.ip)
    case 'trace':
      return fieldCell(shared, 'trace', entry.traceId, 'mono')
    case 'id':
      return html`<span class="mono foreign">${entry.id}</span>`
    default:
      return column satisfies never
  }
}

function fieldCell(shared: Shared, key: FilterKey, value: unknown, className = '') {
  if (typeof value !== 'string' || value === '') return nothing
  const shown = html`<span class="foreign">${cut(value, 80)}</span>`
  return termShown(shared, fieldTerm(key, value), shown, className)
}

/** It opens the entry; all else in the row does with a pointer only. */
function timeCell(shared: Shared, { action, entity, entityId, createdAt }: EntryJson) {
  const name = `${cut(action, 40)} ${cut(entity, 80)} ${cut(entityId ?? '', 80)}`.trim()
  return html`<button type="button" class="term open" title=${exactTime(shared, createdAt)}>
      <span class="visually-hidden">${shared.text.table.open(name)}, </span>
      <time datetime=${createdAt}>${relativeTime(shared, createdAt)}</time>
    </button>
    <span class="muted clock">${clockTime(shared, createdAt)}</span>`
}

import type { AuditEntry } from '../../src/index.ts'
import type { FieldTerm, Filter, FilterTerm, FilterValue } from '../../src/query/filter.ts'
import { instantOf } from '../../src/query/filter-date.ts'
import { tagsOf } from '../../src/tags.ts'

/** What a filter means, said once more without a database: whether an entry matches. */
export function matches(entry: AuditEntry, filter: Filter, now: Date): boolean {
  return filter.terms.every((term) => holds(entry, term, now) !== (term.isNegated ?? false))
}

function holds(entry: AuditEntry, term: FilterTerm, now: Date): boolean {
  if (term.kind === 'text') return textsOf(entry).some((text) => contains(text, term.text))
  if (term.kind === 'tag') {
    const tags = tagsOf(entry.tags).filter(({ key }) => key === term.key)
    return tags.some(({ value }) => isAmong(value, term.values))
  }
  const at = () => instantOf(term.values[0]?.text ?? '', now) as Date
  if (term.key === 'since') return entry.createdAt >= at()
  if (term.key === 'until') return entry.createdAt < at()
  return valuesOf(entry, term).some((value) => isAmong(value, term.values))
}

function isAmong(value: string, values: readonly FilterValue[]): boolean {
  return values.some(({ text, isPrefix }) => (isPrefix ? value.startsWith(text) : value === text))
}

function valuesOf(entry: AuditEntry, { key }: FieldTerm): string[] {
  const request = entry.request as { readonly ip?: string; readonly id?: string }
  const values = {
    entity: entry.entity,
    id: entry.entityId,
    actor: entry.actorId,
    type: entry.actorType,
    tenant: entry.tenantId,
    action: entry.action,
    outcome: entry.outcome,
    source: entry.source,
    trace: entry.traceId,
    ip: request.ip,
    request: request.id,
    since: null,
    until: null,
  }
  if (key === 'field') return [...entry.changed]
  return [values[key]].filter((value) => typeof value === 'string')
}

function textsOf(entry: AuditEntry): string[] {
  const { entity, entityId, action, actorName, reason } = entry
  const columns = [entity, entityId, action, actorName, reason]
  return [
    ...columns.filter((text) => text !== null),
    ...tagsOf(entry.tags).map(({ value }) => value),
  ]
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase())
}

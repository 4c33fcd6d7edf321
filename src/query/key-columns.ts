import type { FilterKey } from './filter.ts'

/** The columns that keys of the filter language are about, which entries have as fields, too. */
export const keyColumns = {
  entity: 'entity',
  id: 'entityId',
  actor: 'actorId',
  type: 'actorType',
  tenant: 'tenantId',
  action: 'action',
  outcome: 'outcome',
  source: 'source',
  trace: 'traceId',
} as const

/** The column that a key is about; `undefined` for those that are about a part of one, and for times. */
export function fieldColumn(
  key: FilterKey,
): (typeof keyColumns)[keyof typeof keyColumns] | undefined {
  return Object.hasOwn(keyColumns, key) ? keyColumns[key as keyof typeof keyColumns] : undefined
}

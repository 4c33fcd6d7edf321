import type { FilterTerm } from '../query/filter.ts'

/** What the parts tell what they are in, by the names of their events. */
export interface PartEvents {
  /** A term is to be added to the filter, or, excluded, its negation. */
  'audit-filter': { readonly term: FilterTerm; readonly isExcluded: boolean }
  /** The filter is another one, as a whole. */
  'audit-filter-change': { readonly filter: string }
  /** An entry is to be shown, or none. */
  'audit-open': { readonly id: string | null }
  /** Something was done for which the entries have to be read again. */
  'audit-changed': { readonly traceId: string | null }
  'audit-sort': { readonly order: Order; readonly direction: 'asc' | 'desc' }
  'audit-more': null
  'audit-columns': { readonly columns: readonly string[] }
  /** What was saved is to be shown: the query string of the page's address. */
  'audit-view': { readonly query: string }
  'audit-zone': { readonly zone: 'local' | 'utc' }
}

export type Order = 'time' | 'entity' | 'action' | 'actor'

/** Tells it to all elements around, an application's too. */
export function tell<Name extends keyof PartEvents>(
  from: EventTarget,
  name: Name,
  detail: PartEvents[Name],
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
}

export type PartEvent<Name extends keyof PartEvents> = CustomEvent<PartEvents[Name]>

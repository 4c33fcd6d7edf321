import type { EntryJson } from '../../http/client.ts'
import type { PartEvents } from '../events.ts'
import type { Step } from './steps.ts'

export type Sorting = PartEvents['audit-sort']

export const newestFirst: Sorting = { order: 'time', direction: 'desc' }

const sortedBy = { actor: 'actorId', action: 'action', entity: 'entity' } as const

/** Steps come newest first, and stay so amongst those that are equal. */
export function sorted(steps: readonly Step[], { order, direction }: Sorting): EntryJson[] {
  const entries = steps.map(({ entry }) => entry)
  if (order === 'time') return direction === 'desc' ? entries : entries.toReversed()
  const sign = direction === 'asc' ? 1 : -1
  const nameOf = (entry: EntryJson) => entry[sortedBy[order]] ?? ''
  const compared = (a: string, b: string) => (a === b ? 0 : a < b ? -sign : sign)
  return entries.sort((a, b) => compared(nameOf(a), nameOf(b)))
}

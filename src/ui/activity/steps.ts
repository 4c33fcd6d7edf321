import type { EntryJson } from '../../http/client.ts'
import { VIEWING } from '../../viewing.ts'
import { closingsOf, durationOf } from '../trace/runs.ts'

/** One thing that happened, as the timeline shows it. */
export interface Step {
  readonly entry: EntryJson
  /** Of the entity itself, and not of what is related to it. */
  readonly isOwn: boolean
  /** `null` where it is not known, or the entity is another one. */
  readonly version: number | null
  /** How long a run took, in milliseconds; `null` of everything else. */
  readonly duration: number | null
}

/** What steps are told apart by, to hide some of them. */
export interface Kind {
  /** The name of an entity that is related, or {@link VIEWING}. */
  readonly name: string
  readonly count: number
}

/** Of each run its end alone, once that is there: it tells what the beginning does. */
export function stepsOf(
  entries: readonly EntryJson[],
  newestVersion: number | null,
  isOwn: (entry: EntryJson) => boolean,
): Step[] {
  const closings = closingsOf(entries)
  const ends = new Set(closings.values())
  let version = newestVersion
  return entries.flatMap((entry) => {
    const own = isOwn(entry)
    const isVersion = own && entry.action !== VIEWING
    const step = {
      entry,
      isOwn: own,
      version: isVersion ? version : null,
      duration: ends.has(entry) ? durationOf(entry) : null,
    }
    if (isVersion && version !== null) version -= 1
    return entry.outcome === 'started' && closings.has(entry.id) ? [] : [step]
  })
}

/** Which kind a step is of that may be hidden; `null` of those that are always shown. */
export function kindOf({ entry, isOwn }: Step): string | null {
  if (entry.action === VIEWING) return VIEWING
  return isOwn ? null : entry.entity
}

/** The kinds that there are, in the order of their names. */
export function kindsOf(steps: readonly Step[]): Kind[] {
  const counts = new Map<string, number>()
  for (const step of steps) {
    const name = kindOf(step)
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const kinds = [...counts].map(([name, count]) => ({ name, count }))
  return kinds.sort((a, b) => (a.name < b.name ? -1 : 1))
}

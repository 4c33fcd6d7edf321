import type { EntryJson } from '../../http/client.ts'
import { VIEWING } from '../../viewing.ts'
import type { Shared } from '../shared.ts'
import { cut } from '../shown/value.ts'
import { dayOf, timeOfDay } from '../times.ts'

/** Whether an entry tells a state of its entity, which can be compared and taken back. */
export function bearsState({ source, action, entityId }: EntryJson): boolean {
  return (
    entityId !== null &&
    ['client', 'database'].includes(source) &&
    ['create', 'update', 'delete'].includes(action)
  )
}

/** Whether an entry is older than another one. */
export function isOlder(entry: EntryJson, other: EntryJson): boolean {
  return BigInt(entry.seq) < BigInt(other.seq)
}

/**
 * The version of each of the entries of one entity, newest first and without gaps, by that of one of them;
 * none where it is not amongst them.
 */
export function versionsOf(
  entries: readonly EntryJson[],
  id: string,
  version: number | null,
): ReadonlyMap<string, number> {
  const versions = entries.filter(({ action }) => action !== VIEWING)
  const index = versions.findIndex((entry) => entry.id === id)
  if (index < 0 || version === null) return new Map()
  return new Map(versions.map((entry, place) => [entry.id, version + index - place]))
}

/** `v9 · 21 Nov 10:14:07.812`, and without a version where it is not known. */
export function versionLabel(
  shared: Shared,
  { createdAt }: EntryJson,
  version: number | null | undefined,
): string {
  const time = `${dayOf(shared, createdAt)} ${timeOfDay(shared, createdAt)}`
  return version ? `${shared.text.entry.shortVersion(version)} · ${time}` : time
}

/** As one of those to choose from. */
export function versionOption(
  shared: Shared,
  entry: EntryJson,
  version: number | undefined,
): string {
  const { action, actorName, actorId } = entry
  const who = actorName ?? actorId
  const rest = who === null ? '' : ` · ${cut(who, 40)}`
  return `${versionLabel(shared, entry, version)} · ${cut(action, 40)}${rest}`
}

import type { EntryJson } from '../../query/entry-json.ts'

/** A run amongst the entries of an entity: one entry tells that it began, another how it ended. */
export interface RunOf {
  readonly traceId: string
  /** The `parentId` of all that it did. */
  readonly id: string
  readonly action: string
  readonly startedAt: string
  /** `null` as long as it runs, and where its process ended before it did. */
  readonly endedAt: string | null
  readonly outcome: string
  /** The one that tells the most: how it ended, where that is known. */
  readonly entry: EntryJson
}

/** The runs amongst the entries of a history, newest first. Of those on a page's edge one entry is enough. */
export function runsOf(entries: readonly EntryJson[]): RunOf[] {
  const closings = closingsOf(entries)
  const runs = new Map<string, RunOf>()
  for (const started of entries) {
    if (started.outcome === 'started') {
      runs.set(started.id, runOf(started, started, closings.get(started.id) ?? null))
    }
  }
  for (const [id, closing] of closings) {
    if (!runs.has(id)) runs.set(id, runOf({ ...closing, id }, null, closing))
  }
  return [...runs.values()].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
}

/** The entries that tell how a run ended, by the id of the run. */
export function closingsOf(entries: readonly EntryJson[]): Map<string, EntryJson> {
  const begun = new Map(entries.map((entry) => [entry.id, entry]))
  const closings = new Map<string, EntryJson>()
  for (const entry of entries) {
    const { parentId } = entry
    if (parentId === null || !isClosing(entry)) continue
    const started = begun.get(parentId)
    const isOfIt = !started || (started.outcome === 'started' && isAboutSame(started, entry))
    if (isOfIt) closings.set(parentId, entry)
  }
  return closings
}

/** Whether a run amongst them has not ended, as far as they tell. */
export function isRunning(entries: readonly EntryJson[]): boolean {
  const closings = closingsOf(entries)
  return entries.some(({ id, outcome }) => outcome === 'started' && !closings.has(id))
}

/** Milliseconds, as the entry that closes a run has them. */
export function durationOf({ after }: EntryJson): number | null {
  return typeof after?.durationMs === 'number' ? after.durationMs : null
}

/** A model may have a field `outcome`, too: its changes are none of the application's own entries. */
function isClosing({ source, outcome, before }: EntryJson): boolean {
  return source === 'api' && outcome !== 'started' && before?.outcome === 'started'
}

function isAboutSame(a: EntryJson, b: EntryJson): boolean {
  return a.action === b.action && a.entity === b.entity && a.entityId === b.entityId
}

function runOf(
  { id, traceId, action, createdAt }: EntryJson,
  started: EntryJson | null,
  closing: EntryJson | null,
): RunOf {
  const before = closing && new Date(Date.parse(createdAt) - (durationOf(closing) ?? 0))
  return {
    ...{ traceId, id, action },
    startedAt: started?.createdAt ?? before?.toISOString() ?? createdAt,
    endedAt: closing?.createdAt ?? null,
    outcome: closing?.outcome ?? 'started',
    entry: (closing ?? started) as EntryJson,
  }
}

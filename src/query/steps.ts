import { isEqualJson } from '../diff.ts'
import { isHash } from '../redact.ts'
import { snapshotId } from '../schema/key.ts'
import type { Snapshot } from '../serialize.ts'
import type { StoredEntry } from '../store.ts'
import { readRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, join, raw, type Sql, sql } from './sql.ts'
import { type EntityModel, type EntitySubject, isConfidential, isExactly, isOf } from './subject.ts'

/** What one entry tells of the entity that it is filed under. */
export interface Step {
  readonly entry: StoredEntry
  /** `null` where no entity had this id before. */
  readonly before: Snapshot | null
  /** `null` where none has it afterwards: it was deleted, or got another key. */
  readonly after: Snapshot | null
  /** The id that it had, where it got this one. */
  readonly cameFrom: string | null
  /** The id that it got, where it had this one. */
  readonly wentTo: string | null
}

/** That an entry tells the state of an entity: links, reads, runs and records do not. */
export function isStateBearing(settings: Source['settings']): Sql[] {
  return [
    sql`${column(settings, 'source')} IN ('client', 'database')`,
    sql`${column(settings, 'action')} IN ('create', 'update', 'delete')`,
  ]
}

export function bearsState({ source, action }: StoredEntry): boolean {
  return (
    (source === 'client' || source === 'database') &&
    (action === 'create' || action === 'update' || action === 'delete')
  )
}

/** Some steps of an entity on from one place in the trail, which is not among them. */
export async function readSteps(
  source: Source,
  subject: EntitySubject,
  direction: 'asc' | 'desc',
  from: bigint | null,
  take: number,
): Promise<Step[]> {
  const { settings } = source
  const seq = column(settings, 'seq')
  const beyond = raw(direction === 'asc' ? '>' : '<')
  const entries = await readRows(source, {
    where: [
      ...isOf(settings, subject),
      ...isStateBearing(settings),
      ...(from === null ? [] : [sql`${seq} ${beyond} ${from}`]),
    ],
    orderBy: sql`${seq} ${raw(direction)}`,
    take,
  })
  return stepsOf(source, subject.model, entries)
}

/**
 * What entries of one model tell, each of its own entity. A changed key is told twice, with the same
 * snapshots: under the id that it was, and then under the one that it is.
 */
export async function stepsOf(
  source: Source,
  model: EntityModel | undefined,
  entries: readonly StoredEntry[],
): Promise<Step[]> {
  const isMove = (entry: StoredEntry) =>
    model !== undefined &&
    entry.action === 'update' &&
    entry.changed.some((name) => model.key.fields.includes(name))
  if (!model || !entries.some(isMove)) return entries.map((entry) => step(entry))
  const hidden = entries.filter((entry) => isMove(entry) && !shownIds(model, entry))
  const siblings = hidden.length > 0 ? await readSiblings(source, hidden) : []
  return entries.map((entry) => {
    if (!isMove(entry)) return step(entry)
    const [oldId, newId] = shownIds(model, entry) ?? pairOf(siblings, entry)
    if (oldId === newId) return step(entry)
    if (entry.entityId === newId) return { ...step(entry), before: null, cameFrom: oldId }
    return { ...step(entry), after: null, wentTo: newId }
  })
}

function step(entry: StoredEntry): Step {
  const { before, after } = entry
  return { entry, before, after, cameFrom: null, wentTo: null }
}

/** The ids that an entry of a changed key was filed under; `undefined` where its snapshots hide the key. */
function shownIds(model: EntityModel, { before, after }: StoredEntry): Pair | undefined {
  if (!before || !after) return ['', '']
  const [oldId, newId] = [snapshotId(model.key, before), snapshotId(model.key, after)]
  // A hashed key of one field is the id as it stands.
  const isShown = !isConfidential(model) || (isHash(oldId) && isHash(newId))
  return isShown ? [oldId, newId] : undefined
}

type Pair = readonly [oldId: string, newId: string]

/** All changes of keys in the units of work of these entries. */
function readSiblings(source: Source, entries: readonly StoredEntry[]): Promise<StoredEntry[]> {
  const { settings } = source
  const traces = [...new Set(entries.map(({ traceId }) => traceId))]
  return readRows(source, {
    where: [
      isExactly(settings, 'entity', entries[0]?.entity ?? ''),
      sql`${column(settings, 'action')} = 'update'`,
      ...isStateBearing(settings),
      sql`${column(settings, 'traceId')} IN (${join(traces)})`,
    ],
    orderBy: column(settings, 'seq'),
    take: 10_000,
  })
}

/** The old id is told first; rows that look the same are told one after the other. */
function pairOf(siblings: readonly StoredEntry[], entry: StoredEntry): Pair {
  const alike = siblings.filter(
    ({ traceId, before, after }) =>
      traceId === entry.traceId &&
      isEqualJson(before, entry.before) &&
      isEqualJson(after, entry.after),
  )
  const index = alike.findIndex(({ seq }) => seq === entry.seq)
  const first = index - (index % 2)
  return [alike[first]?.entityId ?? '', alike[first + 1]?.entityId ?? '']
}

import type { ChangedBy } from '../errors.ts'
import { readRows } from '../query/rows.ts'
import type { Source } from '../query/source.ts'
import { column, join, raw, sql } from '../query/sql.ts'
import { snapshotId } from '../schema/key.ts'
import type { Snapshot } from '../serialize.ts'
import type { StoredEntry } from '../store.ts'
import type { Effects, LinkEffect, RowEffect } from './effects.ts'
import type { FoundConflict } from './plan.ts'

/** What came in the histories of some entities after their effects. */
export class Later {
  readonly #histories = new Map<string, { entries: StoredEntry[]; told: Set<string> }>()

  /** Newest first; what later ones tell of already is not kept. */
  add(entry: StoredEntry): void {
    const name = nameOf(entry.entity, entry.entityId ?? '')
    const { entries, told } = this.#histories.get(name) ?? { entries: [], told: new Set() }
    const tells = isOfRow(entry) ? [wholeRow] : entry.changed
    if (entries.length > 0 && tells.every((field) => told.has(field))) return
    for (const field of tells) told.add(field)
    entries.push(entry)
    this.#histories.set(name, { entries, told })
  }

  /** The one that changed the field last, or the row where no field is named. */
  of({ entity, entityId, effect, field, reason }: FoundConflict): StoredEntry | undefined {
    const isOfOthers = reason === 'gone' && field !== null
    if (reason === 'taken' || reason === 'referenced' || isOfOthers) return undefined
    const seq = lastSeq(effect)
    return this.#histories
      .get(nameOf(entity, entityId))
      ?.entries.find((entry) => entry.seq > seq && (tellsOf(entry, field) || isOfRow(entry)))
  }

  /** The fields that were changed, whatever their values. */
  changedFields(effect: RowEffect, snapshot: Snapshot): ReadonlySet<string> {
    const { model, key } = effect.model
    const { entries } = this.#histories.get(nameOf(model.name, snapshotId(key, snapshot))) ?? {
      entries: [],
    }
    const later = entries.filter(({ seq, action }) => seq > lastSeq(effect) && action === 'update')
    return new Set(later.flatMap(({ changed }) => changed))
  }
}

/** Stands for all fields of a row. */
const wholeRow = ''

function tellsOf({ changed }: StoredEntry, field: string | null): boolean {
  return field === null || changed.includes(field)
}

/** What creates or deletes a row changes all of its fields. */
function isOfRow({ action }: StoredEntry): boolean {
  return action === 'create' || action === 'delete'
}

function nameOf(entity: string, entityId: string): string {
  return JSON.stringify([entity, entityId])
}

function lastSeq({ entries }: RowEffect | LinkEffect): bigint {
  return entries.reduce((last, { seq }) => (seq > last ? seq : last), 0n)
}

/** So many ids, and so many entries, at once. */
const limits = { ids: 500, entries: 1000 } as const

const actions = ['create', 'update', 'delete', 'link', 'unlink']

/** Reads what came later in the histories of some entities. */
export async function readLater(
  source: Source,
  subjects: readonly { readonly entity: string; readonly entityId: string }[],
  after: bigint,
): Promise<Later> {
  const ids = new Map<string, Set<string>>()
  for (const { entity, entityId } of subjects) {
    ids.set(entity, (ids.get(entity) ?? new Set()).add(entityId))
  }
  const later = new Later()
  for (const [entity, all] of ids) {
    const list = [...all]
    for (let start = 0; start < list.length; start += limits.ids) {
      const some = list.slice(start, start + limits.ids)
      for await (const entry of entriesAfter(source, entity, some, after)) later.add(entry)
    }
  }
  return later
}

/** Those that tell of changes, newest first. */
async function* entriesAfter(
  source: Source,
  entity: string,
  ids: readonly string[],
  after: bigint,
): AsyncGenerator<StoredEntry> {
  const { settings } = source
  const seq = column(settings, 'seq')
  let last: StoredEntry | undefined
  do {
    const page: StoredEntry[] = await readRows(source, {
      where: [
        sql`${column(settings, 'entity')} = ${entity}`,
        sql`${column(settings, 'entityId')} IN (${join(ids)})`,
        sql`${seq} > ${after}`,
        sql`${column(settings, 'action')} IN (${join(actions)})`,
        ...(last ? [sql`${seq} < ${last.seq}`] : []),
      ],
      orderBy: sql`${seq} ${raw('DESC')}`,
      take: limits.entries,
    })
    yield* page.filter(({ source: by }) => by !== 'api')
    last = page.length === limits.entries ? page.at(-1) : undefined
  } while (last)
}

/** From where on entries are later than all of some effects. */
export function firstSeq({ rows, links }: Effects): bigint {
  const all = [...rows, ...links].map(lastSeq)
  return all.reduce((first, seq) => (seq < first ? seq : first), all[0] ?? 0n)
}

/** Who did it, without what was done. */
export function changedBy(entry: StoredEntry): ChangedBy {
  const { id, traceId, createdAt, action, actorId, actorType, actorName } = entry
  return { id, traceId, createdAt, action, actorId, actorType, actorName }
}

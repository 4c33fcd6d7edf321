import type { ChangedBy } from '../errors.ts'
import { readRows } from '../query/rows.ts'
import type { Source } from '../query/source.ts'
import { column, join, raw, sql } from '../query/sql.ts'
import { snapshotId } from '../schema/key.ts'
import type { Snapshot } from '../serialize.ts'
import type { StoredEntry } from '../store.ts'
import type { Effects, LinkEffect, RowEffect } from './effects.ts'
import type { FoundConflict } from './plan.ts'

/** The entries of some entities that came after their effects, newest first. */
export class Later {
  readonly #entries = new Map<string, StoredEntry[]>()

  constructor(entries: readonly StoredEntry[]) {
    for (const entry of entries) {
      const name = nameOf(entry.entity, entry.entityId ?? '')
      const known = this.#entries.get(name)
      if (known) known.push(entry)
      else this.#entries.set(name, [entry])
    }
  }

  /** The one that changed the field last, or the row where no field is named. */
  of({ entity, entityId, effect, field, reason }: FoundConflict): StoredEntry | undefined {
    const isOfOthers = reason === 'gone' && field !== null
    if (reason === 'taken' || reason === 'referenced' || isOfOthers) return undefined
    const seq = lastSeq(effect)
    return this.#entries
      .get(nameOf(entity, entityId))
      ?.find((entry) => entry.seq > seq && (tellsOf(entry, field) || isOfRow(entry)))
  }

  /** The fields that were changed, whatever their values. */
  changedFields(effect: RowEffect, snapshot: Snapshot): ReadonlySet<string> {
    const { model, key } = effect.model
    const entries = this.#entries.get(nameOf(model.name, snapshotId(key, snapshot))) ?? []
    const later = entries.filter(({ seq, action }) => seq > lastSeq(effect) && action === 'update')
    return new Set(later.flatMap(({ changed }) => changed))
  }
}

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
  const { settings } = source
  const ids = new Map<string, Set<string>>()
  for (const { entity, entityId } of subjects) {
    ids.set(entity, (ids.get(entity) ?? new Set()).add(entityId))
  }
  const found: StoredEntry[] = []
  for (const [entity, all] of ids) {
    const list = [...all]
    for (let start = 0; start < list.length; start += limits.ids) {
      const rows = await readRows(source, {
        where: [
          sql`${column(settings, 'entity')} = ${entity}`,
          sql`${column(settings, 'entityId')} IN (${join(list.slice(start, start + limits.ids))})`,
          sql`${column(settings, 'seq')} > ${after}`,
          sql`${column(settings, 'action')} IN (${join(actions)})`,
        ],
        orderBy: sql`${column(settings, 'seq')} ${raw('DESC')}`,
        take: limits.entries,
      })
      found.push(...rows.filter(({ source: by }) => by !== 'api'))
    }
  }
  return new Later(found)
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

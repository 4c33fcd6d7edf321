import { isEqualJson } from '../diff.ts'
import { AuditError } from '../errors.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { snapshotId } from '../schema/key.ts'
import type { Table } from '../schema/tables.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'
import type { StoredEntry } from '../store.ts'

/** What entries together did to one row: from the first state before to the last one after. */
export interface RowEffect {
  readonly model: AuditedModel
  /** `null` where the row was not there. Whole, or the key and the fields that updates changed. */
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  /** The names that updates told as changed, also those whose values are hidden. */
  readonly changed: ReadonlySet<string>
  readonly entries: readonly StoredEntry[]
}

/** What entries together did to one link of an implicit many-to-many relation. */
export interface LinkEffect {
  readonly table: Table
  /** The keys of the two ends, in the order of the table's sides. */
  readonly ends: readonly [JsonValue, JsonValue]
  /** Whether the entries made it; else they took it away. */
  readonly isMade: boolean
  /** The side that tells of it. */
  readonly side: 0 | 1
  readonly entries: readonly StoredEntry[]
}

export interface Effects {
  readonly rows: readonly RowEffect[]
  readonly links: readonly LinkEffect[]
}

interface Draft extends RowEffect {
  before: Snapshot | null
  after: Snapshot | null
  readonly changed: Set<string>
  readonly entries: StoredEntry[]
}

/**
 * The net effect of entries, which come in their order.
 *
 * @throws {AuditError} `REVERT_INVALID` where an entity is no longer audited, or its key not in the trail
 */
export function effectsOf(settings: Settings, entries: readonly StoredEntry[]): Effects {
  const rows = new Rows(settings)
  const links = new Links(settings)
  for (const entry of entries) {
    if (entry.action === 'link' || entry.action === 'unlink') links.add(entry)
    else rows.add(entry)
  }
  return { rows: rows.effects(), links: links.effects() }
}

class Rows {
  readonly #settings: Settings
  readonly #all = new Set<Draft>()
  /** By where the row is now, and by where one that is gone was. */
  readonly #living = new Map<string, Draft>()
  readonly #gone = new Map<string, Draft>()
  readonly #moves = new Set<string>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  add(entry: StoredEntry): void {
    const model = auditedModel(this.#settings, entry)
    const { before, after } = entry
    const from = before && idOf(model, entry, before)
    const to = after && idOf(model, entry, after)
    if (from && to && from !== to) {
      // A changed key is told twice, with the same states.
      const move = JSON.stringify([entry.traceId, model.model.name, before, after])
      if (entry.entityId === to && this.#moves.delete(move)) return
      if (entry.entityId === from) this.#moves.add(move)
    }
    const name = (id: string) => JSON.stringify([model.model.name, id])
    if (!from) this.#create(model, name(to as string), entry)
    else if (to) this.#update(model, name(from), name(to), entry)
    else this.#delete(model, name(from), entry)
  }

  #draft(model: AuditedModel, before: Snapshot | null, after: Snapshot | null): Draft {
    const draft = { model, before, after, changed: new Set<string>(), entries: [] }
    this.#all.add(draft)
    return draft
  }

  #create(model: AuditedModel, name: string, entry: StoredEntry): void {
    const draft = this.#gone.get(name) ?? this.#draft(model, null, null)
    this.#gone.delete(name)
    draft.after = entry.after
    draft.entries.push(entry)
    this.#living.set(name, draft)
  }

  #update(model: AuditedModel, from: string, to: string, entry: StoredEntry): void {
    const draft = this.#living.get(from) ?? this.#draft(model, {}, {})
    const before = { ...draft.before }
    const after = { ...draft.after }
    for (const name of [...model.key.fields, ...entry.changed]) {
      if (!Object.hasOwn(after, name) && entry.before && Object.hasOwn(entry.before, name)) {
        before[name] = entry.before[name] as JsonValue
      }
      if (entry.after && Object.hasOwn(entry.after, name)) {
        after[name] = entry.after[name] as JsonValue
      }
      if (entry.changed.includes(name)) draft.changed.add(name)
    }
    if (draft.before) draft.before = before
    draft.after = after
    draft.entries.push(entry)
    this.#living.delete(from)
    this.#living.set(to, draft)
  }

  #delete(model: AuditedModel, name: string, entry: StoredEntry): void {
    const draft = this.#living.get(name) ?? this.#draft(model, {}, null)
    this.#living.delete(name)
    draft.entries.push(entry)
    draft.after = null
    if (!draft.before) {
      this.#all.delete(draft)
      return
    }
    draft.before = { ...entry.before, ...draft.before }
    const id = snapshotId(model.key, draft.before)
    this.#gone.set(JSON.stringify([model.model.name, id]), draft)
  }

  effects(): RowEffect[] {
    return [...this.#all].filter(
      ({ before, after, changed }) => changed.size > 0 || !isEqualJson(before, after),
    )
  }
}

class Links {
  readonly #settings: Settings
  readonly #all = new Map<string, { first: LinkEffect; isMade: boolean; entries: StoredEntry[] }>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  add(entry: StoredEntry): void {
    const model = auditedModel(this.#settings, entry)
    const isMade = entry.action === 'link'
    for (const [field, related] of Object.entries((isMade ? entry.after : entry.before) ?? {})) {
      const table = this.#tableOf(model, entry, field)
      const side =
        table.sides?.[0].model === model.model.name && table.sides[0].field === field ? 0 : 1
      const other = table.sides?.[1 - side]
      for (const key of related as readonly Snapshot[]) {
        const own = endOf(table, side, entry.entityId ?? '')
        const far = key[other?.id ?? ''] ?? null
        const ends = side === 0 ? ([own, far] as const) : ([far, own] as const)
        this.#note({ table, ends, isMade, side, entries: [] }, entry)
      }
    }
  }

  /** Either side tells of it, so that the first and the last time count, not how often. */
  #note(link: LinkEffect, entry: StoredEntry): void {
    const name = JSON.stringify([link.table.name, ...link.ends])
    const known = this.#all.get(name) ?? { first: link, isMade: link.isMade, entries: [] }
    known.isMade = link.isMade
    known.entries.push(entry)
    this.#all.set(name, known)
  }

  #tableOf(model: AuditedModel, entry: StoredEntry, field: string): Table {
    for (const table of this.#settings.tables.values()) {
      const isOf = table.sides?.some(
        (side) => side.model === model.model.name && side.field === field,
      )
      if (isOf) {
        for (const { model: name } of table.sides ?? []) {
          const end = this.#settings.models.get(name)
          if (end) checkKey(end, entry)
        }
        return table
      }
    }
    invalid(entry, `\`${field}\` is no many-to-many relation of \`${model.model.name}\` any more.`)
  }

  effects(): LinkEffect[] {
    return [...this.#all.values()]
      .filter(({ first, isMade }) => first.isMade === isMade)
      .map(({ first, entries }) => ({ ...first, entries }))
  }
}

/** An end as a snapshot has it, of an entity's id. */
function endOf({ model }: Table, side: 0 | 1, entityId: string): JsonValue {
  const type = model.fields.get(side === 0 ? 'A' : 'B')?.type
  return type === 'Int' || type === 'Float' ? Number(entityId) : entityId
}

function auditedModel({ models }: Settings, entry: StoredEntry): AuditedModel {
  const model = models.get(entry.entity)
  if (!model)
    invalid(entry, `\`${entry.entity}\` is not audited, so its revert would not be either.`)
  checkKey(model, entry)
  return model
}

function checkKey({ model, key, redactions }: AuditedModel, entry: StoredEntry): void {
  const hidden = key.fields.find((name) => redactions.has(name))
  if (hidden)
    invalid(entry, `the key of \`${model.name}\` is redacted, so its rows cannot be found.`)
}

function idOf(model: AuditedModel, entry: StoredEntry, snapshot: Snapshot): string {
  const missing = model.key.fields.find((name) => !Object.hasOwn(snapshot, name))
  if (missing)
    invalid(entry, `it does not tell \`${missing}\`, which \`${entry.entity}\` is now known by.`)
  return snapshotId(model.key, snapshot)
}

function invalid({ id }: StoredEntry, reason: string): never {
  throw new AuditError('REVERT_INVALID', `The entry \`${id}\` cannot be reverted: ${reason}`)
}

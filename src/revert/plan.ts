import type { RevertConflict } from '../errors.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { maskedFields } from '../query/scope.ts'
import type { Source } from '../query/source.ts'
import { snapshotId } from '../schema/key.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'
import type { Current } from './current.ts'
import type { Effects, LinkEffect, RowEffect } from './effects.ts'
import { changedFields, knownFields, type Restoration, wholeRow } from './restoration.ts'
import { isAsRecorded, isTimeOfWrite, recordedNames, type UnrestorableReason } from './values.ts'

/** What is to become of one row. */
export interface RowOp {
  readonly model: AuditedModel
  readonly effect: RowEffect
  /** `null` for a row that is to be created. */
  readonly now: Snapshot | null
  /** `null` for a row that is to be deleted; without what is not known, for one to be created. */
  readonly target: Snapshot | null
}

/** A conflict before it is shown: the values as they are stored. */
export interface FoundConflict {
  readonly effect: RowEffect | LinkEffect
  readonly entity: string
  readonly entityId: string
  readonly field: string | null
  readonly reason: RevertConflict['reason']
  readonly recorded: JsonValue | undefined
  readonly current: JsonValue | undefined
  readonly revertTo: JsonValue | undefined
  /** Whether the revert can be made in spite of it. */
  readonly isForcible: boolean
}

/** A field that is left as it is. */
export interface Unrestorable {
  readonly entity: string
  readonly entityId: string
  readonly field: string
  readonly reason: UnrestorableReason
}

export interface Plan {
  readonly rows: RowOp[]
  readonly links: LinkEffect[]
  readonly conflicts: FoundConflict[]
  readonly unrestorable: Unrestorable[]
}

/** Which side wins where something was changed since. */
export type Winner = 'revert' | 'later'

/**
 * What is to be done to which row so that it is again what it was, as far as that row alone tells. What
 * others have to say to it is looked at afterwards.
 *
 * @throws {AuditError} `REVERT_INVALID` where a row cannot be created again
 */
export function planOf(
  { settings, scope }: Pick<Source, 'settings' | 'scope'>,
  effects: Effects,
  current: Current,
  winner: Winner,
): Plan {
  const plan: Plan = { rows: [], links: [], conflicts: [], unrestorable: [] }
  const taken = new Set(
    effects.rows.flatMap(({ model, after }) => (after ? [nameOf(model, after)] : [])),
  )
  for (const effect of effects.rows) {
    const { model, before, after } = effect
    const entity = model.model.name
    const rowAt = (snapshot: Snapshot) => current.row(entity, snapshotId(model.key, snapshot))
    if (!before && after) planDelete(settings, plan, effect, after, rowAt(after), winner)
    if (before && !after) {
      // A row that has moved there meanwhile is one of the plan, too.
      const now = taken.has(nameOf(model, before)) ? null : rowAt(before)
      const restored = () =>
        now ? knownFields(model, before, maskedFields(scope, entity)) : wholeRow(model, before)
      planCreate(plan, effect, before, now, restored, winner)
    }
    if (before && after) {
      const restoration = changedFields({ ...effect, before }, maskedFields(scope, entity))
      planUpdate(settings, plan, effect, after, restoration, rowAt(after), winner)
    }
  }
  for (const link of effects.links) planLink(plan, link, current.isLinked(link))
  return plan
}

function nameOf({ model, key }: AuditedModel, snapshot: Snapshot): string {
  return JSON.stringify([model.name, snapshotId(key, snapshot)])
}

function planDelete(
  settings: Settings,
  plan: Plan,
  effect: RowEffect,
  after: Snapshot,
  now: Snapshot | null,
  winner: Winner,
): void {
  const { model } = effect
  const about = aboutOf(effect, after)
  if (!now) {
    plan.conflicts.push({ ...about, ...whole('gone', after, null, undefined), isForcible: true })
    return
  }
  const names = recordedNames(model).filter((name) => !isTimeOfWrite(model, name))
  const changed = names.filter((name) => !isAsRecorded(settings, after[name], now[name] ?? null))
  for (const field of changed) {
    const values = { recorded: after[field], current: now[field], revertTo: undefined }
    plan.conflicts.push({ ...about, field, reason: 'changed', ...values, isForcible: true })
  }
  if (changed.length === 0 || winner === 'revert') {
    plan.rows.push({ model, effect, now, target: null })
  }
}

function planCreate(
  plan: Plan,
  effect: RowEffect,
  before: Snapshot,
  now: Snapshot | null,
  restored: () => Restoration,
  winner: Winner,
): void {
  const { model } = effect
  const about = aboutOf(effect, before)
  if (now) {
    plan.conflicts.push({ ...about, ...whole('exists', null, now, before), isForcible: true })
    if (winner === 'later') return
  }
  const { fields, unrestorable } = restored()
  tellUnrestorable(plan, about, unrestorable)
  plan.rows.push({ model, effect, now, target: { ...now, ...fields } })
}

function planUpdate(
  settings: Settings,
  plan: Plan,
  effect: RowEffect,
  after: Snapshot,
  { fields, unrestorable }: Restoration,
  now: Snapshot | null,
  winner: Winner,
): void {
  const about = aboutOf(effect, after)
  tellUnrestorable(plan, about, unrestorable)
  const names = Object.keys(fields)
  if (names.length === 0) return
  if (!now) {
    plan.conflicts.push({ ...about, ...whole('gone', after, null, fields), isForcible: false })
    return
  }
  const written: Record<string, JsonValue> = {}
  for (const field of names) {
    const revertTo = fields[field] as JsonValue
    const isLeft = isAsRecorded(settings, after[field], now[field] ?? null)
    if (!isLeft) {
      const values = { recorded: after[field], current: now[field], revertTo }
      plan.conflicts.push({ ...about, field, reason: 'changed', ...values, isForcible: true })
    }
    if (isLeft || winner === 'revert') written[field] = revertTo
  }
  if (Object.keys(written).length > 0) {
    plan.rows.push({ model: effect.model, effect, now, target: { ...now, ...written } })
  }
}

/** What a link should be now is what the entries made of it. */
function planLink(plan: Plan, link: LinkEffect, isLinked: boolean): void {
  if (isLinked === link.isMade) {
    plan.links.push(link)
    return
  }
  const values = { recorded: link.isMade, current: isLinked, revertTo: !link.isMade }
  plan.conflicts.push({ ...aboutLink(link), reason: 'changed', ...values, isForcible: true })
}

/** What a conflict of a link says in any case. */
export function aboutLink(
  link: LinkEffect,
): Pick<FoundConflict, 'effect' | 'entity' | 'entityId' | 'field'> {
  const side = link.table.sides?.[link.side]
  return {
    effect: link,
    entity: side?.model ?? '',
    entityId: String(link.ends[link.side]),
    field: side?.field ?? null,
  }
}

function aboutOf(effect: RowEffect, snapshot: Snapshot) {
  const { model, key } = effect.model
  return { effect, entity: model.name, entityId: snapshotId(key, snapshot) }
}

function whole(
  reason: RevertConflict['reason'],
  recorded: Snapshot | null,
  current: Snapshot | null,
  revertTo: Snapshot | undefined,
) {
  return { field: null, reason, recorded, current, revertTo }
}

function tellUnrestorable(
  plan: Plan,
  { entity, entityId }: { readonly entity: string; readonly entityId: string },
  fields: ReadonlyMap<string, UnrestorableReason>,
): void {
  for (const [field, reason] of fields) plan.unrestorable.push({ entity, entityId, field, reason })
}

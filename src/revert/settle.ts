import { MASKED } from '../mask.ts'
import type { Settings } from '../options.ts'
import { type AuditScope, maskedFields } from '../query/scope.ts'
import type { Source } from '../query/source.ts'
import { snapshotId } from '../schema/key.ts'
import type { Reference } from '../schema/tables.ts'
import type { Snapshot } from '../serialize.ts'
import { type Current, tupleOf } from './current.ts'
import type { LinkEffect } from './effects.ts'
import { isMaskedReference } from './masked-links.ts'
import {
  actionOf,
  gains,
  isHolding,
  loses,
  meets,
  type Neighbours,
  uniqueKeys,
} from './neighbours.ts'
import { aboutLink, type FoundConflict, type Plan, type RowOp, type Winner } from './plan.ts'
import { outgoingReferences } from './references.ts'
import { picked } from './values.ts'

/**
 * Adds the conflicts with other rows to a plan. Where later changes win, what they concern is left out, which
 * can be in the way of others again.
 */
export function settle(
  { settings, scope }: Pick<Source, 'settings' | 'scope'>,
  plan: Plan,
  neighbours: Neighbours,
  current: Current,
  winner: Winner,
): void {
  const checks = [
    () => takenKeys(plan, neighbours),
    () => missingReferences(settings, plan, neighbours),
    () => referringRows(settings, plan, neighbours, scope),
    () => missingEnds(settings, plan, current),
  ]
  for (;;) {
    let isSettled = true
    for (const check of checks) {
      const found = check()
      for (const { conflicts, leave } of found) {
        plan.conflicts.push(...conflicts)
        if (winner === 'later') leave()
      }
      isSettled &&= found.length === 0
    }
    if (isSettled || winner === 'revert') return
  }
}

interface Obstacle {
  readonly conflicts: readonly FoundConflict[]
  /** Takes what is concerned out of the plan. */
  readonly leave: () => void
}

function aboutOp({ model, effect, now, target }: RowOp) {
  const { model: of, key } = model
  return { effect, entity: of.name, entityId: snapshotId(key, (now ?? target) as Snapshot) }
}

function takenKeys(plan: Plan, { holders }: Neighbours): Obstacle[] {
  const byId = new Map(
    plan.rows.flatMap((op) => (op.now ? [[rowName(op, op.now), op]] : [])) as [string, RowOp][],
  )
  return plan.rows.flatMap((op) => {
    const { model, now, target } = op
    const taken = uniqueKeys(model).filter((key) => {
      const tuple = gains(op, key)
      const holder = tuple === null ? undefined : holders.get(key)?.get(tuple)
      if (holder === undefined || (now && holder === snapshotId(model.key, now))) return false
      const other = byId.get(JSON.stringify([model.model.name, holder]))
      return !other || loses(other, key) === null
    })
    const fields = [...new Set(taken.flatMap((key) => key.fields))]
    if (!target || fields.length === 0) return []
    const conflicts = fields.map((field) => ({
      ...aboutOp(op),
      ...{ field, reason: 'taken' as const, isForcible: false },
      ...{ recorded: op.effect.after?.[field], current: now?.[field], revertTo: target[field] },
    }))
    return [{ conflicts, leave: () => leaveFields(plan, op, fields) }]
  })
}

/** A row is to refer to one that is gone. */
function missingReferences(settings: Settings, plan: Plan, { referred }: Neighbours): Obstacle[] {
  const outgoing = outgoingReferences(settings)
  const coming = new Map<Reference, Set<string>>()
  const leaving = new Map<Reference, Set<string>>()
  const note = (index: Map<Reference, Set<string>>, reference: Reference, tuple: string | null) => {
    if (tuple !== null) index.set(reference, (index.get(reference) ?? new Set()).add(tuple))
  }
  for (const op of plan.rows) {
    for (const reference of settings.tables.get(op.model.model.name)?.references ?? []) {
      const fields = { fields: reference.references }
      note(coming, reference, gains(op, fields))
      note(leaving, reference, loses(op, fields))
    }
  }
  return plan.rows.flatMap((op) => {
    const { now, target } = op
    const missing = (outgoing.get(op.model.model.name) ?? []).filter((reference) => {
      const known = referred.get(reference)
      const tuple = gains(op, reference)
      if (!known || tuple === null || coming.get(reference)?.has(tuple)) return false
      return !known.has(tuple) || leaving.get(reference)?.has(tuple) === true
    })
    const fields = [...new Set(missing.flatMap((reference) => reference.fields))]
    if (!target || fields.length === 0) return []
    const conflicts = fields.map((field) => ({
      ...aboutOp(op),
      ...{ field, reason: 'gone' as const, isForcible: false },
      ...{ recorded: op.effect.after?.[field], current: now?.[field], revertTo: target[field] },
    }))
    return [{ conflicts, leave: () => leaveFields(plan, op, fields) }]
  })
}

function rowName({ model }: RowOp, snapshot: Snapshot): string {
  return JSON.stringify([model.model.name, snapshotId(model.key, snapshot)])
}

function leaveFields(plan: Plan, op: RowOp, fields: readonly string[]): void {
  const index = plan.rows.indexOf(op)
  const { now, target } = op
  const left = now && target && { ...op, target: { ...target, ...picked(now, fields) } }
  const isChanged = left && Object.keys(left.target).some((name) => left.target[name] !== now[name])
  if (isChanged) plan.rows.splice(index, 1, left)
  else plan.rows.splice(index, 1)
}

/** Rows that nobody asked to delete or to change, and that go with a row that is deleted, or hold its key. */
function referringRows(
  settings: Settings,
  plan: Plan,
  { referring }: Neighbours,
  scope: AuditScope | null,
): Obstacle[] {
  const leaving = leavingReferences(settings, plan)
  return plan.rows.flatMap((op) => {
    const { model, now, target } = op
    const { references = [] } = settings.tables.get(model.model.name) ?? {}
    const found = references.flatMap((reference) => {
      if (!now || !meets(settings, op, reference)) return []
      const key = tupleOf(now, reference.references) ?? ''
      const counts = [...(referring.get(reference)?.get(key) ?? [])].map(
        ([tuple, count]) => count - (leaving.get(reference)?.get(tuple) ?? 0),
      )
      const others = counts.reduce((sum, count) => sum + Math.max(count, 0), 0)
      return others > 0 ? [{ reference, others }] : []
    })
    if (found.length === 0) return []
    const conflicts = found.map(({ reference, others }) => {
      const field = relationName(op, reference)
      const isShown = !maskedFields(scope, model.model.name).has(field)
      const current = isShown && !isMaskedReference(scope, reference) ? others : MASKED
      // Within a scope, nobody is to change rows that may lie outside of it.
      const isForcible = !scope && !isHolding(actionOf(op, reference))
      const values = { recorded: 0, current, revertTo: undefined, isForcible }
      return { ...aboutOp(op), field, reason: 'referenced' as const, ...values }
    })
    const keys = found.flatMap(({ reference }) => reference.references)
    const leave = () =>
      target ? leaveFields(plan, op, keys) : void plan.rows.splice(plan.rows.indexOf(op), 1)
    return [{ conflicts, leave }]
  })
}

/** How many of the referring rows the plan itself deletes, or makes refer to something else. */
function leavingReferences(
  settings: Settings,
  plan: Plan,
): ReadonlyMap<Reference, ReadonlyMap<string, number>> {
  const result = new Map<Reference, Map<string, number>>()
  const add = (reference: Reference, tuple: string | null) => {
    if (tuple === null) return
    const counts = result.get(reference) ?? new Map<string, number>()
    counts.set(tuple, (counts.get(tuple) ?? 0) + 1)
    result.set(reference, counts)
  }
  const outgoing = outgoingReferences(settings)
  for (const op of plan.rows) {
    for (const reference of outgoing.get(op.model.model.name) ?? [])
      add(reference, loses(op, reference))
  }
  for (const { table, ends, isMade } of plan.links) {
    if (!isMade) continue
    for (const reference of outgoing.get(table.name) ?? []) {
      add(reference, tupleOf({ A: ends[0], B: ends[1] }, reference.fields))
    }
  }
  return result
}

/** The relation as the model of the row calls it. */
function relationName({ model: { model } }: RowOp, { from, fields }: Reference): string {
  const side = from.sides?.[fields[0] === 'A' ? 0 : 1]
  if (side) return side.field
  const held = [...from.model.fields.values()].find(
    ({ relation }) => relation && relation.fields.join() === fields.join(),
  )
  const back = [...model.fields.values()].find(
    ({ relation, type }) =>
      relation?.name === held?.relation?.name &&
      type === from.name &&
      relation?.fields.length === 0,
  )
  return back?.name ?? from.name
}

/** A link needs both of its ends. */
function missingEnds(settings: Settings, plan: Plan, current: Current): Obstacle[] {
  const made = plan.links.filter(({ isMade }) => !isMade)
  if (made.length === 0) return []
  const leaving = new Set<string>()
  const coming = new Set<string>()
  for (const op of plan.rows) {
    if (loses(op, op.model.key) !== null && op.now) leaving.add(rowName(op, op.now))
    if (gains(op, op.model.key) !== null && op.target) coming.add(rowName(op, op.target))
  }
  const isThere = ({ table, ends }: LinkEffect) =>
    table.sides?.every(({ model, id }, side) => {
      const audited = settings.models.get(model)
      if (!audited) return true
      const entityId = snapshotId(audited.key, { [id]: ends[side as 0 | 1] })
      const name = JSON.stringify([model, entityId])
      return coming.has(name) || (current.row(model, entityId) !== null && !leaving.has(name))
    })
  return made
    .filter((link) => !isThere(link))
    .map((link) => ({
      conflicts: [
        {
          ...aboutLink(link),
          ...{ reason: 'gone' as const, isForcible: false },
          ...{ recorded: false, current: false, revertTo: true },
        },
      ],
      leave: () => void plan.links.splice(plan.links.indexOf(link), 1),
    }))
}

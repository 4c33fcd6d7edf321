import { type AuditScope, maskedFields } from '../query/scope.ts'
import { snapshotId } from '../schema/key.ts'
import type { Reference, Table } from '../schema/tables.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'
import type { LinkEffect, RowEffect } from './effects.ts'
import { aboutLink, type Plan, type RowOp, type Unrestorable } from './plan.ts'

/** Whether a scope hides the links of a join table: by the relation field of either side. */
export function isMaskedLink(scope: AuditScope | null, { sides }: Pick<Table, 'sides'>): boolean {
  return sides?.some(({ model, field }) => maskedFields(scope, model).has(field)) ?? false
}

/** Whether a scope hides which rows hold a foreign key. */
export function isMaskedReference(
  scope: AuditScope | null,
  { from, fields }: Pick<Reference, 'from' | 'fields'>,
): boolean {
  const masked = maskedFields(scope, from.name)
  return isMaskedLink(scope, from) || fields.some((name) => masked.has(name))
}

/** A plan without the links that the scope hides, but for those that come and go with their rows. */
export function withoutMaskedLinks(scope: AuditScope | null, plan: Plan): Plan {
  if (!scope?.masked) return plan
  const rows = new Set(plan.rows.filter(({ now, target }) => !now || !target).map(rowName))
  const isLeft = (effect: RowEffect | LinkEffect): effect is LinkEffect =>
    'table' in effect &&
    isMaskedLink(scope, effect.table) &&
    !effect.table.sides?.some(({ model }, i) => rows.has(nameOf(model, effect.ends[i as 0 | 1])))
  const left = [...plan.links, ...plan.conflicts.map(({ effect }) => effect)].filter(isLeft)
  const fields = new Map(
    left.map((link): [string, Unrestorable] => {
      const { entity, entityId, field } = aboutLink(link)
      const about = { entity, entityId, field: field ?? '' }
      return [JSON.stringify(about), { ...about, reason: 'masked' }]
    }),
  )
  return {
    rows: plan.rows,
    links: plan.links.filter((link) => !isLeft(link)),
    conflicts: plan.conflicts.filter(({ effect }) => !isLeft(effect)),
    unrestorable: [...plan.unrestorable, ...fields.values()],
  }
}

function rowName({ model: { model, key }, now, target }: RowOp): string {
  return nameOf(model.name, snapshotId(key, (now ?? target) as Snapshot))
}

function nameOf(model: string, id: JsonValue): string {
  return JSON.stringify([model, String(id)])
}

import { MASK } from '../mask.ts'
import type { AuditedModel } from '../options.ts'
import type { Source } from '../query/source.ts'
import { snapshotId } from '../schema/key.ts'
import type { Snapshot } from '../serialize.ts'
import { readLater } from './later.ts'
import type { FoundConflict, Plan, Winner } from './plan.ts'

/**
 * Adds the conflicts of rows that are to be deleted and whose confidential fields were changed since: no value
 * shows that, so the trail is asked, beyond what a scope lets see.
 */
export async function addHiddenChanges(source: Source, plan: Plan, winner: Winner): Promise<void> {
  const ops = plan.rows.filter(({ model, target }) => !target && hasHidden(model))
  if (ops.length === 0) return
  const about = ops.map(({ model, now, effect }) => ({
    effect,
    entity: model.model.name,
    entityId: snapshotId(model.key, now as Snapshot),
  }))
  const first = ops.flatMap(({ effect }) => effect.entries.map(({ seq }) => seq))
  const after = first.reduce((least, seq) => (seq < least ? seq : least))
  const later = await readLater({ ...source, scope: null }, about, after)
  for (const [i, op] of ops.entries()) {
    const changed = later.changedFields(op.effect, op.now as Snapshot)
    const told = new Set(
      plan.conflicts.filter(({ effect }) => effect === op.effect).map(({ field }) => field),
    )
    const fields = [...changed].filter((name) => isHidden(op.model, name) && !told.has(name))
    const values = { recorded: MASK, current: MASK, revertTo: undefined, isForcible: true }
    for (const field of fields) {
      plan.conflicts.push({ ...about[i], field, reason: 'changed', ...values } as FoundConflict)
    }
    if (fields.length > 0 && winner === 'later') plan.rows.splice(plan.rows.indexOf(op), 1)
  }
}

function hasHidden(model: AuditedModel): boolean {
  return [...model.redactions.keys()].some((name) => isHidden(model, name))
}

/** A hash shows that a value is another one. */
function isHidden({ redactions }: AuditedModel, name: string): boolean {
  return ['mask', 'omit'].includes(redactions.get(name) ?? '')
}

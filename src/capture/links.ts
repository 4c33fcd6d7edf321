import type { LinkChange } from '../entry.ts'
import type { Side } from '../schema/tables.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'
import type { Call } from './call.ts'
import type { RowChange } from './ledger.ts'
import type { Row } from './rows.ts'

/**
 * What happened to join tables, as the histories of the entities tell it: one change for each
 * entity, relation field and direction, with all that it was linked with or unlinked from.
 */
export function linkChanges(call: Call, changes: readonly RowChange[]): LinkChange[] {
  const result = new Map<string, LinkChange & { related: Snapshot[] }>()
  for (const { table, before, after } of changes) {
    if (!table.sides || before?.id === after?.id) continue
    for (const [action, row] of [['unlink', before] as const, ['link', after] as const]) {
      if (!row) continue
      for (const index of [0, 1] as const) {
        const side = table.sides[index]
        const other = table.sides[1 - index] as Side
        const model = call.settings.models.get(side.model)
        if (!model) continue
        const key = [endOf(row, index)]
        const name = JSON.stringify([table.name, index, action, key])
        const known = result.get(name) ?? { model, action, key, field: side.field, related: [] }
        known.related.push({ [other.id]: endOf(row, 1 - index) })
        result.set(name, known)
      }
    }
  }
  return [...result.values()]
}

function endOf({ snapshot }: Row, index: number): JsonValue {
  return snapshot[index === 0 ? 'A' : 'B'] ?? null
}

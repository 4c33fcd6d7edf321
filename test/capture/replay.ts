import { isDeepStrictEqual } from 'node:util'
import type { AuditEntry } from '../../src/index.ts'
import { plainValue } from './plain-value.ts'

type Row = Record<string, unknown>

/** The rows of each entity type by id, as the trail alone tells them. */
export type Tables = Map<string, Map<string, Row>>

/**
 * Rebuilds the tables from the trail, oldest entry first, and checks on the way that each `before`
 * is the `after` that came before it.
 */
export function rebuildTables(
  entries: readonly AuditEntry[],
  keyOf: (entity: string, row: Row) => string,
): Tables {
  const tables: Tables = new Map()
  for (const entry of entries) {
    const rows = tables.get(entry.entity) ?? new Map<string, Row>()
    tables.set(entry.entity, rows)
    const before = entry.before && (plainValue(entry.before) as Row)
    const after = entry.after && (plainValue(entry.after) as Row)
    const oldKey = before && keyOf(entry.entity, before)
    const newKey = after && keyOf(entry.entity, after)
    // A moved row is told under both ids; the second entry finds the work done.
    if (before && oldKey !== newKey && newKey && entry.entityId === newKey) continue
    const known = oldKey ? rows.get(oldKey) : undefined
    if (!isDeepStrictEqual(known ?? null, before)) {
      throw new Error(
        `Entry ${entry.seq} (${entry.action} ${entry.entity} ${entry.entityId}) says before = ` +
          `${JSON.stringify(before)}, but the trail so far says ${JSON.stringify(known ?? null)}`,
      )
    }
    if (!before && newKey && rows.has(newKey))
      throw new Error(`Entry ${entry.seq} creates ${newKey} twice`)
    if (oldKey) rows.delete(oldKey)
    if (after && newKey) rows.set(newKey, after)
  }
  return tables
}

import { isDeepStrictEqual } from 'node:util'
import type { AuditEntry } from '../../src/index.ts'
import { plainValue } from './plain-value.ts'

type Row = Record<string, unknown>

/** The rows of each entity type by id, as the trail alone tells them. */
export type Tables = Map<string, Map<string, Row>>

/**
 * Rebuilds the tables from the trail, oldest entry first, and checks on the way that each `before`
 * is the `after` that came before it. Links are no rows: see `rebuildLinks`.
 */
export function rebuildTables(
  entries: readonly AuditEntry[],
  keyOf: (entity: string, row: Row) => string,
): Tables {
  const tables: Tables = new Map()
  for (const [index, entry] of entries.entries()) {
    if (isLink(entry)) continue
    const rows = tables.get(entry.entity) ?? new Map<string, Row>()
    tables.set(entry.entity, rows)
    const before = entry.before && (plainValue(entry.before) as Row)
    const after = entry.after && (plainValue(entry.after) as Row)
    const oldKey = before && keyOf(entry.entity, before)
    const newKey = after && keyOf(entry.entity, after)
    // A moved row is told under both ids; the second entry finds the work done.
    if (before && newKey && oldKey !== newKey && entry.entityId === newKey) {
      // Entries of other callers can come in between.
      const { traceId } = entry
      const first = entries.slice(0, index).findLast((other) => other.traceId === traceId)
      const isPair = first?.entityId === oldKey && isDeepStrictEqual(first?.after, entry.after)
      if (!isPair) throw new Error(`Entry ${entry.seq} moves ${oldKey}, whose history is silent`)
      continue
    }
    if (entry.entityId !== (oldKey ?? newKey)) {
      throw new Error(`Entry ${entry.seq} is of ${entry.entityId}, but tells ${oldKey ?? newKey}`)
    }
    const known = oldKey ? rows.get(oldKey) : undefined
    if (!isDeepStrictEqual(known ?? null, before)) {
      throw new Error(
        `Entry ${entry.seq} (${entry.action} ${entry.entity} ${entry.entityId}) says before = ` +
          `${JSON.stringify(before)}, but the trail so far says ${JSON.stringify(known ?? null)}`,
      )
    }
    if (oldKey) rows.delete(oldKey)
    if (newKey && rows.has(newKey))
      throw new Error(`Entry ${entry.seq} creates ${newKey} of ${entry.entity} twice`)
    if (after && newKey) rows.set(newKey, after)
  }
  return tables
}

/** Pairs of entity ids by the relation field that tells them: `Book.genres` => `["1","maths"]`. */
export type Links = Map<string, Set<string>>

/**
 * Rebuilds the links of many-to-many relations, as the histories of either side tell them, and
 * checks that none is made or undone twice.
 */
export function rebuildLinks(entries: readonly AuditEntry[]): Links {
  const links: Links = new Map()
  for (const entry of entries) {
    if (!isLink(entry)) continue
    const isMade = entry.action === 'link'
    const [told, silent] = isMade ? [entry.after, entry.before] : [entry.before, entry.after]
    const fields = Object.entries(told ?? {})
    const [field, related] = fields[0] ?? []
    if (silent !== null || fields.length !== 1 || !Array.isArray(related) || !related.length) {
      throw new Error(`Entry ${entry.seq} (${entry.action}) tells no link`)
    }
    const name = `${entry.entity}.${field}`
    const known = links.get(name) ?? new Set<string>()
    links.set(name, known)
    for (const other of related as Row[]) {
      const ids = Object.values(other)
      const link = JSON.stringify([entry.entityId, String(ids[0])])
      if (ids.length !== 1 || known.has(link) === isMade) {
        throw new Error(`Entry ${entry.seq} tells ${entry.action} of ${name} ${link} out of turn`)
      }
      if (isMade) known.add(link)
      else known.delete(link)
    }
  }
  return links
}

/**
 * Checks that the entries of one call are told together: they share a trace, which is the id of the
 * first of them.
 */
export function checkTraces(
  entries: readonly AuditEntry[],
  { isConcurrent = false }: { isConcurrent?: boolean } = {},
): void {
  const seen = new Set<string>()
  let previous: string | undefined
  for (const { seq, id, traceId } of entries) {
    if (!seen.has(traceId) && id !== traceId) throw new Error(`Entry ${seq} begins no trace`)
    if (seen.has(traceId) && traceId !== previous && !isConcurrent)
      throw new Error(`Entry ${seq} is apart from the others of its trace`)
    seen.add(traceId)
    previous = traceId
  }
}

/** By name and key, and without empty ones, to be compared. */
export function sortedTables(tables: Tables): Tables {
  const byKey = (a: [string, unknown], b: [string, unknown]) => (a[0] < b[0] ? -1 : 1)
  const filled = [...tables].filter(([, rows]) => rows.size > 0)
  return new Map(
    filled.sort(byKey).map(([entity, rows]) => [entity, new Map([...rows].sort(byKey))]),
  )
}

function isLink({ action }: AuditEntry): boolean {
  return action === 'link' || action === 'unlink'
}

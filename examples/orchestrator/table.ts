/**
 * Entries of the trail as a table of plain text.
 */
// An application writes: import type { AuditEntry } from 'prisma-extension-audit'
import type { AuditEntry } from '../../src/index.ts'

/** Characters of the last column. */
const widest = 52

/** One line an entry, the oldest first. */
export function tableOf(entries: readonly AuditEntry[]): string {
  const rows = [
    ['TIME', 'ACTOR', 'ACTION', 'ENTITY', 'CHANGES'],
    ...entries
      .toReversed()
      .map((entry) => [
        entry.createdAt.toTimeString().slice(0, 8),
        actorOf(entry),
        entry.outcome === 'success' ? entry.action : `${entry.action} (${entry.outcome})`,
        `${entry.entity} ${entry.entityId}`,
        shorten(changesOf(entry)),
      ]),
  ]
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: string[]) => row.map((cell, i) => cell.padEnd(widths?.[i] ?? 0)).join('  ')
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n')
}

function actorOf({ actorName, actorId, actorType, onBehalfOf }: AuditEntry): string {
  const actor = actorName ?? actorId ?? actorType
  return onBehalfOf === null ? actor : `${actor} (for user ${onBehalfOf})`
}

/** On update each changed value, `config.replicas: 2 → 3`; else the whole row. */
function changesOf({ action, before, after, diff }: AuditEntry): string {
  if (action !== 'update') return describe(after ?? before)
  const paths = [diff.updated, diff.added, diff.deleted].flatMap((part) => leavesOf(part))
  return paths
    .map((path) => `${path.join('.')}: ${at(before, path)} → ${at(after, path)}`)
    .join(', ')
}

function describe(row: Readonly<Record<string, unknown>> | null): string {
  const shown = Object.entries(row ?? {}).filter(
    ([name, value]) => !['id', 'createdAt'].includes(name) && show(value) !== '-',
  )
  return shown.map(([name, value]) => `${name}: ${show(value)}`).join(', ')
}

function leavesOf(part: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof part !== 'object' || part === null || part instanceof Date) return [path]
  return Object.entries(part).flatMap(([name, inner]) => leavesOf(inner, [...path, name]))
}

function at(row: unknown, path: readonly string[]): string {
  return show(path.reduce((value: unknown, name) => Object(value)[name], row))
}

function show(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-'
  if (value instanceof Date) return value.toTimeString().slice(0, 8)
  return typeof value === 'object' ? JSON.stringify(value) : String(value).replaceAll('\n', '; ')
}

function shorten(text: string): string {
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text
}

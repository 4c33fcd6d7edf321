import { inspect } from 'node:util'
import type { Comparison } from './expected-entry.ts'
import type { RecordedEntry } from './source.ts'

/** So many entries are listed, so many characters of a value are shown. */
const mostEntries = 20
const longestValue = 200

/** A table of the entries, oldest first, the newest of them if there are many. */
export function listing(entries: readonly RecordedEntry[]): string {
  if (entries.length === 0) return 'Nothing was recorded.'
  const first = Math.max(0, entries.length - mostEntries)
  const rows = entries.slice(first).map((entry, i) => [`#${first + i + 1}`, ...cellsOf(entry)])
  const table = [['', 'action', 'entity', 'id', 'actor', 'outcome', 'changed'], ...rows]
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const lines = table.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
    return `  ${cells.join('  ')}`.trimEnd()
  })
  const omitted = first > 0 ? ` (${first} older ones are not listed)` : ''
  return [`Recorded, oldest first${omitted}:`, ...lines].join('\n')
}

function cellsOf(entry: RecordedEntry): string[] {
  const { action, entity, entityId, actorType, actorId, outcome, changed } = entry
  const actor = actorId === null ? actorType : `${actorType} ${actorId}`
  return [action, entity, entityId ?? '', actor, outcome, (changed ?? []).join(', ')]
}

/** What differs, a line each. */
export function differencesOf({ differences }: Comparison): string {
  return differences
    .map(
      ({ path, expected, actual }) =>
        `  ${path}: expected ${shown(expected)}, got ${shown(actual)}`,
    )
    .join('\n')
}

export function shown(value: unknown): string {
  const text = inspect(value, { depth: 5, compact: true, breakLength: Number.POSITIVE_INFINITY })
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}

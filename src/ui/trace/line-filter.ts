import type { LineJson } from '../../http/answers.ts'

/** From which level on lines are shown, and what they contain. */
export interface LineFilter {
  readonly level: 'all' | 'info' | 'warn' | 'error'
  readonly text: string
}

export const everyLine: LineFilter = { level: 'all', text: '' }

/** By the first letters of the names that loggers give them; a name that is not here is as serious as `info`. */
const ranks: readonly (readonly [RegExp, number])[] = [
  [/^(trace|silly|verbose|debug)/i, 0],
  [/^warn/i, 2],
  [/^(err|fatal|crit|alert|emerg|panic)/i, 3],
]
const thresholds = { all: 0, info: 1, warn: 2, error: 3 }

/** How serious a level is: 0 for what only developers look at, 3 for errors. */
export function rankOf(level: string): number {
  return ranks.find(([name]) => name.test(level))?.[1] ?? 1
}

export function filteredLines(
  lines: readonly LineJson[],
  { level, text }: LineFilter,
): readonly LineJson[] {
  if (level === 'all' && !text) return lines
  const wanted = text.toLowerCase()
  return lines.filter(
    (line) =>
      rankOf(line.level) >= thresholds[level] &&
      `${line.logger ?? ''} ${line.message}`.toLowerCase().includes(wanted),
  )
}

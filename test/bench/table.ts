import type { Cell, Failed, Measured } from './cell.ts'

/** The results of one database with one number of callers, as a table for people. */
export function renderTable(cells: readonly Cell[]): string {
  const names = [...new Set(cells.flatMap(({ results }) => results.map(({ variant }) => variant)))]
  const others = names.filter((name) => name !== 'plain')
  const rows = cells.map(({ operation, results }) => {
    const resultOf = (name: string) => results.find(({ variant }) => variant === name)
    return [operation, plainText(resultOf('plain')), ...others.map((name) => text(resultOf(name)))]
  })
  return columns([['', 'plain', ...others], ...rows])
}

export function renderFailures(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ database, callers, operation, results }) =>
    results
      .filter((result) => 'failure' in result)
      .map(({ variant, failure }) => {
        const [line] = failure.trim().split('\n').reverse()
        return `${variant} failed at ${operation} (${database}, ${callers} callers): ${line}`
      }),
  )
}

function plainText(result: Measured | Failed | undefined): string {
  if (!result || 'failure' in result) return 'failed'
  return `${result.time.median.toFixed(2)} ms   ${sent(result)}`
}

function text(result: Measured | Failed | undefined): string {
  if (!result) return '-'
  if ('failure' in result) return 'failed'
  const { median, lower, upper } = result.ratio
  const quartiles = `(${lower.toFixed(2)}-${upper.toFixed(2)})`
  const isComplete = Math.abs(result.auditRows - 1) < 1e-9
  return `${median.toFixed(2)} ${quartiles}   ${sent(result)}${isComplete ? '' : ' !'}`
}

function sent({ statements, rowsRead }: Measured): string {
  return `${short(statements)} st ${short(rowsRead)} rows`
}

function short(value: number): number {
  return Number(value.toFixed(1))
}

export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')
}

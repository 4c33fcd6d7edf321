import type { Summary } from '../measure.ts'
import { columns } from '../table.ts'
import { type ExportResult, heapLimit } from './export-memory.ts'
import type { TrailResult } from './measure-trail.ts'

/** The results of one database, as a table for people. */
export function renderTrail(results: readonly TrailResult[]): string {
  const rows = results.map(({ question, sql, audit, ratio, deep, growth }) => [
    question,
    milliseconds(sql),
    milliseconds(audit),
    times(ratio),
    deep ? `${times(deep.ratio)} p. ${deep.page}` : '-',
    times(growth),
  ])
  return columns([
    ['', 'SQL', '$audit', 'to SQL', 'deep to first page', 'to the small trail'],
    ...rows,
  ])
}

export function renderExport({ entries, bytes, seconds, memory }: ExportResult): string {
  const rate = Math.round(entries / seconds).toLocaleString('en')
  return (
    `Export of ${entries.toLocaleString('en')} entries (${megabytes(bytes)} of NDJSON): ${seconds.toFixed(1)} s, ` +
    `${rate} a second. Memory of the process, its heap limited to ${heapLimit} MB: ${megabytes(memory.atStart)} before, ` +
    `at most ${megabytes(memory.atTenth)} in the first tenth, ${megabytes(memory.peak)} in all.`
  )
}

function milliseconds({ median }: Summary): string {
  return `${median.toFixed(2)} ms`
}

function times({ median, lower, upper }: Summary): string {
  return `${median.toFixed(2)} (${lower.toFixed(2)}-${upper.toFixed(2)})`
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576).toLocaleString('en')} MB`
}

import { type Options, stringify } from 'csv-stringify/sync'
import type { EntryJson } from './entry-json.ts'

const columns = [
  'seq',
  'createdAt',
  'id',
  'traceId',
  'parentId',
  'action',
  'outcome',
  'reason',
  'entity',
  'entityId',
  'actorId',
  'actorType',
  'actorName',
  'onBehalfOf',
  'tenantId',
  'source',
  'changed',
  'before',
  'after',
  'tags',
  'request',
] as const satisfies readonly (keyof EntryJson)[]

/**
 * Beyond what `escape_formulas` knows (`=`, `+`, `-`, `@`, tab, carriage return, and their full-width forms, at
 * the very beginning): behind blanks, which spreadsheets may take away, and behind a line feed.
 */
const hiddenFormula = /^(?:\n|[\s\p{Cc}]+[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u

const options: Options = {
  record_delimiter: 'windows',
  // Without it, a lone line feed or carriage return in a value would not be quoted.
  quote_record_delimiter: true,
  // An empty text is "", and a value that is not there is nothing.
  quoted_match: /^$/,
  escape_formulas: true,
  cast: { string: (value) => (hiddenFormula.test(value) ? `'${value}` : value) },
}

/** The first line: the names of the columns. */
export const csvHeader = stringify([[...columns]], options)

/**
 * Entries as CSV (RFC 4180), a record each. Lists are joined by commas, states, tags and the request are
 * JSON. A text that a spreadsheet would take for a formula has an apostrophe put before it, so NDJSON is the
 * form to be read back by programs.
 */
export function csvRecords(entries: readonly EntryJson[]): string {
  return stringify(entries.map(record), options)
}

function record(entry: EntryJson): (string | null)[] {
  return columns.map((name) => {
    const value = entry[name]
    if (name === 'changed') return entry.changed.join(',')
    return value === null || typeof value === 'string' ? value : JSON.stringify(value)
  })
}

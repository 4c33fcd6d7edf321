import { AuditError } from '../errors.ts'
import { csvHeader, csvRecords } from './csv.ts'
import type { AuditEntry } from './entries.ts'
import { entryJson } from './entry-json.ts'
import type { Filter } from './filter.ts'
import type { ExportOptions } from './queries.ts'
import { selectRows } from './rows.ts'
import { findMatching } from './search.ts'
import type { Source } from './source.ts'
import { column, sql } from './sql.ts'

/** Entries that are read, and are in memory, at a time. */
const pageSize = 1_000

/**
 * All entries that match, as text in pieces, each of up to 1,000 entries: NDJSON, a line an entry as `entryJson`
 * has it, or CSV as {@link csvRecords} writes it. The next piece is read when it is asked for, so memory
 * does not grow with the trail, and who reads slowly is waited for.
 *
 * It ends with the newest entry that is there when it begins: what is added meanwhile is not part of it,
 * whatever the order. UTF-8 is meant, without a byte order mark: RFC 7111 and JSON know none, and to most
 * programs it would be part of the first column's name.
 *
 * Ended by its signal, it is cut off after a whole entry: who gives the signal knows.
 *
 * @throws {AuditError} `QUERY_FORBIDDEN` where the scope does not allow it; `QUERY_INVALID` for a wrong
 * `format` or `order`
 */
export function exportEntries(
  source: Source,
  filter: Filter,
  options: ExportOptions,
): AsyncIterable<string> {
  if (source.scope && source.scope.mayExport !== true) {
    throw new AuditError(
      'QUERY_FORBIDDEN',
      'The scope does not allow to export entries: that takes `mayExport: true`.',
    )
  }
  if (!Object.hasOwn(formats, options.format)) {
    const known = Object.keys(formats).join(' or ')
    throw new AuditError(
      'QUERY_INVALID',
      `\`format\` is \`${String(options.format)}\`, but it has to be ${known}.`,
    )
  }
  return pieces(source, filter, options)
}

async function* pieces(
  source: Source,
  filter: Filter,
  { format, order, signal }: ExportOptions,
): AsyncGenerator<string, void> {
  const { header, text } = formats[format]
  if (signal?.aborted) return
  if (header !== '') yield header
  const end = await newest(source)
  let cursor: string | null = null
  do {
    if (signal?.aborted) return
    const page = await findMatching(source, filter, { take: pageSize, cursor, order })
    const entries = page.entries.filter(({ seq }) => seq <= end)
    if (entries.length > 0) yield text(entries)
    cursor = page.nextCursor
  } while (cursor !== null)
}

interface Format {
  readonly header: string
  readonly text: (entries: readonly AuditEntry[]) => string
}

const formats: Readonly<Record<ExportOptions['format'], Format>> = {
  csv: { header: csvHeader, text: (entries) => csvRecords(entries.map(entryJson)) },
  ndjson: {
    header: '',
    text: (entries) => entries.map((entry) => `${JSON.stringify(entryJson(entry))}\n`).join(''),
  },
}

/** The highest `seq`, of all entries. */
async function newest(source: Source): Promise<bigint> {
  const orderBy = sql`${column(source.settings, 'seq')} DESC`
  const [row] = await selectRows({ ...source, scope: null }, ['seq'], { orderBy, take: 1 })
  return BigInt((row?.seq ?? 0) as bigint | number | string)
}

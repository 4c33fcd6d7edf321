import { AuditError } from '../errors.ts'
import type { StoredEntry } from '../store.ts'
import { type AuditEntry, checkedPage, seqOf, shownEntry } from './entries.ts'
import type { Filter } from './filter.ts'
import { type Matching, matching } from './matching.ts'
import type { SearchOptions, SearchOrder, SearchPage } from './queries.ts'
import { readRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, raw, type Sql, sql } from './sql.ts'

/**
 * A page of the entries that match, cut by key: what is added or purged meanwhile shifts nothing.
 *
 * Rows are ordered by one column and, where that is the same, by the order of insertion; those without a
 * value come last. A page is read in up to three parts, each a range of one index: no database has to
 * compare rows by two columns, or to know where NULL stands.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `take`, `cursor` or `order`
 */
export async function findMatching(
  source: Source,
  filter: Filter,
  options: SearchOptions = {},
): Promise<SearchPage> {
  const { settings } = source
  const { take } = checkedPage(settings, { take: options.take })
  const order = orderOf(options.order)
  const found = await matching(source, filter, settings.now())
  const name = order.by === 'time' && found.isByTime ? 'createdAt' : columns[order.by]
  const cursor = cursorOf(source, name, options.cursor)
  const rows: StoredEntry[] = []
  for (const part of partsOf(source, found, { ...order, name, cursor })) {
    const query = { ...found, where: [...found.where, ...part.where], orderBy: part.orderBy }
    rows.push(...(await readRows(source, { ...query, take: take + 1 - rows.length })))
    if (rows.length > take) break
  }
  const page = rows.slice(0, take)
  const last = rows.length > take ? page.at(-1) : undefined
  return {
    entries: page.map((entry): AuditEntry => shownEntry(source, entry)),
    nextCursor: last ? cursorText(name, last) : null,
  }
}

/** The column that each order is by; time is the order of insertion. */
const columns = { time: null, entity: 'entity', action: 'action', actor: 'actorId' } as const

type OrderColumn = 'createdAt' | Exclude<(typeof columns)[keyof typeof columns], null>

interface Order {
  readonly name: OrderColumn | null
  readonly direction: 'asc' | 'desc'
  readonly cursor: Cursor | null
}

interface Cursor {
  readonly seq: bigint | number
  /** Of the column; `null` where the row has none. */
  readonly value: string | Date | null
}

function partsOf(
  { settings }: Source,
  { seq }: Matching,
  { name, direction, cursor }: Order,
): { readonly where: readonly Sql[]; readonly orderBy: Sql }[] {
  const way = raw(direction)
  const beyond = raw(direction === 'asc' ? '>' : '<')
  const bySeq = sql`${seq} ${way}`
  const further = cursor ? [sql`${seq} ${beyond} ${cursor.seq}`] : []
  if (name === null) return [{ where: further, orderBy: bySeq }]
  const value = column(settings, name)
  const byValue = sql`${value} ${way}, ${bySeq}`
  const isMissing = sql`${value} IS NULL`
  const missing = name === 'actorId' ? [{ where: [isMissing], orderBy: bySeq }] : []
  if (!cursor) {
    const isThere = name === 'actorId' ? [sql`${value} IS NOT NULL`] : []
    return [{ where: isThere, orderBy: byValue }, ...missing]
  }
  if (cursor.value === null) return [{ where: [isMissing, ...further], orderBy: bySeq }]
  return [
    { where: [sql`${value} = ${cursor.value}`, ...further], orderBy: bySeq },
    { where: [sql`${value} ${beyond} ${cursor.value}`], orderBy: byValue },
    ...missing,
  ]
}

function orderOf({ by = 'time', direction = 'desc' }: SearchOrder = {}) {
  if (!Object.hasOwn(columns, by)) {
    invalid(
      `\`order.by\` is \`${String(by)}\`, but it has to be one of ${Object.keys(columns).join(', ')}.`,
    )
  }
  if (direction !== 'asc' && direction !== 'desc') {
    invalid(
      `\`order.direction\` is \`${String(direction)}\`, but it has to be \`asc\` or \`desc\`.`,
    )
  }
  return { by, direction }
}

/** `seq`, and the value of the column where there is one: `42`, `42.b3JkZXI`, `42.~` for none. */
function cursorText(name: OrderColumn | null, entry: StoredEntry): string {
  if (name === null) return String(entry.seq)
  const value = entry[name]
  if (value === null) return `${entry.seq}.~`
  const text = value instanceof Date ? value.toISOString() : value
  return `${entry.seq}.${Buffer.from(text).toString('base64url')}`
}

function cursorOf(
  { settings }: Source,
  name: OrderColumn | null,
  text: string | null | undefined,
): Cursor | null {
  if (text === undefined || text === null) return null
  const [first = '', encoded, ...rest] = String(text).split('.')
  if (rest.length > 0 || (name === null) !== (encoded === undefined)) wrongCursor(text)
  const seq = seqOf(settings, first)
  if (encoded === undefined || encoded === '~') {
    if (encoded === '~' && name !== 'actorId') wrongCursor(text)
    return { seq, value: null }
  }
  const value = Buffer.from(encoded, 'base64url').toString()
  if (Buffer.from(value).toString('base64url') !== encoded || value.includes('\0'))
    wrongCursor(text)
  if (name !== 'createdAt') return { seq, value }
  const date = new Date(value)
  // Databases have the years 1 to 9999 only.
  const isStorable = /^(?!0000)\d{4}-/.test(value)
  if (Number.isNaN(date.getTime()) || date.toISOString() !== value || !isStorable) wrongCursor(text)
  return { seq, value: date }
}

function wrongCursor(text: unknown): never {
  invalid(
    `\`cursor\` is \`${String(text)}\`, but it has to be the \`nextCursor\` of a page of the same order and filter.`,
  )
}

function invalid(message: string): never {
  throw new AuditError('QUERY_INVALID', message)
}

import type { StoredEntry } from '../store.ts'
import {
  type AuditEntry,
  checkedPage,
  findPage,
  type Page,
  type PageOptions,
  pageOf,
} from './entries.ts'
import { readRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, join, sql } from './sql.ts'

export interface UnfinishedOptions extends PageOptions {
  /** Only runs that began before it: those after it may well be running. @default all */
  readonly before?: Date | undefined
}

/** So many started runs are looked at in one go. */
const chunk = 200

/**
 * The runs that have begun and not ended, newest first: those that are running, and those whose process
 * ended before they did.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `take` or `cursor`.
 */
export async function findUnfinished(
  source: Source,
  { before, ...options }: UnfinishedOptions = {},
): Promise<Page<AuditEntry>> {
  const { settings } = source
  const { take } = checkedPage(settings, options)
  const where = [sql`${column(settings, 'outcome')} = 'started'`]
  if (before) where.push(sql`${column(settings, 'createdAt')} < ${before}`)
  const unfinished: AuditEntry[] = []
  let { cursor } = options
  do {
    const page = await findPage(source, where, { take: chunk, cursor })
    const ended = await endedOf(source, page.entries)
    unfinished.push(...page.entries.filter(({ id }) => !ended.has(id)))
    cursor = page.nextCursor
  } while (cursor !== null && unfinished.length <= take)
  const { rows: entries, nextCursor } = pageOf(unfinished.slice(0, take + 1), take + 1)
  return { entries, nextCursor }
}

/** Which of these runs have a closing entry: it tells of the change of their outcome. */
async function endedOf(
  source: Source,
  started: readonly AuditEntry[],
): Promise<ReadonlySet<string | null>> {
  if (started.length === 0) return new Set()
  const { settings } = source
  const traces = [...new Set(started.map(({ traceId }) => traceId))]
  const closing = await readRows(source, {
    where: [
      sql`${column(settings, 'traceId')} IN (${join(traces)})`,
      sql`${column(settings, 'parentId')} IN (${join(started.map(({ id }) => id))})`,
      sql`${column(settings, 'source')} = 'api'`,
      sql`${column(settings, 'outcome')} <> 'started'`,
    ],
    orderBy: column(settings, 'seq'),
    take: 1_000_000,
  })
  return new Set(closing.filter(isClosing).map(({ parentId }) => parentId))
}

function isClosing({ before }: StoredEntry): boolean {
  return before?.outcome === 'started'
}

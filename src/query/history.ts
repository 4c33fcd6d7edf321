import type { StoredEntry } from '../store.ts'
import { type AuditEntry, checkedPage, type Page, pageOf, shownEntry } from './entries.ts'
import type { HistoryOptions, Subject } from './queries.ts'
import { relatedConditions } from './related.ts'
import { readRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, sql } from './sql.ts'
import { type EntitySubject, isOf, subjectOf } from './subject.ts'

/**
 * The history of one entity, newest first, and of the entities that are or ever were related to it by the
 * relation fields of `include`: all that happened to them in their whole life, not only while they were.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `entityId`, `include`, `take` or `cursor`;
 * `QUERY_FORBIDDEN` where the scope masks what a relation is known by
 */
export async function findHistory(
  source: Source,
  subject: Subject,
  options: HistoryOptions = {},
): Promise<Page<AuditEntry>> {
  return findHistoryOf(source, subjectOf(source, subject), options)
}

/** The same, of an entity that is known by the id that its entries have. */
export async function findHistoryOf(
  source: Source,
  subject: EntitySubject,
  { include = {}, ...page }: HistoryOptions,
): Promise<Page<AuditEntry>> {
  const { settings } = source
  const { take, cursor } = checkedPage(settings, page)
  const seq = column(settings, 'seq')
  const further = cursor === null ? [] : [sql`${seq} < ${cursor}`]
  const parts = [isOf(settings, subject)]
  for (const [name, isIncluded] of Object.entries(include)) {
    if (isIncluded) parts.push(...(await relatedConditions(source, subject, name)))
  }
  // A query each: of alternatives within one, a database would look at the whole trail.
  const found = new Map<bigint, StoredEntry>()
  for (const where of parts) {
    const query = { where: [...where, ...further], orderBy: sql`${seq} DESC`, take: take + 1 }
    for (const entry of await readRows(source, query)) found.set(entry.seq, entry)
  }
  const newest = [...found.values()].sort((a, b) => (a.seq < b.seq ? 1 : -1)).slice(0, take + 1)
  const { rows, nextCursor } = pageOf(newest, take + 1)
  return { entries: rows.map((entry) => shownEntry(source, entry)), nextCursor }
}

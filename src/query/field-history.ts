import { AuditError } from '../errors.ts'
import type { StoredEntry } from '../store.ts'
import { checkedPage, type Page, type PageOptions, pageOf, shownEntry } from './entries.ts'
import type { FieldChange, Subject } from './queries.ts'
import { readRows } from './rows.ts'
import { holdsField } from './snapshot-sql.ts'
import type { Source } from './source.ts'
import { column, type Sql, sql } from './sql.ts'
import { isChangedField } from './sql-by-provider.ts'
import { isStateBearing } from './steps.ts'
import { type EntitySubject, isOf, subjectOf } from './subject.ts'

/**
 * The changes of one field, newest first: the first one tells who changed it last. What is redacted is
 * shown as its entries show it.
 *
 * @throws {AuditError} `QUERY_INVALID` for a field that the model does not have, a wrong `entityId`, `take`
 * or `cursor`
 */
export async function findFieldHistory(
  source: Source,
  { field, ...subject }: Subject & { readonly field: string },
  options: PageOptions = {},
): Promise<Page<FieldChange>> {
  return findFieldHistoryOf(source, subjectOf(source, subject), field, options)
}

/** The same, of an entity that is known by the id that its entries have. */
export async function findFieldHistoryOf(
  source: Source,
  subject: EntitySubject,
  field: string,
  options: PageOptions,
): Promise<Page<FieldChange>> {
  const { settings } = source
  checkField(subject, field)
  const { take, cursor } = checkedPage(settings, options)
  const seq = column(settings, 'seq')
  const rows = await readRows(source, {
    where: [
      ...isOf(settings, subject),
      ...isStateBearing(settings),
      isChangeOf(source, subject, field),
      ...(cursor === null ? [] : [sql`${seq} < ${cursor}`]),
    ],
    orderBy: sql`${seq} DESC`,
    take: take + 1,
  })
  const page = pageOf(rows, take + 1)
  return {
    entries: page.rows.map((entry) => fieldChange(source, entry, field)),
    nextCursor: page.nextCursor,
  }
}

function checkField({ entity, model }: EntitySubject, field: string): void {
  if (model?.columns.some(({ name }) => name === field)) return
  if (!model && /^\w+$/.test(field)) return
  const names = model?.columns.map(({ name }) => `\`${name}\``).join(', ')
  throw new AuditError(
    'QUERY_INVALID',
    `\`${entity}\` has no field \`${String(field)}\`${names ? `. The fields are ${names}` : ''}.`,
  )
}

/** Rows come and go with all fields that they have then; those left out of snapshots leave no trace there. */
function isChangeOf({ settings }: Source, { model }: EntitySubject, field: string): Sql {
  const action = column(settings, 'action')
  const isChanged = sql`${action} = 'update' AND ${isChangedField(settings, field)}`
  if (model?.redactions.get(field) === 'omit') return sql`(${action} <> 'update' OR ${isChanged})`
  const isHeld = (side: 'before' | 'after') => holdsField(settings, side, field)
  return sql`(${isChanged} OR ${action} = 'create' AND ${isHeld('after')} OR ${action} = 'delete' AND ${isHeld('before')})`
}

function fieldChange(source: Source, stored: StoredEntry, field: string): FieldChange {
  const entry = shownEntry(source, stored)
  return { entry, from: entry.before?.[field], to: entry.after?.[field] }
}

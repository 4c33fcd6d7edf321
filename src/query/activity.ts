import { entityIdOfKey } from '../entry.ts'
import type { AuditedModel } from '../options.ts'
import { keyFilter } from '../schema/key.ts'
import type { AuditEntry, Page, PageOptions } from './entries.ts'
import { findFieldHistoryOf } from './field-history.ts'
import { findHistoryOf } from './history.ts'
import { readLiving } from './living.ts'
import type { FieldChange, HistoryOptions } from './queries.ts'
import { readRows } from './rows.ts'
import { snapshotValues } from './snapshot-sql.ts'
import type { Source } from './source.ts'
import { column, sql } from './sql.ts'
import { type EntitySubject, fieldOf, isExactly } from './subject.ts'
import { auditedModel, shownValues, type UniqueWhere, uniqueWhere } from './unique-where.ts'

/**
 * The history of one entity, newest first, and of its relations where they are included. `where` is that
 * of `findUnique`; any unique key will do, also after the entity was deleted.
 *
 * @throws {AuditError} `QUERY_INVALID` when the model is not audited, `where` names no unique key or more
 * than that, or an option is wrong.
 */
export async function findActivity(
  source: Source,
  modelName: string,
  { where, ...options }: HistoryOptions & { readonly where: unknown },
): Promise<Page<AuditEntry>> {
  const subject = await findSubject(source, modelName, where, 'activity')
  if (!subject) return { entries: [], nextCursor: null }
  return findHistoryOf(source, subject, options)
}

/** The changes of one field, newest first; `where` is that of {@link findActivity}. */
export async function findFieldActivity(
  source: Source,
  modelName: string,
  { where, field, ...page }: PageOptions & { readonly where: unknown; readonly field: string },
): Promise<Page<FieldChange>> {
  const subject = await findSubject(source, modelName, where, 'fieldHistory')
  if (!subject) return { entries: [], nextCursor: null }
  return findFieldHistoryOf(source, subject, field, page)
}

async function findSubject(
  source: Source,
  modelName: string,
  where: unknown,
  method: string,
): Promise<EntitySubject | undefined> {
  const { settings } = source
  const model = auditedModel(settings, modelName, method)
  const unique = uniqueWhere(model, where, method)
  const entityId = unique.isKey
    ? entityIdOfKey(settings, model, unique.encoded)
    : ((await findLivingId(source, model, unique)) ?? (await findDeletedId(source, model, unique)))
  return entityId === undefined ? undefined : { entity: modelName, entityId, model }
}

/** Another unique key than the one entities are known by: the row tells its key. */
async function findLivingId(
  source: Source,
  model: AuditedModel,
  { key, values }: UniqueWhere,
): Promise<string | undefined> {
  const [id] = (await readLiving(source, model, keyFilter(key, [values]))).keys()
  return id
}

/** The row is gone: its last state is the `before` of the newest delete with these values. */
async function findDeletedId(
  source: Source,
  model: AuditedModel,
  unique: UniqueWhere,
): Promise<string | undefined> {
  const { settings } = source
  const values = shownValues(settings, model, unique)
  if (!values) return undefined
  const fields = unique.key.fields.map((name) => fieldOf(model, name))
  const [entry] = await readRows(source, {
    where: [
      isExactly(settings, 'entity', model.model.name),
      sql`${column(settings, 'action')} = 'delete'`,
      snapshotValues(settings, 'before', fields, values),
    ],
    orderBy: sql`${column(settings, 'seq')} DESC`,
    take: 1,
  })
  return entry?.entityId ?? undefined
}

import { isId } from '../id.ts'
import { VIEWING } from '../viewing.ts'
import { seqOf } from './entries.ts'
import type { EntryVersion } from './queries.ts'
import { conditions, selectRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, raw, type Sql, sql, table } from './sql.ts'
import { isOf } from './subject.ts'

/** So far a position is counted, so that an entity with many entries is never read as a whole. */
const mostCounted = 10_000

/**
 * Where an entry stands in the history of its entity, of what may be seen of it; `null` where the entry may
 * not be seen. What is read is a range of the index by entity, id and order. That somebody looked at the
 * entity is in its history, and no version of it: looking would otherwise number the changes.
 */
export async function findVersion(source: Source, id: string): Promise<EntryVersion | null> {
  if (!isId(id)) return null
  const { settings } = source
  const where = [sql`${column(settings, 'id')} = ${id}`]
  const orderBy = column(settings, 'seq')
  const [row] = await selectRows(source, ['seq', 'entity', 'entityId', 'action'], {
    where,
    orderBy,
    take: 1,
  })
  if (!row) return null
  if (typeof row.entityId !== 'string') return { version: null, previous: null, next: null }
  const ofEntity = [
    ...isOf(settings, { entity: String(row.entity), entityId: row.entityId }),
    sql`${column(settings, 'action')} <> ${VIEWING}`,
  ]
  const seq = seqOf(settings, String(row.seq))
  return {
    version:
      row.action === VIEWING
        ? null
        : await positionOf(source, [...ofEntity, sql`${orderBy} <= ${seq}`]),
    previous: await nearest(source, [...ofEntity, sql`${orderBy} < ${seq}`], 'DESC'),
    next: await nearest(source, [...ofEntity, sql`${orderBy} > ${seq}`], 'ASC'),
  }
}

async function nearest(
  source: Source,
  where: readonly Sql[],
  direction: 'ASC' | 'DESC',
): Promise<string | null> {
  const orderBy = sql`${column(source.settings, 'seq')} ${raw(direction)}`
  const [row] = await selectRows(source, ['id'], { where, orderBy, take: 1 })
  return row ? String(row.id) : null
}

/** `null` where there are more than are counted. */
async function positionOf(source: Source, where: readonly Sql[]): Promise<number | null> {
  const { settings, store, transaction, timeout } = source
  const rows = sql`SELECT 1 FROM ${table(settings, settings.auditModel)} e ${conditions(source, where)} LIMIT ${raw(String(mostCounted + 1))}`
  const [row] = await store.query(
    transaction,
    sql`SELECT COUNT(*) AS counted FROM (${rows}) counted`,
    timeout,
  )
  const counted = Number(row?.counted)
  return counted > mostCounted ? null : counted
}

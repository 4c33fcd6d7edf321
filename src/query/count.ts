import { AuditError } from '../errors.ts'
import type { Filter } from './filter.ts'
import { matching } from './matching.ts'
import type { Count } from './queries.ts'
import { conditions } from './rows.ts'
import type { Source } from './source.ts'
import { raw, sql, table } from './sql.ts'

/** So far a count goes at most, so that it never reads a large table as a whole. */
const mostCounted = 1_000_000

/**
 * How many entries match, exact up to `limit`.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong limit
 */
export async function countMatching(
  source: Source,
  filter: Filter,
  { limit = 10_000 }: { readonly limit?: number | undefined } = {},
): Promise<Count> {
  if (!Number.isInteger(limit) || limit < 1 || limit > mostCounted) {
    throw new AuditError(
      'QUERY_INVALID',
      `\`limit\` is \`${limit}\`, but entries are counted up to 1 to ${mostCounted}.`,
    )
  }
  const { settings, store, transaction, timeout } = source
  const { from, where, isScopeIndexed } = await matching(source, filter, settings.now())
  const rows = sql`SELECT 1 FROM ${from}${table(settings, settings.auditModel)} e ${conditions(source, where, isScopeIndexed)} LIMIT ${raw(String(limit + 1))}`
  const [row] = await store.query(
    transaction,
    sql`SELECT COUNT(*) AS counted FROM (${rows}) matched`,
    timeout,
  )
  const counted = Number(row?.counted)
  return { count: Math.min(counted, limit), isExact: counted <= limit }
}

import { AuditError } from '../errors.ts'
import type { StoredLine } from '../execution-log.ts'
import { isId } from '../id.ts'
import { type AuditEntry, findPage, type PageOptions, pageArgs, pageOf } from './entries.ts'
import { conditions } from './rows.ts'
import type { Source } from './source.ts'
import { column, type Sql, sql, table } from './sql.ts'

export interface TraceOptions extends PageOptions {
  /** Of the log lines, which have pages of their own. */
  readonly logs?: PageOptions | undefined
}

/** One unit of work: what was done, and what was logged meanwhile, each in its order. */
export interface Trace {
  readonly traceId: string
  /** A page of its entries, oldest first. */
  readonly entries: AuditEntry[]
  /** Where the next page of entries begins; `null` on the last one. */
  readonly nextCursor: bigint | null
  /** A page of its log lines, oldest first; none where execution logs are not stored. */
  readonly logs: { readonly lines: StoredLine[]; readonly nextCursor: bigint | null }
}

/**
 * A page of a unit of work, oldest first.
 *
 * @throws {AuditError} `QUERY_INVALID` for something that is no trace id, a wrong `take` or `cursor`.
 */
export async function findTrace(
  source: Source,
  traceId: string,
  options: TraceOptions = {},
): Promise<Trace> {
  if (!isId(traceId)) {
    throw new AuditError(
      'QUERY_INVALID',
      `\`${String(traceId)}\` is no trace id: that is the \`traceId\` of an entry or a log line, 32 lowercase hex characters.`,
    )
  }
  const { settings, store, transaction } = source
  const { after, orderBy, take } = pageArgs(settings, options.logs ?? {}, 'asc')
  const inTrace = sql`${column(settings, 'traceId')} = ${traceId}`
  const page = await findPage(source, [inTrace], options, 'asc')
  if (!(await isWholly(source, inTrace))) {
    return { traceId, ...page, logs: { lines: [], nextCursor: null } }
  }
  const where = { AND: [{ traceId }, after] }
  const found = await store.readLines(transaction, { where, orderBy, take })
  const { rows: lines, nextCursor } = pageOf(found, take)
  return { traceId, ...page, logs: { lines, nextCursor } }
}

/**
 * Whether a trace lies within the scope as a whole. Log lines do not say whose they are, so those of a trace
 * that goes beyond the scope, or that has no entry at all, are not shown.
 */
async function isWholly(source: Source, inTrace: Sql): Promise<boolean> {
  if (!source.scope) return true
  const seen = await countOf(source, inTrace)
  return seen > 0 && seen === (await countOf({ ...source, scope: null }, inTrace))
}

async function countOf(source: Source, condition: Sql): Promise<number> {
  const { settings, store, transaction, timeout } = source
  const from = sql`${table(settings, settings.auditModel)} e ${conditions(source, [condition])}`
  const [row] = await store.query(
    transaction,
    sql`SELECT COUNT(*) AS counted FROM ${from}`,
    timeout,
  )
  return Number(row?.counted)
}

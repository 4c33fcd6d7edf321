import { AuditError } from '../errors.ts'
import type { StoredLine } from '../execution-log.ts'
import { isId } from '../id.ts'
import type { Settings } from '../options.ts'
import type { Transaction } from '../prisma.ts'
import type { Store } from '../store.ts'
import { type AuditEntry, findPage, type PageOptions, pageArgs, pageOf } from './entries.ts'

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
  store: Store,
  settings: Settings,
  transaction: Transaction | undefined,
  traceId: string,
  options: TraceOptions = {},
): Promise<Trace> {
  if (!isId(traceId)) {
    throw new AuditError(
      'QUERY_INVALID',
      `\`${String(traceId)}\` is no trace id: that is the \`traceId\` of an entry or a log line, 32 lowercase hex characters.`,
    )
  }
  const { after, orderBy, take } = pageArgs(settings, options.logs ?? {}, 'asc')
  const page = await findPage(store, settings, transaction, { traceId }, options, 'asc')
  const where = { AND: [{ traceId }, after] }
  const found = await store.readLines(transaction, { where, orderBy, take })
  const { rows: lines, nextCursor } = pageOf(found, take)
  return { traceId, ...page, logs: { lines, nextCursor } }
}

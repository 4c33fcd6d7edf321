import type { Dialect } from './dialect.ts'
import { AuditError } from './errors.ts'
import type { RootClient, Transaction } from './prisma.ts'

interface LimitedQuery {
  readonly text: string
  readonly values: readonly unknown[]
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * Runs a query that the database ends after a time: PostgreSQL by a setting of the transaction, which is
 * opened where there is none; MariaDB and MySQL by what stands before the query, each in its own words.
 * SQLite has no such limit.
 *
 * @throws {AuditError} `QUERY_TIMEOUT`
 */
export async function limited(
  root: RootClient,
  { provider }: Dialect,
  transaction: Transaction | undefined,
  { text, values, timeout }: LimitedQuery,
): Promise<Record<string, unknown>[]> {
  try {
    if (provider === 'sqlite') return await root.query(transaction, text, values)
    if (provider === 'mysql') {
      const hinted = text.replace(/^SELECT/, `SELECT /*+ MAX_EXECUTION_TIME(${timeout}) */`)
      const limit = `/*M! SET STATEMENT max_statement_time=${timeout / 1000} FOR */ `
      return await root.query(transaction, limit + hinted, values)
    }
    const query = async (within: Transaction) => {
      await root.execute(within, `SET LOCAL statement_timeout = ${timeout}`)
      return root.query(within, text, values)
    }
    // In the application's own transaction, the limit would stay for what follows.
    if (transaction) return await root.query(transaction, text, values)
    return await root.transaction(query, { maxWait: timeout, timeout: 2 * timeout + 1000 })
  } catch (cause) {
    if (!isTimeout(cause)) throw cause
    throw new AuditError(
      'QUERY_TIMEOUT',
      `The query took longer than ${timeout} ms. Narrow it down: by an entity, an actor, a tag, or by \`since\` and \`until\`.`,
      { cause },
    )
  }
}

/** PostgreSQL's 57014 (query_canceled), MariaDB's 1969, MySQL's 3024; how each driver tells it differs. */
function isTimeout(error: unknown): boolean {
  const { meta, message } = error as { meta?: { code?: unknown }; message?: string }
  const text = `${JSON.stringify(meta ?? {}, (_, value) => (typeof value === 'bigint' ? String(value) : value))} ${message ?? ''}`
  return /57014|max_statement_time|\b1969\b|\b3024\b|statement timeout/.test(text)
}

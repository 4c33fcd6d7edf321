import { AuditError } from '../errors.ts'

/** One connection to PostgreSQL, for plain SQL. */
export interface Connection {
  /** `host:port/database`. */
  readonly place: string
  /** Runs one statement. */
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Runs several statements in one transaction. */
  batch(sql: string): Promise<void>
}

/** The argument of a command for the database. */
export const urlArgument = {
  url: {
    type: 'string',
    description: 'URL of the database (the variable DATABASE_URL)',
    valueHint: 'url',
  },
} as const

/**
 * Connects for as long as `work` takes.
 *
 * @throws {AuditError} `OPTION_INVALID` without a URL, `RUNTIME_UNSUPPORTED` without the driver adapter,
 * `DATABASE_UNREACHABLE` with what the database says.
 */
export async function connected<T>(
  given: string | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const url = given ?? process.env.DATABASE_URL
  if (!url || !/^postgres(ql)?:\/\//.test(url)) {
    throw new AuditError(
      'OPTION_INVALID',
      `${url ? 'The URL of the database is not that of PostgreSQL' : 'No database is known'}. ` +
        'Give `--url postgresql://...`, or set `DATABASE_URL`.',
    )
  }
  const { PrismaPg } = await driverAdapter()
  const place = placeOf(url)
  const unreachable = failing(`\`${place}\` cannot be reached`)
  const adapter = await unreachable(() => {
    const pool = { connectionString: url, max: 1, connectionTimeoutMillis: longestWait }
    return new PrismaPg(pool).connect()
  })
  const refused = failing(`\`${place}\` refused`)
  const query = async (sql: string) => {
    const { columnNames, rows } = await adapter.queryRaw({ sql, args: [], argTypes: [] })
    return rows.map((row) => Object.fromEntries(columnNames.map((name, i) => [name, row[i]])))
  }
  try {
    await unreachable(() => query('SELECT 1'))
    return await work({
      place,
      query: (sql) => refused(() => query(sql)),
      async batch(sql) {
        const transaction = `BEGIN;\n${sql}\nCOMMIT;`
        // Only without arguments does the driver send a text of several statements as it is.
        await refused(() => adapter.executeRaw({ sql: transaction, args: [], argTypes: [] }))
      },
    })
  } finally {
    await adapter.dispose()
  }
}

/** Milliseconds for a connection to be made. */
const longestWait = 15_000

async function driverAdapter() {
  try {
    return await import('@prisma/adapter-pg')
  } catch (cause) {
    throw new AuditError(
      'RUNTIME_UNSUPPORTED',
      'This needs `@prisma/adapter-pg`. Run `npm install @prisma/adapter-pg`.',
      { cause },
    )
  }
}

/** Without the user's name and password. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${decodeURIComponent(pathname)}`
  } catch {
    return 'The database'
  }
}

function failing(problem: string) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw new AuditError('DATABASE_UNREACHABLE', `${problem}: ${reasonOf(cause)}.`, { cause })
    }
  }
}

/** Prisma keeps what the database said in the cause; Node.js may have tried several addresses. */
function reasonOf(error: unknown): string {
  const { message, code, cause } = error as {
    message?: string
    code?: string
    cause?: { kind?: string; originalMessage?: string }
  }
  const kind = cause?.kind?.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return cause?.originalMessage ?? kind ?? (message || code || String(error))
}

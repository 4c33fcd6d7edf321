import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { mariadbAddress, openAdapter } from './adapter.ts'
import type { Provider } from './capabilities.ts'

export type Row = Record<string, unknown>

/** One connection for plain SQL, apart from those of any Prisma client. */
export interface Connection {
  /** Runs one statement. Values are as the driver adapter gives them: dates are ISO texts. */
  query(sql: string): Promise<Row[]>
  /** Runs a text of several statements as it is, all of them or none. PostgreSQL only. */
  batch(sql: string): Promise<void>
  /** Runs statements separated by `;` at the end of a line. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

export async function openConnection(provider: Provider, url: string): Promise<Connection> {
  const adapter = await openPlainAdapter(provider, url)
  const query = async (sql: string) => {
    const { columnNames, rows } = await adapter.queryRaw({ sql, args: [], argTypes: [] })
    return rows.map((row) => Object.fromEntries(columnNames.map((name, i) => [name, row[i]])))
  }
  return {
    query,
    async batch(sql) {
      await adapter.executeRaw({ sql, args: [], argTypes: [] })
    },
    async script(sql) {
      for (const statement of sql.split(/;[ \t]*$/m)) {
        if (statement.replaceAll(/^\s*--.*$/gm, '').trim() !== '') await query(statement)
      }
    },
    close: () => adapter.dispose(),
  }
}

function openPlainAdapter(provider: Provider, url: string): Promise<SqlDriverAdapter> {
  if (provider !== 'mysql') return openAdapter(provider, url, { poolSize: 1 }).connect()
  // Most DDL cannot be prepared, so it has to go by the text protocol.
  const options = { useTextProtocol: true }
  return new PrismaMariaDb({ ...mariadbAddress(url), connectionLimit: 1 }, options).connect()
}

import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { Provider } from './capabilities.ts'

export interface AdapterOptions {
  /**
   * Connections of the pool. SQLite always has one.
   *
   * @default 10
   */
  readonly poolSize?: number | undefined
}

/** The driver adapter of a database, as an application would set it up. */
export function openAdapter(
  provider: Provider,
  url: string,
  { poolSize = 10 }: AdapterOptions = {},
): SqlDriverAdapterFactory {
  switch (provider) {
    case 'sqlite':
      // Without `bigint`, an integer beyond 2^53 cannot be read. Without a timeout, a writer that
      // meets another one fails at once.
      return new PrismaLibSql({ url, intMode: 'bigint', timeout: 5_000 })
    case 'postgresql':
      return new PrismaPg({ connectionString: url, max: poolSize })
    case 'mysql':
      // Thousands of callers wait for one of few connections: longer than its 10 seconds on a busy machine.
      return new PrismaMariaDb({
        ...mariadbAddress(url),
        connectionLimit: poolSize,
        acquireTimeout: 60_000,
      })
    default:
      throw new TypeError(`No adapter for \`${provider satisfies never}\``)
  }
}

/** The parts of a `mysql://user:password@host:port/database` URL, as the driver takes them. */
export function mariadbAddress(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url)
  const database = decodeURIComponent(pathname.slice(1))
  return {
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(database && { database }),
    connectTimeout: 2_000,
  }
}

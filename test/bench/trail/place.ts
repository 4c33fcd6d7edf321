import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit } from '../../../src/index.ts'
import { openAdapter } from '../../database/adapter.ts'
import type { Provider } from '../../database/capabilities.ts'
import { type Connection, openConnection } from '../../database/connection.ts'
import { createTablesScript } from '../../database/ddl.ts'
import { startPostgres } from '../../database/postgres-server.ts'
import { PrismaClient as MysqlClient } from '../../generated/mysql/client/client.ts'
import { PrismaClient as PostgresqlClient } from '../../generated/postgresql/client/client.ts'
import { PrismaClient as SqliteClient } from '../../generated/sqlite/client/client.ts'
import { testSchema } from '../../setup/prepare.mjs'
import { fill } from './fill.ts'

/** A server of one kind of database, or what stands for it. */
export interface Place {
  readonly provider: Provider
  /** Answers the URL of a database that holds a trail of so many rows. */
  trail(rows: number): Promise<string>
  /** Drops what was made, unless it is kept for the next run. */
  close(): Promise<void>
}

const clients = { sqlite: SqliteClient, postgresql: PostgresqlClient, mysql: MysqlClient }

/** An audited client; all three have the same `$audit`. */
export function openTrailClient(provider: Provider, url: string) {
  const Client = clients[provider] as typeof PostgresqlClient
  const adapter = openAdapter(provider, url, { poolSize: 2 })
  return new Client({ adapter }).$extends(
    audit({ redact: { hashKey: 'a secret of the benchmark' } }),
  )
}

export type TrailClient = ReturnType<typeof openTrailClient>

/** Where data is kept between runs. */
const keptFolder = join(tmpdir(), 'prisma-extension-audit-bench')

export async function openPlace(provider: Provider, isKept: boolean): Promise<Place> {
  const { address, find, create, drop, stop } = await open[provider](isKept)
  const made: string[] = []
  return {
    provider,
    async trail(rows) {
      const name = `audit_bench_${rows}`
      const url = address(name)
      if (await isFilled(provider, url, rows, find)) return url
      await drop(name)
      await create(name)
      if (!isKept) made.push(name)
      process.stderr.write(`${provider}: a trail of ${rows.toLocaleString('en')} rows\n`)
      await createTables(provider, url)
      await fill(provider, url, rows, (text) => process.stderr.write(`  ${text}\n`))
      return url
    },
    async close() {
      for (const name of made) await drop(name)
      await stop()
    },
  }
}

/** Whether a run before has left it, whole. */
async function isFilled(
  provider: Provider,
  url: string,
  rows: number,
  find: (name: string) => Promise<boolean>,
): Promise<boolean> {
  if (!(await find(`audit_bench_${rows}`))) return false
  const quote = provider === 'mysql' ? '`' : '"'
  try {
    return await using(provider, url, async ({ query }) => {
      const [row] = await query(`SELECT MAX(seq) AS last FROM ${quote}AuditLog${quote}`)
      // Indexes are made last, and the statistics after them.
      return Number(row?.last) === rows
    })
  } catch {
    return false
  }
}

async function createTables(provider: Provider, url: string): Promise<void> {
  const script =
    provider === 'mysql'
      ? readFileSync(new URL('../../database/mysql.sql', import.meta.url), 'utf8')
      : await createTablesScript(provider, testSchema(provider, 'main'))
  await using(provider, url, ({ script: run }) => run(script))
}

async function using<T>(
  provider: Provider,
  url: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(provider, url)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

interface Opened {
  address(name: string): string
  find(name: string): Promise<boolean>
  create(name: string): Promise<unknown>
  drop(name: string): Promise<unknown>
  stop(): Promise<void>
}

const open: Readonly<Record<Provider, (isKept: boolean) => Promise<Opened>>> = {
  async postgresql(isKept) {
    const server = await startPostgres({
      ...(isKept && { folder: join(keptFolder, 'postgresql') }),
      // As a server of some size has them; and with as little log as a load can do with.
      settings: {
        shared_buffers: '1GB',
        effective_cache_size: '8GB',
        work_mem: '32MB',
        maintenance_work_mem: '1GB',
        max_wal_size: '8GB',
        checkpoint_timeout: '1h',
        wal_level: 'minimal',
        max_wal_senders: '0',
        random_page_cost: '1.1',
      },
    })
    const run = (sql: string) =>
      using('postgresql', server.url('postgres'), ({ query }) => query(sql))
    return {
      address: server.url,
      find: async (name) =>
        (await run(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)).length > 0,
      create: (name) => run(`CREATE DATABASE "${name}"`),
      drop: (name) => run(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
      stop: server.stop,
    }
  },
  async mysql() {
    const server = process.env.AUDIT_TEST_MARIADB_URL || 'mysql://root@127.0.0.1:3306'
    const run = (sql: string) => using('mysql', server, ({ query }) => query(sql))
    return {
      address: (name) => Object.assign(new URL(server), { pathname: `/${name}` }).href,
      find: async (name) => (await run(`SHOW DATABASES LIKE '${name}'`)).length > 0,
      create: (name) => run(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`),
      drop: (name) => run(`DROP DATABASE IF EXISTS \`${name}\``),
      stop: async () => {},
    }
  },
  async sqlite(isKept) {
    const folder = isKept ? join(keptFolder, 'sqlite') : mkdtempSync(join(tmpdir(), 'audit-bench-'))
    mkdirSync(folder, { recursive: true })
    const file = (name: string) => join(folder, `${name}.db`)
    return {
      address: (name) => `file:${file(name)}`,
      // A file is made where there is none.
      find: async () => true,
      create: async () => {},
      drop: async (name) => {
        for (const suffix of ['', '-journal', '-wal', '-shm'])
          rmSync(file(name) + suffix, { force: true })
      },
      stop: async () => {
        if (!isKept) rmSync(folder, { recursive: true, force: true })
      },
    }
  },
}

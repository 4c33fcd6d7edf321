import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testSchema } from '../setup/prepare.mjs'
import { databaseNames, type Provider, providers } from './capabilities.ts'
import { openConnection } from './connection.ts'
import { createTablesScript } from './ddl.ts'
import { startPostgres } from './postgres-server.ts'

/** What a worker needs to make databases of its own; it crosses from the main process as JSON. */
export interface Servers {
  /** Of this run, in the name of everything that it creates. */
  readonly prefix: string
  readonly available: {
    /** A folder for database files, and the file to copy. */
    readonly sqlite?: { readonly folder: string; readonly template: string }
    /** A server with the template database. */
    readonly postgresql?: { readonly url: string; readonly template: string }
    /** A server, and the statements that create the tables. */
    readonly mysql?: { readonly url: string; readonly script: string }
  }
  /** Why a database is not available. */
  readonly skipped: Partial<Record<Provider, string>>
}

const template = 'template_audit'

/** Starts the databases of a test run, and prepares what each test file's database is made of. */
export async function startServers({
  wanted,
  mariadbUrl = 'mysql://root@127.0.0.1:3306',
}: {
  readonly wanted: ReadonlySet<Provider>
  readonly mariadbUrl?: string | undefined
}): Promise<{ servers: Servers; stop: () => Promise<void> }> {
  const prefix = `audit_test_${process.pid}_${Date.now().toString(36)}`
  const skipped: Partial<Record<Provider, string>> = {}
  const available: { -readonly [P in Provider]?: NonNullable<Servers['available'][P]> } = {}
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  const start = {
    sqlite: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'audit-sqlite-'))
      stops.push(async () => rmSync(folder, { recursive: true, force: true }))
      const file = join(folder, `${template}.db`)
      await run('sqlite', `file:${file}`, await createTablesScript('sqlite', testSchema('sqlite')))
      available.sqlite = { folder, template: file }
    },
    postgresql: async () => {
      const server = await startPostgres()
      stops.push(server.stop)
      await run('postgresql', server.url('postgres'), `CREATE DATABASE ${template}`)
      const script = await createTablesScript('postgresql', testSchema('postgresql'))
      await run('postgresql', server.url(template), script)
      available.postgresql = { url: server.url('postgres'), template }
    },
    mysql: async () => {
      const unreachable = await whyUnreachable(mariadbUrl)
      if (unreachable) {
        skipped.mysql = unreachable
        return
      }
      const script = readFileSync(new URL('mysql.sql', import.meta.url), 'utf8')
      available.mysql = { url: mariadbUrl, script }
      stops.push(() => dropDatabasesOf(prefix, mariadbUrl))
    },
  } satisfies Record<Provider, () => Promise<void>>
  // All have to be through before anything is stopped: one that is still starting would stay.
  const started = await Promise.allSettled(
    providers.map((provider) => {
      if (wanted.has(provider)) return start[provider]()
      skipped[provider] = 'not in AUDIT_TEST_DATABASES'
      return undefined
    }),
  )
  const failure = started.find((result) => result.status === 'rejected')
  if (failure) {
    await stop()
    throw failure.reason
  }
  return { servers: { prefix, available, skipped }, stop }
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

let created = 0

/** Creates an empty database with all tables, for one suite. */
export async function createDatabase(servers: Servers, provider: Provider): Promise<TestDatabase> {
  const name = `${servers.prefix}_${process.pid}_${++created}`
  switch (provider) {
    case 'sqlite': {
      const { folder, template } = present(servers, 'sqlite')
      const file = join(folder, `${name}.db`)
      copyFileSync(template, file)
      const files = ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix)
      return {
        url: `file:${file}`,
        drop: async () => {
          for (const each of files) rmSync(each, { force: true })
        },
      }
    }
    case 'postgresql': {
      const { url, template } = present(servers, 'postgresql')
      await run('postgresql', url, `CREATE DATABASE "${name}" TEMPLATE ${template}`)
      return {
        url: withDatabase(url, name),
        drop: () => run('postgresql', url, `DROP DATABASE "${name}" WITH (FORCE)`),
      }
    }
    case 'mysql': {
      const { url, script } = present(servers, 'mysql')
      await run('mysql', url, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`)
      await run('mysql', withDatabase(url, name), script)
      return {
        url: withDatabase(url, name),
        drop: () => run('mysql', url, `DROP DATABASE \`${name}\``),
      }
    }
    default:
      throw new TypeError(`No database for \`${provider satisfies never}\``)
  }
}

function present<P extends Provider>(servers: Servers, provider: P) {
  const server = servers.available[provider]
  if (!server) throw new Error(`${databaseNames[provider]} is not available`)
  return server as NonNullable<Servers['available'][P]>
}

async function run(provider: Provider, url: string, script: string): Promise<void> {
  const connection = await openConnection(provider, url)
  try {
    await connection.script(script)
  } finally {
    await connection.close()
  }
}

async function whyUnreachable(url: string): Promise<string | undefined> {
  const { host, hostname, port } = new URL(url)
  try {
    // The driver would try for ten seconds.
    const socket = connect(Number(port || 3306), hostname)
    await once(socket, 'connect', { signal: AbortSignal.timeout(2_000) })
    socket.destroy()
  } catch {
    return `none answers at ${host}`
  }
  try {
    await run('mysql', url, 'SELECT 1')
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return `the one at ${host} refuses: ${message}`
  }
}

/** Drops what a worker that was killed has left behind. */
async function dropDatabasesOf(prefix: string, url: string): Promise<void> {
  const connection = await openConnection('mysql', url)
  try {
    const pattern = `${prefix}_%`.replaceAll('_', '\\_')
    const rows = await connection.query(`SHOW DATABASES LIKE '${pattern}'`)
    for (const row of rows) await connection.query(`DROP DATABASE \`${Object.values(row)[0]}\``)
  } finally {
    await connection.close()
  }
}

function withDatabase(url: string, name: string): string {
  const result = new URL(url)
  result.pathname = `/${name}`
  return result.href
}

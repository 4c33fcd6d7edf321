import { once } from 'node:events'
import { accessSync, constants, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SchemaName, schemaNames, testSchema } from '../setup/prepare.mjs'
import { databaseNames, type Provider, providers } from './capabilities.ts'
import { openConnection } from './connection.ts'
import { createTablesScript } from './ddl.ts'
import { createMysqlScript } from './mysql-script.ts'
import { startPostgres } from './postgres-server.ts'

/** What a worker needs to make databases of its own; it crosses from the main process as JSON. */
export interface Servers {
  /** Of this run, in the name of everything that it creates. */
  readonly prefix: string
  readonly available: {
    /** A folder for database files; a template is a file. */
    readonly sqlite?: { readonly folder: string; readonly tables: Tables }
    /** A template is a database of the server. */
    readonly postgresql?: { readonly url: string; readonly tables: Tables }
    readonly mysql?: { readonly url: string; readonly tables: Scripts }
  }
  /** Why a database is not available. */
  readonly skipped: Partial<Record<Provider, string>>
}

/** The statements that create a schema's tables. */
type Scripts = Readonly<Record<SchemaName, { readonly script: string }>>

/**
 * What a schema's tables are made of: statements, or a template to copy, which is faster and has to
 * be made first. The schema that most suites use has one.
 */
type Tables = Scripts | (Omit<Scripts, 'main'> & { readonly main: { readonly template: string } })

const template = 'template_audit'

/** SQLite waits for the disk with each commit, which takes thirty times as long as the commit in memory. */
function memoryFolder(): string {
  const folder = '/dev/shm'
  try {
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return tmpdir()
  }
}

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
      const folder = mkdtempSync(join(memoryFolder(), 'audit-sqlite-'))
      stops.push(async () => rmSync(folder, { recursive: true, force: true }))
      const file = join(folder, `${template}.db`)
      const scripts = await createScripts('sqlite')
      await run('sqlite', `file:${file}`, scripts.main.script)
      available.sqlite = { folder, tables: { ...scripts, main: { template: file } } }
    },
    postgresql: async () => {
      const server = await startPostgres()
      stops.push(server.stop)
      await run('postgresql', server.url('postgres'), `CREATE DATABASE ${template}`)
      const scripts = await createScripts('postgresql')
      await run('postgresql', server.url(template), scripts.main.script)
      const tables = { ...scripts, main: { template } }
      available.postgresql = { url: server.url('postgres'), tables }
    },
    mysql: async () => {
      const unreachable = await whyUnreachable(mariadbUrl)
      if (unreachable) {
        skipped.mysql = unreachable
        return
      }
      available.mysql = { url: mariadbUrl, tables: await createScripts('mysql') }
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

async function createScripts(provider: Provider): Promise<Scripts> {
  const scripts = schemaNames.map(async (name) => {
    return [name, { script: await createScript(provider, name) }] as const
  })
  return Object.fromEntries(await Promise.all(scripts)) as Scripts
}

async function createScript(provider: Provider, name: SchemaName): Promise<string> {
  const schema = testSchema(provider, name)
  if (provider !== 'mysql') return createTablesScript(provider, schema)
  if (name !== 'main') return createMysqlScript(schema)
  return readFileSync(new URL('mysql.sql', import.meta.url), 'utf8')
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

let created = 0

/** Creates an empty database with all tables of a schema, for one suite. */
export async function createDatabase(
  servers: Servers,
  provider: Provider,
  schema: SchemaName,
): Promise<TestDatabase> {
  const name = `${servers.prefix}_${process.pid}_${++created}`
  switch (provider) {
    case 'sqlite': {
      const { folder, tables } = present(servers, 'sqlite')
      const file = join(folder, `${name}.db`)
      const from = tables[schema]
      if ('template' in from) copyFileSync(from.template, file)
      else await run('sqlite', `file:${file}`, from.script)
      const files = ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix)
      return {
        url: `file:${file}`,
        drop: async () => {
          for (const each of files) rmSync(each, { force: true })
        },
      }
    }
    case 'postgresql': {
      const { url, tables } = present(servers, 'postgresql')
      const from = tables[schema]
      const copied = 'template' in from ? ` TEMPLATE ${from.template}` : ''
      await run('postgresql', url, `CREATE DATABASE "${name}"${copied}`)
      if ('script' in from) await run('postgresql', withDatabase(url, name), from.script)
      return {
        url: withDatabase(url, name),
        drop: () => run('postgresql', url, `DROP DATABASE "${name}" WITH (FORCE)`),
      }
    }
    case 'mysql': {
      const { url, tables } = present(servers, 'mysql')
      await run('mysql', url, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`)
      await run('mysql', withDatabase(url, name), tables[schema].script)
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
    // A busy server may take the connection and then reset it.
    socket.on('error', () => undefined)
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

import { afterAll, beforeAll, describe, inject } from 'vitest'
import { PrismaClient as MysqlClient } from '../generated/mysql/client/client.ts'
import {
  PrismaClient as PostgresqlClient,
  type Prisma,
  type PrismaClient,
} from '../generated/postgresql/client/client.ts'
import { PrismaClient as SqliteClient } from '../generated/sqlite/client/client.ts'
import { type AdapterOptions, openAdapter } from './adapter.ts'
import {
  type Capability,
  capabilitiesOf,
  databaseNames,
  type Provider,
  providers,
} from './capabilities.ts'
import { clearTables } from './clear.ts'
import { type Connection, openConnection, type Row } from './connection.ts'
import { createDatabase, type TestDatabase } from './servers.ts'
import { Statements } from './statements.ts'

/** All options of a Prisma client but its adapter, and those of the adapter. */
export interface ClientOptions
  extends AdapterOptions,
    Omit<Prisma.PrismaClientOptions, 'adapter' | 'accelerateUrl'> {
  /**
   * Where the client's statements are recorded.
   *
   * @default the suite's own recorder, `db.statements()`
   */
  readonly statements?: Statements
}

/** The database of one suite, with no rows at the start. */
export interface Database {
  readonly provider: Provider
  /** As its users write it: "PostgreSQL". */
  readonly name: string
  readonly can: Readonly<Record<Capability, boolean>>
  /** Known from `beforeAll` on. */
  readonly url: string
  /**
   * A new client, disconnected after the suite.
   *
   * It has the type of the PostgreSQL client on every database, whose models are a superset of the
   * others': `Lists` and `Article` exist there only.
   */
  client(options?: ClientOptions): PrismaClient
  /** Deletes all rows of all tables, audit rows too, whatever guards them. Sequences go on. */
  clear(): Promise<void>
  /** Runs one statement on a connection apart from all clients. */
  sql(text: string): Promise<Row[]>
  /** The recorder of the statements of this suite's clients. */
  statements(): Statements
}

const clients = { sqlite: SqliteClient, postgresql: PostgresqlClient, mysql: MysqlClient }

/**
 * Runs a suite on every database, each in a database of its own, so that test files and suites
 * never meet. Where a database is not available, its suite is skipped and says why.
 */
export function describeEachDatabase(name: string, suite: (db: Database) => void): void {
  for (const provider of providers) describeDatabase(provider, name, suite)
}

/** Like `describeEachDatabase`, for what exists on one database only. */
export function describeDatabase(
  provider: Provider,
  name: string,
  suite: (db: Database) => void,
): void {
  const reason = inject('servers').skipped[provider]
  const label = databaseNames[provider]
  if (reason) {
    describe.skip(`${name} (${label}: skipped, ${reason})`, () => suite(openSuite(provider)))
  } else {
    describe(`${name} (${label})`, () => suite(openSuite(provider)))
  }
}

function openSuite(provider: Provider): Database {
  const recorder = new Statements()
  const opened: PrismaClient[] = []
  let database: TestDatabase | undefined
  let connection: Connection | undefined

  const url = () => {
    if (!database) throw new Error('The database is there from `beforeAll` on')
    return database.url
  }
  const connect = async () => {
    connection ??= await openConnection(provider, url())
    return connection
  }

  beforeAll(async () => {
    database = await createDatabase(inject('servers'), provider)
  })
  afterAll(async () => {
    await Promise.all(opened.map((client) => client.$disconnect()))
    await connection?.close()
    await database?.drop()
  })

  return {
    provider,
    name: databaseNames[provider],
    can: capabilitiesOf(provider),
    get url() {
      return url()
    },
    client({ poolSize, statements = recorder, ...options } = {}) {
      const adapter = statements.watch(openAdapter(provider, url(), { poolSize }))
      // The three clients differ in type, not in what a test calls.
      const Client = clients[provider] as typeof PostgresqlClient
      const client = new Client({ ...options, adapter }) as PrismaClient
      opened.push(client)
      return client
    },
    async clear() {
      await clearTables(provider, await connect())
    },
    async sql(text) {
      return (await connect()).query(text)
    },
    statements: () => recorder,
  }
}

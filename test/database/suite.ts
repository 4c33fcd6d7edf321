import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import type { Engine } from '../../src/engine-options.ts'
import type { SchemaName } from '../setup/prepare.mjs'
import { type AdapterOptions, openAdapter } from './adapter.ts'
import { type Capability, capabilitiesOf, databaseNames, type Provider } from './capabilities.ts'
import { clearTables } from './clear.ts'
import { type Connection, openConnection, type Row } from './connection.ts'
import { createDatabase, type TestDatabase } from './servers.ts'
import { Statements } from './statements.ts'

/** Options of a suite's client that are not Prisma's. */
export interface SuiteClientOptions extends AdapterOptions {
  /**
   * Where the client's statements are recorded.
   *
   * @default the suite's own recorder, `db.statements()`
   */
  readonly statements?: Statements
  /** Run once in the database before the client connects. @default nothing */
  readonly script?: string | undefined
}

/** The database of one suite, with no rows at the start. */
export interface SuiteDatabase<Client, Options> {
  readonly provider: Provider
  /** As its users write it: "PostgreSQL". */
  readonly name: string
  readonly can: Readonly<Record<Capability, boolean>>
  /** What its audited clients are to record changes by. */
  readonly engine: Engine
  readonly schema: SchemaName
  /** Known from `beforeAll` on. */
  readonly url: string
  /** A new client, disconnected after the suite. */
  client(options?: Options): Client
  /** Deletes all rows of all tables, audit rows too, whatever guards them. Sequences go on. */
  clear(): Promise<void>
  /** Runs one statement on a connection apart from all clients. */
  sql(text: string): Promise<Row[]>
  /** The recorder of the statements of this suite's clients. */
  statements(): Statements
}

/** What a suite runs on. */
export interface SuiteSetting<Client> {
  readonly provider: Provider
  readonly schema: SchemaName
  /** The client that was generated of the schema for the provider. */
  readonly Client: new (
    options: never,
  ) => Client
  /** What tells the suite from its siblings. @default the name of the database */
  readonly label?: string
  /** @default 'client' */
  readonly engine?: Engine
}

/**
 * Runs a suite on a database of its own. Where that is not available, the suite is skipped and says
 * why.
 */
export function describeSuite<
  Client extends { $disconnect(): Promise<void> },
  Options extends SuiteClientOptions,
>(
  setting: SuiteSetting<Client>,
  name: string,
  suite: (db: SuiteDatabase<Client, Options>) => void,
): void {
  const { provider, label = databaseNames[provider] } = setting
  const reason = inject('servers').skipped[provider]
  if (reason) {
    describe.skip(`${name} (${label}: skipped, ${reason})`, () => suite(openSuite(setting)))
  } else {
    describe(`${name} (${label})`, () => suite(openSuite(setting)))
  }
}

function openSuite<
  Client extends { $disconnect(): Promise<void> },
  Options extends SuiteClientOptions,
>({
  provider,
  schema,
  Client,
  engine = 'client',
}: SuiteSetting<Client>): SuiteDatabase<Client, Options> {
  const recorder = new Statements()
  const opened: Client[] = []
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

  /** The last script that was run is in force: another one takes its place. */
  let last: { readonly script: string; readonly run: Promise<void> } | undefined
  const runOnce = (script: string) => {
    if (last?.script !== script) last = { script, run: runScript(provider, url(), script) }
    return last.run
  }

  beforeAll(async () => {
    database = await createDatabase(inject('servers'), provider, schema)
  })
  afterAll(async () => {
    await Promise.all(opened.map((client) => client.$disconnect()))
    await connection?.close()
    await database?.drop()
  })

  return {
    provider,
    name: databaseNames[provider],
    can: capabilitiesOf(provider, engine),
    engine,
    schema,
    get url() {
      return url()
    },
    client(given) {
      const {
        poolSize,
        statements = recorder,
        script,
        ...options
      }: SuiteClientOptions = given ?? {}
      const adapter = statements.watch(openAdapter(provider, url(), { poolSize }))
      if (script !== undefined) prepare(adapter, () => runOnce(script))
      const client = new Client({ ...options, adapter } as never)
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

/** Has something done before a client of this adapter connects. */
function prepare(adapter: SqlDriverAdapterFactory, work: () => Promise<void>): void {
  const connect = adapter.connect.bind(adapter)
  adapter.connect = async () => {
    await work()
    return connect()
  }
}

/** As one text, on a connection of its own. */
async function runScript(provider: Provider, url: string, script: string): Promise<void> {
  const connection = await openConnection(provider, url)
  try {
    await connection.batch(script)
  } finally {
    await connection.close()
  }
}

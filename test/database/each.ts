import type { Engine } from '../../src/engine-options.ts'
import { PrismaClient as MysqlClient } from '../generated/mysql/client/client.ts'
import {
  PrismaClient as PostgresqlClient,
  type Prisma,
  type PrismaClient,
} from '../generated/postgresql/client/client.ts'
import { PrismaClient as SqliteClient } from '../generated/sqlite/client/client.ts'
import { labelOf, type Provider, providers } from './capabilities.ts'
import { describeSuite, type SuiteClientOptions, type SuiteDatabase } from './suite.ts'

/** All options of a Prisma client but its adapter, and those of the adapter. */
export interface ClientOptions
  extends SuiteClientOptions,
    Omit<Prisma.PrismaClientOptions, 'adapter' | 'accelerateUrl'> {}

/**
 * The database of one suite, with the tables of `schema.prisma`.
 *
 * Its client has the type of the PostgreSQL client on every database, whose models are a superset of
 * the others': `Lists` and `Article` exist there only.
 */
export interface Database extends SuiteDatabase<PrismaClient, ClientOptions> {}

const clients = { sqlite: SqliteClient, postgresql: PostgresqlClient, mysql: MysqlClient }

/**
 * Runs a suite on every database, each in a database of its own, so that test files and suites
 * never meet. Where a database is not available, its suite is skipped and says why.
 */
export function describeEachDatabase(name: string, suite: (db: Database) => void): void {
  for (const provider of providers) describeDatabase(provider, name, suite)
}

/** Like `describeEachDatabase`, and once more with the database engine, where there is one. */
export function describeEachEngine(name: string, suite: (db: Database) => void): void {
  describeEachDatabase(name, suite)
  describeDatabase('postgresql', name, suite, 'database')
}

/** Like `describeEachDatabase`, for what exists on one database only. */
export function describeDatabase(
  provider: Provider,
  name: string,
  suite: (db: Database) => void,
  engine: Engine = 'client',
): void {
  // The three clients differ in type, not in what a test calls.
  const Client = clients[provider] as new (options: never) => PrismaClient
  const label = labelOf(provider, engine)
  describeSuite({ provider, schema: 'main', Client, engine, label }, name, suite)
}

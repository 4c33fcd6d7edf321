import type { Engine } from '../../src/engine-options.ts'
import { labelOf, type Provider, providers } from '../database/capabilities.ts'
import { describeSuite, type SuiteClientOptions, type SuiteDatabase } from '../database/suite.ts'
import { PrismaClient as EmulatedMysqlClient } from './generated/emulated/mysql/client/client.ts'
import { PrismaClient as EmulatedPostgresqlClient } from './generated/emulated/postgresql/client/client.ts'
import { PrismaClient as EmulatedSqliteClient } from './generated/emulated/sqlite/client/client.ts'
import { PrismaClient as MysqlClient } from './generated/foreign-keys/mysql/client/client.ts'
import {
  PrismaClient as PostgresqlClient,
  type Prisma,
  type PrismaClient,
} from './generated/foreign-keys/postgresql/client/client.ts'
import { PrismaClient as SqliteClient } from './generated/foreign-keys/sqlite/client/client.ts'

/** Who sees to the foreign keys: the database, or Prisma (`relationMode = "prisma"`). */
export type RelationMode = (typeof relationModes)[number]
export const relationModes = ['foreignKeys', 'emulated'] as const

/** All options of a Prisma client but its adapter, and those of the adapter. */
export interface RelationClientOptions
  extends SuiteClientOptions,
    Omit<Prisma.PrismaClientOptions, 'adapter' | 'accelerateUrl'> {}

/**
 * The database of one suite, with the tables of `schema.prisma`.
 *
 * Its client has the type of the PostgreSQL client with foreign keys everywhere; the six differ in
 * referential actions only.
 */
export interface RelationDatabase extends SuiteDatabase<PrismaClient, RelationClientOptions> {
  readonly mode: RelationMode
}

const clients = {
  foreignKeys: { sqlite: SqliteClient, postgresql: PostgresqlClient, mysql: MysqlClient },
  emulated: {
    sqlite: EmulatedSqliteClient,
    postgresql: EmulatedPostgresqlClient,
    mysql: EmulatedMysqlClient,
  },
}
const schemas = { foreignKeys: 'relations', emulated: 'emulatedRelations' } as const

/** Like `describeEachDatabase`, on every database in both modes. */
export function describeEachRelationDatabase(
  name: string,
  suite: (db: RelationDatabase) => void,
): void {
  for (const provider of providers) {
    for (const mode of relationModes) describeRelationDatabase(provider, mode, name, suite)
  }
}

/** Like `describeEachRelationDatabase`, and once more with the database engine, where there is one. */
export function describeEachRelationEngine(
  name: string,
  suite: (db: RelationDatabase) => void,
): void {
  describeEachRelationDatabase(name, suite)
  for (const mode of relationModes) {
    describeRelationDatabase('postgresql', mode, name, suite, 'database')
  }
}

/** Like `describeEachRelationDatabase`, for what exists in one place only. */
export function describeRelationDatabase(
  provider: Provider,
  mode: RelationMode,
  name: string,
  suite: (db: RelationDatabase) => void,
  engine: Engine = 'client',
): void {
  const Client = clients[mode][provider] as new (options: never) => PrismaClient
  const emulated = mode === 'emulated' ? ', emulated foreign keys' : ''
  const label = `${labelOf(provider, engine)}${emulated}`
  describeSuite<PrismaClient, RelationClientOptions>(
    { provider, schema: schemas[mode], Client, label, engine },
    name,
    // Not spread: `url` is known later.
    (db) => suite(Object.assign(db, { mode })),
  )
}

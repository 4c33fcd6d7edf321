import type { Engine } from '../../src/engine-options.ts'

/** The names that Prisma gives to the databases of the tests. */
export const providers = ['sqlite', 'postgresql', 'mysql'] as const
export type Provider = (typeof providers)[number]

export const databaseNames = {
  sqlite: 'SQLite',
  postgresql: 'PostgreSQL',
  mysql: 'MariaDB',
} as const satisfies Record<Provider, string>

/** What tells a suite on a database from one with another engine. */
export function labelOf(provider: Provider, engine: Engine): string {
  return `${databaseNames[provider]}${engine === 'database' ? ', database engine' : ''}`
}

/**
 * What a database, or an engine of the audit, cannot do, each with the reason; whatever is not listed, it
 * can.
 */
const lacks = {
  /** The entry that a call is about comes first. */
  rootFirst: { database: 'triggers write in the order of the statements and cascades' },
  /** What the statements of a call do to a row one after the other is one entry. */
  mergedSteps: { database: 'triggers tell each statement for itself' },
  /** Statements of the audit beside those of the call: a test can hold them back, or let them fail. */
  ownStatements: {
    database: 'the entries are written inside of the statement that they are about',
  },
  /** A call that fails leaves nothing, also where Prisma emulates foreign keys without a transaction. */
  wholeCalls: { database: 'a call is in a transaction where Prisma begins one' },
  /** `onError: 'ignore'`. */
  ignoredErrors: { database: 'the entry is part of the statement, which fails with it' },
  /** `id` and `transaction`: options for how the extension itself writes. */
  ownWrites: { database: 'the database makes the ids, in the transaction of the statement' },
  /** Clients of one database that record less than others, or nothing. */
  unauditedClients: { database: 'triggers record what any client writes' },
  /** `LARGE_CALL`. */
  largeCallWarnings: { database: 'what a call changes does not pass through the client' },
  /** Rows are locked by a statement before the one that changes them. */
  earlyLocks: { database: 'a row is locked by the statement that changes it' },
  /** `SELECT ... FOR UPDATE`. */
  rowLocks: { sqlite: 'SQLite locks the whole database, not rows' },
  /** Two transactions that write at the same time. */
  concurrentWriters: { sqlite: 'SQLite has one writer, and a connection of libSQL is shared' },
  /** Isolation levels other than SERIALIZABLE. */
  isolationLevels: { sqlite: 'SQLite is always serializable' },
  /** `createManyAndReturn` and `updateManyAndReturn`. */
  returning: { mysql: 'Prisma has no RETURNING on MySQL' },
  /** `createMany({ skipDuplicates: true })`. */
  skipDuplicates: { sqlite: 'Prisma has no skipDuplicates on SQLite' },
  /** `upsert` as one statement. */
  nativeUpsert: { mysql: 'Prisma reads and writes on MySQL' },
  /** `mode: 'insensitive'` in a filter. */
  insensitiveMode: {
    sqlite: 'Prisma has no insensitive mode on SQLite',
    mysql: 'the collation decides on MySQL',
  },
  /** `BigInt @id @default(autoincrement())`. */
  bigIntAutoincrement: { sqlite: 'SQLite increments INTEGER PRIMARY KEY only' },
  /** `Decimal` with more than 15 digits. */
  exactDecimals: { sqlite: 'SQLite keeps a decimal as a floating-point number' },
  /** Scalar lists: the model `Lists`. */
  lists: { sqlite: 'SQLite has no array type', mysql: 'MySQL has no array type' },
  /** Columns of a type that the client cannot read: the model `Article`. */
  unsupportedColumns: {
    sqlite: 'only PostgreSQL has such columns in the schema of the tests',
    mysql: 'only PostgreSQL has such columns in the schema of the tests',
  },
  /** More than one database schema: `Invoice` is in "billing". */
  schemas: { sqlite: 'SQLite has no schemas', mysql: 'a schema is a database on MySQL' },
  /** A default that the database computes for an id: `Device.id`. */
  databaseGeneratedIds: {
    sqlite: 'SQLite has no UUID function',
    mysql: 'without RETURNING, Prisma cannot learn the id',
  },
  /** Native types (`@db.*`) in the model `Native`. */
  nativeTypes: { sqlite: 'SQLite has storage classes, not types' },
  /** Triggers that see a statement's rows in transition tables: the database engine. */
  transitionTables: {
    sqlite: 'SQLite has row triggers only',
    mysql: 'MariaDB has row triggers only',
  },
  /** DDL inside a transaction that can be rolled back. */
  transactionalDdl: { mysql: 'DDL commits on MySQL' },
} as const satisfies Record<string, Partial<Record<Provider | Engine, string>>>

export type Capability = keyof typeof lacks

/** Why the database cannot do it, or `undefined` where it can. */
export function whyNot(
  provider: Provider,
  capability: Capability,
  engine: Engine = 'client',
): string | undefined {
  const reasons: Partial<Record<Provider | Engine, string>> = lacks[capability]
  return reasons[provider] ?? reasons[engine]
}

/** What the database can do, to decide which tests run: `test.skipIf(!db.can.rowLocks)`. */
export function capabilitiesOf(
  provider: Provider,
  engine: Engine = 'client',
): Readonly<Record<Capability, boolean>> {
  const names = Object.keys(lacks) as Capability[]
  return Object.fromEntries(
    names.map((name) => [name, whyNot(provider, name, engine) === undefined]),
  ) as Record<Capability, boolean>
}

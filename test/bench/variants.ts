import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { audit, withAudit } from '../../src/index.ts'
import type { DatabaseName } from './databases.ts'
import { PrismaClient } from './generated/postgresql/client/client.ts'
import { PrismaClient as SqliteClient } from './generated/sqlite/client/client.ts'
import type { OperationName } from './operations.ts'
import { triggerVariants } from './trigger-variants.ts'

/** The client of either database: they differ in nothing that a call here uses. */
export type Client = PrismaClient

/** One way to have an audit trail, or none. */
export interface Variant {
  readonly name: string
  /** What it does in short, where the numbers alone would mislead. */
  readonly note?: string
  /** Those that it works with. @default all */
  readonly databases?: readonly DatabaseName[]
  /** Those that it can do. @default all */
  readonly operations?: readonly OperationName[]
  /** What is run in its database beforehand. */
  readonly script?: (schema: string) => string
  /** What it does in place of a call. */
  readonly call?: (client: Client, operation: OperationName, key: string) => Promise<unknown>
  /** @throws when the package is absent or does not work with this database. */
  extend(client: Client, schema: string): Promise<Client>
  /** Runs calls as its users would, with an actor. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** The audit rows that it has written. */
  countRows(client: Client): Promise<number>
}

const actor = { id: '7', name: 'Ada' }

export const variants: readonly Variant[] = [
  {
    name: 'plain',
    extend: async (client) => client,
    run: (work) => work(),
    countRows: async () => 0,
  },
  {
    name: 'audited',
    note: 'prisma-extension-audit: in the transaction of the write, rows locked before they change',
    extend: async (client) => client.$extends(audit({ model: 'AuditEntry' })) as unknown as Client,
    run: (work) => withAudit({ actor }, work),
    countRows: (client) => client.auditEntry.count(),
  },
  ...triggerVariants,
  {
    name: '@explita/prisma-audit-log',
    note:
      'writes its rows after the write, in no transaction with it, and only logs their failure; ' +
      'reads without locks; of createMany it records the arguments',
    async extend(client) {
      const { auditLogExtension } = await import('@explita/prisma-audit-log')
      const extension = auditLogExtension({ getContext: () => ({ userId: actor.id }) })
      return client.$extends(extension) as unknown as Client
    },
    run: (work) => work(),
    countRows: (client) => client.auditLog.count(),
  },
  {
    name: 'prisma-audit',
    note:
      'in the transaction of the write, with one more row for the revision; records the state ' +
      'after the write only, so an update is not read before; here set up for Product only',
    async extend(client, schema) {
      const { parseSchemaText, withAudit: withRevisions } = await import('prisma-audit')
      // It refuses to read the models that it generates, which are part of our schema.
      const own = schema.replaceAll(
        /^(model|enum) (Revision|RevisionType|ProductAud) [^}]*\}/gm,
        '',
      )
      const annotated = own.replace('model Product {', '[Auditable]\nmodel Product {')
      const { metadata } = parseSchemaText(annotated)
      const userProvider = () => ({ userId: actor.id, username: actor.name })
      return withRevisions(client, { metadata, userProvider })
    },
    run: (work) => work(),
    countRows: (client) => client.productAud.count(),
  },
]

export function openClient(database: DatabaseName, adapter: SqlDriverAdapterFactory): Client {
  // Several callers that change 1,000 rows each can take longer than Prisma allows by default.
  const options = { adapter, transactionOptions: { maxWait: 60_000, timeout: 60_000 } }
  return database === 'sqlite'
    ? (new SqliteClient(options) as unknown as Client)
    : new PrismaClient(options)
}

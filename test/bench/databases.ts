import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConnection } from '../database/connection.ts'
import { createTablesScript } from '../database/ddl.ts'
import { startPostgres } from '../database/postgres-server.ts'

export const databases = ['postgresql', 'sqlite'] as const
export type DatabaseName = (typeof databases)[number]

/** A server of one kind of database, or what stands for it. */
export interface Server {
  /** The schema that its tables and clients are made of. */
  readonly schema: string
  /** Makes a database with empty tables, and answers its URL. */
  create(name: string): Promise<string>
  /** Runs statements as one text, in one of its databases. */
  run(url: string, script: string): Promise<void>
  /** Stops it; all its databases go with it. */
  stop(): Promise<void>
}

export async function startServer(database: DatabaseName): Promise<Server> {
  const file = new URL(`generated/${database}/schema.prisma`, import.meta.url)
  const schema = readFileSync(file, 'utf8')
  const tables = await createTablesScript(database, schema)
  const { address, prepare, stop } = await start[database]()
  return {
    schema,
    async create(name) {
      await prepare(name)
      await runScript(database, address(name), tables)
      return address(name)
    },
    async run(url, script) {
      const connection = await openConnection(database, url)
      await connection.batch(script).finally(() => connection.close())
    },
    stop,
  }
}

/** Leaves the rows that no call touches, and nothing else: each measurement begins with the same. */
export async function clear(database: DatabaseName, url: string): Promise<void> {
  const tables = ['product_aud', 'revision', 'audit_logs', 'AuditEntry']
  const statements = [
    ...tables.map((table) => `DELETE FROM "${table}"`),
    `DELETE FROM "Product" WHERE "categoryId" NOT LIKE 'other-%'`,
    // Dependants first, so that nothing here rests on a cascade.
    `DELETE FROM "_LabelToPurchase" WHERE "A" NOT LIKE 'other-%'`,
    `DELETE FROM "Item" WHERE "purchaseId" NOT LIKE 'other-%'`,
    `DELETE FROM "Purchase" WHERE "id" NOT LIKE 'other-%'`,
    `DELETE FROM "Label" WHERE "id" NOT LIKE 'other-%'`,
    // What a background job would do later, in the middle of a measurement.
    ...(database === 'postgresql' ? ['VACUUM ANALYZE'] : ['ANALYZE']),
  ]
  await runScript(database, url, statements.map((statement) => `${statement};`).join('\n'))
}

const start = {
  async postgresql() {
    const server = await startPostgres({ isDurable: true })
    return {
      address: server.url,
      prepare: (name: string) =>
        runScript('postgresql', server.url('postgres'), `CREATE DATABASE "${name}";`),
      stop: server.stop,
    }
  },
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'audit-bench-'))
    const remove = () => rmSync(folder, { recursive: true, force: true })
    process.once('exit', remove)
    return {
      address: (name: string) => `file:${join(folder, name)}.db`,
      prepare: async () => {},
      async stop() {
        remove()
        process.off('exit', remove)
      },
    }
  },
}

async function runScript(database: DatabaseName, url: string, script: string): Promise<void> {
  const connection = await openConnection(database, url)
  try {
    await connection.script(script)
  } finally {
    await connection.close()
  }
}

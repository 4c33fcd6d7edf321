import { installScript, keysScript } from '../../src/database/install.ts'
import { audit } from '../../src/index.ts'
import { hashKey } from '../capture/audited.ts'
import { openAdapter } from '../database/adapter.ts'
import { type Connection, openConnection } from '../database/connection.ts'
import { createTablesScript } from '../database/ddl.ts'
import { engineOptions, engineSettings } from '../database/engine.ts'
import { startPostgres } from '../database/postgres-server.ts'
import { PrismaClient } from '../generated/postgresql/client/client.ts'
import { testSchema } from '../setup/prepare.mjs'

/** A database with tables and triggers. */
export interface OwnDatabase extends Connection {
  readonly url: string
  /** Audited, with one connection. */
  readonly prisma: ReturnType<typeof auditedAt>
}

const setting = { provider: 'postgresql', schema: 'main', engine: 'database' } as const
const options = { redact: { hashKey } }

/** A server for what takes settings that the server of all tests does not have. */
export async function startOwnServer(settings: Readonly<Record<string, string>>) {
  const server = await startPostgres({ settings })
  const administration = await openConnection('postgresql', server.url('postgres'))
  const tables = await createTablesScript('postgresql', testSchema('postgresql'))
  const engine = engineSettings(setting, options)
  const closers = [() => administration.close()]
  return {
    async create(name: string): Promise<OwnDatabase> {
      await administration.query(`CREATE DATABASE ${name}`)
      const url = server.url(name)
      const connection = await openConnection('postgresql', url)
      await connection.script(tables)
      await connection.batch(`${installScript(engine)}${keysScript(engine)}`)
      const prisma = auditedAt(url)
      closers.push(
        () => connection.close(),
        () => prisma.$disconnect(),
      )
      return { ...connection, url, prisma }
    },
    async stop() {
      await Promise.all(closers.map((close) => close()))
      await server.stop()
    },
  }
}

function auditedAt(url: string) {
  const adapter = openAdapter('postgresql', url, { poolSize: 1 })
  return new PrismaClient({ adapter }).$extends(audit(engineOptions(setting, options)))
}

import { installScript, keysScript } from '../../src/database/install.ts'
import { type AuditOptions, audit } from '../../src/index.ts'
import { hashKey } from '../capture/audited.ts'
import { openAdapter } from '../database/adapter.ts'
import { type Connection, openConnection } from '../database/connection.ts'
import type { Database } from '../database/each.ts'
import { engineOptions, engineSettings } from '../database/engine.ts'
import { PrismaClient } from '../generated/postgresql/client/client.ts'

/** The role of an application: it owns none of the tables, but a schema "own". */
export interface Role {
  readonly name: string
  /** Audited, and connected as the role. */
  client(): ReturnType<typeof auditedAs>
  /** A connection of the role, with settings of its own. */
  connect(settings?: Readonly<Record<string, string>>): Promise<Connection>
  drop(): Promise<void>
}

/**
 * Installs the engine by the owner for a role, that was granted everything on the schema of the tables
 * before, as it happens.
 */
export async function createRole(db: Database, options: AuditOptions = {}): Promise<Role> {
  const name = `${new URL(db.url).pathname.slice(1)}_app`
  const given = { ...options, redact: { hashKey } }
  const settings = engineSettings(db, given)
  const owner = await openConnection('postgresql', db.url)
  await owner.batch(`CREATE ROLE "${name}" LOGIN;
    CREATE SCHEMA own AUTHORIZATION "${name}";
    GRANT USAGE ON SCHEMA public, billing TO "${name}";
    GRANT ALL ON ALL TABLES IN SCHEMA public, billing TO "${name}";
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public, billing TO "${name}"`)
  await owner.batch(`${installScript(settings, { roles: [name] })}${keysScript(settings)}`)
  const closers: (() => Promise<void>)[] = []
  const urlWith = (changed: Readonly<Record<string, string>> = {}) => {
    const url = new URL(db.url)
    url.username = name
    const texts = Object.entries(changed).map(
      ([setting, value]) => `-c ${setting}=${value.replaceAll(/[\\ ]/g, '\\$&')}`,
    )
    if (texts.length > 0) url.searchParams.set('options', texts.join(' '))
    return url.href
  }
  return {
    name,
    client() {
      const client = auditedAs(urlWith(), engineOptions(db, given))
      closers.push(() => client.$disconnect())
      return client
    },
    async connect(changed) {
      const connection = await openConnection('postgresql', urlWith(changed))
      closers.push(() => connection.close())
      return connection
    },
    async drop() {
      await Promise.all(closers.map((close) => close()))
      await owner.batch(`DROP OWNED BY "${name}" CASCADE; DROP ROLE "${name}"`)
      await owner.close()
    },
  }
}

function auditedAs(url: string, options: AuditOptions) {
  return new PrismaClient({ adapter: openAdapter('postgresql', url) }).$extends(audit(options))
}

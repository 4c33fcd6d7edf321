import { type AuditOptions, audit } from '../../src/index.ts'
import type { ClientOptions, Database } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'

/** The schema of the tests hashes a field, which needs a key. */
export const hashKey = 'a secret of the tests'

/** An audited client of a suite's database. */
export function auditedClient(
  db: Database,
  options: AuditOptions = {},
  client: ClientOptions = {},
) {
  const given = { ...options, redact: { hashKey, ...options.redact } }
  const script = engineScript(db, given)
  return db.client({ ...client, script }).$extends(audit(engineOptions(db, given)))
}

export type AuditedClient = ReturnType<typeof auditedClient>

/** All entries, oldest first. */
export async function entriesOf(prisma: AuditedClient) {
  const { entries } = await prisma.$audit.entries({ take: 1000 })
  return entries.toReversed()
}

/** Those of audited clients: triggers record what others do, too, as done by services. */
export async function ownEntriesOf(prisma: AuditedClient) {
  const entries = await entriesOf(prisma)
  return entries.filter(({ actorType }) => actorType !== 'service')
}

/** What happened, in short: `update User 1`. */
export async function storyOf(prisma: AuditedClient): Promise<string[]> {
  const own = await ownEntriesOf(prisma)
  return own.map(({ action, entity, entityId }) => `${action} ${entity} ${entityId}`)
}

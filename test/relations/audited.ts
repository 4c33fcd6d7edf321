import { type AuditEntry, type AuditOptions, audit } from '../../src/index.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import type { RelationDatabase } from './each.ts'

/** A client of the database with the audit, in its default form if nothing else is said. */
export function auditedClient(db: RelationDatabase, poolSize = 4, options: AuditOptions = {}) {
  const script = engineScript(db, options)
  return db.client({ poolSize, script }).$extends(audit(engineOptions(db, options)))
}

/** What reads a trail; whatever options the client has. */
interface Reader {
  readonly $audit: Pick<ReturnType<typeof auditedClient>['$audit'], 'entries'>
}

/** The whole trail, the oldest entry first. */
export async function trailOf({ $audit }: Reader): Promise<AuditEntry[]> {
  const all: AuditEntry[] = []
  let cursor: bigint | null = null
  do {
    const page: { entries: AuditEntry[]; nextCursor: bigint | null } = await $audit.entries({
      take: 1000,
      cursor,
    })
    all.push(...page.entries)
    cursor = page.nextCursor
  } while (cursor !== null)
  return all.reverse()
}

/** The entries of audited clients: triggers record what others do, too, as done by services. */
export function own<Entry extends { readonly actorType: string }>(entries: readonly Entry[]) {
  return entries.filter(({ actorType }) => actorType !== 'service')
}

export async function ownTrailOf(reader: Reader): Promise<AuditEntry[]> {
  return own(await trailOf(reader))
}

/** The trail in words: what was done to what. */
export async function storyOf(reader: Reader): Promise<string[]> {
  const entries = await ownTrailOf(reader)
  return entries.map(({ action, entity, entityId }) => `${action} ${entity} ${entityId}`)
}

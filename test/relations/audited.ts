import { type AuditEntry, audit } from '../../src/index.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import type { RelationDatabase } from './each.ts'

/** A client of the database with the audit in its default form. */
export function auditedClient(db: RelationDatabase, poolSize = 4) {
  return db.client({ poolSize, script: engineScript(db) }).$extends(audit(engineOptions(db)))
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

/** The trail in words: what was done to what. */
export async function storyOf(reader: Reader): Promise<string[]> {
  const entries = await trailOf(reader)
  return entries.map(({ action, entity, entityId }) => `${action} ${entity} ${entityId}`)
}

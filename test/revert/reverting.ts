import { type AuditOptions, type AuditScope, audit } from '../../src/index.ts'
import type { AnyClient } from '../../src/prisma.ts'
import type { Revert, RevertOptions } from '../../src/revert/revert.ts'
import type { RevertTarget } from '../../src/revert/target.ts'
import { hashKey } from '../capture/audited.ts'
import type { ClientOptions, Database } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import type { RelationClientOptions, RelationDatabase } from '../relations/each.ts'

type Undo = (
  target: RevertTarget,
  options?: RevertOptions,
  where?: { readonly client?: AnyClient; readonly scope?: AuditScope },
) => Promise<Revert>

/** An audited client, with what reverts its changes. */
export function openReverting(
  db: Database,
  options: AuditOptions = {},
  clientOptions: ClientOptions = {},
) {
  const given = { ...options, redact: { hashKey, ...options.redact } }
  const plain = db.client({ ...clientOptions, script: engineScript(db, given) })
  const prisma = plain.$extends(audit(engineOptions(db, given)))
  return { plain, prisma, undo: undoing(prisma) }
}

export type Reverting = ReturnType<typeof openReverting>

/** The same for the models of relations. */
export function openRelationReverting(
  db: RelationDatabase,
  clientOptions: RelationClientOptions = {},
) {
  const plain = db.client({ ...clientOptions, script: engineScript(db) })
  const prisma = plain.$extends(audit(engineOptions(db)))
  return { prisma, undo: undoing(prisma) }
}

function undoing(prisma: AnyClient): Undo {
  return (target, options, { client = prisma, scope } = {}) => {
    const { $audit } = client
    return (scope ? $audit.scoped(scope) : $audit).revert(target, options)
  }
}

/** The newest entry. */
export async function lastEntry({ prisma }: Pick<Reverting, 'prisma'>) {
  const { entries } = await prisma.$audit.entries({ take: 1 })
  const [entry] = entries
  if (!entry) throw new Error('The trail is empty')
  return entry
}

import { type AuditOptions, resolveOptions } from '../../src/options.ts'
import { RootClient } from '../../src/prisma.ts'
import type { AuditScope } from '../../src/query/scope.ts'
import type { Source } from '../../src/query/source.ts'
import { Store } from '../../src/store.ts'
import { hashKey } from '../capture/audited.ts'
import type { Database } from '../database/each.ts'
import { engineOptions } from '../database/engine.ts'

/** Where queries read, in a suite's database and within a scope. */
export function sourceOf(
  db: Database,
  scope: AuditScope | null = null,
  options: AuditOptions = {},
): Source {
  const root = new RootClient(clientOf(db))
  const given = { ...options, redact: { hashKey, ...options.redact } }
  const settings = resolveOptions(engineOptions(db, given), root.provider, root.schemaText)
  return { root, settings, store: new Store(root, settings), transaction: undefined, scope }
}

const clients = new WeakMap<Database, ReturnType<Database['client']>>()

function clientOf(db: Database): ReturnType<Database['client']> {
  const client = clients.get(db) ?? db.client()
  clients.set(db, client)
  return client
}

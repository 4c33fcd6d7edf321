import { Prisma } from '@prisma/client/extension'
import { Aftermath } from './aftermath.ts'
import { auditApi } from './audit-api.ts'
import { Batcher } from './batcher.ts'
import { capturing, inTurnOnly } from './capture/capture.ts'
import { recordingReads } from './capture/reads.ts'
import { currentAudit } from './context.ts'
import { DatabaseEngine } from './database/engine.ts'
import type { EntryRow } from './entry.ts'
import { modelMethods } from './model-methods.ts'
import { isRead, isWrite } from './operations.ts'
import { type AuditOptions, resolveOptions, type Settings } from './options.ts'
import { type AnyClient, type Interceptor, intercept, RootClient } from './prisma.ts'
import { Store } from './store.ts'
import { auditedTransaction } from './transaction-method.ts'

/**
 * The extension: `new PrismaClient({ adapter }).$extends(audit())` records every write.
 *
 * Apply it before other extensions, so that the clients which those call are audited too.
 *
 * @throws {AuditError} at once, when an option, the schema or the runtime is not as it has to be.
 */
export function audit<const Action extends string = string>(options: AuditOptions<Action> = {}) {
  return Prisma.defineExtension((client) => {
    const root = new RootClient(client)
    const settings = resolveOptions(options, root.provider, root.schemaText)
    const store = new Store(root, settings)
    const aftermath = new Aftermath(settings, store)
    const reads = readBuffer(settings, store)
    const engine = settings.database ? new DatabaseEngine(root, settings) : null
    const writing = (model: string | undefined, operation: string): Interceptor => {
      if (engine) return engine.binding(model, operation, currentAudit())
      const audited = model === undefined ? undefined : settings.models.get(model)
      if (!audited) return inTurnOnly
      return capturing(root, settings, store, audited, operation, currentAudit())
    }
    const place = { root, settings, store, aftermath, reads }
    const apiOf = (transaction: AnyClient) =>
      auditApi<Action>(place, transaction, () => transaction)
    const extended = client.$extends({
      name: 'prisma-extension-audit',
      client: {
        $audit: auditApi<Action>(place, client, (): AnyClient => extended),
        // Not part of the type: users keep the one that their own client has.
        ...(auditedTransaction(client, apiOf, aftermath) as object),
        ...(flushedDisconnect(client, reads) as object),
      },
      model: { $allModels: modelMethods(root, settings, store) },
      query: {
        $allOperations({ model, operation, args, query, ...hook }) {
          const isRaw = operation.startsWith('$')
          if (isRaw || isWrite(operation)) {
            const { __internalParams } = hook as { __internalParams?: unknown }
            intercept(__internalParams, writing(model, operation))
          } else if (model && settings.reads.size > 0 && isRead(operation)) {
            const { __internalParams } = hook as { __internalParams?: unknown }
            const keep = (rows: readonly EntryRow[]) => {
              for (const row of rows) reads.add(row)
            }
            intercept(
              __internalParams,
              recordingReads(settings, model, operation, currentAudit(), keep),
            )
          }
          return query(args)
        },
      },
    })
    return extended
  })
}

/** Where the entries of reads wait to be written. */
function readBuffer(settings: Settings, store: Store): Batcher<EntryRow> {
  return new Batcher({
    write: (rows) => store.write(undefined, rows),
    batch: 500,
    interval: 500,
    highWaterMark: 2_000,
    limit: 10_000,
    onLost: (entries, cause) => {
      const message = `${entries} entries of reads could not be written.`
      settings.onWarning?.({ code: 'READS_LOST', message, entries, cause })
    },
  })
}

/** `$disconnect` writes what waits before the connection goes. */
function flushedDisconnect(parent: AnyClient, reads: Batcher<EntryRow>) {
  const disconnect = parent.$disconnect
  return {
    async $disconnect(this: unknown): Promise<void> {
      await reads.flush()
      await disconnect.call(Prisma.getExtensionContext(this))
    },
  }
}

import { Prisma } from '@prisma/client/extension'
import { type RecordOptions, type Run, type RunOptions, record, run } from './action.ts'
import { Aftermath } from './aftermath.ts'
import { Batcher, type BatcherStats } from './batcher.ts'
import { capturing, inTurnOnly } from './capture/capture.ts'
import { recordingReads } from './capture/reads.ts'
import { currentAudit } from './context.ts'
import { DatabaseEngine } from './database/engine.ts'
import type { EntryRow } from './entry.ts'
import { type ExecutionLog, type ExecutionLogOptions, openExecutionLog } from './execution-log.ts'
import { isRead, isWrite } from './operations.ts'
import { type AuditOptions, resolveOptions, type Settings } from './options.ts'
import { type AnyClient, type Interceptor, intercept, RootClient, transactionOf } from './prisma.ts'
import { findActivity } from './query/activity.ts'
import {
  type AuditEntry,
  type EntriesOptions,
  findEntries,
  type Page,
  type PageOptions,
} from './query/entries.ts'
import { findTrace, type Trace, type TraceOptions } from './query/trace.ts'
import { findUnfinished, type UnfinishedOptions } from './query/unfinished.ts'
import { Store } from './store.ts'
import { auditedTransaction } from './transaction-method.ts'

/** What `activity()` of a model takes. */
export interface ActivityOptions<Model> extends PageOptions {
  /** That of the model's `findUnique`. */
  readonly where: Prisma.Args<Model, 'findUnique'>['where']
}

/** One entry of a model's history, `before` and `after` typed by the model. */
export type ActivityEntry<Model> = AuditEntry<
  NonNullable<Prisma.Result<Model, object, 'findFirst'>>
>

/** `prisma.$audit`; of a transaction client, within its transaction. */
export interface AuditApi<Action extends string = string> {
  /**
   * Runs `fn` as an action: an entry is there before it begins, and another one tells how it ended. All
   * that it changes and logs carries its trace.
   *
   * @throws {AuditError} `ACTION_UNKNOWN`, `EVENT_INVALID`, `ACTOR_REQUIRED`, `WRITE_FAILED`; what `fn` throws
   */
  run<T>(action: Action, options: RunOptions, fn: (run: Run) => T | PromiseLike<T>): Promise<T>
  /**
   * Records one event: an approval, a login, an export, a refusal.
   *
   * @throws {AuditError} `ACTION_UNKNOWN`, `EVENT_INVALID`, `ACTOR_REQUIRED`, `WRITE_FAILED`
   */
  record(options: RecordOptions<Action>): Promise<Run>
  /** A page of the whole trail, newest first. */
  entries(options?: EntriesOptions): Promise<Page<AuditEntry>>
  /** One unit of work, oldest first: its entries and its log lines. */
  trace(traceId: string, options?: TraceOptions): Promise<Trace>
  /** The runs that have begun and not ended, newest first. */
  unfinished(options?: UnfinishedOptions): Promise<Page<AuditEntry>>
  /** A writer for execution logs. */
  executionLog(options?: ExecutionLogOptions): ExecutionLog
  /** Resolves once the reads that were made until now are recorded, or given up. Never rejects. */
  flush(): Promise<void>
  /** What became of the entries of reads. */
  readonly reads: BatcherStats
}

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
    const auditApi = (current: AnyClient): AuditApi<Action> => {
      const transaction = () => transactionOf(current)
      const place = async () => ({ settings, store, aftermath, transaction: await transaction() })
      return {
        run: async (action, runOptions, fn) => run(await place(), action, runOptions, fn),
        record: async (event) => record(await place(), event),
        entries: async (page) => findEntries(store, settings, await transaction(), page),
        trace: async (id, page) => findTrace(store, settings, await transaction(), id, page),
        unfinished: async (page) => findUnfinished(store, settings, await transaction(), page),
        executionLog: (logOptions) => openExecutionLog(root, settings, logOptions),
        flush: () => reads.flush(),
        get reads() {
          return reads.stats
        },
      }
    }
    return client.$extends({
      name: 'prisma-extension-audit',
      client: {
        $audit: auditApi(client),
        // Not part of the type: users keep the one that their own client has.
        ...(auditedTransaction(client, auditApi, aftermath) as object),
        ...(flushedDisconnect(client, reads) as object),
      },
      model: {
        $allModels: {
          /** The history of one entity, newest first, also after it was deleted. */
          async activity<Model, Options>(
            this: Model,
            options: Prisma.Exact<Options, ActivityOptions<Model>>,
          ): Promise<Page<ActivityEntry<Model>>> {
            const context: AnyClient = Prisma.getExtensionContext(this)
            const transaction = await transactionOf(context.$parent)
            const source = { root, settings, store, transaction }
            const page = await findActivity(
              source,
              context.$name,
              options as ActivityOptions<unknown>,
            )
            return page as Page<ActivityEntry<Model>>
          },
        },
      },
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

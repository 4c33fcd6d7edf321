import {
  type EventPlace,
  type RecordOptions,
  type Run,
  type RunOptions,
  record,
  run,
} from './action.ts'
import type { Aftermath } from './aftermath.ts'
import type { Batcher, BatcherStats } from './batcher.ts'
import type { EntryRow } from './entry.ts'
import { type ExecutionLog, type ExecutionLogOptions, openExecutionLog } from './execution-log.ts'
import type { Settings } from './options.ts'
import { type AnyClient, type RootClient, transactionOf } from './prisma.ts'
import { answering } from './query/answering.ts'
import { type AuditEntry, type EntriesOptions, findEntries, type Page } from './query/entries.ts'
import type { AuditQueries } from './query/queries.ts'
import { type AuditScope, checkedScope } from './query/scope.ts'
import type { Source } from './query/source.ts'
import { findUnfinished, type UnfinishedOptions } from './query/unfinished.ts'
import { type Revert, type RevertOptions, revert } from './revert/revert.ts'
import type { RevertTarget } from './revert/target.ts'
import type { Store } from './store.ts'

/** `prisma.$audit`; of a transaction client, within its transaction. */
export interface AuditApi<Action extends string = string> extends ScopedAudit {
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
  /** A page of the whole trail, newest first, by a filter of exact values. */
  entries(options?: EntriesOptions): Promise<Page<AuditEntry>>
  /** The runs that have begun and not ended, newest first. */
  unfinished(options?: UnfinishedOptions): Promise<Page<AuditEntry>>
  /** The same questions, answered within a scope: for whoever may not see everything. */
  scoped(scope: AuditScope, limits?: QueryLimits): ScopedAudit
  /** A writer for execution logs. */
  executionLog(options?: ExecutionLogOptions): ExecutionLog
  /** Resolves once the reads that were made until now are recorded, or given up. Never rejects. */
  flush(): Promise<void>
  /** What became of the entries of reads. */
  readonly reads: BatcherStats
}

/** What may be asked, and done, within a scope. */
export interface ScopedAudit extends AuditQueries {
  /**
   * Takes back what an entry, or all entries of a trace, changed, in one transaction that the trail tells of.
   *
   * @throws {AuditError} `REVERT_CONFLICT` where something was changed since; `REVERT_INVALID` where nothing
   * can be put back; `QUERY_FORBIDDEN` where the scope does not allow it; what the writes throw
   */
  revert(target: RevertTarget, options?: RevertOptions): Promise<Revert>
}

export interface QueryLimits {
  /** Milliseconds that one query may take; SQLite knows no such limit. @default none */
  readonly timeout?: number | undefined
}

/** What all clients of one extension share. */
export interface AuditPlace {
  readonly root: RootClient
  readonly settings: Settings
  readonly store: Store
  readonly aftermath: Aftermath
  readonly reads: Batcher<EntryRow>
}

/**
 * `$audit` of a client, or of a transaction client. `audited` is the client that it is part of, whose writes are
 * recorded.
 */
export function auditApi<Action extends string>(
  place: AuditPlace,
  client: AnyClient,
  audited: () => AnyClient,
): AuditApi<Action> {
  const { root, settings, store, aftermath, reads } = place
  const events = async (): Promise<EventPlace> => {
    return { settings, store, aftermath, transaction: await transactionOf(client) }
  }
  const within = (scope: AuditScope | null, timeout?: number): ScopedAudit => {
    const source = async (): Promise<Source> => {
      return { root, settings, store, scope, timeout, transaction: await transactionOf(client) }
    }
    return {
      ...answering(source),
      revert: async (target, options) => {
        const from = { source: await source(), events: await events(), client: audited() }
        return revert(from, target, options)
      },
    }
  }
  const everything = async () => {
    return { root, settings, store, scope: null, transaction: await transactionOf(client) }
  }
  return {
    ...within(null),
    run: async (action, options, fn) => run(await events(), action, options, fn),
    record: async (event) => record(await events(), event),
    entries: async (page) => findEntries(await everything(), page),
    unfinished: async (page) => findUnfinished(await everything(), page),
    scoped: (scope, { timeout } = {}) => within(checkedScope(scope), timeout),
    executionLog: (options) => openExecutionLog(root, settings, options),
    flush: () => reads.flush(),
    get reads() {
      return reads.stats
    },
  }
}

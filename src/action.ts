import type { Aftermath } from './aftermath.ts'
import { type Actor, type AuditContext, currentAudit, type TagValue, withAudit } from './context.ts'
import { type EntryRow, type Event, eventRow, originOf } from './entry.ts'
import { errorSummary } from './error-summary.ts'
import { AuditError } from './errors.ts'
import { checkAction, checkedSubject, type EventSubject, statesOf } from './event.ts'
import { activeSpan, linkSpan } from './opentelemetry.ts'
import type { Settings } from './options.ts'
import type { Transaction } from './prisma.ts'
import type { Store } from './store.ts'
import { inTurn } from './turns.ts'

/** What `run()` and `record()` take: what the event is about, and what is known beyond the context. */
export interface EventOptions extends EventSubject {
  /** Why. */
  readonly reason?: string | undefined
  /** Added to those of the context. */
  readonly tags?: Readonly<Record<string, TagValue>> | undefined
  /** In place of the context's. */
  readonly actor?: Actor | undefined
  readonly tenant?: AuditContext['tenant']
}

export interface RunOptions extends EventOptions {
  /**
   * In a transaction of the caller: record a run that fails after all, once the transaction was rolled
   * back with everything else in it. @default true
   */
  readonly recordFailure?: boolean | undefined
}

/** A run as its function knows it. */
export interface Run {
  /** What logs and messages carry: the id of the root entry of the unit of work. */
  readonly traceId: string
  /** The id of the run's own entry, the `parentId` of what it does; of the outermost run also the trace id. */
  readonly id: string
}

export interface RecordOptions<Action extends string = string> extends EventOptions {
  readonly action: Action
  /** @default 'success' */
  readonly outcome?: 'success' | 'failure' | 'denied' | undefined
  readonly before?: object | null | undefined
  readonly after?: object | null | undefined
}

/** Where an event is recorded. */
export interface EventPlace {
  readonly settings: Settings
  readonly store: Store
  /** That of the client that was asked, if it is one of a transaction. */
  readonly transaction: Transaction | undefined
  readonly aftermath: Aftermath
}

/**
 * Runs `fn` as an action: an entry with the outcome `started` is there before it begins, one with
 * `success` or `failure` is added when it ends. All that it changes, logs and runs carries the trace.
 *
 * A failure is thrown on. The closing entry's `after` tells the duration in milliseconds and the
 * error's name and message, without stack, cause and credentials.
 *
 * @throws {AuditError} `ACTION_UNKNOWN`, `EVENT_INVALID`, `CONTEXT_INVALID` or `ACTOR_REQUIRED` before
 * anything is done, `WRITE_FAILED` when an entry could not be written; after `fn` as well.
 */
export async function run<T>(
  place: EventPlace,
  action: string,
  options: RunOptions,
  fn: (run: Run) => T | PromiseLike<T>,
): Promise<T> {
  const { settings } = place
  checkAction(settings, action)
  const subject = checkedSubject(settings, checkedOptions(options))
  return withAudit(contextOf(options), async () => {
    const running = { action, ...subject, before: null, changed: null }
    const started = rowOf(place, { ...running, outcome: 'started', after: null })
    await write(place, started)
    const { id, traceId } = started
    const startedAt = settings.ticks()
    const { entity, entityId } = subject
    return withAudit({ trace: { traceId, parentId: id, action, entity, entityId } }, async () => {
      linkSpan(activeSpan(), traceId)
      const closing = (outcome: 'success' | 'failure', error?: unknown) => {
        const durationMs = Math.round(settings.ticks() - startedAt)
        const after = {
          outcome,
          durationMs,
          ...(outcome === 'failure' && { error: { ...errorSummary(error) } }),
        }
        return rowOf(place, {
          ...running,
          outcome,
          before: { outcome: 'started' },
          after,
          changed: ['outcome'],
        })
      }
      let result: T
      try {
        result = await fn({ traceId, id })
      } catch (error) {
        await fail(place, [started, closing('failure', error)], options.recordFailure ?? true)
        throw error
      }
      await write(place, closing('success'))
      return result
    })
  })
}

/** Records one event that is neither a change nor a run: an approval, a login, an export, a refusal. */
export async function record(place: EventPlace, options: RecordOptions): Promise<Run> {
  const { settings } = place
  const { action, outcome = 'success' } = checkedOptions(options)
  checkAction(settings, action)
  if (!['success', 'failure', 'denied'].includes(outcome)) {
    throw new AuditError(
      'EVENT_INVALID',
      `\`outcome\` is \`${String(outcome)}\`, but it has to be one of success, failure, denied.`,
    )
  }
  const subject = checkedSubject(settings, options)
  const states = statesOf(settings, subject.entity, options.before, options.after)
  return withAudit(contextOf(options), async () => {
    const row = rowOf(place, { action, outcome, ...subject, ...states })
    await write(place, row)
    linkSpan(activeSpan(), row.traceId)
    return { id: row.id, traceId: row.traceId }
  })
}

function rowOf({ settings }: EventPlace, event: Event): EntryRow {
  const origin = originOf(settings, currentAudit(), `$audit: ${event.action}`)
  return eventRow(settings, origin, event)
}

function contextOf({ reason, tags, actor, tenant }: EventOptions): AuditContext {
  return { reason, tags, actor, tenant }
}

function checkedOptions<Options>(options: Options): Options {
  if (typeof options === 'object' && options !== null) return options
  throw new AuditError(
    'EVENT_INVALID',
    `\`$audit\` was given \`${String(options)}\`, but needs what the event is about: { entity: 'User', entityId: 1 }.`,
  )
}

/** With `onError: 'ignore'`, an event that cannot be recorded stops nothing. */
async function write({ settings, store, transaction }: EventPlace, row: EntryRow): Promise<void> {
  try {
    await append(store, transaction, row)
  } catch (error) {
    if (!settings.onIgnoredError || !(error instanceof AuditError)) throw error
    settings.onIgnoredError(error)
  }
}

/**
 * The failure is what the caller has to hear of, whatever becomes of its entry. In a transaction, that
 * is likely to be rolled back: then both rows of the run are written again, after it.
 */
async function fail(
  place: EventPlace,
  rows: readonly [started: EntryRow, closing: EntryRow],
  isKept: boolean,
): Promise<void> {
  const { settings, store, transaction, aftermath } = place
  if (transaction && isKept) aftermath.keep(transaction, rows)
  await append(store, transaction, rows[1]).catch((error: unknown) => {
    if (!transaction && error instanceof AuditError) settings.onIgnoredError?.(error)
  })
}

/** In a transaction between its other writes: the savepoint of one that fails would take it back. */
function append(store: Store, transaction: Transaction | undefined, row: EntryRow): Promise<void> {
  const insert = () => store.write(transaction, [row])
  return transaction ? inTurn(transaction.id, insert) : insert()
}

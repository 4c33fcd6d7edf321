/**
 * Jobs of a queue, like those of BullMQ: whoever adds a job sends the trace along, and the worker
 * continues it.
 */
import type { AuditApi } from '../audit-api.ts'
import {
  type Actor,
  type AuditContext,
  type TagValue,
  withAudit,
  withoutAudit,
} from '../context.ts'
import { exportTrace, importTrace, type TraceCarrier } from '../propagation.ts'

/** What we know of a job; that of BullMQ is one. */
export interface Job {
  readonly id?: string | number | null | undefined
  readonly name?: string | undefined
  readonly data?: unknown
  /** How many attempts there were before this one. */
  readonly attemptsMade?: number | undefined
}

/** The data of a job with the trace of the code that added it. */
export type Traced<Data extends object> = Data & { readonly auditTrace?: TraceCarrier }

/**
 * `data` and, as its `auditTrace`, the trace of the running code: `queue.add(name, traced(data))`.
 * Outside of any context it is `data` as it stands.
 */
export function traced<Data extends object>(data: Data): Traced<Data> {
  const auditTrace = exportTrace()
  return auditTrace ? { ...data, auditTrace } : data
}

export interface AuditJobOptions<J extends Job = Job, Action extends string = string> {
  /** @default 'execute' */
  readonly action?: Action | undefined
  /** Ids of jobs are unique in one queue only, so give each queue its own. @default 'Job' */
  readonly entity?: string | undefined
  /** Who acts where the data tells of nobody: `{ type: 'service', id: 'mailer' }`. */
  readonly actor?: Actor | undefined
  /** Is told of an `auditTrace` that is none; the job then runs as if it had none. */
  readonly onInvalidTrace?: ((error: unknown, job: J) => void) | undefined
}

/**
 * A processor that runs each attempt of a job as an action, with a `started` entry and a closing one,
 * in the trace that {@link traced} put into the job's data: `new Worker('mail', auditJob(prisma, send))`.
 *
 * A job without a trace is a unit of work of its own. A failure is thrown on, for the queue to retry.
 * Nothing is taken over from the context in which the queue calls it, which may be another job's.
 *
 * Whoever can add jobs decides who acts in them.
 *
 * @throws {AuditError} per attempt, what `$audit.run()` throws
 */
export function auditJob<
  J extends Job,
  Rest extends readonly unknown[],
  Result,
  Action extends string = string,
>(
  prisma: { readonly $audit: Pick<AuditApi<Action>, 'run'> },
  processor: (job: J, ...rest: Rest) => Result | PromiseLike<Result>,
  options: AuditJobOptions<J, Action> = {},
): (job: J, ...rest: Rest) => Promise<Result> {
  const { action = 'execute' as Action, entity = 'Job' } = options
  return async (job, ...rest) =>
    withoutAudit(() =>
      withAudit(contextOf(job, options), () =>
        prisma.$audit.run(action, { entity, entityId: job.id, tags: tagsOf(job) }, () =>
          processor(job, ...rest),
        ),
      ),
    )
}

function contextOf<J extends Job>(
  job: J,
  { actor, onInvalidTrace }: Pick<AuditJobOptions<J>, 'actor' | 'onInvalidTrace'>,
): AuditContext {
  const { auditTrace } = Object(job.data) as Traced<object>
  if (auditTrace === undefined) return { actor }
  try {
    return { actor, ...importTrace(auditTrace) }
  } catch (error) {
    onInvalidTrace?.(error, job)
    return { actor }
  }
}

function tagsOf({ name, attemptsMade }: Job): Record<string, TagValue> {
  return {
    ...(name !== undefined && { job: name }),
    ...(attemptsMade !== undefined && { attempt: attemptsMade + 1 }),
  }
}

import { currentAudit } from '../context.ts'
import { AuditError } from '../errors.ts'
import type { ExecutionLog, LogLine } from '../execution-log.ts'
import { isId } from '../id.ts'

/**
 * What of the audit context a line carries, by the same names in every logger. A field that is not
 * known is left out.
 *
 * | field | meaning |
 * |---|---|
 * | `trace_id` | the id of the root audit entry of the unit of work: 32 lowercase hex characters |
 * | `parent_id` | the id of the entry of the enclosing action, likewise |
 * | `action`, `entity`, `entity_id` | the enclosing action, and what it is done to |
 * | `actor_id`, `actor_type`, `on_behalf_of` | who acts, and in whose name |
 * | `tenant_id` | the tenant |
 * | `request_id` | the id of the request |
 */
export interface LogFields {
  trace_id?: string
  parent_id?: string
  action?: string
  entity?: string
  entity_id?: string
  actor_id?: string
  actor_type?: string
  on_behalf_of?: string
  tenant_id?: string
  request_id?: string
}

/** The fields of the running code; always a new object, so that a logger may add to it. */
export function logFields(): LogFields {
  // Built anew for each line: copying one that is kept by context takes twice as long.
  const fields: LogFields = {}
  const context = currentAudit()
  if (!context) return fields
  const { trace, actor, tenant, request } = context
  if (trace) {
    fields.trace_id = trace.traceId
    if (trace.parentId != null) fields.parent_id = trace.parentId
    if (trace.action !== undefined) fields.action = trace.action
    if (trace.entity !== undefined) fields.entity = trace.entity
    if (trace.entityId != null) fields.entity_id = trace.entityId
  }
  if (actor) {
    if (actor.id != null) fields.actor_id = String(actor.id)
    fields.actor_type = actor.type ?? 'user'
    if (actor.onBehalfOf != null) fields.on_behalf_of = String(actor.onBehalfOf)
  }
  if (tenant != null) fields.tenant_id = String(tenant)
  if (request?.id !== undefined) fields.request_id = request.id
  return fields
}

/** A line as its logger has made it, whoever has put which field there. */
type Line = Readonly<Record<string, unknown>>

/**
 * The trace that a line tells by its own fields, for an execution log. A line without one must not get
 * that of the running code: a stream runs in the context of whoever wrote to it last.
 */
export function traceOf(line: Line): Required<Pick<LogLine, 'traceId' | 'parentId'>> {
  const parentId = isId(line.parent_id) ? line.parent_id : null
  const isOwn = parentId !== null || !hasSpan(line)
  return { traceId: isOwn && isId(line.trace_id) ? line.trace_id : '', parentId }
}

/**
 * Whether OpenTelemetry's instrumentation of the logger was at a line: it adds the `trace_id` of the
 * span, with `trace_flags`. Lines of a run have theirs replaced; outside of any run it is no audit trace.
 */
export function hasSpan(line: Line): boolean {
  return line.trace_flags !== undefined
}

/**
 * @throws {AuditError} `OPTION_INVALID` for what is no execution log.
 */
export function checkLog(log: ExecutionLog): void {
  if (['write', 'drained', 'flush'].every((name) => name in Object(log))) return
  throw new AuditError(
    'OPTION_INVALID',
    `\`log\` is \`${log === Object(log) ? 'another object' : String(log)}\`, but it has to be an ` +
      'execution log: executionLog(prisma), of the audited client.',
  )
}

import {
  type Actor,
  type AuditContext,
  checkContext,
  currentAudit,
  type TagValue,
} from './context.ts'
import { AuditError } from './errors.ts'

/** What of a context goes along with a message, a job or a request; plain JSON. */
export interface TraceCarrier {
  readonly version: 1
  readonly traceId?: string
  readonly parentId?: string
  readonly actor?: {
    readonly id?: string
    readonly type?: Actor['type']
    readonly name?: string
    readonly onBehalfOf?: string
  }
  readonly tenant?: string
  readonly tags?: Readonly<Record<string, TagValue>>
  /** W3C Trace Context: the audit trace in the form that other systems pass on. */
  readonly traceparent?: string
}

/**
 * The trace of the running code, to be continued elsewhere by {@link importTrace}; `undefined`
 * outside of {@link withAudit}. What is known of the request and the reason stay here.
 */
export function exportTrace(): TraceCarrier | undefined {
  const context = currentAudit()
  if (!context) return undefined
  const { actor, tenant, tags, trace } = context
  const carrier = {
    version: 1 as const,
    traceId: trace?.traceId,
    parentId: trace?.parentId ?? undefined,
    actor: actor && {
      id: textOf(actor.id),
      type: actor.type,
      name: actor.name ?? undefined,
      onBehalfOf: textOf(actor.onBehalfOf),
    },
    tenant: textOf(tenant),
    tags,
    traceparent: trace && formatTraceparent(trace.traceId, trace.parentId),
  }
  // Without what is undefined, and with nothing that JSON lacks.
  return JSON.parse(JSON.stringify(carrier)) as TraceCarrier
}

/**
 * The context of a carrier, for {@link withAudit}. It takes what {@link exportTrace} answered, as an
 * object or as JSON text, or a W3C `traceparent`.
 *
 * Whoever can write the carrier decides who acts: import it from your own queues and services only,
 * never from a client's request.
 *
 * @throws {AuditError} `CONTEXT_INVALID` when it is none of these.
 */
export function importTrace(carrier: unknown): AuditContext {
  if (typeof carrier === 'string') {
    const traceparent = parseTraceparent(carrier)
    return traceparent ? { trace: { traceId: traceparent.traceId } } : importTrace(parsed(carrier))
  }
  const { version, traceId, parentId, actor, tenant, tags, traceparent } = Object(
    carrier,
  ) as Partial<TraceCarrier>
  if (version !== 1) {
    invalid(
      carrier,
      version === undefined ? 'it has no `version`' : `its version is \`${version}\``,
    )
  }
  const continued = traceId ?? parseTraceparent(traceparent)?.traceId
  return checkContext({
    ...(actor && { actor }),
    ...(tenant !== undefined && { tenant }),
    ...(tags && { tags }),
    ...(continued !== undefined && { trace: { traceId: continued, parentId } }),
  })
}

/** The two ids of a W3C `traceparent` header. */
export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
}

/** `version-traceid-parentid-flags`; versions above 00 may have more parts (W3C Trace Context 1, 3.2). */
const pattern =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:$|-)/

/** Reads a `traceparent` header; `undefined` for none and for one that is not valid. */
export function parseTraceparent(header: unknown): Traceparent | undefined {
  if (typeof header !== 'string') return undefined
  const found = pattern.exec(header.trim())
  if (!found || (header.startsWith('00-') && header.trim().length !== 55)) return undefined
  const [, traceId = '', spanId = ''] = found
  return { traceId, spanId }
}

/** The header of a trace; the span id is the random end of the enclosing entry's id. */
export function formatTraceparent(traceId: string, parentId?: string | null): string {
  return `00-${traceId}-${(parentId ?? traceId).slice(-16)}-01`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return invalid(text, 'it is neither JSON nor a `traceparent`')
  }
}

function textOf(value: string | number | bigint | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value)
}

function invalid(carrier: unknown, reason: string): never {
  throw new AuditError(
    'CONTEXT_INVALID',
    `importTrace() takes what exportTrace() answered, or a W3C traceparent, but got \`${shown(carrier)}\`: ${reason}.`,
  )
}

function shown(carrier: unknown): string {
  try {
    return (typeof carrier === 'object' ? JSON.stringify(carrier) : String(carrier)).slice(0, 200)
  } catch {
    return 'an object that JSON cannot hold'
  }
}

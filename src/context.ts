import { AsyncLocalStorage } from 'node:async_hooks'
import { AuditError } from './errors.ts'
import { isId } from './id.ts'

/** Who acts: a person, a service account, the system itself, or an autonomous agent. */
export interface Actor {
  /** Stored as text; a number or bigint is converted. */
  readonly id?: string | number | bigint | null | undefined
  /** @default 'user' */
  readonly type?: ActorType | undefined
  /** A name for people to read, as it was at the time. */
  readonly name?: string | null | undefined
  /** The id of the person in whose name the actor acts: impersonation, delegation. */
  readonly onBehalfOf?: string | number | bigint | null | undefined
}

export type ActorType = 'user' | 'service' | 'system' | 'agent'
export type TagValue = string | number | boolean | null | readonly string[]

/** Where a request came from. Every field is optional; further fields are kept as given. */
export interface AuditRequest {
  readonly ip?: string | undefined
  readonly userAgent?: string | undefined
  readonly id?: string | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
  /** OpenTelemetry trace id, 32 hex characters. */
  readonly otelTraceId?: string | undefined
  /** OpenTelemetry span id, 16 hex characters. */
  readonly otelSpanId?: string | undefined
}

/** The unit of work that a change belongs to. */
export interface AuditTrace {
  /** The id of the root row: 32 lowercase hex characters. */
  readonly traceId: string
  /** The id of the row of the enclosing action. */
  readonly parentId?: string | null | undefined
  /** The enclosing action, and what it is done to; logs carry them. */
  readonly action?: string | undefined
  readonly entity?: string | undefined
  readonly entityId?: string | null | undefined
}

/** What is known about the caller; every row written inside {@link withAudit} carries it. */
export interface AuditContext {
  readonly actor?: Actor | undefined
  readonly tenant?: string | number | bigint | null | undefined
  readonly tags?: Readonly<Record<string, TagValue>> | undefined
  readonly request?: AuditRequest | undefined
  readonly trace?: AuditTrace | undefined
  /** Why: free text that is kept on every row. */
  readonly reason?: string | undefined
}

/** A cell, so that `updateAudit` reaches code that already runs inside the same `withAudit`. */
interface Cell {
  context: AuditContext
}

/**
 * The one place the current context lives.
 *
 * It hangs on `globalThis` because a bundler may load this file twice, and a change seen
 * through the second copy would be recorded as made by nobody, without any error.
 */
const storageKey = Symbol.for('prisma-extension-audit.context')
const globals = globalThis as typeof globalThis & {
  [storageKey]?: AsyncLocalStorage<Cell | undefined>
}
globals[storageKey] ??= new AsyncLocalStorage<Cell | undefined>()
const storage = globals[storageKey]

/**
 * Runs `fn` with `context`; all that it starts, awaits or schedules is attributed to it.
 *
 * A nested call inherits what it does not set; tags are merged. A Prisma promise that `fn`
 * returns is started here: left lazy, it would run in the context where it is awaited.
 *
 * @throws {AuditError} `CONTEXT_INVALID` when a field has a wrong type.
 */
export function withAudit<T>(context: AuditContext, fn: () => PromiseLike<T>): Promise<T>
export function withAudit<T>(context: AuditContext, fn: () => T): T
export function withAudit<T>(context: AuditContext, fn: () => T): T | Promise<T> {
  const cell = { context: merge(storage.getStore()?.context, checkContext(context)) }
  return storage.run(cell, () => {
    const result = fn()
    return isLazy(result) ? (async () => await result)() : result
  })
}

/** Runs `fn` outside of any context, whatever calls it: what it does is its own unit of work. */
export function withoutAudit<T>(fn: () => T): T {
  return storage.run(undefined, fn)
}

/**
 * Adds to the context of the enclosing {@link withAudit}, for example once the user is known.
 *
 * @throws {AuditError} `CONTEXT_INVALID` outside of `withAudit`, or when a field has a wrong type.
 */
export function updateAudit(patch: AuditContext): void {
  const cell = storage.getStore()
  if (!cell) {
    throw new AuditError(
      'CONTEXT_INVALID',
      'updateAudit() was called outside of withAudit(), so there is nothing to update. ' +
        'Wrap the request in withAudit(context, fn) first.',
    )
  }
  cell.context = merge(cell.context, checkContext(patch))
}

/** The context of the running code, or `undefined` outside of {@link withAudit}. */
export function currentAudit(): AuditContext | undefined {
  return storage.getStore()?.context
}

function merge(outer: AuditContext | undefined, inner: AuditContext): AuditContext {
  const given = Object.fromEntries(Object.entries(inner).filter(([, value]) => value !== undefined))
  const tags = outer?.tags || inner.tags ? { tags: { ...outer?.tags, ...inner.tags } } : {}
  return Object.freeze({ ...outer, ...given, ...tags })
}

function isLazy(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function' &&
    !(value instanceof Promise)
  )
}

const actorTypes: readonly string[] = ['user', 'service', 'system', 'agent'] satisfies ActorType[]

/**
 * @throws {AuditError} `CONTEXT_INVALID` when a field has a wrong type.
 */
export function checkContext(context: AuditContext): AuditContext {
  if (typeof context !== 'object' || context === null) fail('context', context, 'an object')
  const { actor, tenant, tags, request, trace, reason } = context
  if (actor !== undefined) {
    if (typeof actor !== 'object' || actor === null) fail('actor', actor, 'an object')
    if (!isIdentifier(actor.id)) fail('actor.id', actor.id, 'a string or a number')
    if (!isIdentifier(actor.onBehalfOf)) {
      fail('actor.onBehalfOf', actor.onBehalfOf, 'a string or a number')
    }
    if (actor.type !== undefined && !actorTypes.includes(actor.type)) {
      fail('actor.type', actor.type, `one of ${actorTypes.join(', ')}`)
    }
    if (actor.name != null && typeof actor.name !== 'string') {
      fail('actor.name', actor.name, 'a string')
    }
  }
  if (!isIdentifier(tenant)) fail('tenant', tenant, 'a string or a number')
  for (const [key, value] of Object.entries({ tags, request })) {
    if (value !== undefined && (typeof value !== 'object' || value === null)) {
      fail(key, value, 'an object')
    }
  }
  if (reason !== undefined && typeof reason !== 'string') fail('reason', reason, 'a string')
  if (trace !== undefined) {
    for (const [key, value] of Object.entries({
      traceId: trace.traceId,
      parentId: trace.parentId,
    })) {
      const absent = key === 'parentId' && value == null
      if (!absent && !isId(value)) {
        fail(`trace.${key}`, value, '32 lowercase hex characters')
      }
    }
    const { action, entity, entityId } = trace
    for (const [key, value] of Object.entries({ action, entity, entityId })) {
      if (value != null && typeof value !== 'string') fail(`trace.${key}`, value, 'a string')
    }
  }
  return context
}

function isIdentifier(value: unknown): boolean {
  return value == null || ['string', 'number', 'bigint'].includes(typeof value)
}

function fail(field: string, value: unknown, expected: string): never {
  throw new AuditError(
    'CONTEXT_INVALID',
    `\`${field}\` in the audit context is \`${String(value)}\`, but it has to be ${expected}.`,
  )
}

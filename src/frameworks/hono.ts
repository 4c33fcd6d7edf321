import type { Context, Env, Handler, MiddlewareHandler } from 'hono'
import { withAudit } from '../context.ts'
import { answerRequest, type FetchHandler, originalOf } from '../http/fetch-handler.ts'
import { streamedInContext } from '../http/streamed-in-context.ts'
import { checkRequestOptions, contextOf, type RequestContextOptions } from './request.ts'

export type { RequestContextOptions } from './request.ts'

export interface HonoContextOptions<E extends Env = Env> extends RequestContextOptions<Context<E>> {
  /**
   * The address of the other end of the connection, where the runtime is not `@hono/node-server`.
   *
   * @default that of the socket of `@hono/node-server`
   */
  readonly remoteAddress?: ((c: Context<E>) => string | undefined) | undefined
}

/**
 * Middleware for Hono: the handlers after it run in the context of their request.
 *
 * Without the option `requestIdHeader`, the id is that of `hono/request-id`, where that runs before.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function auditContext<E extends Env = Env>(
  options: HonoContextOptions<E> = {},
): MiddlewareHandler<E> {
  checkRequestOptions(options, ['remoteAddress'])
  const { remoteAddress = socketAddress } = options
  return async (c, next) => {
    const { requestId } = c.var as { readonly requestId?: string }
    const context = await contextOf(options, c, {
      method: c.req.method,
      path: c.req.path,
      headers: (name) => c.req.header(name),
      remoteAddress: remoteAddress(c),
      id: requestId,
    })
    await withAudit(context, next)
  }
}

function socketAddress<E extends Env>(c: Context<E>): string | undefined {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return env?.incoming?.socket?.remoteAddress
}

/**
 * Mounts the handler of `createAuditHandler()` in Hono: `app.all('/audit/*', auditRoutes(handler))`.
 *
 * The handler's option `basePath` is the whole path, with that of the application. A body that Hono has
 * read already, by `c.req.json()` or a validator, is handed on.
 */
export function auditRoutes<E extends Env = Env>(handler: FetchHandler): Handler<E> {
  return async (c) =>
    streamedInContext(await answerRequest(handler, await unreadRequest(c), c), brokenOff)
}

/** `@hono/node-server` sends the message of an error to the caller, where it has sent nothing before. */
function brokenOff(cause: unknown): Error {
  return new Error('The answer broke off.', { cause })
}

/**
 * Hono's own context behind the request that `authorize` is given: `originalRequest<AppEnv>(request).var.user`.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` for any other request.
 */
export function originalRequest<E extends Env = Env>(request: Request): Context<E> {
  return originalOf(request) as Context<E>
}

async function unreadRequest<E extends Env>({ req }: Context<E>): Promise<Request> {
  const { raw } = req
  if (!raw.bodyUsed) return raw
  const { url, method, headers, signal } = raw
  return new Request(url, { method, headers, signal, body: await req.arrayBuffer() })
}

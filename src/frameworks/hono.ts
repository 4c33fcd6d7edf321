import type { Context, Env, MiddlewareHandler } from 'hono'
import { withAudit } from '../context.ts'
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

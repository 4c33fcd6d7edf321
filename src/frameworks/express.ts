import type { IncomingMessage } from 'node:http'
import type { Request } from 'express'
import { withAudit } from '../context.ts'
import {
  checkRequestOptions,
  contextOf,
  nodeHeaders,
  type RequestContextOptions,
} from './request.ts'

export type { RequestContextOptions } from './request.ts'

/** Fits wherever Express takes a handler, and leaves the types of the handlers after it alone. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: unknown,
  next: (error?: unknown) => void,
) => void

/**
 * Middleware for Express 5 and 4: the handlers after it run in the context of their request.
 *
 * Without the option `trustProxy`, the address is `req.ip`, for which Express's own setting
 * `trust proxy` decides. Without `requestIdHeader`, the id is `req.id`, where another middleware set
 * it to a text.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function auditContext<Req extends Request = Request>(
  options: RequestContextOptions<Req> = {},
): ExpressMiddleware {
  checkRequestOptions(options)
  return (incoming, _, next) => {
    const request = incoming as Req & { readonly id?: unknown }
    contextOf(options, request, {
      method: request.method,
      path: request.originalUrl,
      headers: nodeHeaders(request.headers),
      remoteAddress: request.socket.remoteAddress,
      ip: request.ip,
      id: typeof request.id === 'string' ? request.id : undefined,
    }).then((context) => withAudit(context, () => next()), next)
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Request } from 'express'
import { withAudit } from '../context.ts'
import { type FetchHandler, originalOf } from '../http/fetch-handler.ts'
import { answerNodeRequest } from '../http/node.ts'
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

/**
 * Mounts the handler of `createAuditHandler()` in Express 5 and 4: `app.use('/audit', auditRoutes(handler))`.
 *
 * The handler's option `basePath` is the whole path, with that of the router. A body that `express.json()`
 * has read already is handed on. Errors go to Express's error handler.
 */
export function auditRoutes(
  handler: FetchHandler,
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  return (incoming, outgoing, next) => {
    const { originalUrl: url, protocol, body } = incoming as Partial<Request>
    const exchange = { incoming, outgoing, original: incoming, url, protocol, body }
    answerNodeRequest(handler, exchange).catch(next)
  }
}

/**
 * Express's own request behind the one that `authorize` is given, with what the middleware before has
 * put on it: `originalRequest<SignedIn>(request).user`.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` for any other request.
 */
export function originalRequest<Req extends Request = Request>(request: globalThis.Request): Req {
  return originalOf(request) as Req
}

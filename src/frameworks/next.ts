/**
 * Next.js with the App Router, on its Node.js runtime: a route handler or a server action runs in the
 * context of its request.
 */
import type { NextRequest } from 'next/server.js'
import { type AuditContext, withAudit } from '../context.ts'
import { answerRequest, type FetchHandler, originalOf } from '../http/fetch-handler.ts'
import { streamedInContext } from '../http/streamed-in-context.ts'
import { checkRequestOptions, contextOf, type RequestContextOptions } from './request.ts'

/** What both a route handler and a server action know of their request. */
export type RequestWithHeaders = Pick<Request, 'headers'>

/**
 * Next tells nobody the address of the other end of the connection. An entry has an `ip` where
 * `trustProxy` says how many proxies write `X-Forwarded-For`, or where `remoteAddress` answers one.
 */
export interface NextContextOptions<Req = RequestWithHeaders> extends RequestContextOptions<Req> {
  /** The address of the other end, for example of a header that your platform always sets. */
  readonly remoteAddress?: ((request: Req) => string | null | undefined) | undefined
}

/**
 * A route handler that runs in the context of its request, as does the stream that it answers:
 * `export const POST = withAuditRoute(options, async (request: NextRequest) => Response.json(...))`.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function withAuditRoute<Req extends Request, Rest extends readonly unknown[]>(
  options: NextContextOptions<Req>,
  handler: (request: Req, ...rest: Rest) => Response | Promise<Response>,
): (request: Req, ...rest: Rest) => Promise<Response> {
  checkRequestOptions(options, own)
  return async (request, ...rest) =>
    withAudit(await nextContext(options, request, request.method, request.url), async () =>
      streamedInContext(await handler(request, ...rest)),
    )
}

/**
 * A server action that runs in the context of its request. Export it from a file that begins with
 * `'use server'`: `export const save = withAuditAction(options, async (form: FormData) => { ... })`.
 *
 * What options ask about is an object with the request's headers; the path is not known.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function withAuditAction<Args extends readonly unknown[], Result>(
  options: NextContextOptions,
  action: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  checkRequestOptions(options, own)
  return async (...args) => {
    // Only here, and with its extension: loaded by Node.js before Next has set itself up, it would
    // leave Next without its own async context.
    const { headers } = await import('next/headers.js')
    const request = { headers: await headers() }
    const context = await nextContext(options, request, 'POST', '')
    const known = { ...context, request: { ...context.request, path: undefined } }
    return withAudit(known, () => action(...args))
  }
}

/**
 * Mounts the handler of `createAuditHandler()`, in `app/audit/[[...path]]/route.ts`:
 * `export const { GET, HEAD, POST, PUT, DELETE } = auditRoutes(handler)`.
 *
 * The handler's option `basePath` is the whole path, with Next's own `basePath`.
 */
export function auditRoutes(
  handler: FetchHandler,
): Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', (request: Request) => Promise<Response>> {
  const answer = (request: Request) => answerRequest(handler, request, request)
  return { GET: answer, HEAD: answer, POST: answer, PUT: answer, DELETE: answer }
}

/** Next's own request, which the one that `authorize` is given is: `originalRequest(request).cookies`. */
export function originalRequest(request: Request): NextRequest {
  return originalOf(request) as NextRequest
}

const own = ['remoteAddress']

function nextContext<Req extends RequestWithHeaders>(
  options: NextContextOptions<Req>,
  request: Req,
  method: string,
  path: string,
): Promise<AuditContext> {
  return contextOf(options, request, {
    method,
    path,
    headers: (name) => request.headers.get(name) ?? undefined,
    remoteAddress: options.remoteAddress?.(request) ?? undefined,
  })
}

import { AuditError } from '../errors.ts'

/** What is mounted in a framework: `createAuditHandler()` makes one. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

const originals = new WeakMap<Request, unknown>()

/**
 * What `handler` answers to the request that stands for `original`, a framework's own.
 *
 * Where nobody reads the body, since the method is HEAD or the caller went away meanwhile, it is
 * cancelled: what it is read from would stay open.
 */
export async function answerRequest(
  handler: FetchHandler,
  request: Request,
  original: unknown,
): Promise<Response> {
  originals.set(request, original)
  const response = await handler(request)
  const isRead = request.method !== 'HEAD' && !request.signal.aborted
  if (isRead || !response.body) return response
  await response.body.cancel()
  return new Response(null, response)
}

/** A response that lasts until its reader goes away. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

/** @throws {AuditError} `RUNTIME_UNSUPPORTED` for a request that was not handed on by `auditRoutes()`. */
export function originalOf(request: Request): unknown {
  if (originals.has(request)) return originals.get(request)
  throw new AuditError(
    'RUNTIME_UNSUPPORTED',
    `No request of a framework is known behind \`${request.method}\` \`${request.url}\`. Ask about the request ` +
      'that `authorize` was given, by the same entry of prisma-extension-audit that auditRoutes() is from.',
  )
}

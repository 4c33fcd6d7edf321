// An application writes: import { withAuditRoute } from 'prisma-extension-audit/next'
import { withAuditRoute } from '../../../../src/frameworks/next.ts'
import { auditOptions, userOf } from './audit.ts'

/** A route handler for those who have signed in, in the context of its request. */
export function api<Rest extends readonly unknown[]>(
  handler: (request: Request, ...rest: Rest) => Promise<Response>,
) {
  return withAuditRoute(auditOptions, async (request: Request, ...rest: Rest) =>
    userOf(request.headers) ? handler(request, ...rest) : json({ error: 'Sign in.' }, 401),
  )
}

/** An answer as JSON, which has no bigint. */
export function json(value: unknown, status = 200): Response {
  const body = JSON.stringify(value, (_, inner) =>
    typeof inner === 'bigint' ? String(inner) : inner,
  )
  return new Response(body, { status, headers: { 'content-type': 'application/json' } })
}

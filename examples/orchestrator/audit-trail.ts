/**
 * The trail over HTTP, and the Activity → Audit of one entity as JSON.
 */
import type { Context, Handler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
// An application writes: import { auditRoutes, originalRequest } from 'prisma-extension-audit/hono'
import { auditRoutes, originalRequest } from '../../src/frameworks/hono.ts'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { createAuditHandler } from '../../src/http/index.ts'
// and: import type { Page, PageOptions } from 'prisma-extension-audit'
import type { Page, PageOptions } from '../../src/index.ts'
import { type AppEnv, currentScopes } from './authentication.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'
import { savedViews } from './saved-views.ts'

type Query = Record<string, string | string[]>

/** `take` and `cursor` of `GET /<entity>/:id/activity`. */
export const activityQuery = validator('query', pageOf)

/**
 * The trail over HTTP, as far as an account may look: an administrator sees all of it, others what happened
 * within their tenant to the infrastructure, and to its users, whose addresses the API does not tell them.
 */
export function auditTrail(prisma: Database, tenant: string): Handler<AppEnv> {
  const handler = createAuditHandler({
    client: prisma,
    views: savedViews(),
    // Asked about each request, and from time to time about a stream that is open.
    authorize: async (request) => {
      const { account } = originalRequest<AppEnv>(request).var
      const scopes = await currentScopes(prisma, account)
      const { id, type, name } = account
      const viewer = { id, type, name }
      if (scopes.includes('admin')) {
        return { tenants: 'all', mayExport: true, mayRevert: true, viewer }
      }
      if (!scopes.includes('read')) return 403
      const entities = ['Resource', 'Execution', 'Template', 'User']
      return { tenants: [tenant], entities, masked: { User: ['email'] }, viewer }
    },
  })
  return auditRoutes(handler)
}

/** Every entity begins with a `create`, so one without a history never existed. */
export function sendActivity(c: Context, page: Page<unknown>): Response {
  if (page.entries.length === 0 && !c.req.query('cursor')) {
    throw new HTTPException(404, { message: 'There is no such entity.' })
  }
  return sendJson(c, page)
}

/** The values are checked by the query itself. */
export function pageOf({ take, cursor }: Query): PageOptions {
  return {
    ...(typeof take === 'string' && { take: Number(take) }),
    ...(typeof cursor === 'string' && { cursor }),
  }
}

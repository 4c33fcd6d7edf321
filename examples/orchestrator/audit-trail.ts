/**
 * The trail as JSON: all of it, and the Activity → Audit of one entity.
 */
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
// An application writes: import type { Page, PageOptions } from 'prisma-extension-audit'
import type { Page, PageOptions } from '../../src/index.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'

type Query = Record<string, string | string[]>

const filters = ['entity', 'entityId', 'actorId', 'actorType', 'action'] as const

/** Any of several values is written `entity=Resource,Template`. */
const entriesQuery = validator('query', (query: Query) => {
  const given = filters.flatMap((name) => {
    const value = query[name]
    return typeof value === 'string' && value !== '' ? [[name, value.split(',')]] : []
  })
  const where: { [Name in (typeof filters)[number]]?: string[] } = Object.fromEntries(given)
  return { where, ...pageOf(query) }
})

/** `take` and `cursor` of `GET /<entity>/:id/activity`. */
export const activityQuery = validator('query', pageOf)

export function auditTrail(prisma: Database) {
  return new Hono<AppEnv>().get('/', entriesQuery, async (c) =>
    sendJson(c, await prisma.$audit.entries(c.req.valid('query'))),
  )
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

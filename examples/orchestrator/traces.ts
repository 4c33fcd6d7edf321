/**
 * One unit of work as JSON: its audit entries and its log lines, from who did it to how it ran.
 */
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
import { pageOf } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'
import type { Logging } from './logging.ts'

const traceQuery = validator('query', ({ logsTake, logsCursor, ...query }: Query) => ({
  ...pageOf(query),
  logs: pageOf({
    ...(logsTake && { take: logsTake }),
    ...(logsCursor && { cursor: logsCursor }),
  }),
}))

type Query = Record<string, string | string[]>

export function traces(prisma: Database, { log }: Logging) {
  return new Hono<AppEnv>().get('/:traceId', traceQuery, async (c) => {
    // What was logged until now is to be seen.
    await log.flush()
    const trace = await prisma.$audit.trace(c.req.param('traceId'), c.req.valid('query'))
    if (trace.entries.length === 0 && trace.logs.lines.length === 0) {
      throw new HTTPException(404, { message: 'There is no such trace.' })
    }
    return sendJson(c, trace)
  })
}

import { Hono } from 'hono'
import { activityQuery, sendActivity } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'
import { body, idPath, integer, object, optional, patch, text } from './validation.ts'

export function templates(prisma: Database) {
  const shape = { name: text, kind: text, version: optional(integer, 1), parameters: object }
  const { kind: _, ...changeable } = shape
  return new Hono<AppEnv>()
    .get('/', async (c) => sendJson(c, await prisma.template.findMany()))
    .post('/', body(shape), async (c) =>
      sendJson(c, await prisma.template.create({ data: c.req.valid('json') }), 201),
    )
    .get(idPath, async (c) => {
      const id = Number(c.req.param('id'))
      return sendJson(c, await prisma.template.findUniqueOrThrow({ where: { id } }))
    })
    .patch(idPath, patch(changeable), async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.template.update({ where, data: c.req.valid('json') }))
    })
    .delete(idPath, async (c) => {
      await prisma.template.delete({ where: { id: Number(c.req.param('id')) } })
      return c.body(null, 204)
    })
    .get(`${idPath}/activity`, activityQuery, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendActivity(c, await prisma.template.activity({ where, ...c.req.valid('query') }))
    })
}

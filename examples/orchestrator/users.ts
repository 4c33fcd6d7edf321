import { Hono } from 'hono'
import { activityQuery, sendActivity } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import { hashPassword } from './credentials.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'
import { body, email, idPath, oneOf, optional, password, patch, text } from './validation.ts'

const role = oneOf('viewer', 'operator', 'admin')
const creation = body({ email, name: text, role: optional(role, 'viewer'), password })
const change = patch({ email, name: text, role, password })

export function users(prisma: Database) {
  return new Hono<AppEnv>()
    .get('/', async (c) => sendJson(c, await prisma.user.findMany()))
    .post('/', creation, async (c) => {
      const { password, ...user } = c.req.valid('json')
      const data = { ...user, passwordHash: await hashPassword(password) }
      return sendJson(c, await prisma.user.create({ data }), 201)
    })
    .get(idPath, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.user.findUniqueOrThrow({ where }))
    })
    .patch(idPath, change, async (c) => {
      const { password, ...user } = c.req.valid('json')
      const data = { ...user, ...(password && { passwordHash: await hashPassword(password) }) }
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.user.update({ where, data }))
    })
    .delete(idPath, async (c) => {
      await prisma.user.delete({ where: { id: Number(c.req.param('id')) } })
      return c.body(null, 204)
    })
    .get(`${idPath}/activity`, activityQuery, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendActivity(c, await prisma.user.activity({ where, ...c.req.valid('query') }))
    })
}

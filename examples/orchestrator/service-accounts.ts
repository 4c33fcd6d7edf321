import { Hono } from 'hono'
import { activityQuery, sendActivity } from './audit-trail.ts'
import { type AppEnv, scopes } from './authentication.ts'
import { hashToken, newToken } from './credentials.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'
import { body, idPath, listOf, oneOf, patch, text } from './validation.ts'

const shape = { name: text, scopes: listOf(oneOf(...scopes)) }

export function serviceAccounts(prisma: Database) {
  return new Hono<AppEnv>()
    .get('/', async (c) => sendJson(c, await prisma.serviceAccount.findMany()))
    .post('/', body(shape), async (c) => {
      const { name, scopes } = c.req.valid('json')
      const token = newToken()
      const data = { name, scopes: scopes.join(' '), tokenHash: hashToken(token) }
      // The only time that the token is shown.
      return sendJson(c, { ...(await prisma.serviceAccount.create({ data })), token }, 201)
    })
    .get(idPath, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.serviceAccount.findUniqueOrThrow({ where }))
    })
    .patch(idPath, patch(shape), async (c) => {
      const { scopes, ...account } = c.req.valid('json')
      const data = { ...account, ...(scopes && { scopes: scopes.join(' ') }) }
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.serviceAccount.update({ where, data }))
    })
    .delete(idPath, async (c) => {
      await prisma.serviceAccount.delete({ where: { id: Number(c.req.param('id')) } })
      return c.body(null, 204)
    })
    .get(`${idPath}/activity`, activityQuery, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      const page = await prisma.serviceAccount.activity({ where, ...c.req.valid('query') })
      return sendActivity(c, page)
    })
}

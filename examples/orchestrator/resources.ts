import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
// An application writes: import { updateAudit } from 'prisma-extension-audit'
import { updateAudit } from '../../src/index.ts'
import { activityQuery, sendActivity } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import { sendJson } from './json.ts'
import { tagsOf } from './tags.ts'
import { body, idPath, integer, object, oneOf, optional, patch, text } from './validation.ts'

const creation = body({ name: text, config: optional(object, {}), templateId: integer })
const change = patch({ name: text, config: object, templateId: integer })
const maintenance = body({ status: oneOf('active', 'maintenance') })

export function resources(prisma: Database) {
  return new Hono<AppEnv>()
    .get('/', async (c) => sendJson(c, await prisma.resource.findMany()))
    .post('/', creation, async (c) => {
      const data = c.req.valid('json')
      const template = await prisma.template.findUnique({ where: { id: data.templateId } })
      if (!template) throw new HTTPException(400, { message: 'There is no such template.' })
      const { kind } = template
      return sendJson(c, await prisma.resource.create({ data: { ...data, kind } }), 201)
    })
    .patch('/', maintenance, async (c) => {
      const kind = c.req.query('kind')
      if (!kind) throw new HTTPException(400, { message: 'Say which ones: PATCH ?kind=service' })
      const { status } = c.req.valid('json')
      const current = status === 'active' ? 'maintenance' : 'active'
      // One statement for the application, one audit row for every resource that it changes.
      const where = { kind, status: current } as const
      return sendJson(c, await prisma.resource.updateMany({ where, data: { status } }))
    })
    .get(idPath, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.resource.findUniqueOrThrow({ where }))
    })
    .patch(idPath, change, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      const { name } = await prisma.resource.findUniqueOrThrow({ where })
      updateAudit({ tags: tagsOf(name) })
      return sendJson(c, await prisma.resource.update({ where, data: c.req.valid('json') }))
    })
    .delete(idPath, async (c) => {
      const id = Number(c.req.param('id'))
      await prisma.$transaction([
        prisma.execution.deleteMany({ where: { resourceId: id } }),
        prisma.resource.delete({ where: { id } }),
      ])
      return c.body(null, 204)
    })
    .get(`${idPath}/activity`, activityQuery, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendActivity(c, await prisma.resource.activity({ where, ...c.req.valid('query') }))
    })
}

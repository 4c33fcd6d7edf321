/**
 * An execution takes a resource through the steps of an action, all in one transaction: where a
 * step is refused, neither the changes nor their audit rows remain.
 */
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../src/index.ts'
import { activityQuery, sendActivity } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import type { Execution, ExecutionAction, ResourceStatus } from './generated/client.ts'
import { sendJson } from './json.ts'
import { body, idPath, oneOf } from './validation.ts'

interface Steps {
  readonly from: readonly ResourceStatus[]
  readonly through: ResourceStatus
  readonly to: ResourceStatus
}

const stepsOf: Record<ExecutionAction, Steps> = {
  deploy: { from: ['pending', 'active', 'destroyed'], through: 'provisioning', to: 'active' },
  restart: { from: ['active', 'maintenance'], through: 'restarting', to: 'active' },
  destroy: { from: ['active', 'maintenance'], through: 'destroying', to: 'destroyed' },
}

const start = body({ action: oneOf('deploy', 'restart', 'destroy') })

export function executions(prisma: Database) {
  return new Hono<AppEnv>()
    .get(`/resources${idPath}/executions`, async (c) => {
      const where = { resourceId: Number(c.req.param('id')) }
      return sendJson(c, await prisma.execution.findMany({ where }))
    })
    .post(`/resources${idPath}/executions`, start, async (c) => {
      const { action } = c.req.valid('json')
      return sendJson(c, await execute(prisma, Number(c.req.param('id')), action), 201)
    })
    .get(`/executions${idPath}`, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.execution.findUniqueOrThrow({ where }))
    })
    .get(`/executions${idPath}/activity`, activityQuery, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendActivity(c, await prisma.execution.activity({ where, ...c.req.valid('query') }))
    })
}

function execute(prisma: Database, resourceId: number, action: ExecutionAction) {
  const { from, through, to } = stepsOf[action]
  return prisma.$transaction(async (tx): Promise<Execution> => {
    const where = { id: resourceId }
    const resource = await tx.resource.findUniqueOrThrow({ where, include: { template: true } })
    const { id } = await tx.execution.create({ data: { action, resourceId } })
    // All that follows can be found by the tag as well.
    return withAudit({ tags: { execution: id } }, async () => {
      if (!from.includes(resource.status)) {
        throw new HTTPException(409, { message: `A ${resource.status} resource cannot ${action}.` })
      }
      const log = [`${action} ${resource.name}`]
      await tx.resource.update({ where, data: { status: through } })
      for (const name of Object.keys(Object(resource.template.parameters))) {
        const value: unknown = Object(resource.config)[name]
        if (value === undefined) {
          throw new HTTPException(409, {
            message: `\`config.${name}\` is missing to ${action} it.`,
          })
        }
        log.push(`${name} = ${JSON.stringify(value)}`)
      }
      await tx.resource.update({ where, data: { status: to } })
      const data = { status: 'succeeded', log: log.join('\n'), endedAt: new Date() } as const
      return tx.execution.update({ where: { id }, data })
    })
  })
}

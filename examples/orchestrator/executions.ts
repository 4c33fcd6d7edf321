/**
 * An execution takes a resource through the steps of an action. It is a run: an entry tells that it
 * began and another one how it ended, and all that it changes and logs carries its trace.
 *
 * It is one transaction, too: where a step is refused, no change remains, but that it was tried.
 */
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
// An application writes: import { updateAudit } from 'prisma-extension-audit'
import { updateAudit } from '../../src/index.ts'
import { activityQuery, sendActivity } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import type { Execution, ExecutionAction, ResourceStatus } from './generated/client.ts'
import { sendJson } from './json.ts'
import type { Logging } from './logging.ts'
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

export function executions(prisma: Database, { logger }: Logging) {
  function execute(resourceId: number, action: ExecutionAction): Promise<Execution> {
    const about = { entity: 'Resource', entityId: resourceId }
    return prisma.$transaction((tx) =>
      tx.$audit.run(action, about, async ({ traceId }) => {
        const where = { id: resourceId }
        const { from, through, to } = stepsOf[action]
        const resource = await tx.resource.findUniqueOrThrow({ where, include: { template: true } })
        const { id } = await tx.execution.create({ data: { action, resourceId, traceId } })
        // All that follows can be found by the tag as well.
        updateAudit({ tags: { execution: id } })
        logger.info({ kind: resource.kind }, `${action} ${resource.name}`)
        if (!from.includes(resource.status)) {
          logger.error(`It is ${resource.status}`)
          throw new HTTPException(409, {
            message: `A ${resource.status} resource cannot ${action}.`,
          })
        }
        await tx.resource.update({ where, data: { status: through } })
        for (const name of Object.keys(Object(resource.template.parameters))) {
          const value: unknown = Object(resource.config)[name]
          if (value === undefined) {
            logger.error({ parameter: name }, `config.${name} is missing`)
            const message = `\`config.${name}\` is missing to ${action} it.`
            throw new HTTPException(409, { message })
          }
          logger.info({ parameter: name, value }, `${name} is set`)
        }
        await tx.resource.update({ where, data: { status: to } })
        logger.info(`It is ${to}`)
        const data = { status: 'succeeded', endedAt: new Date() } as const
        return tx.execution.update({ where: { id }, data })
      }),
    )
  }

  return new Hono<AppEnv>()
    .get(`/resources${idPath}/executions`, async (c) => {
      const where = { resourceId: Number(c.req.param('id')) }
      return sendJson(c, await prisma.execution.findMany({ where }))
    })
    .post(`/resources${idPath}/executions`, start, async (c) => {
      const { action } = c.req.valid('json')
      return sendJson(c, await execute(Number(c.req.param('id')), action), 201)
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

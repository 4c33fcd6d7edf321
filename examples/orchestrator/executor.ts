/**
 * An execution takes a resource through the steps of an action. It is a run: an entry tells that it
 * began and another one how it ended, and all that it changes and logs carries its trace.
 *
 * Each step is there as soon as it is done, so that an execution can be watched. Where one is refused,
 * the execution has failed, and the resource is put back to the status that it had.
 */
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
// An application writes: import { updateAudit } from 'prisma-extension-audit'
import { updateAudit } from '../../src/index.ts'
import type { Database } from './database.ts'
import type { Execution, ExecutionAction, Resource, ResourceStatus } from './generated/client.ts'
import { type Work, workOf } from './steps.ts'
import { tagsOf } from './tags.ts'

/** The client, or that of a transaction. */
export type Client = Pick<Database, '$audit' | 'resource' | 'execution'>

export interface ExecutionOptions {
  readonly client: Client
  readonly logger: Logger
  /** Waits for as long as a step takes. */
  readonly pause: () => Promise<unknown>
  readonly now: () => Date
  /** Is told of the execution once it is known. */
  readonly onStart?: (execution: Execution) => void
}

/** What an execution needs a resource to be in, and takes it through. */
export const statusesOf: Record<
  ExecutionAction,
  {
    readonly from: readonly ResourceStatus[]
    readonly through: ResourceStatus
    readonly to: ResourceStatus
  }
> = {
  deploy: { from: ['pending', 'active', 'destroyed'], through: 'provisioning', to: 'active' },
  restart: { from: ['active', 'maintenance'], through: 'restarting', to: 'active' },
  destroy: { from: ['active', 'maintenance'], through: 'destroying', to: 'destroyed' },
}

/** Resolves when the execution has ended; rejects where it has failed. */
export async function execute(
  resourceId: number,
  action: ExecutionAction,
  { client, logger, pause, now, onStart }: ExecutionOptions,
): Promise<Execution> {
  const where = { id: resourceId }
  const resource = await client.resource.findUniqueOrThrow({ where, include: { template: true } })
  const about = { entity: 'Resource', entityId: resourceId, tags: tagsOf(resource.name) }
  return client.$audit.run(action, about, async ({ traceId }) => {
    const { from, through, to } = statusesOf[action]
    const data = { action, resourceId, traceId, startedAt: now() }
    const execution = await client.execution.create({ data })
    // All that follows can be found by the tag as well.
    updateAudit({ tags: { execution: execution.id } })
    onStart?.(execution)
    const end = (status: 'succeeded' | 'failed') =>
      client.execution.update({ where: { id: execution.id }, data: { status, endedAt: now() } })
    logger.info({ kind: resource.kind }, `${action} ${resource.name}`)
    try {
      if (!from.includes(resource.status)) {
        logger.error(`It is ${resource.status}`)
        const message = `A ${resource.status} resource cannot ${action}.`
        throw new HTTPException(409, { message })
      }
      await change(client, resource, through)
      try {
        await take(workOf(action, resource), { logger, pause })
      } catch (error) {
        await change(client, { ...resource, status: through }, resource.status)
        logger.warn(`It is ${resource.status} again`)
        throw error
      }
      await change(client, { ...resource, status: through }, to)
      logger.info(`It is ${to}`)
    } catch (error) {
      await end('failed')
      throw error
    }
    return end('succeeded')
  })
}

/** Changes a status that nobody else has changed meanwhile. */
async function change(client: Client, { id, status }: Resource, to: ResourceStatus): Promise<void> {
  const { count } = await client.resource.updateMany({
    where: { id, status },
    data: { status: to },
  })
  if (count > 0) return
  throw new HTTPException(409, { message: 'Something else happens to this resource meanwhile.' })
}

async function take(
  work: readonly Work[],
  { logger, pause }: Pick<ExecutionOptions, 'logger' | 'pause'>,
): Promise<void> {
  for (const { message, fields, refused } of work) {
    await pause()
    if (refused) {
      logger.error(fields, message)
      throw new HTTPException(409, { message: refused })
    }
    logger.info(fields, message)
  }
}

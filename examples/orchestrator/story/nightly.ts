/**
 * What is done rarely, or while nobody looks: backups, previews, users, templates.
 */
import { hashPassword } from '../credentials.ts'
import type { Prisma } from '../generated/client.ts'
import { tagsOf } from '../tags.ts'
import { type Act, as } from './acts.ts'
import { ada, grace, pipeline, scheduler } from './cast.ts'
import { between, oneOf } from './chance.ts'

/** A run without an execution of the orchestrator's own. */
export const backUp: Act = async ({ client, chance, logger, pause }) => {
  for (const name of ['orders-db', 'invoicing-db']) {
    const resource = await client.resource.findUnique({ where: { name } })
    if (!resource) continue
    const subject = { entity: 'Resource', entityId: resource.id, tags: tagsOf(name) }
    const isReached = chance() > 0.08
    const backup = as(scheduler, {}, () =>
      client.$audit.run('backup', subject, async () => {
        logger.info({ database: name }, 'Snapshot is taken')
        await pause()
        if (!isReached) {
          logger.error({ bucket: 'backups-eu' }, 'The bucket does not answer')
          throw new Error('The bucket does not answer')
        }
        logger.info({ bytes: between(chance, 2e9, 9e9) }, 'Snapshot is stored')
        await pause()
        logger.info('Checksum is right')
      }),
    )
    await backup.catch(() => undefined)
  }
}

/** A resource for a pull request, deployed and, some time later, gone. */
export function preview(number: number): { readonly open: Act; readonly close: Act } {
  const name = `preview-pr-${number}`
  const tags = { ...tagsOf(name), pr: number }
  return {
    open: async ({ client, execute, now }) => {
      const config = { region: 'eu-west-1', replicas: 1 }
      const data = { name, kind: 'service', templateId: 2, config, createdAt: now() }
      await as(pipeline, { tags }, async () => {
        const { id } = await client.resource.create({ data })
        await execute(id, 'deploy').catch(() => undefined)
      })
    },
    close: async ({ client, execute }) => {
      const resource = await client.resource.findUnique({ where: { name } })
      if (!resource) return
      await as(pipeline, { tags }, async () => {
        await execute(resource.id, 'destroy').catch(() => undefined)
        await client.execution.deleteMany({ where: { resourceId: resource.id } })
        await client.resource.delete({ where: { id: resource.id } })
      })
    },
  }
}

/** An administrator looks after the users: roles, names, passwords. */
export const administer: Act = async ({ client, chance }) => {
  const email = oneOf(chance, ['katherine@example.com', 'edsger@example.com'])
  const user = await client.user.findUnique({ where: { email } })
  if (!user) return
  const ticket = `HR-${between(chance, 10, 99)}`
  if (chance() < 0.25) {
    const passwordHash = await hashPassword(`forgotten-${ticket}`)
    await as(ada, { tags: { ticket }, reason: 'Password forgotten' }, () =>
      client.user.update({ where: { email }, data: { passwordHash } }),
    )
    return
  }
  const role = user.role === 'viewer' ? 'operator' : 'viewer'
  const reason = role === 'operator' ? 'Joins the on-call rotation' : 'Leaves the rotation'
  await as(ada, { tags: { ticket }, reason }, () =>
    client.user.update({ where: { email }, data: { role } }),
  )
}

export const improveTemplate: Act = async ({ client, chance }) => {
  const id = between(chance, 1, 2)
  const template = await client.template.findUniqueOrThrow({ where: { id } })
  const region = { description: `Where it runs, by rule ${between(chance, 2, 9)}` }
  const parameters = { ...(template.parameters as Prisma.JsonObject), region }
  const data = { version: template.version + 1, parameters }
  await as(grace, { tags: { namespace: 'platform' } }, () =>
    client.template.update({ where: { id }, data }),
  )
}

import { executionLog, withAudit } from '../../src/index.ts'
import type { AuditedClient } from '../capture/audited.ts'

/** A trail of the creation of `count` posts, with an update, a run, a failure and a delete on top. */
export async function writeTrail(prisma: AuditedClient, count = 60): Promise<void> {
  const anna = { id: 'u_1', name: 'Anna Ahlström' }
  const tags = { namespace: 'billing', env: 'production' }
  await withAudit({ actor: anna, tags }, async () => {
    const user = await prisma.user.create({ data: { email: 'ben@example.com', name: 'Ben' } })
    const titles = Array.from({ length: count }, (_, i) => `Post ${i}`)
    await prisma.post.createMany({ data: titles.map((title) => ({ title, authorId: user.id })) })
  })
  const bot = { id: 'bot', type: 'service', name: 'deploy-bot', onBehalfOf: 'u_1' } as const
  const log = executionLog(prisma)
  await withAudit({ actor: bot, tags: { ...tags, plan: 'pro' }, reason: 'a ticket' }, async () => {
    await prisma.user.updateMany({ data: { role: 'ADMIN', name: 'Benjamin' } })
    await prisma.$audit.run('execute', { entity: 'Resource', entityId: 'vpc-1' }, async () => {
      log.write({ message: 'planning 3 changes' })
      await prisma.tag.create({ data: { name: 'new' } })
    })
    await prisma.tag.deleteMany()
    await prisma.$audit.record({
      action: 'approve',
      entity: 'Resource',
      entityId: 'db-main',
      outcome: 'denied',
      reason: 'needs two approvals',
    })
  })
  await log.close()
}

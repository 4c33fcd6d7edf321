/**
 * A worker in a process of its own. Jobs arrive as JSON messages; each is answered with its id.
 *
 *   node --import tsx test/frameworks/jobs-worker.ts postgresql <url>
 */
import { setImmediate as immediate } from 'node:timers/promises'
import { auditJob } from '../../src/frameworks/jobs.ts'
import { audit } from '../../src/index.ts'
import { openAdapter } from '../database/adapter.ts'
import type { Provider } from '../database/capabilities.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'

/** What the data of a job is beside its trace. */
export interface Work {
  readonly title: string
}

const [, , provider = '', url = ''] = process.argv
const { PrismaClient: Client } = await import(`../generated/${provider}/client/client.ts`)
const plain: PrismaClient = new Client({ adapter: openAdapter(provider as Provider, url) })
const prisma = plain.$extends(audit({ redact: { hashKey: 'a secret of the tests' } }))

const processor = auditJob(prisma, async (job: { id: string; name: string; data: Work }) => {
  await immediate()
  const { id } = await prisma.document.create({ data: { title: job.data.title } })
  await immediate()
  await prisma.document.update({ where: { id }, data: { body: `of ${job.id}` } })
})

process.on('message', async (job: Parameters<typeof processor>[0]) => {
  await processor(job)
  process.send?.(job.id)
})
process.once('disconnect', () => prisma.$disconnect())
process.send?.('ready')

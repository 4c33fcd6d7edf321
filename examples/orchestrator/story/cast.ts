/**
 * Who and what is there when the story begins.
 */
// An application writes: import { type Actor, withAudit } from 'prisma-extension-audit'
import { type Actor, withAudit } from '../../../src/index.ts'
import { hashPassword, hashToken, newToken } from '../credentials.ts'
import type { Database } from '../database.ts'
import { tagsOf } from '../tags.ts'
import type { Clock } from './clock.ts'

/** Of every user of the example, which listens on this machine only. */
export const demoPassword = 'demo-password'

export const ada: Actor = { id: 1, type: 'user', name: 'Ada Lovelace' }
export const grace: Actor = { id: 2, type: 'user', name: 'Grace Hopper' }
export const alan: Actor = { id: 3, type: 'user', name: 'Alan Turing' }
export const katherine: Actor = { id: 4, type: 'user', name: 'Katherine Johnson' }
export const pipeline: Actor = { id: 1, type: 'service', name: 'ci-pipeline' }
/** A program that decides by itself. */
export const scaler: Actor = { id: 'capacity-agent', type: 'agent', name: 'Capacity agent' }
export const scheduler: Actor = { id: 'scheduler', type: 'system', name: 'Nightly jobs' }
const setup: Actor = { id: 'seed', type: 'system', name: 'Seed script' }

/** Ids are given in this order, from 1. */
const users = [
  { email: 'ada@example.com', name: 'Ada Lovelace', role: 'admin' },
  { email: 'grace@example.com', name: 'Grace Hopper', role: 'operator' },
  { email: 'alan@example.com', name: 'Alan Turing', role: 'viewer' },
  { email: 'katherine@example.com', name: 'Katherine Johnson', role: 'operator' },
  { email: 'edsger@example.com', name: 'Edsger Dijkstra', role: 'viewer' },
] as const

const region = 'eu-west-1'

const templates = [
  { name: 'postgres', kind: 'database', parameters: { region: {}, storageGb: {} } },
  { name: 'web-service', kind: 'service', parameters: { region: {}, replicas: {} } },
]

const resources = [
  { name: 'orders-db', templateId: 1, config: { region, storageGb: 100 } },
  { name: 'checkout', templateId: 2, config: { region, replicas: 2 } },
  { name: 'search', templateId: 2, config: { region, replicas: 1 } },
  { name: 'legacy-cron', templateId: 2, config: { replicas: 1 } },
  { name: 'invoicing', templateId: 2, config: { region, replicas: 2 } },
  { name: 'invoicing-db', templateId: 1, config: { region, storageGb: 40 } },
  { name: 'notifications', templateId: 2, config: { region: 'eu-central-1', replicas: 1 } },
  { name: 'media', templateId: 2, config: { region: 'us-east-1', replicas: 3 } },
]

/** Makes all of it, and answers the token of the service account. */
export async function makeCast(prisma: Database, clock: Clock, tenant: string): Promise<string> {
  const token = newToken()
  const passwordHash = await hashPassword(demoPassword)
  const secrets = { passwordHash, tokenHash: hashToken(token) }
  // One transaction, for it is quicker.
  await prisma.$transaction((client) => make(client, secrets, clock, tenant), { timeout: 120_000 })
  return token
}

type Client = Pick<Database, 'user' | 'serviceAccount' | 'template' | 'resource'>

async function make(
  client: Client,
  { passwordHash, tokenHash }: { readonly passwordHash: string; readonly tokenHash: string },
  clock: Clock,
  tenant: string,
): Promise<void> {
  const as = <T>(actor: Actor, fn: () => PromiseLike<T>) => withAudit({ actor, tenant }, fn)
  const [first, ...others] = users
  await as(setup, () =>
    client.user.create({ data: { ...first, passwordHash, createdAt: clock.now() } }),
  )
  await as(ada, async () => {
    for (const user of others) {
      clock.advance(40_000)
      await client.user.create({ data: { ...user, passwordHash, createdAt: clock.now() } })
    }
    clock.advance(90_000)
    const account = { name: 'ci-pipeline', scopes: 'read write', tokenHash }
    await client.serviceAccount.create({ data: { ...account, createdAt: clock.now() } })
    for (const data of templates) {
      clock.advance(60_000)
      await client.template.create({ data: { ...data, createdAt: clock.now() } })
    }
  })
  await as(grace, async () => {
    for (const { name, templateId, config } of resources) {
      clock.advance(120_000)
      const kind = templates[templateId - 1]?.kind ?? ''
      const data = { name, kind, templateId, config, createdAt: clock.now() }
      await withAudit({ tags: tagsOf(name) }, () => client.resource.create({ data }))
    }
  })
}

/**
 * The story that the trail tells when the example has started: the first administrator is made by
 * the audited client, everything else by requests to the API.
 */
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../src/index.ts'
import { hashPassword } from './credentials.ts'
import type { Database } from './database.ts'

/** Of every user of the example, which listens on this machine only. */
export const demoPassword = 'demo-password'

interface Caller {
  readonly authorization: string
  readonly userAgent: string
}

/** Makes requests until the story is told, and answers the token of a service account. */
export async function seed(prisma: Database, url: string): Promise<string> {
  await withAudit({ actor: { id: 'seed', type: 'system', name: 'Seed script' } }, async () => {
    const passwordHash = await hashPassword(demoPassword)
    const data = {
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      role: 'admin',
      passwordHash,
    } as const
    return prisma.user.create({ data })
  })
  const send = requester(url)

  const ada = user('ada')
  const grace = user('grace')
  const alan = user('alan')
  const password = demoPassword
  await send(ada, 'POST /users', {
    email: 'grace@example.com',
    name: 'Grace Hopper',
    role: 'operator',
    password,
  })
  const { id: alanId } = await send(ada, 'POST /users', {
    email: 'alan@example.com',
    name: 'Alan Turing',
    password,
  })
  const account = await send(ada, 'POST /service-accounts', {
    name: 'ci-pipeline',
    scopes: ['read', 'write'],
  })
  const pipeline = { authorization: `Bearer ${account.token}`, userAgent: 'ci-pipeline/4.2' }

  const database = { name: 'postgres', kind: 'database', parameters: { region: {}, storageGb: {} } }
  const service = { name: 'web-service', kind: 'service', parameters: { region: {}, replicas: {} } }
  const { id: databaseId } = await send(ada, 'POST /templates', database)
  const { id: serviceId } = await send(ada, 'POST /templates', service)

  const region = 'eu-west-1'
  const create = async (name: string, templateId: unknown, config: object) =>
    (await send(grace, 'POST /resources', { name, templateId, config })).id
  const orders = await create('orders-db', databaseId, { region, storageGb: 100 })
  const checkout = await create('checkout', serviceId, { region, replicas: 2 })
  const search = await create('search', serviceId, { region, replicas: 1 })
  const legacy = await create('legacy-cron', serviceId, { replicas: 1 })

  for (const id of [orders, checkout, search]) {
    await send(pipeline, `POST /resources/${id}/executions`, { action: 'deploy' })
  }
  // Refused in the middle of its transaction: the trail tells that it failed, and of no change.
  await send(
    pipeline,
    `POST /resources/${legacy}/executions`,
    { action: 'deploy' },
    { status: 409 },
  )

  const ticket = { 'X-Ticket': 'OPS-42', 'X-Reason': 'Joins the on-call rotation' }
  await send(ada, `PATCH /users/${alanId}`, { role: 'operator' }, { headers: ticket })
  await send(alan, `PATCH /resources/${checkout}`, { config: { region, replicas: 3 } })
  await send(
    ada,
    `POST /resources/${search}/executions`,
    { action: 'restart' },
    {
      headers: { 'X-On-Behalf-Of': 'grace@example.com' },
    },
  )
  await send(grace, `DELETE /resources/${legacy}`)
  await send(grace, 'PATCH /resources?kind=service', { status: 'maintenance' })
  return String(account.token)
}

function user(name: string): Caller {
  const login = Buffer.from(`${name}@example.com:${demoPassword}`).toString('base64')
  return { authorization: `Basic ${login}`, userAgent: 'orchestrator-console/1.0' }
}

/** A request that is answered with another status than expected is a bug of the example. */
function requester(url: string) {
  return async (
    { authorization, userAgent }: Caller,
    route: string,
    body?: object,
    { status, headers }: { status?: number; headers?: Record<string, string> } = {},
  ): Promise<Record<string, unknown>> => {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetch(url + path, {
      method,
      headers: {
        Authorization: authorization,
        'User-Agent': userAgent,
        'Content-Type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (status ? response.status !== status : !response.ok) {
      throw new Error(`${route} was answered with ${response.status}: ${text}`)
    }
    return text ? JSON.parse(text) : {}
  }
}

/**
 * The last things that happened before the example is looked at: requests to the API.
 */
import { demoPassword } from './story/cast.ts'

interface Caller {
  readonly authorization: string
  readonly userAgent: string
}

/** Makes requests until the story is told; `token` is that of the pipeline. */
export async function seed(url: string, token: string): Promise<void> {
  const send = requester(url)
  const ada = user('ada')
  const grace = user('grace')
  const alan = user('alan')
  const pipeline = { authorization: `Bearer ${token}`, userAgent: 'ci-pipeline/4.2' }
  // As the cast was made.
  const [orders, checkout, search, legacy, alanId] = [1, 2, 3, 4, 3]
  const region = 'eu-west-1'

  for (const id of [orders, checkout, search]) {
    await send(pipeline, `POST /resources/${id}/executions`, { action: 'deploy' })
  }
  // Refused halfway: the trail tells that it failed, and why.
  const refused = { status: 409 }
  await send(pipeline, `POST /resources/${legacy}/executions`, { action: 'deploy' }, refused)
  await send(grace, 'PATCH /resources?kind=service', { status: 'maintenance' })
  await send(grace, 'PATCH /resources?kind=service', { status: 'active' })

  const ticket = { 'X-Ticket': 'OPS-42', 'X-Reason': 'Joins the on-call rotation' }
  await send(ada, `PATCH /users/${alanId}`, { role: 'operator' }, { headers: ticket })
  await send(grace, `PATCH /resources/${checkout}`, { config: { region, replicas: 2 } })
  await send(alan, `PATCH /resources/${checkout}`, { config: { region, replicas: 3 } })
  const headers = { 'X-On-Behalf-Of': 'grace@example.com' }
  await send(ada, `POST /resources/${search}/executions`, { action: 'restart' }, { headers })
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

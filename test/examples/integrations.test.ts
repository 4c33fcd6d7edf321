import { describe, expect, test } from 'vitest'
import { type Application, startApplication } from './application.ts'

/** What is tried with each example of `examples/integrations`, by the name of its file. */
const examples: Readonly<Record<string, (application: Application) => Promise<void>>> = {
  express: keepNotes,
  fastify: keepNotes,
  hono: keepNotes,
  nestjs: keepNotes,
  'next/main': keepNotes,
}

describe('The example', () => {
  // Next compiles each route when it is first asked for.
  test.each(Object.entries(examples))('%s', { timeout: 120_000 }, async (name, tryOut) => {
    const application = await startApplication(`examples/integrations/${name}.ts`)
    await tryOut(application).finally(application.stop)
    expect(await application.stop()).toBe(0)
  })
})

/** Of the examples with notes over HTTP: each write is told as made by who signed in. */
async function keepNotes({ url }: Application): Promise<void> {
  const send = async (token: string, route: string, body?: unknown) => {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        authorization: `Bearer ${token}`,
        'x-forwarded-for': '6.6.6.6, 203.0.113.7',
        'x-request-id': `of ${token}`.replace(' ', '-'),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    return { status: response.status, json: await response.json() }
  }
  const refused = await send('no-token', 'POST /notes', { text: 'refused' })
  expect(refused.status).toBe(401)
  const created = await send('ada-token', 'POST /notes', { text: 'Write it down' })
  expect(created).toMatchObject({ status: 201, json: { text: 'Write it down', isDone: false } })
  const path = `/notes/${(created.json as { id: number }).id}`
  const updated = await send('grace-token', `PATCH ${path}`, { isDone: true })
  expect(updated).toMatchObject({ status: 200, json: { isDone: true } })

  const history = [
    {
      action: 'update',
      actorId: '2',
      actorName: 'Grace Hopper',
      actorType: 'user',
      changed: ['isDone'],
      request: { method: 'PATCH', path, ip: '203.0.113.7', id: 'of-grace-token' },
    },
    {
      action: 'create',
      actorId: '1',
      actorName: 'Ada Lovelace',
      after: { text: 'Write it down' },
      request: { method: 'POST', path: '/notes', ip: '203.0.113.7', id: 'of-ada-token' },
    },
  ]
  const activity = await send('ada-token', `GET ${path}/activity`)
  expect(activity).toMatchObject({ status: 200, json: { entries: history, nextCursor: null } })
  expect((await send('no-token', 'GET /audit/entries')).status).toBe(401)
  const trail = await send('ada-token', 'GET /audit/entries')
  expect(trail).toMatchObject({ status: 200, json: { entries: history, nextCursor: null } })
  const [update] = (trail.json as { entries: { id: string }[] }).entries
  const reverted = await send('ada-token', 'POST /audit/reverts', { id: update?.id })
  expect(reverted).toMatchObject({ status: 200, json: { reverts: [update?.id] } })
  const after = await send('ada-token', 'GET /audit/entries?filter=entity:Note+action:update')
  expect(after).toMatchObject({
    status: 200,
    json: {
      entries: [{ actorName: 'Ada Lovelace', after: { isDone: false } }, { id: update?.id }],
    },
  })
}

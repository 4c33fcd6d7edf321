import type { Server } from 'node:http'
import { format } from 'node:util'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { stream } from 'hono/streaming'
import { describe, expect, test, vi } from 'vitest'
import { auditContext, auditRoutes } from '../../src/frameworks/hono.ts'
import { currentAudit } from '../../src/index.ts'
import { describeAuditRoutes } from './audit-routes.ts'
import { describeFramework, listen } from './conformance.ts'
import { describeMounting, type StartMounted } from './mounting.ts'

describeFramework('Hono', (app) => {
  const hono = new Hono()
    .onError((_, c) => c.text('Something went wrong', 500))
    .use(auditContext(app.options<Context>((c, name) => c.req.header(name))))
    .post('/work/:n', async (c) => {
      const answer = await app.work(Number(c.req.param('n')), await c.req.json())
      return c.json(answer as object)
    })
    .get('/context', async (c) => c.json((await app.context()) as object))
    .post('/fails', () => app.fails())
  return listen(createAdaptorServer({ fetch: hono.fetch }) as Server)
})

const mounted: StartMounted = (handler) => {
  const hono = new Hono()
    .onError((_, c) => c.text('Something went wrong', 500))
    .use('/audit/*', auditContext({ actor: (c) => ({ id: c.req.header('x-user-id') }) }))
    .all('/audit/*', auditRoutes(handler))
    .use('/parsed/*', async (c, next) => {
      const isJson = c.req.header('content-type') === 'application/json'
      await (isJson ? c.req.json().catch(() => {}) : c.req.text())
      await next()
    })
    .all('/parsed/*', auditRoutes(handler))
  return listen(createAdaptorServer({ fetch: hono.fetch }) as Server)
}
// @hono/node-server prints the error of a stream; of these, the tests say what becomes of them.
const print = console.error
vi.spyOn(console, 'error').mockImplementation((...args) => {
  if (!/answer broke off/.test(format(...args))) print(...args)
})
describeMounting('Hono', mounted)
describeAuditRoutes('Hono', mounted)

describe('The middleware for Hono', () => {
  const forwarded = { headers: { 'x-forwarded-for': '6.6.6.6, 1.1.1.1' } }

  test('runs without a server, and then knows no address', async () => {
    const app = new Hono().use(auditContext()).get('/', (c) => c.json(currentAudit()?.request))
    const answer = await app.fetch(new Request('http://example.com/?a=b', forwarded))
    expect(await answer.json()).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'GET',
      path: '/',
    })
  })

  test('asks the option for the address, and believes it to be a proxy', async () => {
    interface OnEdge {
      Bindings: { address: string }
    }
    const remoteAddress = (c: Context<OnEdge>) => c.env.address
    for (const [trustProxy, ip] of [
      [undefined, '10.0.0.1'],
      ['10.0.0.0/8', '1.1.1.1'],
    ]) {
      const app = new Hono<OnEdge>()
        .use(auditContext({ remoteAddress, trustProxy }))
        .get('/', (c) => c.text(`${currentAudit()?.request?.ip} of ${c.env.address}`))
      const answer = await app.request('/', forwarded, { address: '10.0.0.1' })
      expect(await answer.text()).toBe(`${ip} of 10.0.0.1`)
    }
  })

  test('asks about what the middleware before has found', async () => {
    interface SignedIn {
      Variables: { user: { id: number } }
    }
    const app = new Hono<SignedIn>()
      .use(requestId({ generator: () => 'given' }))
      .use(async (c, next) => {
        c.set('user', { id: 7 })
        await next()
      })
      .use(
        auditContext<SignedIn>({ actor: (c) => c.var.user, tags: (c) => ({ by: c.var.user.id }) }),
      )
      .get('/', (c) => c.json({ ...currentAudit(), user: c.var.user.id }))
    const answer = await app.request('/')
    expect(await answer.json()).toMatchObject({
      actor: { id: 7 },
      tags: { by: 7 },
      request: { id: 'given' },
      user: 7,
    })
  })

  test('holds in a stream', async () => {
    const app = new Hono()
      .use(auditContext({ actor: (c) => ({ id: c.req.header('x-user-id') }) }))
      .get('/', (c) =>
        stream(c, async (output) => {
          for (const part of [1, 2]) {
            await output.write(`${part} ${currentAudit()?.actor?.id} `)
          }
        }),
      )
    const answer = await app.request('/', { headers: { 'x-user-id': 'ada' } })
    expect(await answer.text()).toBe('1 ada 2 ada ')
  })

  test.each([
    ['throws', () => Promise.reject(new TypeError('expired')), 'TypeError'],
    ['answers no actor', async () => ({ id: {} }), 'AuditError'],
  ])("hands the error to Hono's handler where `actor` %s", async (_, actor, name) => {
    const app = new Hono()
      .onError((error, c) => c.text(error.name, 503))
      .use(auditContext({ actor: actor as never }))
      .get('/', (c) => c.text('the handler ran'))
    const answer = await app.request('/')
    expect([answer.status, await answer.text()]).toEqual([503, name])
  })

  test('refuses wrong options at once', () => {
    // @ts-expect-error: proxies are named or counted
    expect(() => auditContext({ trustProxy: true })).toThrow('`trustProxy` is `true`')
  })
})

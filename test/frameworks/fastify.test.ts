import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate as immediate } from 'node:timers/promises'
import fastify, { type FastifyRequest } from 'fastify'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { auditContext, auditRoutes } from '../../src/frameworks/fastify.ts'
import { currentAudit, updateAudit } from '../../src/index.ts'
import { describeAuditRoutes } from './audit-routes.ts'
import { describeFramework } from './conformance.ts'
import { describeMounting, openAt, type StartMounted } from './mounting.ts'

describeFramework('Fastify', async (app) => {
  const server = fastify({ forceCloseConnections: true })
  const options = app.options<FastifyRequest>((request, name) => headerOf(request, name))
  server.register(auditContext, options)
  server.post<{ Params: { n: string } }>('/work/:n', (request) =>
    app.work(Number(request.params.n), request.body),
  )
  server.get('/context', () => app.context())
  server.post('/fails', () => app.fails())
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => server.close() }
})

const mounted: StartMounted = async (handler) => {
  const server = fastify({ forceCloseConnections: true })
  server.register(auditContext, options)
  server.register(auditRoutes(handler), { prefix: '/audit' })
  server.register(async (child) => {
    // As a hook does that unpacks bodies.
    child.addHook('preParsing', async (_request, _reply, payload) =>
      payload.pipe(new PassThrough()),
    )
    child.register(auditRoutes(handler), { prefix: '/parsed' })
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => server.close() }
}
describeMounting('Fastify', mounted)
describeAuditRoutes('Fastify', mounted)

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

const actorId = () => currentAudit()?.actor?.id
const options = { actor: (request: FastifyRequest) => ({ id: headerOf(request, 'x-user-id') }) }
const headers = { 'x-user-id': 'ada', 'x-forwarded-for': '6.6.6.6, 1.1.1.1' }
const body = { text: 'x'.repeat(100_000) }

test('Fastify closes while somebody listens to events', async () => {
  const headers = { 'content-type': 'text/event-stream' }
  const app = fastify()
  const handler = async () => new Response(new ReadableStream(), { headers })
  app.register(auditRoutes(handler), { prefix: '/audit' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const events = text(await openAt(url, 'GET /audit/stream'))
  await Promise.all([expect(events).rejects.toThrow('aborted'), app.close()])
})

describe('The plugin for Fastify', () => {
  test('holds in every hook after the body is parsed, and in routes of other plugins', async () => {
    const seen: unknown[] = []
    const app = fastify()
    app.register(auditContext, options)
    app.register(async (child) => {
      child.addHook('preValidation', async () => void seen.push(['preValidation', actorId()]))
      child.addHook('preHandler', async () => void seen.push(['preHandler', actorId()]))
      child.addHook('preSerialization', async () => void seen.push(['serialization', actorId()]))
      child.addHook('onSend', async () => void seen.push(['onSend', actorId()]))
      child.post('/', async () => {
        await immediate()
        seen.push(['handler', actorId()])
        return {}
      })
    })
    await app.inject({ method: 'POST', url: '/', headers, body })
    const names = ['preValidation', 'preHandler', 'handler', 'serialization', 'onSend']
    expect(seen).toEqual(names.map((name) => [name, 'ada']))
  })

  test('holds in callbacks and in a stream', async () => {
    const app = fastify()
    app.register(auditContext, options)
    app.post('/callback', (_, reply) => {
      setImmediate(() => reply.send(actorId()))
    })
    app.post('/stream', (_, reply) => {
      const parts = async function* () {
        await immediate()
        yield `${actorId()} `
        yield `${actorId()}`
      }
      return reply.send(Readable.from(parts()))
    })
    const ask = async (url: string) =>
      (await app.inject({ method: 'POST', url, headers, body })).payload
    expect(await ask('/callback')).toBe('ada')
    expect(await ask('/stream')).toBe('ada ada')
  })

  test('asks about what an onRequest hook has found', async () => {
    const users = new WeakMap<FastifyRequest, { id: string }>()
    const app = fastify()
    app.register(auditContext, { actor: (request) => users.get(request) })
    app.addHook('onRequest', async (request) => void users.set(request, { id: 'ada' }))
    app.get('/', async () => actorId())
    expect((await app.inject('/')).payload).toBe('ada')
  })

  test('is added to by an authentication that runs later', async () => {
    const app = fastify()
    app.register(auditContext, options)
    app.addHook('preHandler', async () => updateAudit({ actor: { id: 'grace' } }))
    app.get('/', async () => [actorId(), currentAudit()?.request?.path])
    expect((await app.inject({ url: '/?a=b', headers })).json()).toEqual(['grace', '/'])
  })

  test.each<[object, object, string]>([
    [{}, {}, '127.0.0.1'],
    [{ trustProxy: '127.0.0.1' }, {}, '1.1.1.1'],
    [{ trustProxy: true }, { trustProxy: 'loopback' }, '1.1.1.1'],
  ])('of an application with %j takes, with %j, the address %s', async (ofApp, own, ip) => {
    const app = fastify(ofApp)
    app.register(auditContext, own)
    app.get('/', async () => currentAudit()?.request?.ip)
    expect((await app.inject({ url: '/', headers })).payload).toBe(ip)
  })

  test.each<[string, object, Record<string, string>, unknown]>([
    ['counted', {}, {}, expect.stringMatching(/^[0-9a-f-]{36}$/)],
    ['made by the application', { genReqId: () => 'made' }, { 'x-request-id': 'b' }, 'made'],
    [
      'read by the application',
      { requestIdHeader: 'x-a' },
      { 'x-a': 'a', 'x-request-id': 'b' },
      'a',
    ],
    ['counted beside a header', {}, { 'x-request-id': 'b' }, 'b'],
  ])('where ids are %s, tells one that lasts', async (_, ofApp, headers, id) => {
    const app = fastify(ofApp)
    app.register(auditContext)
    app.get('/', async () => currentAudit()?.request)
    expect((await app.inject({ url: '/', headers })).json()).toMatchObject({ id })
  })

  test.each([
    ['throws', () => Promise.reject(new TypeError('expired')), 'TypeError'],
    ['answers no actor', async () => ({ id: {} }), 'AuditError'],
  ])("hands the error to Fastify's handler where `actor` %s", async (_, actor, name) => {
    const app = fastify()
    app.register(auditContext, { actor: actor as never })
    app.setErrorHandler<Error>((error, _request, reply) => reply.status(503).send(error.name))
    app.get('/', async () => 'the handler ran')
    const { statusCode, payload } = await app.inject('/')
    expect([statusCode, payload]).toEqual([503, name])
  })

  test('refuses wrong options when the application gets ready', async () => {
    const app = fastify()
    // @ts-expect-error: proxies are named or counted
    app.register(auditContext, { trustProxy: true })
    await expect(app.ready()).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test('fits applications of other servers and loggers', async () => {
    const http2 = fastify({ http2: true })
    http2.register(auditContext, { actor: (request) => ({ id: request.ip }) })
    const logged = fastify({ loggerInstance: pino({ enabled: false }) })
    logged.register(auditContext, { actor: (request) => ({ id: request.ip }) })
    await Promise.all([http2.ready(), logged.ready()])
    expect(http2.hasPlugin('prisma-extension-audit')).toBe(true)
    expect(logged.hasPlugin('prisma-extension-audit')).toBe(true)
  })
})

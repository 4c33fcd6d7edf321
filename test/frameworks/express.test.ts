import { createServer } from 'node:http'
import express, { type ErrorRequestHandler, type Express, type Request } from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { auditContext, auditRoutes } from '../../src/frameworks/express.ts'
import { currentAudit } from '../../src/index.ts'
import { describeAuditRoutes } from './audit-routes.ts'
import { describeFramework, listen } from './conformance.ts'
import { describeMounting, type StartMounted } from './mounting.ts'

describeFramework('Express', (app) => {
  const server = express()
    .use(auditContext(app.options<Request>((request, name) => request.get(name))))
    .use(express.json({ limit: '1mb' }))
    .post('/work/:n', async (request, response) => {
      response.json(await app.work(Number(request.params.n), request.body))
    })
    .get('/context', async (_, response) => {
      response.json(await app.context())
    })
    .post('/fails', async () => {
      await app.fails()
    })
  return listen(createServer(server))
})

const mounted: StartMounted = (handler) => {
  const routes = auditRoutes(handler)
  const answersErrors: ErrorRequestHandler = (error, _request, response, next) => {
    if (response.headersSent) next(error)
    else response.sendStatus(500)
  }
  const server = express()
    .set('env', 'test')
    .use('/audit', auditContext({ actor: (request) => ({ id: request.get('x-user-id') }) }), routes)
    .use('/parsed', express.json({ strict: false }), routes)
    .use(answersErrors)
  return listen(createServer(server))
}
describeMounting('Express', mounted)
describeAuditRoutes('Express', mounted)

describe('The middleware for Express', () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 1.1.1.1' }

  async function get(app: Express, path: string, headers: Record<string, string> = {}) {
    const { url, close } = await listen(createServer(app))
    onTestFinished(close)
    const response = await fetch(url + path, { headers })
    return { status: response.status, json: await response.json() }
  }

  test('takes the address as Express trusts its proxies', async () => {
    const answersIp = () =>
      express()
        .use(auditContext())
        .get('/', (_, response) => void response.json(currentAudit()?.request?.ip ?? null))
    expect((await get(answersIp(), '/', forwarded)).json).toBe('127.0.0.1')
    const trusting = answersIp().set('trust proxy', 'loopback')
    expect((await get(trusting, '/', forwarded)).json).toBe('1.1.1.1')
  })

  test('takes its own proxies before those of Express', async () => {
    const app = express()
      .set('trust proxy', true)
      .use(auditContext({ trustProxy: 'loopback' }))
      .get('/', (_, response) => void response.json(currentAudit()?.request?.ip))
    expect((await get(app, '/', forwarded)).json).toBe('1.1.1.1')
  })

  test('tells the whole path in a router, and a parameter has its type', async () => {
    const router = express.Router()
    router.get('/notes/:id', auditContext(), ({ params }, response) => {
      const id: string = params.id
      response.json([id, currentAudit()?.request?.path])
    })
    const app = express().use('/api', router)
    expect((await get(app, '/api/notes/7?a=b')).json).toEqual(['7', '/api/notes/7'])
  })

  test('asks about what the middleware before has found', async () => {
    interface SignedIn extends Request {
      id?: string
      user?: { id: string }
    }
    const app = express()
      .use((request: SignedIn, _, next) => {
        Object.assign(request, { id: 'given', user: { id: 'ada' } })
        next()
      })
      .use(auditContext({ actor: (request: SignedIn) => ({ id: request.user?.id }) }))
      .get('/', (_, response) => void response.json(currentAudit()))
    const { json } = await get(app, '/', { 'x-request-id': 'header' })
    expect(json).toMatchObject({ actor: { id: 'ada' }, request: { id: 'given' } })
  })

  test.each([
    ['throws', () => Promise.reject(new TypeError('expired')), 'TypeError'],
    ['answers no actor', async () => ({ id: {} }), 'AuditError'],
  ])("hands the error to Express's handler where `actor` %s", async (_, actor, name) => {
    const handled: ErrorRequestHandler = (error, _request, response, _next) => {
      response.status(503).json(error.name)
    }
    const app = express()
      .use(auditContext({ actor: actor as never }))
      .get('/', (_, response) => void response.json('the handler ran'))
      .use(handled)
    expect(await get(app, '/')).toEqual({ status: 503, json: name })
  })

  test('refuses wrong options at once', () => {
    // @ts-expect-error: proxies are named or counted
    expect(() => auditContext({ trustProxy: true })).toThrow('`trustProxy` is `true`')
  })
})

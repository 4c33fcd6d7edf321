import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { format, promisify } from 'node:util'
import type { NextRequest } from 'next/server.js'
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import {
  auditRoutes,
  type NextContextOptions,
  originalRequest,
  withAuditAction,
  withAuditRoute,
} from '../../src/frameworks/next.ts'
import type { FetchHandler } from '../../src/http/fetch-handler.ts'
import { type AuditContext, currentAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeAuditRoutes } from './audit-routes.ts'
import { type ConformanceApp, describeFramework, type RunningServer } from './conformance.ts'
import { describeMounting, type StartMounted } from './mounting.ts'

/** What the routes of `next-app` find as `globalThis.nextTest`. */
interface Shared {
  readonly currentAudit: typeof currentAudit
  options: NextContextOptions
  /** What the conformance suite wants done. */
  app?: ConformanceApp
  /** What is mounted at `/audit`. */
  handler?: FetchHandler
  /** Writes a row, and answers its title. */
  write?: (title: string) => Promise<string>
}

const shared: Shared = { currentAudit, options: {} }
Object.assign(globalThis, { nextTest: shared })

const require = createRequire(import.meta.url)
// Its types would change those of `process.env` everywhere.
const next: (options: { dev: boolean; dir: string; httpServer: Server }) => {
  prepare(): Promise<void>
  getRequestHandler(): RequestListener
  close(): Promise<void>
} = require('next')
const dir = fileURLToPath(new URL('next-app', import.meta.url))
const minutes = 60_000
let output: string
let server: RunningServer

// A production build and its server, as small as Next has them.
beforeAll(async () => {
  await mkdir(join(dir, '.cache'), { recursive: true })
  output = await mkdtemp(join(dir, '.cache/next-'))
  vi.stubEnv('NEXT_TEST_OUTPUT', relative(dir, output))
  vi.stubEnv('NEXT_TELEMETRY_DISABLED', '1')
  vi.stubEnv('NODE_ENV', 'production')
  const bin = require.resolve('next/dist/bin/next')
  await promisify(execFile)(process.execPath, [bin, 'build', dir])
  server = await startNext()
  // Next prints what a route throws; of these, the tests say that it does.
  const print = console.error
  vi.spyOn(console, 'error').mockImplementation((...args) => {
    if (
      !/session store does not answer|handler fails|handler throws|stream breaks/.test(
        format(...args),
      )
    )
      print(...args)
  })
}, 3 * minutes)

afterAll(async () => {
  await server?.close()
  await rm(output, { recursive: true, force: true })
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describeFramework('Next', async (app) => {
  shared.app = app
  shared.options = app.options((request, name) => request.headers.get(name) ?? undefined)
  return { url: server.url, close: async () => {} }
})

const mounted: StartMounted = async (handler) => {
  shared.handler = handler
  shared.options = { actor: ({ headers }) => ({ id: headers.get('x-user-id') }) }
  return { url: server.url, close: async () => {} }
}
describeMounting('Next', mounted, ['/audit'])
describeAuditRoutes('Next', mounted, ['/audit'])

describeDatabase('sqlite', 'Next', (db) => {
  let prisma: AuditedClient

  beforeAll(() => {
    prisma = auditedClient(db)
    shared.options = {
      actor: ({ headers }) => ({ id: headers.get('x-user-id') }),
      tenant: async ({ headers }) => headers.get('x-tenant'),
    }
    shared.write = async (title) => {
      // libSQL works without a turn of the event loop, in which a stream could be sent.
      await immediate()
      return (await prisma.document.create({ data: { title } })).title
    }
  })
  beforeEach(async () => {
    await db.clear()
  })

  const send = (path: string, userId: string, init?: RequestInit) => {
    const headers = { 'x-user-id': userId, 'user-agent': 'vitest', origin: server.url }
    return fetch(server.url + path, { ...init, headers, redirect: 'manual' })
  }
  const written = async () => {
    const entries = await entriesOf(prisma)
    return entries.map(({ actorId, after }) => `${after?.title} by ${actorId}`)
  }

  test('loads the package once more, and both copies know the same context', async () => {
    const context = { actor: { id: 'ada' }, request: { path: '/copies' } }
    const answer = await send('/copies', 'ada')
    expect(await answer.json()).toMatchObject({
      isOneCopy: false,
      bundled: context,
      outside: context,
    })
  })

  test('runs a server action in the context of its request', async () => {
    const page = await (await send('/form', 'ada')).text()
    const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(page) ?? []
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`)
    const answers = await Promise.all(
      users.map((user) => {
        const body = new FormData()
        body.set(action, '')
        body.set('title', `note of ${user}`)
        return send('/form', user, { method: 'POST', body })
      }),
    )
    // It redirects, which Next has it do by throwing.
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
    expect((await written()).sort()).toEqual(
      users.map((user) => `note of ${user} by ${user}`).sort(),
    )
    const [entry] = await entriesOf(prisma)
    expect(entry?.request).toEqual({
      ...{ method: 'POST', ip: '127.0.0.1', userAgent: 'vitest' },
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  test('runs a stream in the context of its request until it ends', async () => {
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`)
    const answers = await Promise.all(users.map((user) => send('/stream?count=3', user)))
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(texts)).toEqual(new Set(['part 0\npart 1\npart 2\n']))
    for (const { status, headers } of answers) {
      expect([status, headers.get('content-type')]).toEqual([201, 'text/x-parts'])
      expect(headers.getSetCookie()).toEqual(['one=1; Path=/', 'two=2; Path=/'])
    }
    const rows = ['part 0', 'part 1', 'part 2', 'ends']
    expect((await written()).sort()).toEqual(
      users.flatMap((user) => rows.map((row) => `${row} by ${user}`)).sort(),
    )
  })

  test('runs what ends a stream in its context, where the reader goes away', async () => {
    const reading = new AbortController()
    const { body } = await send('/stream?count=1000000', 'ada', { signal: reading.signal })
    await body?.getReader().read()
    reading.abort()
    await vi.waitFor(async () => expect(await written()).toContain('ends by ada'), 10_000)
    expect((await written()).filter((row) => !row.endsWith(' by ada'))).toEqual([])
  })

  test('runs what is left for after() in the context of its request', async () => {
    const { status, body } = await send('/after', 'ada', { method: 'POST' })
    expect([status, body]).toEqual([204, null])
    await vi.waitFor(async () => expect(await written()).toEqual(['after by ada']), 10_000)
  })
})

describe('A route handler of Next', () => {
  const ipOf = async (options: NextContextOptions) => {
    const GET = withAuditRoute(options, () => Response.json(currentAudit()))
    const headers = { 'x-forwarded-for': '203.0.113.1, 198.51.100.2', 'x-real-ip': '192.0.2.3' }
    const answer = await GET(new Request('http://localhost/notes?q=1', { headers }))
    const context = (await answer.json()) as AuditContext
    return context.request?.ip
  }
  const realIp = ({ headers }: { headers: Headers }) => headers.get('x-real-ip')

  test.each<[string, NextContextOptions, string | undefined]>([
    ['nobody tells', {}, undefined],
    ['one proxy tells', { trustProxy: 1 }, '198.51.100.2'],
    ['two proxies tell', { trustProxy: 2 }, '203.0.113.1'],
    ['the platform tells', { remoteAddress: realIp }, '192.0.2.3'],
    ['a known proxy tells', { remoteAddress: realIp, trustProxy: '192.0.2.0/24' }, '198.51.100.2'],
  ])('has the address that %s', async (_, options, ip) => {
    expect(await ipOf(options)).toBe(ip)
  })

  test('is refused with a wrong option, as is a server action', () => {
    const wrong = { actors: () => undefined } as NextContextOptions
    const invalid = expect.objectContaining({ code: 'OPTION_INVALID' })
    expect(() => withAuditRoute(wrong, () => new Response())).toThrow(invalid)
    expect(() => withAuditAction(wrong, async () => {})).toThrow(invalid)
  })

  test('knows that of Next behind the request of what it mounts', async () => {
    const { GET } = auditRoutes((request) => Response.json(originalRequest(request).url))
    const answer = await GET(new Request('http://localhost/audit/entries'))
    expect(await answer.json()).toBe('http://localhost/audit/entries')
    expect(() => originalRequest(new Request('http://localhost/audit'))).toThrow('No request')
  })

  test('keeps its type, as does a server action', () => {
    const handler = async (_: NextRequest, __: { params: Promise<{ id: string }> }) =>
      new Response()
    expectTypeOf(withAuditRoute({}, handler)).toEqualTypeOf(handler)
    const options: NextContextOptions = { actor: ({ headers }) => ({ id: headers.get('x-id') }) }
    expectTypeOf(withAuditRoute(options, handler)).toEqualTypeOf(handler)
    const cookie = { actor: ({ cookies }: NextRequest) => ({ id: cookies.get('id')?.value }) }
    expectTypeOf(withAuditRoute(cookie, handler)).toEqualTypeOf(handler)
    const action = async (before: number, form: FormData) => before + [...form].length
    expectTypeOf(withAuditAction(options, action)).toEqualTypeOf(action)
    // @ts-expect-error a server action knows the headers of its request only
    withAuditAction(cookie, action)
  })
})

async function startNext(): Promise<RunningServer> {
  const httpServer = createServer()
  const app = next({ dev: false, dir, httpServer })
  await app.prepare()
  httpServer.on('request', app.getRequestHandler())
  await once(httpServer.listen(0, '127.0.0.1'), 'listening')
  const { port } = httpServer.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(httpServer, 'close')
      httpServer.close()
      httpServer.closeAllConnections()
      await Promise.all([closed, app.close()])
    },
  }
}

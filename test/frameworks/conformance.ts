import { once } from 'node:events'
import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as immediate } from 'node:timers/promises'
import { isDeepStrictEqual as isEqual } from 'node:util'
import { type Logger, pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RequestContextOptions } from '../../src/frameworks/request.ts'
import { currentAudit, updateAudit } from '../../src/index.ts'
import type { LogFields } from '../../src/logging/fields.ts'
import { auditMixin } from '../../src/logging/pino.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { trailOf } from '../capture/trail.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'

/** What a server under test is made of; its framework answers an error with 500. */
export interface ConformanceApp {
  /** Of every adapter. `header` reads one of the framework's own request. */
  options<Req>(
    header: (request: Req, name: string) => string | undefined,
  ): RequestContextOptions<Req>
  /** `POST /work/:n`, with a JSON body: does the work, and answers as JSON what this answers. */
  work(n: number, body: unknown): Promise<unknown>
  /** `GET /context`: answers as JSON what this answers. */
  context(): Promise<unknown>
  /** `POST /fails`: throws after a write. */
  fails(): Promise<never>
}

export interface RunningServer {
  /** Like `http://127.0.0.1:1234`. */
  readonly url: string
  close(): Promise<void>
}

/** Lets a server listen on a free port. */
export async function listen(server: Server): Promise<RunningServer> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

/** What every adapter has to do, on a server that listens. */
export function describeFramework(
  name: string,
  start: (app: ConformanceApp) => Promise<RunningServer>,
): void {
  describeDatabase('postgresql', `${name} gives each request its context`, (db) => {
    const lines: Line[] = []
    const logger = loggerInto(lines)
    const agent = new Agent({ keepAlive: true, maxSockets: 200 })
    let plain: PrismaClient
    let server: RunningServer

    beforeAll(async () => {
      plain = db.client({ poolSize: 1 })
      server = await start(conformanceApp(auditedClient(db, {}, { poolSize: 10 }), logger))
    }, minutes)
    afterAll(async () => {
      agent.destroy()
      await server?.close()
    })
    beforeEach(async () => {
      await db.clear()
      lines.length = 0
    })

    const send = (route: string, given: Given = {}) =>
      sendTo(server.url, route, { agent, ...given })

    test('of 1,000 at once, in rows and log lines', { timeout: 2 * minutes }, async () => {
      const callers = Array.from({ length: 1_000 }, (_, n) => callerOf(n))
      const answers = await Promise.all(
        callers.map(({ n, headers, body }) => send(`POST /work/${n}`, { headers, body })),
      )
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      expect(answers.map(({ json }) => json)).toEqual(callers.map(({ n }) => ({ n })))

      const rows = await trailOf(plain)
      expect(new Set(rows.map(({ actorId }) => actorId)).size).toBe(100)
      const stories = new Map(callers.map(({ n }) => [n, [] as string[]]))
      for (const row of rows) stories.get(callerOfRow(row))?.push(storyOf(row))
      expect([...stories].filter(([, story]) => !isEqual(story, rowsOfWork))).toEqual([])
      const runs = rows.filter(({ outcome }) => outcome === 'started')
      const traces = new Map(runs.map((row) => [callerOfRow(row), row.id]))
      const isOwn = (row: Row) => {
        const n = callerOfRow(row)
        return isRowOf(callerOf(n), row) && row.traceId === traces.get(n)
      }
      expect(rows.filter((row) => !isOwn(row))).toEqual([])

      expect(lines).toHaveLength(callers.length * linesOfWork)
      const mixed = lines.filter((line) => !isLineOf(callerOf(line.n), traces.get(line.n), line))
      expect(mixed).toEqual([])
    })

    test('when its body arrives in pieces', async () => {
      const { headers } = callerOf(7)
      const long = 'a long text '.repeat(5_000)
      const answer = await send('POST /work/7', { headers, body: { text: long }, pieces: 10 })
      expect(answer).toMatchObject({ status: 200, json: { n: 7 } })
      const rows = await trailOf(plain)
      const update = rows.find(({ action }) => action === 'update')
      expect(update?.after).toMatchObject({ body: long })
      expect(rows.map(({ actorId }) => actorId)).toEqual(rowsOfWork.map(() => 'user-7'))
    })

    test('without a query string in the path', async () => {
      const { headers } = callerOf(8)
      const { json } = await send('GET /context?token=secret', { headers })
      expect(json).toEqual({
        actor: { id: 'user-8', name: 'User 8' },
        tenant: 'tenant-8',
        request: { ...callerOf(8).request, method: 'GET', path: '/context' },
      })
    })

    test('and none of the request before on the same connection', async () => {
      const single = new Agent({ keepAlive: true, maxSockets: 1 })
      try {
        for (const n of [1, 2]) {
          const { headers, body } = callerOf(n)
          await send(`POST /work/${n}`, { agent: single, headers, body })
          const next = await send('GET /context', { agent: single })
          expect(next.reusedSocket).toBe(true)
          expect(next.json).toEqual({
            request: { method: 'GET', path: '/context', ip: '127.0.0.1', id: anyUuid },
          })
        }
      } finally {
        single.destroy()
      }
      expect(currentAudit()).toBeUndefined()
    })

    test('and answers 500 where its actor cannot be told, without running the handler', async () => {
      const { headers, body } = callerOf(1)
      const broken = { ...headers, 'x-user-id': 'broken' }
      for (const route of ['POST /work/1', 'POST /fails', 'GET /context']) {
        const answer = await send(route, { headers: broken, body })
        expect(answer.status).toBe(500)
      }
      expect(await trailOf(plain)).toEqual([])
      expect(await plain.document.count()).toBe(0)
      expect(lines).toEqual([])
      expect((await send('POST /work/1', { headers, body })).status).toBe(200)
    })

    test('also where the handler fails after a write', async () => {
      const { headers, request } = callerOf(3)
      expect((await send('POST /fails', { headers })).status).toBe(500)
      const rows = await trailOf(plain)
      expect(rows.map(storyOf)).toEqual(['started run Job', 'create Document', 'failure run Job'])
      for (const row of rows) {
        expect(row).toMatchObject({ actorId: 'user-3', request: { ...request, path: '/fails' } })
      }
    })

    test('with `system` as the actor where there is none', async () => {
      expect((await send('POST /work/1', { body: { text: 'some text' } })).status).toBe(200)
      const actors = (await trailOf(plain)).map(({ actorType, actorId }) => [actorType, actorId])
      expect(actors).toEqual(rowsOfWork.map(() => ['system', null]))
    })

    test('to which updateAudit adds in the handler', async () => {
      const { headers, request } = callerOf(4)
      const body = { text: 'some text', signedInAs: 'grace' }
      expect((await send('POST /work/4', { headers, body })).status).toBe(200)
      const rows = await trailOf(plain)
      expect(rows).toHaveLength(rowsOfWork.length)
      for (const row of rows) {
        expect(row).toMatchObject({ actorId: 'grace', tenantId: 'tenant-4', request })
      }
    })

    test('with the trace of the caller beside its own', async () => {
      const { body } = callerOf(5)
      const otel = { otelTraceId: 'a'.repeat(32), otelSpanId: 'b'.repeat(16) }
      const headers = { traceparent: `00-${otel.otelTraceId}-${otel.otelSpanId}-01` }
      await send('POST /work/5', { headers, body })
      const rows = await trailOf(plain)
      expect(rows.map(({ request }) => request)).toMatchObject(rowsOfWork.map(() => otel))
      expect(rows.map(({ traceId }) => traceId)).not.toContain(otel.otelTraceId)
    })

    test.each<[string, OutgoingHttpHeaders, object]>([
      ['a long user agent', { 'user-agent': 'x'.repeat(10_000) }, { userAgent: 'x'.repeat(512) }],
      ['a request id with spaces', { 'x-request-id': 'one two' }, { id: anyUuid }],
      ['a request id beyond ASCII', { 'x-request-id': 'é\tü' }, { id: anyUuid }],
      ['a long request id', { 'x-request-id': 'x'.repeat(10_000) }, { id: anyUuid }],
      ['an empty request id', { 'x-request-id': '' }, { id: anyUuid }],
      ['no address', { 'x-forwarded-for': "<b>, unknown, '--" }, { ip: '127.0.0.1' }],
      [
        'many addresses',
        { 'x-forwarded-for': `${'9.9.9.9,'.repeat(1_000)}1.2.3.4` },
        { ip: '1.2.3.4' },
      ],
      ['a traceparent of zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }, {}],
      ['a malformed traceparent', { traceparent: `00-${'a'.repeat(5_000)}` }, {}],
    ])('whatever a header says: %s', async (_, headers, kept) => {
      const answer = await send('POST /work/6', { headers, body: { text: 'some text' } })
      expect(answer.status).toBe(200)
      const rows = await trailOf(plain)
      expect(rows.map(({ request }) => request)).toEqual(
        rowsOfWork.map(() => ({
          ...{ method: 'POST', path: '/work/6', ip: '127.0.0.1', id: anyUuid },
          ...kept,
        })),
      )
    })
  })
}

const minutes = 60_000
const anyUuid = expect.stringMatching(/^[0-9a-f-]{36}$/)

/** The rows and the number of log lines that one `POST /work/:n` leaves. */
const rowsOfWork = ['started run Job', 'create Document', 'update Document', 'success run Job']
const linesOfWork = 4

/** A request of one of 100 actors, and what has to be recorded of it. */
function callerOf(n: number) {
  const actor = n % 100
  const request = {
    id: `request-${n}`,
    method: 'POST',
    path: `/work/${n}`,
    ip: `198.51.${Math.floor(n / 250)}.${n % 250}`,
    userAgent: `browser/${n}`,
  }
  const headers = {
    'x-user-id': `user-${actor}`,
    'x-user-name': `User ${actor}`,
    'x-tenant': `tenant-${actor}`,
    'x-request-id': request.id,
    'x-forwarded-for': `203.0.113.1, ${request.ip}`,
    'user-agent': request.userAgent,
  }
  return { n, headers, body: { text: `text ${n}` }, actor, request }
}

type Caller = ReturnType<typeof callerOf>
type Row = Awaited<ReturnType<typeof trailOf>>[number]

function storyOf({ action, entity, outcome }: Row): string {
  return entity === 'Job' ? `${outcome} ${action} ${entity}` : `${action} ${entity}`
}

/** By what was written, not by who is told to have written it. */
function callerOfRow({ entity, entityId, after }: Row): number {
  return Number(entity === 'Job' ? entityId : (after as { title: string }).title)
}

function isRowOf({ actor, request }: Caller, row: Row): boolean {
  const { actorId, actorType, actorName, tenantId } = row
  const expected = [`user-${actor}`, 'user', `User ${actor}`, `tenant-${actor}`, request]
  return isEqual([actorId, actorType, actorName, tenantId, row.request], expected)
}

interface Line extends LogFields {
  /** The request that logged it. */
  readonly n: number
  readonly msg: string
}

function isLineOf({ actor, request }: Caller, traceId: string | undefined, line: Line): boolean {
  const { actor_id, tenant_id, request_id, trace_id } = line
  const expected = [`user-${actor}`, `tenant-${actor}`, request.id]
  return (
    isEqual([actor_id, tenant_id, request_id], expected) &&
    trace_id === (line.msg === 'before the run' ? undefined : traceId)
  )
}

function loggerInto(lines: Line[]): Logger {
  return pino({ mixin: auditMixin() }, { write: (line) => lines.push(JSON.parse(line)) })
}

function conformanceApp(prisma: AuditedClient, logger: Logger): ConformanceApp {
  return {
    options: (header) => ({
      actor: async (request) => {
        await immediate()
        const id = header(request, 'x-user-id')
        if (id === 'broken') throw new Error('The session store does not answer')
        return id === undefined ? undefined : { id, name: header(request, 'x-user-name') }
      },
      tenant: async (request) => {
        await immediate()
        return header(request, 'x-tenant')
      },
      trustProxy: 'loopback',
    }),
    async work(n, body) {
      const { text, signedInAs } = body as { text: string; signedInAs?: string }
      if (signedInAs) updateAudit({ actor: { id: signedInAs } })
      await immediate()
      logger.info({ n }, 'before the run')
      return prisma.$audit.run('run', { entity: 'Job', entityId: n }, async () => {
        logger.info({ n }, 'begins')
        const title = String(n)
        await prisma.document.findFirst({ where: { title } })
        const { id } = await prisma.document.create({ data: { title } })
        await immediate()
        logger.info({ n }, 'created')
        await prisma.document.update({ where: { id }, data: { body: text } })
        logger.info({ n }, 'ends')
        return { n }
      })
    },
    context: async () => {
      await immediate()
      return currentAudit()
    },
    fails: () =>
      prisma.$audit.run('run', { entity: 'Job', entityId: 0 }, async () => {
        await prisma.document.create({ data: { title: 'kept' } })
        throw new Error('The handler fails')
      }),
  }
}

interface Given {
  readonly agent?: Agent
  readonly headers?: OutgoingHttpHeaders
  readonly body?: unknown
  /** In how many writes the body is sent. @default 1 */
  readonly pieces?: number
}

/** Sends on a socket of the agent: fetch refuses some of the headers, and hides the connection. */
async function sendTo(url: string, route: string, { agent, headers, body, pieces = 1 }: Given) {
  const [method, path] = route.split(' ')
  const isJson = body !== undefined && method !== 'GET'
  const sent = request(url + path, {
    method,
    agent,
    headers: { ...headers, ...(isJson && { 'content-type': 'application/json' }) },
  })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  const json = isJson ? JSON.stringify(body) : ''
  const length = Math.ceil(json.length / pieces)
  for (let i = 0; i < pieces && isJson; i++) {
    await new Promise((resolve) => sent.write(json.slice(i * length, (i + 1) * length), resolve))
  }
  sent.end()
  const [response] = await answered
  const answer = await text(response)
  const { statusCode: status } = response
  const isJsonAnswer = `${response.headers['content-type']}`.startsWith('application/json')
  return {
    status,
    reusedSocket: sent.reusedSocket,
    text: answer,
    json: isJsonAnswer ? JSON.parse(answer) : undefined,
  }
}

import { beforeAll, describe, expect, test } from 'vitest'
import { createAuditHandler } from '../../src/http/index.ts'
import { checkedLimits } from '../../src/http/limits.ts'
import { problemOf } from '../../src/http/problem.ts'
import { routes } from '../../src/http/routes.ts'
import { AuditError } from '../../src/index.ts'
import { describeDatabase } from '../database/each.ts'
import { asked } from './asked-routes.ts'
import { alpha, type Served, serve } from './served.ts'
import { type Done, work } from './two-tenants.ts'

const table = routes(checkedLimits())
const view = { name: 'mine', query: 'filter=a' }

describeDatabase('sqlite', 'createAuditHandler', (db) => {
  let served: Served
  let own: Done
  beforeAll(async () => {
    served = serve(db, { views: { list: () => [view], save: () => {}, remove: () => {} } })
    own = await work(served.prisma, 'alpha')
  })

  describe('refuses at construction', () => {
    const authorize = () => alpha
    test.each<[object | undefined, string]>([
      [undefined, 'takes an object'],
      [{ authorize }, '`client`'],
      [{ client: {}, authorize }, '`client`'],
      [{ client: { $audit: {} }, authorize }, 'extended with `audit()`'],
      [{ authorize: undefined }, '`authorize` is `undefined`'],
      [{ authorize: true }, '`authorize` is `true`'],
      [{ authorize, basepath: '/' }, 'no option `basepath`'],
      [{ authorize, basePath: 'audit' }, '`basePath` is `audit`'],
      [{ authorize, basePath: '/audit?x' }, '`basePath`'],
      [{ authorize, onError: 'log' }, '`onError` is `log`'],
      [{ authorize, signal: 'SIGTERM' }, '`signal` is `SIGTERM`'],
      [{ authorize, limits: { take: 0 } }, '`limits.take` is `0`'],
      [{ authorize, limits: { take: 1001 } }, '1 to 1000'],
      [{ authorize, limits: { filter: 2001 } }, '1 to 2000'],
      [{ authorize, limits: { timeout: 1.5 } }, '`limits.timeout`'],
      [{ authorize, limits: { page: 10 } }, 'no `page`'],
    ])('%j', (options, message) => {
      const isOfClient = options === undefined || 'client' in options || message === '`client`'
      const given = isOfClient ? options : { client: served.prisma, ...options }
      expect(() => createAuditHandler(given as never)).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          message: expect.stringContaining(message),
        }),
      )
    })
  })

  describe('answers 500 without detail, and tells `onError`, where `authorize`', () => {
    test.each<[string, () => unknown, string]>([
      ['forgets the tenants', () => ({ viewer: { id: 'zoe' } }), '`tenants`'],
      ['misspells them', () => ({ tenant: ['alpha'] }), 'tenant'],
      ['answers one tenant as text', () => ({ tenants: 'alpha' }), '`tenants`'],
      ['answers an unknown field', () => ({ tenants: ['alpha'], mayRead: true }), 'mayRead'],
      ['answers a scope of numbers', () => ({ tenants: [1] }), 'a list of texts'],
      ['answers nothing', () => undefined, 'expected object'],
      ['answers true', () => true, 'expected object'],
      ['answers another status', () => 200, 'expected object'],
      [
        'throws',
        () => {
          throw new Error('the session store of zoe is gone')
        },
        'is gone',
      ],
    ])('%s', async (_, authorize, message) => {
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(error)
      const { ask } = serve(db, { authorize: authorize as never, onError })
      const response = await ask('/entries')
      expect(response.status).toBe(500)
      expect(await response.json()).toEqual({
        type: 'urn:prisma-extension-audit:INTERNAL',
        title: 'Something went wrong.',
        status: 500,
        code: 'INTERNAL',
      })
      expect(String(errors)).toContain(message)
      if (message !== 'is gone') expect(String(errors)).not.toContain('zoe')
    })
  })

  test('answers 500 also where `onError` throws', async () => {
    const onError = () => {
      throw new Error('the log is full')
    }
    const { ask } = serve(db, { authorize: () => true as never, onError })
    expect((await ask('/entries')).status).toBe(500)
  })

  describe('routes', () => {
    test('by the base path, with or without a last slash', async () => {
      for (const basePath of ['/audit', '/audit/', '/audit//']) {
        const { ask } = serve(db, { basePath })
        expect((await ask('/count')).status).toBe(200)
        expect((await ask('/count/')).status).toBe(200)
        expect((await ask('')).status).toBe(200)
      }
      const atRoot = serve(db, { basePath: '/' })
      expect((await atRoot.ask('/../count')).status).toBe(200)
      expect((await atRoot.ask('/count')).status).toBe(404)
      const elsewhere = serve(db, { basePath: '/admin/über' })
      expect((await elsewhere.ask('/../admin/über/count')).status).toBe(200)
    })

    test('answers 404 below the base path and beside it', async () => {
      for (const path of ['/nothing', '/entries/a/b', 's/entries', '//entries', '/Entries']) {
        const response = await served.ask(path)
        expect(response.status, path).toBe(404)
        expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' })
      }
    })

    test('tells the methods of a path', async () => {
      const refused = await served.ask('/entries', { method: 'DELETE' })
      expect(refused.status).toBe(405)
      expect(refused.headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
      expect(await refused.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
      const options = await served.ask('/reverts', { method: 'OPTIONS' })
      expect(options.status).toBe(204)
      expect(options.headers.get('Allow')).toBe('POST, OPTIONS')
      expect(options.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect((await served.ask('/reverts')).status).toBe(405)
    })

    test('answers HEAD like GET, without a body', async () => {
      for (const path of ['/entries', '/export?format=csv', '/stream', '/nothing']) {
        const [head, get] = [await served.ask(path, { method: 'HEAD' }), await served.ask(path)]
        expect(head.status).toBe(get.status)
        expect(head.body).toBeNull()
        expect(head.headers.get('Content-Type')).toBe(get.headers.get('Content-Type'))
        await get.body?.cancel()
      }
    })

    test('takes an id that holds anything', async () => {
      const { prisma, json } = served
      for (const entityId of ['a/b', 'ü ?#%', '["alpha",1]', '-', '%2F', 'a\\b', '🙂', 'a+b']) {
        const event = { action: 'noted', entity: 'Any/thing', tenant: 'alpha' }
        const { id } = await prisma.$audit.record({ ...event, entityId })
        const path = `/entities/${encodeURIComponent('Any/thing')}/${encodeURIComponent(entityId)}`
        const { entries } = await json(`${path}/activity`)
        expect(entries.map((entry: { id: string }) => entry.id)).toContain(id)
      }
    })
  })

  describe('refuses a parameter', () => {
    const entry = `/entries/${'0'.repeat(32)}`
    test.each<[string, string, string]>([
      ['/entries?take=0', 'take', '>=1'],
      ['/entries?take=201', 'take', '<=200'],
      ['/entries?take=-1', 'take', 'a number from 1 to 200'],
      ['/entries?take=1e3', 'take', 'a number'],
      ['/entries?take=', 'take', 'a number'],
      ['/entries?take=99999999999999999999999', 'take', 'a number'],
      ['/entries?take=1&take=2', 'take', 'once'],
      ['/entries?filter=a&%66ilter=b', 'filter', 'once'],
      ['/entries?page=2', 'page', 'no such'],
      ['/entries?__proto__=2', '__proto__', 'no such'],
      ['/entries?constructor=2', 'constructor', 'no such'],
      ['/entries?order=seq', 'order', 'time'],
      ['/entries?direction=up', 'direction', 'asc'],
      ['/entries?filter=%', 'filter', 'percent-encoding'],
      ['/entries?filter=%C3%28', 'filter', 'percent-encoding'],
      ['/entries?filter=%ED%A0%80', 'filter', 'percent-encoding'],
      ['/entries?filter=a%00b', 'filter', 'NUL'],
      [`/entries?filter=${'x'.repeat(2001)}`, 'filter', '2000'],
      ['/entries?cursor=', 'cursor', ''],
      ['/entries/abc', 'id', '32 lowercase'],
      [`/entries/${'A'.repeat(32)}`, 'id', '32 lowercase'],
      ['/entries/%ff', 'id', 'percent-encoding'],
      [`${entry}?id=1`, 'id', 'once'],
      [`${entry}/compare/x`, 'otherId', '32 lowercase'],
      ['/entities/User/%00/activity', 'entityId', 'NUL'],
      [`/entities/User/${'x'.repeat(2001)}/activity`, 'entityId', '2000'],
      [`/entities/${'x'.repeat(501)}/1/activity`, 'entity', '500'],
      ['/entities/User/1/as-of', 'at', 'a time like'],
      ['/entities/User/1/as-of?at=yesterday', 'at', 'a time like'],
      ['/entities/User/1/as-of?at=2030-02-30T00:00:00Z', 'at', 'a time like'],
      ['/entities/User/1/as-of?at=2030-01-01T00:00:00', 'at', 'a time like'],
      ['/entities/User/1/as-of?at=0000-01-01T00:00:00Z', 'at', 'a time like'],
      ['/entities/User/1/as-of?at=0001-01-01T00:00:00%2B01:00', 'at', 'a time like'],
      ['/entities/User/1/as-of?at=9999-12-31T23:59:59-01:00', 'at', 'a time like'],
      ['/export', 'format', 'csv'],
      ['/export?format=xml', 'format', 'csv'],
      ['/count?limit=100001', 'limit', '100000'],
      ['/facets?take=1001', 'take', '200'],
    ])('%s', async (path, parameter, message) => {
      const response = await served.ask(path)
      const problem = JSON.parse(await response.text())
      expect(response.status).toBe(400)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(problem).toMatchObject({ code: 'PARAMETER_INVALID', status: 400 })
      expect(problem.errors).toContainEqual({
        parameter,
        message: expect.stringContaining(message),
      })
    })

    test('tells all that is wrong at once', async () => {
      const { errors } = await served.json('/entries?take=x&order=y&z=1')
      expect(errors.map(({ parameter }: { parameter: string }) => parameter).toSorted()).toEqual([
        'order',
        'take',
        'z',
      ])
    })

    test('a filter, with the place of its mistake', async () => {
      for (const path of ['/entries', '/count', '/facets', '/export?format=csv', '/stream']) {
        const filter = encodeURIComponent('actor:ada since:never')
        const response = await served.ask(
          `${path}${path.includes('?') ? '&' : '?'}filter=${filter}`,
        )
        expect(response.status).toBe(400)
        const problem = JSON.parse(await response.text())
        expect(problem).toMatchObject({ code: 'FILTER_INVALID', detail: expect.any(String) })
        expect(problem.errors).toEqual([
          {
            parameter: 'filter',
            message: problem.detail,
            position: { start: expect.any(Number), end: expect.any(Number) },
          },
        ])
        expect(problem.errors[0].position.start).toBeGreaterThanOrEqual(10)
      }
    })

    test('a cursor of another question', async () => {
      const response = await served.ask('/entries?cursor=nonsense')
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'QUERY_INVALID' })
    })

    test('a place to go on from that no stream told', async () => {
      for (const path of ['/stream?lastEventId=x', '/stream']) {
        const response = await served.ask(path, { headers: { 'Last-Event-ID': 'y' } })
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({ code: 'QUERY_INVALID' })
      }
    })
  })

  test.each([
    ['QUERY_TIMEOUT', 504],
    ['QUERY_FORBIDDEN', 403],
    ['REVERT_CONFLICT', 409],
    ['REVERT_INVALID', 422],
  ] as const)('answers %s with %i', (code, status) => {
    expect(problemOf(new AuditError(code, 'told'))?.status).toBe(status)
  })

  test.each(['WRITE_FAILED', 'OPTION_INVALID', 'DATABASE_UNREACHABLE'] as const)(
    'takes %s for an error of its own',
    (code) => {
      expect(problemOf(new AuditError(code, 'told'))).toBeNull()
    },
  )

  test('answers JSON as its schemas say', async () => {
    for (const { name, method, answers } of table) {
      if (method !== 'GET' || Array.isArray(answers)) continue
      for (const { path } of asked[name]?.(own) ?? []) {
        const body = await served.json(path)
        expect((answers as { parse(value: unknown): unknown }).parse(body), path).toEqual(body)
      }
    }
  })

  test('pages to the end', async () => {
    for (const order of ['time', 'entity', 'actor']) {
      const ids: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const filter = encodeURIComponent('-action:audit.view')
        const query = `filter=${filter}&take=2&order=${order}${cursor && `&cursor=${cursor}`}`
        const page = await served.json(`/entries?${query}`)
        ids.push(...page.entries.map(({ id }: { id: string }) => id))
        cursor = page.nextCursor
      }
      expect(ids).toEqual([...new Set(ids)])
      expect(ids).toEqual(expect.arrayContaining([...own.ids]))
    }
  })

  test('answers no more than `limits.take` where `take` is absent', async () => {
    const { json } = serve(db, { prisma: served.prisma, limits: { take: 1 } })
    const of = '/entities/Document/document-alpha'
    const [traceId] = own.traceIds
    expect((await served.json(`/traces/${traceId}`)).entries.length).toBeGreaterThan(1)
    for (const path of ['/entries', `${of}/activity`, `${of}/fields/title`]) {
      expect((await served.json(path)).entries.length, path).toBeGreaterThan(1)
      expect(await json(path), path).toMatchObject({
        entries: [expect.anything()],
        nextCursor: expect.any(String),
      })
    }
    const trace = await json(`/traces/${traceId}`)
    expect([trace.entries.length, trace.logs.lines.length]).toEqual([1, 1])
    const { facets } = await json('/facets?keys=action')
    expect(facets).toMatchObject([{ key: 'action', values: [expect.anything()] }])
  })

  describe('headers', () => {
    test('keep each answer to its caller', async () => {
      for (const path of ['/entries', '/export?format=csv', '/stream', '/nothing', '/count?x']) {
        const { headers, body } = await served.ask(path)
        await body?.cancel()
        expect(headers.get('Vary')).toBe('Cookie, Authorization')
        expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
        expect(headers.get('Referrer-Policy')).toBe('no-referrer')
        expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'")
        expect(headers.get('Cache-Control')).toBe(
          path === '/entries' ? 'private, no-cache' : 'no-store',
        )
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
      }
    })

    test('answer 304 as long as nothing is new', async () => {
      const path = `/entries/${own.updateId}`
      const first = await served.ask(path)
      const etag = first.headers.get('ETag') ?? ''
      expect(etag).toMatch(/^W\/"[\w-]{43}"$/)
      for (const known of [etag, etag.slice(2), `"x", ${etag}`, '*']) {
        const again = await served.ask(path, { headers: { 'If-None-Match': known } })
        expect(again.status).toBe(304)
        expect(again.body).toBeNull()
        expect(again.headers.get('ETag')).toBe(etag)
        expect(again.headers.get('Cache-Control')).toBe('private, no-cache')
      }
      const other = await served.ask(path, { headers: { 'If-None-Match': '"x"' } })
      expect(other.status).toBe(200)
      const masked = { ...alpha, masked: { '*': ['title'] } }
      const asked = { scope: masked, headers: { 'If-None-Match': etag } }
      expect((await served.ask(path, asked)).status).toBe(200)
    })
  })
})

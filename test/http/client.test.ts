import { beforeAll, describe, expect, test } from 'vitest'
import {
  type AuditClient,
  AuditClientError,
  type AuditClientOptions,
  createAuditClient,
} from '../../src/http/client.ts'
import type { AuditScope } from '../../src/http/index.ts'
import { executionLog, withAudit } from '../../src/index.ts'
import { isForbidden } from '../../src/ui/problems.ts'
import { describeDatabase } from '../database/each.ts'
import { alpha, type Served, serve } from './served.ts'
import { type Done, work } from './two-tenants.ts'

describeDatabase('sqlite', 'createAuditClient', (db) => {
  let served: Served
  let own: Done
  let client: AuditClient
  beforeAll(async () => {
    served = serve(db, { limits: { interval: 5 } })
    own = await work(served.prisma, 'alpha')
    client = clientOf()
  })

  const clientOf = (
    scope: AuditScope | 401 = alpha,
    fetch: (request: Request) => Promise<Response> = served.handler,
  ) =>
    createAuditClient({
      baseUrl: 'http://localhost/audit/',
      fetch,
      headers: async () => ({ 'x-scope': JSON.stringify(scope) }),
      retry: 1,
    })

  const document = { entity: 'Document', entityId: 'document-alpha' }
  const filter = 'entity:Document -action:audit.view -actor:auditor'

  test('asks every question', async () => {
    const page = await client.entries({ filter, take: 1, direction: 'asc' })
    expect(page).toMatchObject({ entries: [{ id: own.createId }], nextCursor: expect.any(String) })
    const next = await client.entries({ filter, direction: 'asc', cursor: page.nextCursor })
    expect(next).toMatchObject({ entries: [{ id: own.updateId }], nextCursor: null })
    expect(await client.entry(own.updateId)).toEqual(next.entries[0])
    expect(await client.compare(own.createId, own.updateId)).toMatchObject({
      from: { id: own.createId },
      before: { title: 'new alpha' },
      after: { title: 'changed alpha' },
      diff: { updated: { title: 'changed alpha' } },
    })
    const trace = await client.trace(page.entries[0]?.traceId ?? '', { logs: { take: 1 } })
    expect(trace.logs.lines).toMatchObject([{ message: 'line of alpha' }])
    expect(await client.activity({ ...document, take: 2, include: [] })).toMatchObject({
      entries: [{ entity: 'Document' }, { entity: 'Document' }],
    })
    expect(await client.asOf({ ...document, at: new Date() })).toMatchObject({
      state: { title: 'changed alpha' },
      entry: { id: own.updateId },
      unknown: [],
    })
    const changes = await client.fieldHistory({ ...document, field: 'title' })
    expect(changes.entries[0]).toMatchObject({ from: 'new alpha', to: 'changed alpha' })
    expect(changes.entries.at(-1)).not.toHaveProperty('from')
    expect(await client.count({ filter, limit: 1 })).toEqual({ count: 1, isExact: false })
    const { facets } = await client.facets({ filter, keys: ['action', 'shared'], take: 5 })
    expect(facets.map(({ key }) => key)).toEqual(['action', 'shared'])
    expect(await client.version(own.updateId)).toMatchObject({ version: 2, previous: own.createId })
    const since = new Date(Date.now() - 3_600_000)
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const histogram = await client.histogram({ filter, since, until, buckets: 1 })
    expect(histogram).toEqual({
      since: since.toISOString(),
      until,
      buckets: [
        {
          since: since.toISOString(),
          until,
          counts: { create: 1, update: 1 },
          isExact: true,
        },
      ],
      knownSince: null,
    })
    expect(await client.viewer()).toEqual({
      viewer: { id: 'auditor', type: 'user', name: 'An auditor' },
      mayExport: true,
      mayRevert: true,
      savesViews: false,
    })
  })

  test('reads on in a unit of work while it lasts', async () => {
    const log = executionLog(served.prisma)
    const subject = { entity: 'Flow', entityId: 'F-1' }
    await withAudit({ tenant: 'alpha' }, () =>
      served.prisma.$audit.run('execute', subject, async ({ traceId }) => {
        log.write({ message: 'one' })
        await log.flush()
        // Whoever looks from within the run becomes part of it.
        const read = (query = {}) =>
          withAudit({ trace: { traceId: 'f'.repeat(32) } }, () => client.trace(traceId, query))
        const first = await read()
        expect(first.entries).toMatchObject([{ action: 'execute' }])
        const after = {
          cursor: first.entries.at(-1)?.seq,
          logs: { cursor: first.logs.lines.at(-1)?.seq },
        }
        const nothing = await read(after)
        expect(nothing).toMatchObject({ entries: [], nextCursor: null, logs: { lines: [] } })
        await served.prisma.tag.create({ data: { name: 'of the flow' } })
        log.write({ message: 'two' })
        await log.flush()
        const { entries, logs } = await read(after)
        expect(entries).toMatchObject([{ action: 'create', entity: 'Tag' }])
        expect(logs.lines).toMatchObject([{ message: 'two' }])
      }),
    )
    await log.close()
    const unknown = client.trace('0'.repeat(32), { cursor: '1' })
    await expect(unknown).rejects.toMatchObject({ status: 404 })
  })

  test('has the history of related entities where they are included', async () => {
    const entityId = await withAudit({ tenant: 'alpha' }, async () => {
      const data = { email: 'ada@example.com', posts: { create: { title: 'A post' } } }
      return String((await served.prisma.user.create({ data })).id)
    })
    const subject = { entity: 'User', entityId }
    const entitiesOf = async (include?: readonly string[]) => {
      const { entries } = await client.activity({ ...subject, include })
      const changes = entries.filter(({ action }) => action !== 'audit.view')
      return changes.map(({ entity }) => entity).toSorted()
    }
    expect(await entitiesOf(['posts'])).toEqual(['Post', 'User'])
    expect(await entitiesOf(['posts', 'comments'])).toEqual(['Post', 'User'])
    expect(await entitiesOf()).toEqual(['User'])
    await expect(entitiesOf(['nothing'])).rejects.toMatchObject({ code: 'QUERY_INVALID' })
  })

  test('keeps views where the handler does', async () => {
    const kept = new Map<string, string>()
    const { handler } = serve(db, {
      prisma: served.prisma,
      views: {
        list: () => [...kept].map(([name, query]) => ({ name, query })),
        save: (_, { name, query }) => kept.set(name, query),
        remove: (_, name) => kept.delete(name),
      },
    })
    const keeping = clientOf(alpha, handler)
    expect(await keeping.viewer()).toMatchObject({ savesViews: true })
    const view = { name: 'Refusals', query: 'filter=outcome:denied' }
    await keeping.saveView(view)
    expect(await keeping.views()).toEqual([view])
    await keeping.removeView(view.name)
    expect(await keeping.views()).toEqual([])
    await expect(client.views()).rejects.toMatchObject({ status: 404 })
  })

  test('takes an id that holds anything', async () => {
    for (const entityId of ['a/b?c#d%', '["alpha",1]', 'ü🙂 +&=']) {
      const subject = { entity: 'Any/thing', entityId }
      await served.prisma.$audit.record({ action: 'noted', ...subject, tenant: 'alpha' })
      const { entries } = await client.activity(subject)
      expect(entries).toEqual(expect.arrayContaining([expect.objectContaining(subject)]))
    }
    for (const entityId of ['', '.', '..']) {
      await expect(async () => client.activity({ entity: 'Any', entityId })).rejects.toThrow(
        'cannot be a part of an address',
      )
    }
  })

  test('exports', async () => {
    const text = await new Response(await client.export({ filter, format: 'ndjson' })).text()
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id)
    expect(lines).toEqual([own.updateId, own.createId])
    expect(client.exportUrl({ filter: 'a b', format: 'csv', order: 'actor' })).toBe(
      'http://localhost/audit/export?filter=a+b&format=csv&order=actor',
    )
  })

  test('reverts', async () => {
    const plan = await client.revert({ id: own.updateId }, { dryRun: true })
    expect(plan).toMatchObject({ dryRun: true, steps: [{ action: 'update' }] })
    const done = await client.revert({ id: own.updateId }, { reason: 'by mistake' })
    expect(done.traceId).toMatch(/^[0-9a-f]{32}$/)
    const refused = client.revert({ id: own.updateId })
    await expect(refused).rejects.toMatchObject({ code: 'REVERT_CONFLICT', status: 409 })
    await expect(refused).rejects.toHaveProperty('problem.conflicts.0.field', 'title')
  })

  describe('rejects', () => {
    test('with the problem', async () => {
      const refused = client.entries({ filter: 'since:never' })
      await expect(refused).rejects.toBeInstanceOf(AuditClientError)
      await expect(refused).rejects.toMatchObject({
        status: 400,
        code: 'FILTER_INVALID',
        problem: { errors: [{ parameter: 'filter', position: { start: 6 } }] },
      })
      await expect(clientOf(401).count()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
      await expect(client.entry('0'.repeat(32))).rejects.toMatchObject({ status: 404 })
      const stream = clientOf(401).stream()
      await expect(stream.next()).rejects.toMatchObject({ status: 401 })
    })

    test('where something else answered', async () => {
      const html = { headers: { 'Content-Type': 'text/html' } }
      const proxy = clientOf(alpha, async () => new Response('<h1>', { ...html, status: 502 }))
      await expect(proxy.count()).rejects.toMatchObject({ status: 502, problem: null })
      const page = clientOf(alpha, async () => new Response('<h1>', html))
      await expect(page.stream().next()).rejects.toMatchObject({ status: 200 })
      const offline = clientOf(alpha, async () => Promise.reject(new TypeError('offline')))
      await expect(offline.count()).rejects.toThrow('offline')
    })

    test.each<[string, (login: AuditClient) => Promise<unknown>]>([
      ['entries', (login) => login.entries()],
      ['viewer', (login) => login.viewer()],
      ['views', (login) => login.views()],
      ['a revert', (login) => login.revert({ id: own.updateId })],
      ['an export as CSV', (login) => login.export({ format: 'csv' })],
      ['an export as NDJSON', (login) => login.export({ format: 'ndjson' })],
      ['a view to be saved', (login) => login.saveView({ name: 'a', query: '' })],
      ['a view to be removed', (login) => login.removeView('a')],
      ['a stream', (login) => login.stream().next()],
    ])('where a form to log in by is there in place of %s', async (_, ask) => {
      const headers = { 'Content-Type': 'text/html; charset=utf-8' }
      const login = clientOf(alpha, async () => new Response('<form>', { headers }))
      const error: unknown = await ask(login).catch((error) => error)
      expect(error).toBeInstanceOf(AuditClientError)
      expect(error).toMatchObject({
        ...{ status: 200, problem: null, code: undefined },
        message: expect.stringContaining('`text/html; charset=utf-8`'),
      })
    })

    test('when it is told to', async () => {
      const signal = AbortSignal.abort()
      const reached = clientOf(alpha, async (request) => {
        request.signal.throwIfAborted()
        return served.handler(request)
      })
      await expect(reached.count({ signal })).rejects.toThrow('abort')
    })
  })

  describe('what cannot be asked at all', () => {
    const headers = () => {
      throw new Error('nobody is signed in')
    }
    test.each<[string, Partial<AuditClientOptions>, string]>([
      ['an address without an origin', { baseUrl: '/audit' }, 'URL'],
      ['headers that are none', { headers: { 'not a name': 'x' } }, 'not a name'],
      ['a callback for headers that throws', { headers }, 'nobody is signed in'],
    ])('%s: is rejected, and not tried again', async (_, given, message) => {
      const baseUrl = 'http://localhost/audit'
      const wrong = createAuditClient({ baseUrl, fetch: served.handler, retry: 1, ...given })
      await expect(wrong.entries()).rejects.toThrow(message)
      const stop = new AbortController()
      const stream = wrong.stream({ signal: stop.signal, onConnection: () => stop.abort() })
      await expect(stream.next()).rejects.toThrow(message)
    })
  })

  describe('streams', () => {
    const write = (name: string) =>
      withAudit({ tenant: 'alpha' }, () => served.prisma.tag.create({ data: { name } }))

    test('each entry once, whatever happens to the connections', async () => {
      let asked = 0
      const opened: string[] = []
      const flaky = clientOf(alpha, async (request) => {
        asked += 1
        if (asked % 3 === 1) throw new TypeError('no connection')
        if (asked % 3 === 2) return new Response('busy', { status: 503 })
        opened.push(request.headers.get('Last-Event-ID') ?? '')
        const response = await served.handler(request)
        // Cut off after so many pieces, in the middle of an event.
        let pieces = 0
        const cut = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            pieces += 1
            if (pieces < 4) controller.enqueue(chunk)
            else {
              controller.enqueue(chunk.slice(0, chunk.length / 2))
              controller.error(new TypeError('connection lost'))
            }
          },
        })
        return new Response(response.body?.pipeThrough(cut), response)
      })
      const names = Array.from({ length: 12 }, (_, i) => `streamed ${i}`)
      const seen: unknown[] = []
      const writing = (async () => {
        await expect.poll(() => opened.length).toBeGreaterThan(0)
        for (const name of names) await write(name)
      })()
      for await (const { entry, id } of flaky.stream({ filter: 'entity:Tag' })) {
        expect(id).toMatch(/^\d+/)
        seen.push(entry.after?.name)
        if (seen.length === names.length) break
      }
      await writing
      expect(seen).toEqual(names)
      expect(opened.length).toBeGreaterThan(3)
      expect(opened.slice(1)).not.toContain('')
    })

    test('on, where headers could not be told for a while', async () => {
      let asked = 0
      const told: boolean[] = []
      const returning = createAuditClient({
        baseUrl: 'http://localhost/audit',
        fetch: async (request) => {
          const { body, headers } = await served.handler(request)
          // The connection ends after the first entry.
          let pieces = 0
          const cut = new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              controller.enqueue(chunk)
              pieces += 1
              if (pieces === 2) controller.terminate()
            },
          })
          return new Response(body?.pipeThrough(cut), { headers })
        },
        headers: () => {
          asked += 1
          if (asked === 2) throw new TypeError('offline')
          return { 'x-scope': JSON.stringify(alpha) }
        },
        retry: 1,
      })
      const ids: string[] = []
      const onConnection = (isOpen: boolean) => told.push(isOpen)
      for await (const { entry } of returning.stream({ lastEventId: '0', filter, onConnection })) {
        ids.push(entry.id)
        if (ids.length === 2) break
      }
      expect(ids).toEqual([own.createId, own.updateId])
      expect(told).toEqual([true, false, false, true])
    })

    test('from where it was told to begin, until its signal', async () => {
      const all = new AbortController()
      const ids: string[] = []
      const { signal } = all
      for await (const { entry } of client.stream({ lastEventId: '0', filter, signal })) {
        ids.push(entry.id)
        if (ids.length === 2) all.abort()
      }
      expect(ids).toEqual([own.createId, own.updateId])
    })

    test('and leaves the connection when the loop is broken', async () => {
      const { ask, handler } = serve(db, { limits: { streams: 1, interval: 5 } })
      const only = clientOf(alpha, handler)
      for await (const _ of only.stream({ lastEventId: '0' })) break
      await expect.poll(async () => (await ask('/stream', { method: 'GET' })).status).toBe(200)
    })
  })
})

test('an error of another copy of the client is one, and is told by its status', async () => {
  const { AuditClientError: Another }: typeof import('../../src/http/client-error.ts') =
    await import(`${new URL('../../src/http/client-error.ts', import.meta.url).pathname}?copy`)
  expect(Another).not.toBe(AuditClientError)
  const error = new Another('No.', 403, null)
  expect(error).toBeInstanceOf(AuditClientError)
  expect(isForbidden(error)).toBe(true)
  for (const other of [null, undefined, new Error('AuditClientError'), { status: 403 }]) {
    expect(isForbidden(other)).toBe(false)
  }
})

test('the client for browsers imports nothing of Node.js, nor what runs on a server', async () => {
  const { readFile } = await import('node:fs/promises')
  for (const name of ['client', 'client-error', 'client-stream']) {
    const text = await readFile(new URL(`../../src/http/${name}.ts`, import.meta.url), 'utf8')
    const imported = [...text.matchAll(/^import (?!type)[^']*'([^']+)'/gm)].map(([, from]) => from)
    for (const from of imported) {
      expect(from).toMatch(/^(\.\/client-(error|stream)\.ts|eventsource-parser\/stream)$/)
    }
  }
})

/**
 * The trail over HTTP, as each framework serves it.
 */
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { ReadableStream } from 'node:stream/web'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createAuditHandler } from '../../src/http/index.ts'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import type { RunningServer } from './conformance.ts'
import { type Given, openAt, type StartMounted } from './mounting.ts'

/** `paths` as those of `describeMounting`. */
export function describeAuditRoutes(
  name: string,
  start: StartMounted,
  paths: readonly [string, ...string[]] = ['/audit', '/parsed'],
): void {
  describeDatabase('sqlite', `${name} serves the trail`, (db) => {
    const errors: unknown[] = []
    let prisma: AuditedClient
    const views = new Map<string, string>()
    let server: RunningServer

    beforeAll(async () => {
      prisma = auditedClient(db)
      const handlers = paths.map((basePath) =>
        createAuditHandler({
          client: prisma,
          basePath,
          limits: { interval: 20, streams: 1 },
          onError: (error) => errors.push(error),
          views: {
            list: () => [...views].map(([name, query]) => ({ name, query })),
            save: (_, { name, query }) => views.set(name, query),
            remove: (_, name) => views.delete(name),
          },
          authorize: ({ headers }) => {
            const tenant = headers.get('x-tenant')
            const id = headers.get('x-user-id')
            if (!tenant || !id) return 401
            return { tenants: [tenant], mayExport: true, mayRevert: true, viewer: { id } }
          },
        }),
      )
      server = await start(async (request) => {
        const at = paths.findIndex((path) => new URL(request.url).pathname.startsWith(path))
        return handlers[at]?.(request) ?? new Response(null, { status: 404 })
      })
    })
    afterAll(async () => {
      await server?.close()
    })
    beforeEach(async () => {
      await db.clear()
      errors.length = 0
    })

    const ada = { 'x-user-id': 'ada', 'x-tenant': 'acme' }
    const open = (route: string, { headers = ada, ...given }: Given = {}) =>
      openAt(server.url, route, { headers, ...given })
    const ask = async (route: string, given: Given = {}) => {
      const response = await open(route, given)
      return { status: response.statusCode, json: JSON.parse(await text(response)) }
    }
    const write = (title: string, tenant = 'acme') =>
      withAudit({ actor: { id: 'grace' }, tenant }, () =>
        prisma.document.create({ data: { title } }),
      )

    test.each(paths)('at %s, by a filter and to those who may see it', async (path) => {
      const { id } = await write('ours')
      await write('of others', 'other')
      const page = await ask(`GET ${path}/entries?filter=entity:Document+action:create`)
      expect(page).toMatchObject({
        status: 200,
        json: {
          entries: [{ entityId: String(id), actorId: 'grace', after: { title: 'ours' } }],
          nextCursor: null,
        },
      })
      expect(page.json.entries).toHaveLength(1)
    })

    /** What a browser is shown that opens an address, and where it ends up. */
    const visit = async (address: string, given: Given = {}) => {
      const seen: string[] = []
      for (let at = address; ; ) {
        expect(seen, 'it comes to an end').not.toContain(at)
        seen.push(at)
        const response = await open(`GET ${at}`, given)
        const body = await text(response)
        const { location } = response.headers
        if (location === undefined) return { at, response, body }
        const next = new URL(location, new URL(at, server.url))
        at = next.pathname + next.search
      }
    }

    test.each(paths)('at %s, with the page that shows it', async (path) => {
      for (const address of [path, `${path}/`, `${path}?filter=a`, `${path}/?filter=a`]) {
        const { at, response, body } = await visit(address)
        expect(response.statusCode, address).toBe(200)
        expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
        expect(response.headers['content-security-policy']).toContain("script-src 'self'")
        const files = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file)
        expect(files.length).toBeGreaterThan(1)
        for (const file of files.filter((each) => !each.includes('chunk-'))) {
          const { pathname } = new URL(file, new URL(at, server.url))
          const asset = await open(`GET ${pathname}`)
          await text(asset)
          expect(asset.statusCode, `${pathname} of ${at}`).toBe(200)
          expect(asset.headers['content-type']).toMatch(/^text\/(javascript|css)/)
        }
      }
      const accept = { accept: 'text/html' }
      const refused = await visit(path, { headers: accept })
      expect(refused.response.statusCode).toBe(401)
      expect(refused.body).toMatch(/^<!doctype html>/)
      expect((await prisma.$audit.search('')).entries).toEqual([])
      expect(errors).toEqual([])
    })

    test.each(paths)('at %s, and keeps views', async (path) => {
      const sent = { ...ada, 'content-type': 'application/json', origin: server.url }
      const change = async (method: string, body: object) => {
        const route = `${method} ${path}/views`
        const json = JSON.stringify(body)
        // Without it, Node.js sends none with a DELETE that one could tell from the next request.
        const headers = { ...sent, 'content-length': `${Buffer.byteLength(json)}` }
        const response = await open(route, { headers, body: json })
        return [response.statusCode, await text(response)]
      }
      const view = { name: 'Mine', query: 'filter=actor%3Aada' }
      expect(await change('PUT', view)).toEqual([204, ''])
      expect((await ask(`GET ${path}/views`)).json).toEqual({ views: [view] })
      expect(await change('DELETE', { name: view.name })).toEqual([204, ''])
      expect((await ask(`GET ${path}/views`)).json).toEqual({ views: [] })
    })

    test('and tells what is wrong, as problem details', async () => {
      const [path] = paths
      const refused = await open(`GET ${path}/entries`, { headers: {} })
      expect(refused.statusCode).toBe(401)
      expect(refused.headers['content-type']).toBe('application/problem+json')
      expect(JSON.parse(await text(refused))).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
      expect(await ask(`GET ${path}/entries?filter=since:never`)).toMatchObject({
        status: 400,
        json: { code: 'FILTER_INVALID', errors: [{ parameter: 'filter' }] },
      })
      expect(await ask(`GET ${path}/nothing`)).toMatchObject({
        status: 404,
        json: { code: 'NOT_FOUND' },
      })
    })

    test('and answers HEAD, and 304 where nothing is new', async () => {
      const [path] = paths
      await write('ours')
      const route = `${path}/entries?filter=entity:Document`
      const whole = await open(`GET ${route}`)
      expect(whole.headers.etag).toMatch(/^W\/"/)
      expect(JSON.parse(await text(whole)).entries).toHaveLength(1)
      const head = await open(`HEAD ${route}`)
      expect([head.statusCode, head.headers['content-type'], await text(head)]).toEqual([
        200,
        'application/json',
        '',
      ])
      const headers = { ...ada, 'if-none-match': whole.headers.etag }
      const known = await open(`GET ${route}`, { headers })
      expect([known.statusCode, await text(known)]).toEqual([304, ''])
    })

    test.each(['a/b', 'a b%2F%25', '../é?#&', '["a/b",1]'])(
      'of the entity %s',
      async (entityId) => {
        const [path] = paths
        await withAudit({ tenant: 'acme' }, () =>
          prisma.$audit.record({ action: 'upload', entity: 'File', entityId }),
        )
        const encoded = encodeURIComponent(entityId)
        const { json } = await ask(`GET ${path}/entities/File/${encoded}/activity`)
        const [newest] = json.entries
        expect(newest).toMatchObject({ action: 'upload', entity: 'File', entityId })
      },
    )

    test.each(paths)('at %s, and reverts a change in the name of its viewer', async (path) => {
      const { id } = await write('before')
      const where = { id }
      await withAudit({ tenant: 'acme' }, () =>
        prisma.document.update({ where, data: { title: 'after' } }),
      )
      const [update] = (await prisma.$audit.search(`entity:Document action:update id:${id}`))
        .entries
      const given = {
        headers: { ...ada, 'content-type': 'application/json', origin: server.url },
        body: JSON.stringify({ id: update?.id, reason: 'By mistake' }),
      }
      const other = { ...given, headers: { ...given.headers, origin: 'http://evil.example' } }
      expect(await ask(`POST ${path}/reverts`, other)).toMatchObject({ status: 403 })
      const reverted = await ask(`POST ${path}/reverts`, given)
      expect(reverted).toMatchObject({ status: 200, json: { reverts: [update?.id] } })
      expect(await prisma.document.findUnique({ where })).toMatchObject({ title: 'before' })
      const { entries } = await prisma.$audit.search('entity:Document action:update', { take: 1 })
      expect(entries).toMatchObject([{ actorId: 'ada', reason: 'By mistake' }])
    })

    test('and streams entries as they are made, until its reader goes away', async () => {
      const [path] = paths
      for (const round of [1, 2]) {
        // There is one place for a stream: that of the round before was given back.
        const response = await vi.waitFor(async () => {
          const opened = await open(`GET ${path}/stream?filter=entity:Document`)
          expect(opened.resume().statusCode).toBe(200)
          opened.pause()
          return opened
        })
        const events = eventsOf(response)
        expect((await events.next()).value?.event).toBe('open')
        for (const title of [`first of ${round}`, `second of ${round}`]) {
          await write(title)
          await write('of others', 'other')
          const { value } = await events.next()
          expect(JSON.parse(value?.data ?? '')).toMatchObject({
            action: 'create',
            after: { title },
          })
        }
        response.destroy()
      }
      expect(errors).toEqual([])
    })

    test('and exports it', async () => {
      const [path] = paths
      const data = Array.from({ length: 2_500 }, (_, n) => ({ title: `${n}` }))
      await withAudit({ tenant: 'acme' }, () => prisma.document.createMany({ data }))
      const response = await open(`GET ${path}/export?format=ndjson&filter=entity:Document`)
      expect(response.headers['content-type']).toMatch(/^application\/x-ndjson/)
      const lines = (await text(response)).trimEnd().split('\n')
      const titles = lines.map((line) => JSON.parse(line).after.title)
      expect(new Set(titles)).toEqual(new Set(data.map(({ title }) => title)))
      expect(lines).toHaveLength(2_500)
      expect(errors).toEqual([])
    })
  })
}

async function* eventsOf(response: IncomingMessage) {
  const decoded = ReadableStream.from(response.setEncoding('utf8')) as globalThis.ReadableStream
  yield* decoded.pipeThrough(new EventSourceParserStream())
}

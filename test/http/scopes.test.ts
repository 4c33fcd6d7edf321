import { beforeAll, describe, expect, test } from 'vitest'
import { checkedLimits } from '../../src/http/limits.ts'
import { openapiRoute } from '../../src/http/openapi.ts'
import { routes } from '../../src/http/routes.ts'
import { withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { asked, askedForNothing, renamed } from './asked-routes.ts'
import { eventsOf } from './events.ts'
import { type Asking, alpha, type Served, serve } from './served.ts'
import { type Done, tellsOf, work } from './two-tenants.ts'

const table = routes(checkedLimits())
const all = [...table, openapiRoute(table, '/audit')]

/** Of two tenants, so that its own views, which tell what it asked for, are out of its scope. */
const scope = { ...alpha, tenants: ['alpha', 'elsewhere'] }

describeEachEngine('a scope over HTTP', (db) => {
  let served: Served
  let own: Done
  let other: Done
  beforeAll(async () => {
    served = serve(db, { limits: { interval: 5 } })
    own = await work(served.prisma, 'alpha')
    other = await work(served.prisma, 'zebra')
  })

  const textOf = async (path: string, asking: Asking = {}): Promise<string> => {
    const response = await served.ask(path, { scope, ...asking })
    return `${response.status} ${await response.text()}`
  }

  describe.each(all.map((route) => [route.name, route] as const))('%s', (name) => {
    test('answers nothing of another tenant', async () => {
      expect(Object.keys(asked), 'each route has its requests').toContain(name)
      if (name === 'stream') return
      served.errors.length = 0
      const nothing = askedForNothing(name, other)
      for (const [i, { path, ...asking }] of (asked[name]?.(other) ?? []).entries()) {
        const text = await textOf(path, asking)
        if (text.startsWith('200 ')) expect(tellsOf(other, text), `${path}: ${text}`).toBe(false)
        // A refusal may repeat what was asked for, and has to be that of what is not there.
        const { path: otherPath = '', ...others } = nothing[i] ?? {}
        const like = await textOf(otherPath, others)
        expect(renamed(other, text), path).toBe(renamed(other, like))
      }
      expect(served.errors).toEqual([])
    })

    test('refuses whoever has no scope, whatever is asked, always alike', async () => {
      for (const refusal of [401, 403, null] as const) {
        const answers = new Set<string>()
        const ask = async (path: string, asking: Asking = {}) => {
          const response = await served.ask(path, { ...asking, scope: refusal })
          const headers = JSON.stringify([...response.headers])
          answers.add(`${response.status} ${headers} ${await response.text()}`)
        }
        const requests = [own, other].flatMap((of) => asked[name]?.(of) ?? [])
        for (const { path, ...asking } of requests) await ask(path, asking)
        await ask('/nowhere')
        await ask('/entries?take=nonsense')
        await ask('/entries', { method: 'DELETE' })
        await ask('/reverts', { method: 'OPTIONS' })
        expect(answers.size).toBe(1)
        expect([...answers][0]).toMatch(refusal === 401 ? /^401 / : /^403 /)
      }
    })
  })

  test('a stream tells nothing of another tenant', async () => {
    for (const { path } of asked.stream?.(other) ?? []) {
      const response = await served.ask(path, { scope })
      expect(response.status).toBe(200)
      await withAudit({ tenant: 'zebra' }, () =>
        served.prisma.tag.create({ data: { name: `zebra ${path}` } }),
      )
      const event = { action: 'end', entity: 'End' }
      const { id } = await served.prisma.$audit.record({ ...event, tenant: 'alpha' })
      const texts: string[] = []
      const ids: string[] = []
      for await (const { event, data } of eventsOf(response)) {
        texts.push(data)
        if (event === 'entry') ids.push(JSON.parse(data).id)
        if (ids.includes(id)) break
      }
      expect(tellsOf(other, texts.join())).toBe(false)
      expect(ids).toEqual(expect.arrayContaining([...own.ids]))
    }
  })

  test('shows what is in it', async () => {
    const filter = encodeURIComponent('-action:end')
    const { count } = await served.json(`/count?filter=${filter}`, { scope })
    expect(count).toBe(own.ids.length)
    const page = await served.json(`/entries?filter=${filter}`, { scope })
    expect(page.entries.map(({ id }: { id: string }) => id).toSorted()).toEqual(own.ids.toSorted())
    for (const id of own.ids) {
      expect(await served.json(`/entries/${id}`, { scope })).toMatchObject({ id })
    }
    const lines = []
    for (const id of own.traceIds) {
      lines.push(...(await served.json(`/traces/${id}`, { scope })).logs.lines)
    }
    expect(lines).toMatchObject([{ message: 'line of alpha', fields: { tenant: 'alpha' } }])
  })

  test('leaves out other entities, other actors, and the values of masked fields', async () => {
    const entities = { ...scope, entities: ['Document'] }
    const shown = await served.json('/entries', { scope: entities })
    expect(shown.entries.map((entry: { entity: string }) => entry.entity)).toEqual([
      'Document',
      'Document',
    ])
    const answersOf = (entity: string) =>
      Promise.all(
        ['as-of?at=2099-01-01T00:00:00Z', 'fields/x%20y', 'activity?include=author'].map(
          async (path) =>
            (await textOf(`/entities/${entity}/1/${path}`, { scope: entities })).replaceAll(
              entity,
              'It',
            ),
        ),
      )
    expect(await answersOf('Post')).toEqual(await answersOf('Nothing'))
    const nobody = { ...scope, actors: ['nobody'] }
    expect(await served.json('/count', { scope: nobody })).toEqual({ count: 0, isExact: true })
    const masked = { ...scope, masked: { Document: ['title'] } }
    const requests = Object.values(asked).flatMap((requestsFor) => requestsFor(own))
    for (const { path, body } of requests) {
      if (body || path.startsWith('/stream')) continue
      expect(await textOf(path, { scope: masked }), path).not.toMatch(/new alpha|changed alpha/)
    }
    expect(await textOf(`/entries/${own.updateId}`, { scope: masked })).toContain('[masked]')
  })
})

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SavedViews, ViewsCaller } from '../../src/http/index.ts'
import { createAuditHandler } from '../../src/http/index.ts'
import { describeDatabase } from '../database/each.ts'
import { type Asking, alpha, type Served, serve } from './served.ts'

describeDatabase('sqlite', 'saved views', (db) => {
  let served: Served
  let callers: ViewsCaller[]
  /** By viewer and name. */
  let kept: Map<string, string>
  const keyOf = ({ viewer }: ViewsCaller, name: string) => `${viewer?.id} ${name}`
  const views: SavedViews = {
    list(caller) {
      callers.push(caller)
      const own = [...kept].filter(([key]) => key.startsWith(keyOf(caller, '')))
      return own.map(([key, query]) => ({ name: key.slice(keyOf(caller, '').length), query }))
    },
    async save(caller, { name, query }) {
      kept.set(keyOf(caller, name), query)
    },
    async remove(caller, name) {
      kept.delete(keyOf(caller, name))
    },
  }
  beforeAll(() => {
    served = serve(db, { views })
  })
  beforeEach(() => {
    served.errors.length = 0
    callers = []
    kept = new Map()
  })

  const view = { name: 'Refusals', query: 'filter=outcome%3Adenied&order=actor' }
  const statusOf = async (method: string, body?: unknown, asking: Asking = {}) =>
    (await served.ask('/views', { method, body, ...asking })).status

  test('are kept by the application, for each viewer', async () => {
    expect(await served.json('/views')).toEqual({ views: [] })
    expect(await statusOf('PUT', view)).toBe(204)
    expect(await statusOf('PUT', { ...view, query: 'filter=' })).toBe(204)
    expect(await statusOf('PUT', { name: 'Ü 🙂', query: '' })).toBe(204)
    expect(await served.json('/views')).toEqual({
      views: [
        { name: 'Refusals', query: 'filter=' },
        { name: 'Ü 🙂', query: '' },
      ],
    })
    const other = { ...alpha, viewer: { id: 'other' } }
    expect(await served.json('/views', { scope: other })).toEqual({ views: [] })
    expect(await statusOf('DELETE', { name: view.name }, { scope: other })).toBe(204)
    expect(await statusOf('DELETE', { name: view.name })).toBe(204)
    expect(await served.json('/views')).toEqual({ views: [{ name: 'Ü 🙂', query: '' }] })
    expect(served.errors).toEqual([])
  })

  test('are asked for with who asks', async () => {
    await served.ask('/views')
    const { viewer: _, ...anonymous } = alpha
    await served.ask('/views', { scope: anonymous })
    expect(callers[0]).toMatchObject({ viewer: alpha.viewer, scope: alpha })
    expect(new URL(callers[0]?.request.url ?? '').pathname).toBe('/audit/views')
    expect(callers[1]).toMatchObject({ viewer: null, scope: anonymous })
  })

  test('are a hundred at most, and nothing beside name and query', async () => {
    const many = Array.from({ length: 150 }, (_, i) => ({ name: `${i}`, query: '', secret: 1 }))
    const { json } = serve(db, { views: { ...views, list: () => many } })
    const { views: listed } = await json('/views')
    expect(listed).toHaveLength(100)
    expect(listed[0]).toEqual({ name: '0', query: '' })
  })

  test.each([
    [{ name: '', query: '' }, 'name'],
    [{ name: 'x'.repeat(101), query: '' }, 'name'],
    [{ name: 'a\0b', query: '' }, 'name'],
    [{ name: 7, query: '' }, 'name'],
    [{ name: 'x', query: 'x'.repeat(4001) }, 'query'],
    [{ name: 'x' }, 'query'],
    [{ name: 'x', query: '', more: 1 }, 'more'],
  ])('%#: refuses what is no view', async (body, parameter) => {
    const refused = { status: 400, code: 'PARAMETER_INVALID', errors: [{ parameter }] }
    expect(await served.json('/views', { method: 'PUT', body })).toMatchObject(refused)
    expect(kept.size).toBe(0)
  })

  test('are changed by JSON of the same site only', async () => {
    const cross = { headers: { 'Sec-Fetch-Site': 'cross-site' } }
    expect(await statusOf('PUT', view, cross)).toBe(403)
    expect(await statusOf('DELETE', { name: 'x' }, cross)).toBe(403)
    expect(await statusOf('PUT', view, { headers: { 'Content-Type': 'text/plain' } })).toBe(415)
    expect(await statusOf('POST', view)).toBe(405)
    expect(await statusOf('PUT', view, { scope: 401 })).toBe(401)
    const { headers } = await served.ask('/views', { method: 'OPTIONS' })
    expect(headers.get('Allow')).toBe('GET, HEAD, PUT, DELETE, OPTIONS')
    expect(kept.size).toBe(0)
  })

  test('are none where the application keeps none', async () => {
    const { ask, json } = serve(db, { prisma: served.prisma })
    expect(await json('/viewer')).toMatchObject({ savesViews: false })
    expect(await served.json('/viewer')).toMatchObject({ savesViews: true })
    expect((await ask('/views')).status).toBe(404)
    expect((await ask('/views', { method: 'PUT', body: view })).status).toBe(404)
    expect((await ask('/views', { method: 'DELETE', body: { name: 'x' } })).status).toBe(404)
  })

  describe('of an application that fails', () => {
    const error = Object.assign(new Error('a secret'), { code: 'QUERY_INVALID' })
    const fail = () => {
      throw error
    }

    test('are 500 without detail, and `onError` is told', async () => {
      const { ask, errors } = serve(db, { views: { list: fail, save: fail, remove: fail } })
      for (const asking of [
        {},
        { method: 'PUT', body: view },
        { method: 'DELETE', body: { name: 'x' } },
      ]) {
        const response = await ask('/views', asking)
        expect(response.status).toBe(500)
        expect(await response.text()).not.toContain('secret')
      }
      expect(errors).toEqual([error, error, error])
    })

    test.each([[null], [[{ name: 'x' }]], ['views']])(
      'as by %j in place of views',
      async (list) => {
        const { ask, errors } = serve(db, { views: { ...views, list: () => list as never } })
        expect((await ask('/views')).status).toBe(500)
        expect(errors).toHaveLength(1)
      },
    )
  })

  test('are an object with three methods', () => {
    for (const wrong of [null, {}, { list: () => [] }, 'local']) {
      const given = { client: served.prisma, authorize: () => null, views: wrong as never }
      expect(() => createAuditHandler(given)).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          message: expect.stringMatching(/views/),
        }),
      )
    }
  })
})

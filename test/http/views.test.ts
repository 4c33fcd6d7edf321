import { beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { eventsOf } from './events.ts'
import { alpha, type Served, serve } from './served.ts'
import { type Done, work } from './two-tenants.ts'

describeDatabase('sqlite', 'access over HTTP', (db) => {
  let served: Served
  let own: Done
  beforeEach(async () => {
    await db.clear()
    served = serve(db)
    own = await work(served.prisma, 'alpha')
  })

  const accesses = async () =>
    (await entriesOf(served.prisma)).filter(({ action }) => action.startsWith('audit.'))

  const asking = async (path: string, given = {}) => {
    const response = await served.ask(path, given)
    await response.text()
    return response.status
  }

  test('is recorded as done by the viewer, in its tenant, with what was looked at', async () => {
    const headers = { 'User-Agent': 'a browser' }
    await asking(`/entities/Document/document-alpha/activity`, { headers })
    const [view] = await accesses()
    expect(view).toMatchObject({
      action: 'audit.view',
      outcome: 'success',
      entity: 'Document',
      entityId: 'document-alpha',
      actorId: 'auditor',
      actorName: 'An auditor',
      tenantId: 'alpha',
      tags: { route: 'activity' },
      request: {
        method: 'GET',
        path: '/audit/entities/Document/document-alpha/activity',
        userAgent: 'a browser',
      },
    })
  })

  test('is recorded for every route that shows something', async () => {
    const document = '/entities/Document/document-alpha'
    const paths = [
      '/entries',
      `/entries/${own.createId}`,
      `/entries/${own.createId}/compare/${own.updateId}`,
      `/traces/${own.traceIds[0]}`,
      `${document}/activity`,
      `${document}/as-of?at=2099-01-01T00:00:00Z`,
      `${document}/fields/title`,
      '/facets?filter=action:delete',
      '/count?filter=action:update',
      '/histogram?since=2030-01-01T00:00:00Z&until=2030-01-02T00:00:00Z&filter=action:create',
    ]
    for (const path of paths) expect(await asking(path), path).toBe(200)
    const seen = await accesses()
    expect(seen.map(({ tags }) => (tags as { route: string }).route)).toEqual([
      'entries',
      'entry',
      'compare',
      'trace',
      'activity',
      'as-of',
      'field',
      ...['entries', 'entries', 'entries'],
    ])
    expect(seen.at(-1)?.tags).toMatchObject({ filter: 'action:create' })
    expect(seen.map(({ entity, entityId }) => [entity, entityId])).toEqual([
      ['AuditLog', null],
      ['AuditLog', own.createId],
      ['AuditLog', own.createId],
      ['AuditLog', own.traceIds[0]],
      ['Document', 'document-alpha'],
      ['Document', 'document-alpha'],
      ['Document', 'document-alpha'],
      ['AuditLog', null],
      ['AuditLog', null],
      ['AuditLog', null],
    ])
  })

  test('is recorded once for the entries of a filter, their number, their values and their chart', async () => {
    const range = 'since=2030-01-01T00:00:00Z&until=2030-01-02T00:00:00Z'
    const paths = ['/entries', '/count', '/facets', `/histogram?${range}`]
    await Promise.all(paths.map((path) => asking(path)))
    const seen = await accesses()
    expect(seen.map(({ tags }) => tags)).toEqual([{ route: 'entries' }])
  })

  test('is recorded once for each viewer, subject and filter', async () => {
    const other = { ...alpha, viewer: { id: 'somebody' } }
    const same = { ...alpha, viewer: { id: 'auditor', type: 'service' as const } }
    for (let i = 0; i < 3; i++) {
      await Promise.all([asking('/entries'), asking('/entries?take=1'), asking('/count')])
      await asking('/entries?filter=action:create')
      await asking('/entries', { scope: other })
      await asking('/entries', { scope: same })
    }
    const seen = (await accesses()).map(({ actorId, actorType, tags }) => ({
      who: `${actorType} ${actorId}`,
      ...(tags as object),
    }))
    expect(seen).toHaveLength(4)
    expect(seen).toEqual(
      expect.arrayContaining([
        { who: 'user auditor', route: 'entries' },
        { who: 'user auditor', route: 'entries', filter: 'action:create' },
        { who: 'user somebody', route: 'entries' },
        { who: 'service auditor', route: 'entries' },
      ]),
    )
  })

  test('is not recorded where nothing was shown', async () => {
    expect(await asking(`/entries/${'0'.repeat(32)}`)).toBe(404)
    expect(await asking('/entries?take=0')).toBe(400)
    expect(await asking('/entries?filter=since:never')).toBe(400)
    expect(await asking('/entries', { scope: 401 })).toBe(401)
    expect(await asking('/openapi.json')).toBe(200)
    const unknown = '0'.repeat(32)
    expect(await asking(`/entries/${unknown}/version`)).toBe(404)
    for (const entityId of ['nobody', 'document-zebra', 'x'.repeat(2000)]) {
      const path = `/entities/Document/${entityId}`
      expect(await asking(`${path}/activity`)).toBe(200)
      expect(await asking(`${path}/as-of?at=2099-01-01T00:00:00Z`)).toBe(200)
      expect(await asking(`${path}/fields/title`)).toBe(200)
    }
    expect(await accesses()).toEqual([])
  })

  test('is that of the entry where its version is asked for', async () => {
    const [id] = own.ids
    for (const path of [`/entries/${id}/version`, `/entries/${id}`]) await asking(path)
    await Promise.all([asking(`/entries/${id}`), asking(`/entries/${id}/version`)])
    const seen = await accesses()
    expect(seen).toMatchObject([{ entityId: id, tags: { route: 'entry' } }])
  })

  test('is not what the page and its own questions are', async () => {
    const views = { list: () => [], save: () => {}, remove: () => {} }
    const { ask } = serve(db, { prisma: served.prisma, views })
    for (const path of ['', '/', '/ui/elements.js', '/ui/page.css', '/viewer', '/views']) {
      expect((await ask(path)).status, path).toBe(200)
    }
    const body = { name: 'mine', query: '' }
    expect((await ask('/views', { method: 'PUT', body })).status).toBe(204)
    expect((await ask('/views', { method: 'DELETE', body: { name: 'mine' } })).status).toBe(204)
    expect(await accesses()).toEqual([])
  })

  test('keeps what the framework knows of the request and of the actor', async () => {
    const context = {
      actor: { id: 'ada' },
      tenant: 'home',
      request: { id: 'request-1', ip: '192.0.2.1' },
    }
    await withAudit(context, () => asking('/entries', { scope: { tenants: 'all' } }))
    const [view] = await accesses()
    expect(view).toMatchObject({ actorId: 'ada', tenantId: 'home', request: context.request })
  })

  describe('that cannot be recorded', () => {
    const { viewer, ...anonymous } = alpha

    test('is none', async () => {
      void viewer
      const strict = serve(db, { prisma: auditedClient(db, { requireActor: true }) })
      const paths = [
        '/entries',
        `/entries/${own.createId}`,
        '/count',
        '/stream',
        '/export?format=csv',
      ]
      for (const path of paths) {
        const response = await strict.ask(path, { scope: anonymous })
        expect(response.status, path).toBe(503)
        expect(response.headers.get('Retry-After')).toBe('10')
        expect(await response.json()).toEqual({
          type: 'urn:prisma-extension-audit:UNRECORDED',
          title: 'The access could not be recorded, so there is none.',
          status: 503,
          code: 'UNRECORDED',
        })
      }
      expect(strict.errors).toHaveLength(paths.length)
      expect(strict.errors[0]).toMatchObject({ code: 'ACTOR_REQUIRED' })
      expect(await asking('/entries')).toBe(200)
    })

    test('is tried again the next time', async () => {
      const strict = serve(db, { prisma: auditedClient(db, { requireActor: true }) })
      const ask = async () => (await strict.ask('/count', { scope: anonymous })).status
      expect(await ask()).toBe(503)
      expect(await ask()).toBe(503)
      expect(await withAudit({ actor: { id: 'ada' } }, ask)).toBe(200)
    })
  })

  test('needs no place in the catalogue of actions', async () => {
    const { ask } = serve(db, { prisma: auditedClient(db, { actions: ['approve'] }) })
    expect((await ask('/entries')).status).toBe(200)
    expect((await ask('/export?format=csv')).status).toBe(200)
  })

  test('by a stream is recorded when it is opened, and by what it shows no more', async () => {
    const response = await served.ask('/stream?lastEventId=0')
    const { id } = await served.prisma.$audit.record({
      action: 'end',
      entity: 'End',
      tenant: 'alpha',
    })
    for await (const { data } of eventsOf(response)) if (data.includes(id)) break
    const seen = await accesses()
    expect(seen.map(({ tags }) => tags)).toEqual([{ route: 'stream' }])
  })
})

import { beforeEach, expect, test } from 'vitest'
import { entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { alpha, type Served, serve } from './served.ts'
import { type Done, work } from './two-tenants.ts'

describeDatabase('sqlite', 'an export over HTTP', (db) => {
  let served: Served
  let own: Done
  beforeEach(async () => {
    await db.clear()
    served = serve(db, { limits: { exports: 2 } })
    own = await work(served.prisma, 'alpha')
    await work(served.prisma, 'zebra')
  })

  const exportsOf = async () =>
    (await entriesOf(served.prisma)).filter(({ action }) => action === 'audit.export')

  const isEnded = async (count: number) => {
    await expect
      .poll(async () => (await exportsOf()).filter(({ outcome }) => outcome !== 'started').length)
      .toBe(count)
    return (await exportsOf()).at(-1)
  }

  const filter = encodeURIComponent('-action:audit.view,audit.export')

  test('is a file with every entry in its scope', async () => {
    const ndjson = await served.ask(`/export?format=ndjson&filter=${filter}&direction=asc`)
    expect(ndjson.headers.get('Content-Type')).toBe('application/x-ndjson')
    expect(ndjson.headers.get('Content-Disposition')).toMatch(
      /^attachment; filename="audit-\d{4}-\d\d-\d\d\.ndjson"$/,
    )
    const lines = (await ndjson.text()).trimEnd().split('\n')
    const entries = lines.map((line) => JSON.parse(line))
    expect(entries.map(({ id }) => id)).toEqual(own.ids)
    const page = await served.json(`/entries?filter=${filter}&direction=asc`)
    expect(entries).toEqual(page.entries)
    const csv = await served.ask(`/export?format=csv&filter=${filter}`)
    expect(csv.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect((await csv.text()).match(/document-alpha/g)?.length).toBeGreaterThan(1)
  })

  test.each(['csv', 'ndjson'])(
    'is recorded before it begins, and with the number of its entries when it ends: %s',
    async (format) => {
      await served.prisma.$audit.record({
        action: 'noted',
        entity: 'Note',
        tenant: 'alpha',
        reason: 'a "quoted" text,\nof two\r\nlines or three\n"',
      })
      const response = await served.ask(`/export?format=${format}&filter=${filter}`)
      await response.text()
      expect(await isEnded(1)).toMatchObject({
        outcome: 'success',
        actorId: 'auditor',
        tenantId: 'alpha',
        entity: 'AuditLog',
        tags: {
          route: 'export',
          format,
          filter: decodeURIComponent(filter),
          entries: own.ids.length + 1,
        },
      })
    },
  )

  test('is not for a scope that does not allow it', async () => {
    for (const mayExport of [undefined, false]) {
      const scope = { tenants: alpha.tenants, ...(mayExport === false && { mayExport }) }
      for (const method of ['GET', 'HEAD']) {
        const response = await served.ask('/export?format=csv', { scope, method })
        expect(response.status).toBe(403)
      }
    }
    expect(await exportsOf()).toEqual([])
  })

  test('has so many places, which are free again at its end, whoever ends it', async () => {
    const open = async () => served.ask('/export?format=csv')
    const [first, second] = [await open(), await open()]
    const refused = await open()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).toBe('10')
    expect(await refused.json()).toMatchObject({ code: 'BUSY' })
    await first.text()
    await second.body?.cancel()
    const ended = await isEnded(2)
    expect(ended).toMatchObject({ tags: { route: 'export' } })
    await expect.poll(async () => (await open()).status).toBe(200)
    expect(served.errors).toEqual([])
  })

  test('is recorded as failed where it was not taken to its end', async () => {
    const caller = new AbortController()
    const response = await served.ask('/export?format=ndjson', { signal: caller.signal })
    caller.abort()
    expect(await isEnded(1)).toMatchObject({
      outcome: 'failure',
      after: { error: { message: 'The export was not taken to its end.' } },
    })
    await expect(response.text()).rejects.toThrow()
    expect(served.errors).toEqual([])
  })

  test('ends as failed when its handler is told to end', async () => {
    const stop = new AbortController()
    const { ask, errors } = serve(db, { prisma: served.prisma, signal: stop.signal })
    const response = await ask('/export?format=ndjson')
    stop.abort()
    expect(await isEnded(1)).toMatchObject({ outcome: 'failure' })
    await expect(response.text()).rejects.toThrow()
    expect((await ask('/export?format=ndjson')).status).toBe(503)
    expect(errors).toEqual([])
  })

  test('refuses a bad filter before it is a file', async () => {
    const response = await served.ask('/export?format=csv&filter=since:never')
    expect(response.status).toBe(400)
    for (let i = 0; i < 3; i++) {
      expect((await served.ask('/export?format=csv&filter=since:never')).status).toBe(400)
    }
  })
})

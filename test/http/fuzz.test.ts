import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { problemSchema } from '../../src/http/problem.ts'
import { describeEachDatabase } from '../database/each.ts'
import { randomRequest } from './random-requests.ts'
import { alpha, type Served, serve } from './served.ts'
import { type Done, tellsOf, work } from './two-tenants.ts'

/** AUDIT_TEST_RUNS: requests on each database. */
const runs = Number(process.env.AUDIT_TEST_RUNS ?? 1000)

/** Of two tenants, so that its own views, which tell what it asked for, are out of its scope. */
const scope = { ...alpha, tenants: ['alpha', 'elsewhere'] }

const statuses = [200, 204, 304, 400, 403, 404, 405, 413, 415, 422, 409]

describeEachDatabase('any request', (db) => {
  let served: Served
  let own: Done
  let other: Done
  beforeAll(async () => {
    served = serve(db, { views: { list: () => [], save: () => {}, remove: () => {} } })
    own = await work(served.prisma, 'alpha')
    other = await work(served.prisma, 'zebra')
  })

  test(
    'is answered or refused, and told nothing of another tenant',
    async () => {
      const seen = new Map<number, number>()
      const everything = { ...scope, tenants: 'all' as const }
      const scopes = fc.constantFrom(scope, scope, scope, everything)
      const requests = randomRequest([own, other])
      const property = fc.asyncProperty(requests, scopes, async (random, within) => {
        const { path, method, headers, body } = random
        served.errors.length = 0
        const asked = served.requestOf(path, { scope: within, method, headers })
        const request = body === undefined ? asked : new Request(asked, { body })
        const response = await served.handler(request)
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
        expect(served.errors).toEqual([])
        expect(statuses).toContain(response.status)
        if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
          await response.body?.cancel()
          return
        }
        const text = await response.text()
        if (response.status === 200 && within === scope) expect(tellsOf(other, text)).toBe(false)
        if (response.status >= 400 && method !== 'HEAD') {
          expect(problemSchema.parse(JSON.parse(text)).status).toBe(response.status)
        }
      })
      await fc.assert(property, { numRuns: runs })
      // A test of refusals alone would find nothing.
      expect(seen.get(200)).toBeGreaterThan(runs / 10)
    },
    60_000 + runs * 200,
  )

  test('a cursor with a time that no database has is refused', async () => {
    for (const time of ['0000-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z']) {
      const cursor = `5.${Buffer.from(time).toString('base64url')}`
      const asking = { scope: { tenants: 'all' as const } }
      const response = await served.ask(`/entries?filter=since:1d&cursor=${cursor}`, asking)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'QUERY_INVALID' })
    }
  })
})

import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditScope } from '../../src/index.ts'
import { parseFilter } from '../../src/query/parse-filter.ts'
import type { Histogram } from '../../src/query/queries.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { type Database, describeEachDatabase } from '../database/each.ts'
import { matches } from './matches.ts'

const start = Date.UTC(2030, 0, 1)
const hour = 3_600_000
const day = { since: new Date(start), until: new Date(start + 24 * hour) }

interface Row {
  readonly at: number
  readonly action?: string
  readonly tenant?: string
}

/** Entries with times and tenants as a test wants them. */
async function insert(db: Database, rows: readonly Row[]): Promise<void> {
  const quoted = (names: readonly string[]) =>
    db.provider === 'mysql' ? names.join() : names.map((name) => `"${name}"`).join()
  const names = quoted(['id', 'traceId', 'createdAt', 'action', 'entity', 'tenantId'])
  const timeOf = (at: number) => {
    const text = new Date(at).toISOString().slice(0, -1)
    return db.provider === 'mysql' ? text.replace('T', ' ') : `${text}+00:00`
  }
  for (let from = 0; from < rows.length; from += 2000) {
    const values = rows.slice(from, from + 2000).map(({ at, action = 'create', tenant }) => {
      const id = randomUUID().replaceAll('-', '')
      return `('${id}', '${id}', '${timeOf(at)}', '${action}', 'Invoice', ${tenant ? `'${tenant}'` : 'NULL'})`
    })
    await db.sql(`INSERT INTO ${quoted(['AuditLog'])} (${names}) VALUES ${values.join()}`)
  }
}

function total({ buckets }: Pick<Histogram, 'buckets'>): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { counts } of buckets) {
    for (const [action, count] of Object.entries(counts)) all[action] = (all[action] ?? 0) + count
  }
  return all
}

describeEachDatabase('a histogram', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db, { now: () => new Date(start + 24 * hour) })
  })
  const within = (scope: AuditScope) => prisma.$audit.scoped(scope)

  describe('of few entries', () => {
    beforeAll(async () => {
      await db.clear()
      const edges = [0, 1, hour - 1, hour, 24 * hour - 1, 24 * hour, -1].map((at) => start + at)
      const some = Array.from({ length: 200 }, (_, i) => start - hour + i * 7.77 * 60_000)
      const actions = ['create', 'update', 'delete', '__proto__']
      const times = [...edges, ...some.map(Math.round)]
      // Not in the order of time, as an import may be.
      const rows = times.map((at, i) => ({
        at,
        action: actions[i % 4] as string,
        tenant: i % 3 ? 'acme' : 'globex',
      }))
      await insert(db, [...rows.slice(50), ...rows.slice(0, 50)])
    })

    test.each([
      ['', 'all'],
      ['', 'acme'],
      ['-action:create', 'all'],
      ['action:update', 'all'],
      ['action:create,delete', 'all'],
      ['action:create', 'globex'],
      ['tenant:acme', 'all'],
      ['since:2030-01-01T03:30Z until:12h', 'all'],
      ['since:2030-01-01T03:30Z until:12h', 'acme'],
      ['action:delete until:2030-01-01T05:17:31Z', 'all'],
      ['invoice', 'all'],
      ['nothing', 'all'],
    ])('counts `%s` of %s as one does by hand', async (text, tenant) => {
      const filter = parseFilter(text)
      const shown = (await entriesOf(prisma)).filter(
        (entry) =>
          matches(entry, filter, day.until) && (tenant === 'all' || entry.tenantId === tenant),
      )
      const scope = { tenants: tenant === 'all' ? ('all' as const) : [tenant] }
      for (const buckets of [1, 24, 200]) {
        const found = await within(scope).histogram(text, { ...day, buckets })
        expect(found).toMatchObject({ ...day, knownSince: null })
        expect(found.buckets).toHaveLength(buckets)
        expect(found.buckets.every(({ isExact }) => isExact)).toBe(true)
        expect(found.buckets[0]?.since).toEqual(day.since)
        expect(found.buckets.at(-1)?.until).toEqual(day.until)
        for (const { since, until, counts } of found.buckets) {
          const own = shown.filter(({ createdAt }) => createdAt >= since && createdAt < until)
          const expected = new Map<string, number>()
          for (const { action } of own) expected.set(action, (expected.get(action) ?? 0) + 1)
          expect(new Map(Object.entries(counts))).toEqual(expected)
        }
      }
    })

    test('sees nothing beyond its scope', async () => {
      const nothing = within({ tenants: ['elsewhere'] })
      expect(total(await nothing.histogram('', day))).toEqual({})
      expect(total(await within({ tenants: [] }).histogram('', day))).toEqual({})
      const other = within({ tenants: 'all', entities: ['Order'] })
      expect(total(await other.histogram('', day))).toEqual({})
      const acme = within({ tenants: ['acme'] })
      expect(total(await acme.histogram('tenant:globex', day))).toEqual({})
    })

    test('has spans of a millisecond at least', async () => {
      const until = new Date(start + 3)
      const { buckets } = await prisma.$audit.histogram('', { since: day.since, until })
      expect(buckets.map(({ counts }) => Object.values(counts))).toEqual([[1], [1], []])
    })

    test('refuses what is no span of time', async () => {
      const refused = { code: 'QUERY_INVALID' }
      const { since, until } = day
      for (const wrong of [
        { since: until, until: since },
        { since, until: since },
        { since, until: new Date(Number.NaN) },
        { since: new Date('0900-01-01'), until },
        { since: '2030-01-01', until },
        { ...day, buckets: 0 },
        { ...day, buckets: 201 },
        { ...day, buckets: 1.5 },
      ]) {
        await expect(prisma.$audit.histogram('', wrong as never)).rejects.toMatchObject(refused)
      }
    })
  })

  describe('of many entries', () => {
    // Three of four are updates; the first hours have few, one has most of them within a second.
    const rows = Array.from({ length: 6_000 }, (_, i) => ({
      at: start + (i < 100 ? i * 60_000 : 10 * hour + Math.floor(i * 600)),
      action: i % 4 ? 'update' : 'create',
    }))
    const burst = Array.from({ length: 3_000 }, () => ({
      at: start + 20 * hour + 59 * 60_000,
      action: 'execute',
    }))
    beforeAll(async () => {
      await db.clear()
      await insert(db, rows)
      await insert(db, burst)
    }, 60_000)

    test('is an estimate where a span has more than are looked at, and exact elsewhere', async () => {
      const { buckets, knownSince } = await prisma.$audit.histogram('', { ...day, buckets: 24 })
      expect(knownSince).toBeNull()
      expect(buckets[0]).toMatchObject({ isExact: true, counts: { create: 15, update: 45 } })
      expect(buckets[10]?.isExact).toBe(false)
      const { create = 0, update = 0 } = buckets[10]?.counts ?? {}
      expect(create + update).toBeGreaterThan(5_500)
      expect(create + update).toBeLessThan(6_100)
      expect(update / create).toBeCloseTo(3, 0)
      expect(Number.isInteger(create) && Number.isInteger(update)).toBe(true)
    })

    test('does not take a burst for what went on all the time', async () => {
      const { buckets } = await prisma.$audit.histogram('', { ...day, buckets: 24 })
      expect(buckets[20]).toMatchObject({ isExact: false, counts: { execute: 3_000 } })
    })

    test('does not take what an import brought late for more than it is', async () => {
      await insert(db, [{ at: start + 10.5 * hour }])
      const { buckets } = await prisma.$audit.histogram('', { ...day, buckets: 24 })
      const { create = 0, update = 0 } = buckets[10]?.counts ?? {}
      expect(create + update).toBeLessThan(12_000)
    })

    test('looks at a bounded number of entries', async () => {
      db.statements().clear()
      await prisma.$audit.histogram('-action:create', { ...day, buckets: 120 })
      const statements = db.statements().matching(/^SELECT/)
      expect(statements).toHaveLength(3)
      for (const { sql } of statements) expect(sql).toMatch(/LIMIT 2001/)
    })
  })

  describe('of more entries than are looked at', () => {
    beforeAll(async () => {
      await db.clear()
      const rows = Array.from({ length: 24_000 }, (_, i) => ({
        at: start + i * 3_600,
        action: i % 2 ? 'create' : 'update',
        tenant: 'acme',
      }))
      await insert(db, rows)
    }, 120_000)

    test('knows how far it went', async () => {
      const acme = within({ tenants: ['acme'] })
      const { buckets, knownSince } = await acme.histogram('', { ...day, buckets: 24 })
      const first = start + 3_999 * 3_600
      expect(knownSince?.getTime()).toBe(first)
      for (const { since, until, isExact, counts } of buckets) {
        expect(isExact).toBe(since.getTime() > first)
        if (isExact) expect(counts).toEqual({ create: 500, update: 500 })
        if (until.getTime() < first) expect(counts).toEqual({})
      }
    })

    test('begins at the end of a span that lies in the past', async () => {
      const acme = within({ tenants: ['acme'] })
      const until = new Date(start + 3 * hour)
      const found = await acme.histogram('', { ...day, until, buckets: 3 })
      expect(found.knownSince).toBeNull()
      expect(found.buckets.map(({ counts }) => counts)).toEqual(
        Array.from({ length: 3 }, () => ({ create: 500, update: 500 })),
      )
    })
  })
})

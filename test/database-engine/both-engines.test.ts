import fc, { type Arbitrary } from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { someUnit } from '../capture/random-calls.ts'
import { everythingData, listsData, nativeData, optionalFields } from '../capture/random-values.ts'
import { outcomesOf } from '../capture/run-units.ts'
import { type Trail, trailOf } from '../capture/trail.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { expectRooted } from './told.ts'
import { describeTwoEngines } from './two-engines.ts'

/** Fewer than the client engine's own: everything is done twice. */
const runs = Math.ceil(Number(process.env.AUDIT_TEST_RUNS ?? 40) / 2)

/** Traces as lists of what they tell, without what differs by nature: ids, times, order, source. */
function tracesOf(trail: Trail): unknown[][] {
  const traces = new Map<string, string[]>()
  for (const { seq, id, traceId, createdAt, source, before, after, ...rest } of trail) {
    const isLink = rest.action === 'link' || rest.action === 'unlink'
    const shown = isLink ? [before, after].map(sortedLinks) : [before, after]
    const told = { ...rest, before: shown[0], after: shown[1] }
    const entries = traces.get(traceId) ?? []
    traces.set(traceId, entries)
    // The keys of JSON have no order.
    entries.push(JSON.stringify(told, sortedKeys))
  }
  return [...traces.values()]
    .map((entries) => entries.toSorted().map((entry) => JSON.parse(entry)))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** What a row is linked with has no order either. */
function sortedLinks(snapshot: unknown): unknown {
  return (
    snapshot &&
    Object.entries(snapshot).map(([field, related]) => [
      field,
      (related as unknown[]).map((key) => JSON.stringify(key)).toSorted(),
    ])
  )
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

describeTwoEngines('Both engines', ({ client, database }) => {
  const both = [client, database]
  let engines: { readonly plain: PrismaClient; readonly prisma: AuditedClient }[]
  beforeAll(async () => {
    engines = both.map((db) => ({ plain: db.client(), prisma: auditedClient(db) }))
    for (const { prisma } of engines) await prisma.$connect()
  })

  /** Does the same through both, and expects the same answers and the same entries. */
  const expectEqual = async (work: (prisma: AuditedClient) => Promise<unknown>) => {
    const results = []
    for (const [index, { plain, prisma }] of engines.entries()) {
      await both[index]?.clear()
      const outcome = await work(prisma)
      const trail = await trailOf(plain)
      expectRooted(trail)
      expect(new Set(trail.map(({ source }) => source)).size).toBeLessThan(2)
      results.push({ outcome, traces: tracesOf(trail) })
    }
    expect(results[1]).toEqual(results[0])
  }

  test('record the same of any sequence of calls', { timeout: 120_000 }, async () => {
    const units = fc.array(someUnit, { minLength: 1, maxLength: 6 })
    const property = fc.asyncProperty(units, (sequence) =>
      expectEqual((prisma) => outcomesOf(prisma, sequence)),
    )
    await fc.assert(property, { numRuns: runs })
  })

  const models = {
    everything: everythingData('postgresql'),
    native: nativeData('postgresql'),
    lists: listsData(),
  }
  test.each(Object.keys(models) as (keyof typeof models)[])(
    'record the same of any values of the model %s',
    { timeout: 120_000 },
    async (name) => {
      const data: Readonly<Record<string, Arbitrary<unknown>>> = models[name]
      const optional = name === 'everything' ? optionalFields(data) : Object.keys(data)
      const requiredKeys = Object.keys(data).filter((field) => !optional.includes(field))
      const creation = fc.record(data, { requiredKeys })
      const change = fc.record(data, { requiredKeys: [] })
      const property = fc.asyncProperty(creation, change, (first, second) =>
        expectEqual(async (prisma) => {
          const delegate = prisma[name] as unknown as AuditedClient['everything']
          const where = { id: 1 }
          await delegate.create({ data: { id: 1, ...first } as never })
          await delegate.update({ where, data: second as never })
          await delegate.updateMany({ where, data: first as never })
          await delegate.delete({ where })
        }),
      )
      await fc.assert(property, { numRuns: runs })
    },
  )

  test('record the same of relations, links and what the database does for them', async () => {
    const at = { createdAt: new Date(0), updatedAt: new Date(0) }
    await expectEqual(async (prisma) => {
      await prisma.user.create({
        data: {
          ...{ id: 1, email: 'a@b.c', password: 'secret', role: 'AUDITOR', ...at },
          profile: { create: { id: 1, bio: 'x' } },
          posts: { create: { id: 1, title: 'A', ...at, tags: { create: { id: 1, name: 'a' } } } },
          subscriptions: { create: { id: 1, plan: 'free' } },
        },
      })
      await prisma.user.create({
        data: { id: 2, email: 'd@e.f', ...at, following: { connect: { id: 1 } } },
      })
      await prisma.post.create({ data: { id: 2, title: 'B', ...at, authorId: 1, reviewerId: 1 } })
      await prisma.post.create({
        data: {
          id: 3,
          title: 'C',
          ...at,
          authorId: 2,
          reviewerId: 1,
          tags: { connect: { id: 1 } },
        },
      })
      await prisma.comment.createMany({
        data: [1, 2, 3].map((id) => ({ id, body: 'x', postId: id, authorId: 2 })),
      })
      const { updatedAt } = at
      await prisma.user.update({ where: { id: 1 }, data: { email: 'new@b.c', updatedAt } })
      // One after the other: of several statements, the client engine tells what came of them.
      await prisma.tag.update({ where: { id: 1 }, data: { id: 5 } })
      await prisma.tag.update({ where: { id: 5 }, data: { posts: { set: [{ id: 2 }] } } })
      await prisma.user.delete({ where: { id: 1 } })
      await prisma.tag.deleteMany()
    })
  })
})

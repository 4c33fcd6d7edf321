import { beforeAll, beforeEach, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { describeEachDatabase } from '../database/each.ts'

const orders = (['time', 'entity', 'action', 'actor'] as const).flatMap((by) =>
  (['asc', 'desc'] as const).map((direction) => ({ by, direction })),
)

describeEachDatabase('Pages of a search', (db) => {
  const open = () => db.client().$extends(audit({ redact: { hashKey: 'a key of the tests' } }))
  let prisma: ReturnType<typeof open>
  beforeAll(() => {
    prisma = open()
  })
  beforeEach(async () => {
    await db.clear()
    for (let i = 0; i < 40; i++) await record(i)
  })

  const record = (i: number) =>
    withAudit(
      { actor: i % 4 === 0 ? {} : { id: `actor ${i % 3}` }, tags: { even: i % 2 === 0 } },
      () => prisma.$audit.record({ action: `act${i % 5}`, entity: `Entity${i % 3}`, entityId: i }),
    )

  const table = db.provider === 'mysql' ? '`AuditLog`' : '"AuditLog"'

  test.each(orders)(
    'by $by $direction stay right while rows are added and purged',
    async (order) => {
      const { entries } = await prisma.$audit.entries({ take: 1000 })
      const purged = new Set<string>()
      const seen: string[] = []
      let cursor: string | null = null
      let added = 100
      do {
        const page = await prisma.$audit.search('even:true,false', { take: 6, cursor, order })
        seen.push(...page.entries.map(({ id }) => id))
        cursor = page.nextCursor
        // One that was shown, which may be the last one of the page, and one that may be yet to come.
        for (const one of [page.entries.at(-1), entries[(seen.length * 7) % entries.length]]) {
          if (!one) continue
          purged.add(one.id)
          await db.sql(
            `DELETE FROM ${table} WHERE ${db.provider === 'mysql' ? 'seq' : '"seq"'} = ${one.seq}`,
          )
        }
        await record(added++)
      } while (cursor !== null)
      expect(new Set(seen).size).toBe(seen.length)
      const left = entries.map(({ id }) => id).filter((id) => !purged.has(id))
      expect(seen).toEqual(expect.arrayContaining(left))
    },
  )

  test.each([
    ['take', { take: 0 }],
    ['take', { take: 1001 }],
    ['take', { take: 1.5 }],
    ['cursor', { cursor: 'x' }],
    ['cursor', { cursor: '1.abc' }],
    ['cursor', { cursor: '-1' }],
    ['cursor', { cursor: '1', order: { by: 'actor' } }],
    ['cursor', { cursor: '1.~', order: { by: 'entity' } }],
    ['cursor', { cursor: '1.AA', order: { by: 'entity' } }],
    ['order.by', { order: { by: 'seq; DROP TABLE' } }],
    ['order.direction', { order: { direction: 'up' } }],
  ])('a wrong %s is refused: %o', async (name, options) => {
    await expect(prisma.$audit.search('', options as object)).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      message: expect.stringContaining(`\`${name}\``),
    })
  })

  test('a count goes up to its limit and says so', async () => {
    expect(await prisma.$audit.count('', { limit: 10 })).toEqual({ count: 10, isExact: false })
    expect(await prisma.$audit.count('', { limit: 40 })).toEqual({ count: 40, isExact: true })
  })

  test('facets look at the newest and say so', async () => {
    const { sampled, isComplete, facets } = await prisma.$audit.facets('', {
      sample: 10,
      keys: ['even'],
    })
    expect({ sampled, isComplete }).toEqual({ sampled: 10, isComplete: false })
    expect(facets).toEqual([
      {
        key: 'even',
        isTag: true,
        values: [
          { value: 'false', count: 5 },
          { value: 'true', count: 5 },
        ],
      },
    ])
  })
})

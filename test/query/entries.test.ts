import { beforeAll, describe, expect, test } from 'vitest'
import { type EntriesWhere, withAudit } from '../../src/index.ts'
import { auditedClient } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

describeEachEngine('$audit.entries', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  let start: Date
  beforeAll(async () => {
    prisma = auditedClient(db)
    start = new Date()
    await withAudit({ actor: { id: 'ada' }, tenant: 'acme' }, async () => {
      await prisma.tag.createMany({
        data: Array.from({ length: 5 }, (_, i) => ({ name: `a${i}` })),
      })
      await prisma.tag.updateMany({ where: { name: 'a1' }, data: { name: 'a9' } })
    })
    await withAudit({ actor: { id: 'cron', type: 'service' } }, async () => {
      await prisma.team.create({ data: { name: 't' } })
      await prisma.tag.deleteMany({ where: { name: 'a0' } })
    })
  })

  const count = async (where: EntriesWhere) =>
    (await prisma.$audit.entries({ where })).entries.length

  test('answers the newest first', async () => {
    const { entries, nextCursor } = await prisma.$audit.entries()
    expect(entries.map(({ action, entity }) => `${action} ${entity}`)).toEqual([
      'delete Tag',
      'create Team',
      'update Tag',
      ...Array(5).fill('create Tag'),
    ])
    expect(nextCursor).toBeNull()
    expect(entries.every(({ seq }, i) => i === 0 || seq < (entries[i - 1]?.seq ?? 0n))).toBe(true)
  })

  test('filters by each field, by lists, and by all conditions together', async () => {
    expect(await count({ actorId: 'ada' })).toBe(6)
    expect(await count({ actorId: ['ada', 'cron'] })).toBe(8)
    expect(await count({ actorType: 'service' })).toBe(2)
    expect(await count({ tenantId: 'acme', action: 'update' })).toBe(1)
    expect(await count({ entity: 'Team' })).toBe(1)
    expect(await count({ entity: 'Tag', action: ['create', 'delete'] })).toBe(6)
    expect(await count({ outcome: 'failure' })).toBe(0)
    expect(await count({ source: db.engine })).toBe(8)
    expect(await count({ since: start, until: new Date(Date.now() + 1000) })).toBe(8)
    expect(await count({ until: start })).toBe(0)
    expect(await count({ actorId: undefined })).toBe(8)
  })

  test('finds one entry by its id, and a unit of work by its trace', async () => {
    const { entries } = await prisma.$audit.entries({ where: { action: 'create', entity: 'Tag' } })
    const first = entries.at(-1)
    expect(await count({ id: first?.id })).toBe(1)
    expect(await count({ traceId: first?.id })).toBe(5)
  })

  test('pages by cursor, unmoved by entries that come in between', async () => {
    const seen: bigint[] = []
    let cursor: bigint | null | undefined
    do {
      const page = await prisma.$audit.entries({ where: { entity: 'Tag' }, take: 3, cursor })
      seen.push(...page.entries.map(({ seq }) => seq))
      cursor = page.nextCursor
      await prisma.tag.create({ data: { name: `between ${seen.length}` } })
    } while (cursor)
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
    await prisma.tag.deleteMany({ where: { name: { startsWith: 'between' } } })
  })

  describe('refuses', () => {
    test.each<[object, string]>([
      [{ take: 0 }, '`take` is `0`'],
      [{ take: 1001 }, '1 to 1000'],
      [{ take: 1.5 }, '`take` is `1.5`'],
      [{ cursor: 'x' }, '`cursor` is `x`'],
      [{ cursor: '-1' }, '`cursor` is `-1`'],
      [{ cursor: '99999999999999999999' }, '`nextCursor` of a page'],
      [{ where: { entty: 'Tag' } }, 'has no field `entty`'],
      [{ where: { entity: 1 } }, '`where.entity` is `1`'],
      [{ where: { id: ['a'] } }, '`where.id`'],
      [{ where: { since: 'yesterday' } }, 'has to be a Date'],
      [{ where: { since: new Date(Number.NaN) } }, 'has to be a Date'],
    ])('%j', async (options, message) => {
      const refused = prisma.$audit.entries(options as never)
      await expect(refused).rejects.toMatchObject({ code: 'QUERY_INVALID' })
      await expect(refused).rejects.toThrow(message)
    })
  })
})

import { beforeEach, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

describeEachEngine('activity()', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeEach(async () => {
    prisma ??= auditedClient(db)
    await db.clear()
  })

  test('tells the history of one entity with the difference of each step', async () => {
    const other = await prisma.user.create({ data: { email: 'other' } })
    const { id } = await prisma.user.create({
      data: { email: 'a', settings: { theme: 'dark', size: 1 } },
    })
    await prisma.user.update({ where: { id: other.id }, data: { name: 'not this one' } })
    await prisma.user.update({
      where: { id },
      data: { role: 'ADMIN', settings: { theme: 'light', lang: 'en' }, credit: 1.5 },
    })
    await prisma.user.delete({ where: { id } })
    const { entries } = await prisma.user.activity({ where: { id } })
    expect(entries.map(({ action }) => action)).toEqual(['delete', 'update', 'create'])
    const [deleted, updated, created] = entries
    expect(created?.before).toBeNull()
    expect(created?.diff.added).toMatchObject({ id, email: 'a', role: 'MEMBER' })
    expect(updated?.changed.toSorted()).toEqual(['credit', 'role', 'settings', 'updatedAt'])
    expect(updated?.diff.updated).toMatchObject({ role: 'ADMIN', settings: { theme: 'light' } })
    expect(updated?.diff.added).toEqual({ settings: { lang: 'en' } })
    expect(Object.keys(updated?.diff.deleted ?? {})).toEqual(['settings'])
    expect(updated?.diff.updated.updatedAt).toBeInstanceOf(Date)
    expect(`${updated?.after?.credit}`).toBe('1.5')
    expect(deleted?.after).toBeNull()
    expect(deleted?.before?.createdAt).toEqual(created?.after?.createdAt)
  })

  test('finds the entity by any unique key, also after it was deleted', async () => {
    const { id } = await prisma.user.create({ data: { email: 'a' } })
    await prisma.user.update({ where: { id }, data: { email: 'b' } })
    const steps = async (where: { email: string }) =>
      (await prisma.user.activity({ where })).entries.map(({ action }) => action)
    expect(await steps({ email: 'b' })).toEqual(['update', 'create'])
    expect(await steps({ email: 'a' })).toEqual([])
    await prisma.user.delete({ where: { id } })
    expect(await steps({ email: 'b' })).toEqual(['delete', 'update', 'create'])
    expect(await steps({ email: 'a' })).toEqual([])
  })

  test('takes a composite key by its name, and pages', async () => {
    const key = { tenantId: 't', code: 'c' }
    await prisma.price.create({ data: { ...key, amount: 0 } })
    for (let amount = 1; amount <= 4; amount++) {
      await prisma.price.update({ where: { tenantId_code: key }, data: { amount } })
    }
    const first = await prisma.price.activity({ where: { tenantId_code: key }, take: 3 })
    const second = await prisma.price.activity({
      where: { tenantId_code: key },
      take: 3,
      cursor: first.nextCursor,
    })
    const amounts = [...first.entries, ...second.entries].map(({ after }) => Number(after?.amount))
    expect(amounts).toEqual([4, 3, 2, 1, 0])
    expect(first.entries[0]?.entityId).toBe('["t","c"]')
    expect(second.nextCursor).toBeNull()
  })

  test('refuses a model that is not audited, and a `where` without a unique key', async () => {
    const excluded = prisma.heartbeat.activity({ where: { id: 1 } })
    await expect(excluded).rejects.toMatchObject({ code: 'QUERY_INVALID' })
    await expect(excluded).rejects.toThrow('`Heartbeat.activity()`')
    const unkeyed = prisma.user.activity({ where: { name: 'a' } as never })
    await expect(unkeyed).rejects.toThrow('give `id` or `email`')
  })

  test('reads by the index of its entity, whatever the size of the trail', async () => {
    await prisma.tag.createMany({ data: Array.from({ length: 600 }, (_, i) => ({ name: `${i}` })) })
    const { id } = await prisma.tag.create({ data: { name: 'x' } })
    db.statements().clear()
    await prisma.tag.activity({ where: { id } })
    expect(db.statements().sent).toHaveLength(1)
    const quote = db.provider === 'postgresql' ? '"' : '`'
    const columns = ['entity', 'entityId'].map((name) => quote + name + quote)
    const sql = `SELECT * FROM ${quote}AuditLog${quote} WHERE ${columns[0]} = 'Tag' AND ${columns[1]} = '${id}' ORDER BY seq DESC LIMIT 51`
    if (db.provider === 'postgresql') await db.sql('ANALYZE "AuditLog"')
    const explain = db.provider === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'
    const plan = JSON.stringify(await db.sql(`${explain} ${sql}`), (_, v) =>
      typeof v === 'bigint' ? `${v}` : v,
    )
    expect(plan).toContain('AuditLog_entity_entityId_seq_idx')
  })
})

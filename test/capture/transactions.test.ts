import { beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { auditedClient, entriesOf, storyOf } from './audited.ts'

describeEachEngine('An audited write', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeEach(async () => {
    prisma ??= auditedClient(db)
    await db.clear()
  })

  test('is alone in a transaction of its own', async () => {
    const tag = await prisma.tag.create({ data: { name: 'a' } })
    expect(await storyOf(prisma)).toEqual([`create Tag ${tag.id}`])
  })

  test('joins an interactive transaction, and its rows go when that is rolled back', async () => {
    const rolledBack = prisma.$transaction(async (tx) => {
      await tx.tag.create({ data: { name: 'a' } })
      await tx.tag.updateMany({ data: { name: 'b' } })
      expect((await tx.$audit.entries()).entries).toHaveLength(2)
      throw new Error('changed my mind')
    })
    await expect(rolledBack).rejects.toThrow('changed my mind')
    expect(await storyOf(prisma)).toEqual([])
    expect(await prisma.tag.count()).toBe(0)
  })

  test('shows its history on the transaction client before the commit', async () => {
    await prisma.$transaction(async (tx) => {
      const tag = await tx.tag.create({ data: { name: 'a' } })
      const { entries } = await tx.tag.activity({ where: { id: tag.id } })
      expect(entries.map(({ action }) => action)).toEqual(['create'])
      if (db.can.concurrentWriters) {
        expect((await prisma.tag.activity({ where: { id: tag.id } })).entries).toEqual([])
      }
    })
  })

  describe('in an array', () => {
    test('is recorded in the order of the array, and answers as the array does', async () => {
      const [first, count, second, found] = await prisma.$transaction([
        prisma.tag.create({ data: { name: 'a' } }),
        prisma.tag.count(),
        prisma.tag.create({ data: { name: 'b' } }),
        prisma.tag.findMany({ select: { name: true }, orderBy: { id: 'asc' } }),
      ])
      expect([first.name, count, second.name, found]).toEqual([
        'a',
        1,
        'b',
        [{ name: 'a' }, { name: 'b' }],
      ])
      expect(await storyOf(prisma)).toEqual([`create Tag ${first.id}`, `create Tag ${second.id}`])
    })

    test('is undone with the array when a later call fails', async () => {
      await prisma.tag.create({ data: { name: 'taken' } })
      const array = prisma.$transaction([
        prisma.tag.create({ data: { name: 'a' } }),
        prisma.tag.create({ data: { name: 'taken' } }),
      ])
      await expect(array).rejects.toMatchObject({ code: 'P2002' })
      expect(await prisma.tag.count()).toBe(1)
      expect(await storyOf(prisma)).toHaveLength(1)
    })

    test('takes raw SQL among the calls', async () => {
      const quoted = db.provider === 'mysql' ? '`Tag`' : '"Tag"'
      const [changed, tag] = await prisma.$transaction([
        prisma.$executeRawUnsafe(`DELETE FROM ${quoted}`),
        prisma.tag.create({ data: { name: 'a' } }),
      ])
      expect(changed).toBe(0)
      expect(await storyOf(prisma)).toEqual([`create Tag ${tag.id}`])
    })

    test('of nothing, or of reads only, is what it was', async () => {
      expect(await prisma.$transaction([])).toEqual([])
      expect(await prisma.$transaction([prisma.tag.count(), prisma.user.count()])).toEqual([0, 0])
    })

    test('refuses what is no Prisma promise, as the plain client does', async () => {
      const broken = () => prisma.$transaction([Promise.resolve(1) as never])
      await expect((async () => broken())()).rejects.toThrow('need to be Prisma Client promises')
    })
  })

  describe('in a savepoint', () => {
    test('goes with the savepoint, and what was before it stays', async () => {
      await prisma.$transaction(async (tx) => {
        await tx.tag.create({ data: { name: 'kept' } })
        const inner = tx.$transaction(async (nested) => {
          await nested.tag.create({ data: { name: 'lost' } })
          await nested.tag.updateMany({ data: { name: 'lost too' }, where: { name: 'kept' } })
          throw new Error('back')
        })
        await expect(inner).rejects.toThrow('back')
        await tx.tag.create({ data: { name: 'after' } })
      })
      const names = await prisma.tag.findMany({ orderBy: { id: 'asc' }, select: { name: true } })
      expect(names).toEqual([{ name: 'kept' }, { name: 'after' }])
      const entries = await entriesOf(prisma)
      expect(entries.map(({ after }) => after?.name)).toEqual(['kept', 'after'])
    })

    test('stays with the transaction when both are kept', async () => {
      await prisma.$transaction(async (tx) => {
        await tx.tag.create({ data: { name: 'outer' } })
        await tx.$transaction(async (nested) => {
          await nested.tag.create({ data: { name: 'inner' } })
        })
      })
      const entries = await entriesOf(prisma)
      expect(entries.map(({ after }) => after?.name)).toEqual(['outer', 'inner'])
    })
  })

  test('that fails and is caught leaves the transaction as the database leaves it', async () => {
    await prisma.tag.create({ data: { name: 'taken' } })
    const caught = prisma.$transaction(async (tx) => {
      await tx.tag.create({ data: { name: 'a' } })
      await tx.tag.create({ data: { name: 'taken' } }).catch(() => undefined)
      return tx.tag.create({ data: { name: 'b' } })
    })
    // PostgreSQL gives up a transaction at the first error, the others go on.
    if (db.provider === 'postgresql') await expect(caught).rejects.toThrow()
    else await caught
    const names = (await prisma.tag.findMany({ orderBy: { id: 'asc' } })).map(({ name }) => name)
    expect(names).toEqual(db.provider === 'postgresql' ? ['taken'] : ['taken', 'a', 'b'])
    expect((await entriesOf(prisma)).map(({ after }) => after?.name)).toEqual(names)
  })

  test('carries the context of its own caller when calls of many meet in one tick', async () => {
    const actors = Array.from({ length: 30 }, (_, i) => `actor ${i}`)
    await Promise.all(
      actors.map((id) =>
        withAudit({ actor: { id } }, async () => {
          await prisma.tag.create({ data: { name: id } })
          await prisma.$transaction([
            prisma.tag.update({ where: { name: id }, data: { name: `${id}.` } }),
          ])
        }),
      ),
    )
    const entries = await entriesOf(prisma)
    expect(entries).toHaveLength(60)
    for (const { actorId, after } of entries)
      expect(`${after?.name}`.replace('.', '')).toBe(actorId)
  })
})

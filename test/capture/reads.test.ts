import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuditWarning, withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { type AuditedClient, auditedClient, ownEntriesOf } from './audited.ts'

describeEachEngine('Reads', (db) => {
  const reads = { User: true, Membership: { max: 2 }, Tag: { max: 3 } } as const
  let prisma: AuditedClient
  let plain: ReturnType<typeof db.client>
  beforeAll(() => {
    prisma = auditedClient(db, { reads })
    plain = db.client()
  })
  beforeEach(async () => {
    await prisma.$audit.flush()
    await db.clear()
    await plain.user.createMany({
      data: [1, 2, 3].map((id) => ({ id, email: `${id}@example.com`, name: 'Ada' })),
    })
    await plain.post.createMany({
      data: [1, 2, 3].map((id) => ({ id, title: `post ${id}`, authorId: Math.min(id, 2) })),
    })
  })

  /** What was read, as the trail tells it, in the order of the entities. */
  async function told() {
    await prisma.$audit.flush()
    const entries = await ownEntriesOf(prisma)
    return entries.map(({ action, entity, entityId }) => `${action} ${entity} ${entityId}`).sort()
  }

  test('of one record and of many are told by their keys', async () => {
    await prisma.user.findUnique({ where: { email: '2@example.com' } })
    await prisma.user.findFirst({ where: { id: 3 } })
    expect(await told()).toEqual(['read User 2', 'read User 3'])
    await prisma.user.findMany()
    await prisma.user.findUniqueOrThrow({ where: { id: 1 } })
    await prisma.user.findFirstOrThrow({ where: { id: 1 } })
    expect(await told()).toHaveLength(7)
  })

  test('answer what they answer without the audit, whatever is selected', async () => {
    const calls = [
      (c: typeof plain) => c.user.findMany({ select: { name: true } }),
      (c: typeof plain) =>
        c.user.findMany({ omit: { id: true, createdAt: true, updatedAt: true } }),
      (c: typeof plain) => c.user.findFirst({ select: { posts: { select: { title: true } } } }),
      (c: typeof plain) => c.post.findMany({ include: { author: { omit: { id: true } } } }),
      (c: typeof plain) => c.post.findMany({ select: { author: { select: { name: true } } } }),
      (c: typeof plain) => c.post.findMany({ include: { _count: true, author: true } }),
      (c: typeof plain) => c.user.findUnique({ where: { id: 99 } }),
      (c: typeof plain) =>
        c.post.findUnique({ where: { id: 2 } }).author({ select: { name: true } }),
      (c: typeof plain) => c.user.findUnique({ where: { id: 99 } }).posts(),
      (c: typeof plain) => c.user.count(),
      (c: typeof plain) => c.user.aggregate({ _max: { id: true } }),
    ]
    for (const call of calls) {
      expect(await call(prisma as unknown as typeof plain)).toEqual(await call(plain))
    }
  })

  test('tell of what is included, at any depth, each record once', async () => {
    await prisma.post.findMany({ select: { title: true, author: { select: { name: true } } } })
    expect(await told()).toEqual(['read User 1', 'read User 2'])
    await db.clear()
    await plain.user.create({
      data: { id: 5, email: 'e', posts: { create: { id: 9, title: 'p' } } },
    })
    await prisma.post.findFirst({
      include: { author: { include: { posts: { include: { author: true } } } } },
    })
    await prisma.post.findUnique({ where: { id: 9 } }).author()
    expect(await told()).toEqual(['read User 5', 'read User 5'])
  })

  test('of nothing, of other models and of numbers are not told', async () => {
    await prisma.user.findUnique({ where: { id: 99 } })
    await prisma.post.findMany()
    await prisma.user.count()
    expect(await told()).toEqual([])
  })

  test('of one query have one trace, and who made it', async () => {
    await withAudit({ actor: { id: 8 }, tags: { screen: 'list' } }, () => prisma.user.findMany())
    await prisma.$audit.run('export', { entity: 'User' }, () => prisma.user.findMany())
    await prisma.$audit.flush()
    const entries = await ownEntriesOf(prisma)
    const [first] = entries
    const list = entries.filter(({ tags }) => Object(tags).screen === 'list')
    expect(list.map(({ actorId }) => actorId)).toEqual(['8', '8', '8'])
    expect(new Set(list.map(({ traceId }) => traceId)).size).toBe(1)
    const run = entries.find(({ outcome }) => outcome === 'started')
    const within = entries.filter(({ traceId, action }) => traceId === run?.id && action === 'read')
    expect(within.map(({ parentId }) => parentId)).toEqual([run?.id, run?.id, run?.id])
    expect(first).toBeDefined()
  })

  test('of more records than the limit are told by their number', async () => {
    await plain.tag.createMany({ data: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name })) })
    await prisma.tag.findMany({ select: { name: true } })
    await prisma.$audit.flush()
    const entries = await ownEntriesOf(prisma)
    expect(entries).toHaveLength(4)
    expect(entries[3]).toMatchObject({ entityId: null, after: { records: 5, unlisted: 2 } })
  })

  test('do not wait to be told of, and are told of at the end', async () => {
    const own = auditedClient(db, { reads })
    await own.user.findMany()
    expect(own.$audit.reads).toMatchObject({ pending: 3, lost: 0 })
    await own.$disconnect()
    expect(own.$audit.reads).toEqual({ written: 3, pending: 0, lost: 0 })
    expect(await told()).toHaveLength(3)
  })

  test('in a transaction are told of, whatever becomes of it', async () => {
    const transaction = prisma.$transaction(async (tx) => {
      await tx.user.findUnique({ where: { id: 1 } })
      throw new Error('after all')
    })
    await expect(transaction).rejects.toThrow('after all')
    await prisma.$transaction([prisma.user.findMany(), prisma.user.findFirst()])
    expect(await told()).toHaveLength(5)
  })

  test('that cannot be recorded are counted, and stop nothing', async () => {
    const warnings: AuditWarning[] = []
    const own = auditedClient(db, { reads, onWarning: (warning) => warnings.push(warning) })
    const quote = db.provider === 'mysql' ? '`' : '"'
    const rename = (from: string, to: string) =>
      db.sql(`ALTER TABLE ${quote}${from}${quote} RENAME TO ${quote}${to}${quote}`)
    await rename('AuditLog', 'Gone')
    try {
      expect(await own.user.findMany()).toHaveLength(3)
      await own.$audit.flush()
    } finally {
      await rename('Gone', 'AuditLog')
    }
    expect(own.$audit.reads).toEqual({ written: 0, pending: 0, lost: 3 })
    expect(warnings).toMatchObject([{ code: 'READS_LOST', entries: 3 }])
    await own.user.findFirst()
    await own.$audit.flush()
    expect(own.$audit.reads).toMatchObject({ written: 1 })
  })

  test('are not refused for want of an actor', async () => {
    const strict = auditedClient(db, { reads, requireActor: true })
    await strict.user.findFirst()
    await strict.$audit.flush()
    expect((await ownEntriesOf(prisma)).map(({ actorType }) => actorType)).toEqual(['system'])
  })

  describe('with wrong options', () => {
    test.each([
      [{ Nobody: true }, /names the model `Nobody`/],
      [{ User: { max: 0 } }, /`max` of at least 1/],
      [{ User: { limit: 5 } }, /`max` of at least 1/],
      [{ User: 1 }, /`max` of at least 1/],
    ])('like %j are refused', (wrong, message) => {
      expect(() => auditedClient(db, { reads: wrong as never })).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          message: expect.stringMatching(message),
        }),
      )
    })
  })
})

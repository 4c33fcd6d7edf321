import { beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { findHistory } from '../../src/query/history.ts'
import type { HistoryOptions, Subject } from '../../src/query/queries.ts'
import type { AuditScope } from '../../src/query/scope.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase, describeEachEngine } from '../database/each.ts'
import { sourceOf } from './source.ts'

describeEachEngine('The history of an entity', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeEach(async () => {
    prisma ??= auditedClient(db)
    await db.clear()
  })

  const ask = (subject: Subject, options?: HistoryOptions, scope: AuditScope | null = null) =>
    findHistory(sourceOf(db, scope), subject, options)
  const story = async (...args: Parameters<typeof ask>) =>
    (await ask(...args)).entries.map(
      ({ action, entity, entityId }) => `${action} ${entity} ${entityId}`,
    )

  test('takes the id as the application has it, and tells runs and records, too', async () => {
    await prisma.price.create({ data: { tenantId: 't', code: 'c', amount: 1 } })
    await prisma.ledgerEntry.create({ data: { id: 2n ** 60n, amount: 1n } })
    await prisma.$audit.record({ action: 'approve', entity: 'Price', entityId: ['t', 'c'] })
    await prisma.$audit.record({ action: 'sign', entity: 'Contract', entityId: 7 })
    expect(await story({ entity: 'Price', entityId: ['t', 'c'] })).toEqual([
      'approve Price ["t","c"]',
      'create Price ["t","c"]',
    ])
    expect(await story({ entity: 'Price', entityId: '["t","c"]' })).toHaveLength(2)
    expect(await story({ entity: 'LedgerEntry', entityId: 2n ** 60n })).toHaveLength(1)
    expect(await story({ entity: 'Contract', entityId: 7 })).toEqual(['sign Contract 7'])
    expect(await story({ entity: 'Price', entityId: ['t', 'd'] })).toEqual([])
  })

  test('tells ids apart byte by byte', async () => {
    for (const key of ['a', 'A', 'a ', 'ä']) {
      await prisma.setting.create({ data: { key, value: 1 } })
      await prisma.setting.delete({ where: { key } })
    }
    expect(await story({ entity: 'Setting', entityId: 'a' })).toEqual([
      'delete Setting a',
      'create Setting a',
    ])
    expect(await story({ entity: 'Setting', entityId: 'a ' })).toHaveLength(2)
  })

  test('takes the id of a confidential key as it is, and as entries show it', async () => {
    const audited = auditedClient(db, { redact: { hashKey, fields: { Setting: { key: 'hash' } } } })
    await audited.setting.create({ data: { key: 'secret', value: 1 } })
    const source = sourceOf(db, null, { redact: { hashKey, fields: { Setting: { key: 'hash' } } } })
    const { entries } = await findHistory(source, { entity: 'Setting', entityId: 'secret' })
    expect(entries).toHaveLength(1)
    const entityId = entries[0]?.entityId ?? ''
    expect(entityId).toMatch(/^hmac-sha256:/)
    expect(await findHistory(source, { entity: 'Setting', entityId })).toEqual({
      entries,
      nextCursor: null,
    })
  })

  describe('with its relations', () => {
    test('holds those that were related by a foreign key of theirs, of their whole life', async () => {
      const [ada, eve] = [
        await prisma.user.create({ data: { id: 1, email: 'ada' } }),
        await prisma.user.create({ data: { id: 2, email: 'eve' } }),
      ]
      await prisma.post.create({ data: { id: 10, title: 'a', authorId: ada.id } })
      await prisma.post.create({ data: { id: 11, title: 'b', authorId: eve.id } })
      await prisma.post.create({
        data: { id: 12, title: 'c', authorId: eve.id, reviewerId: ada.id },
      })
      // Moves away, and is changed afterwards.
      await prisma.post.update({ where: { id: 10 }, data: { authorId: eve.id } })
      await prisma.post.update({ where: { id: 10 }, data: { title: 'z' } })
      const own = ['update Post 10', 'update Post 10', 'create Post 10']
      expect(await story({ entity: 'User', entityId: 1 }, { include: { posts: true } })).toEqual([
        ...own,
        'create User 1',
      ])
      expect(
        await story({ entity: 'User', entityId: 1 }, { include: { posts: true, reviews: true } }),
      ).toEqual([...own.slice(0, 2), 'create Post 12', 'create Post 10', 'create User 1'])
      expect(await story({ entity: 'User', entityId: 1 }, { include: { posts: false } })).toEqual([
        'create User 1',
      ])
    })

    test('holds those that its own foreign key referred to', async () => {
      await prisma.user.createMany({ data: [1, 2, 3].map((id) => ({ id, email: `${id}` })) })
      await prisma.post.create({ data: { id: 10, title: 'a', authorId: 1 } })
      await prisma.post.update({ where: { id: 10 }, data: { authorId: 2 } })
      await prisma.post.delete({ where: { id: 10 } })
      await prisma.user.update({ where: { id: 1 }, data: { name: 'x' } })
      expect(await story({ entity: 'Post', entityId: 10 }, { include: { author: true } })).toEqual([
        'update User 1',
        'delete Post 10',
        'update Post 10',
        'create Post 10',
        'create User 2',
        'create User 1',
      ])
      expect(
        await story({ entity: 'Post', entityId: 10 }, { include: { reviewer: true } }),
      ).toHaveLength(3)
    })

    test('follows a key that refers to another unique field, whose value changes', async () => {
      await prisma.user.create({ data: { id: 1, email: 'a' } })
      await prisma.subscription.create({ data: { id: 1, plan: 'x', userEmail: 'a' } })
      await prisma.user.update({ where: { id: 1 }, data: { email: 'b' } })
      await prisma.subscription.create({ data: { id: 2, plan: 'y', userEmail: 'b' } })
      await prisma.user.create({ data: { id: 2, email: 'c' } })
      const ofUser = await story(
        { entity: 'User', entityId: 1 },
        { include: { subscriptions: true } },
      )
      expect(ofUser.toSorted()).toEqual([
        'create Subscription 1',
        'create Subscription 2',
        'create User 1',
        'update Subscription 1',
        'update User 1',
      ])
      const ofOne = await story(
        { entity: 'Subscription', entityId: 2 },
        { include: { user: true } },
      )
      expect(ofOne.toSorted()).toEqual(['create Subscription 2', 'create User 1', 'update User 1'])
    })

    test('holds what a composite key refers to, either way', async () => {
      await prisma.price.create({
        data: { tenantId: 't', code: 'c', amount: 1, changes: { create: { id: 1, reason: 'x' } } },
      })
      await prisma.price.create({ data: { tenantId: 't', code: 'd', amount: 1 } })
      const price = 'create Price ["t","c"]'
      const change = 'create PriceChange 1'
      const ofPrice = await story(
        { entity: 'Price', entityId: ['t', 'c'] },
        { include: { changes: true } },
      )
      expect(ofPrice.toSorted()).toEqual([price, change])
      const ofChange = await story(
        { entity: 'PriceChange', entityId: 1 },
        { include: { price: true } },
      )
      expect(ofChange.toSorted()).toEqual([price, change])
    })

    test('holds those that it was linked with', async () => {
      await prisma.user.create({ data: { id: 1, email: 'a' } })
      await prisma.tag.createMany({ data: [1, 2, 3].map((id) => ({ id, name: `${id}` })) })
      const post = { id: 10, title: 'a', authorId: 1, tags: { connect: [{ id: 1 }, { id: 2 }] } }
      await prisma.post.create({ data: post })
      await prisma.post.update({ where: { id: 10 }, data: { tags: { disconnect: { id: 2 } } } })
      await prisma.tag.update({ where: { id: 2 }, data: { name: 'later' } })
      const entities = async (subject: Subject, include: HistoryOptions['include']) =>
        [
          ...new Set(
            (await story(subject, { include, take: 100 })).map((text) => text.replace(/^\w+ /, '')),
          ),
        ].sort()
      expect(await entities({ entity: 'Post', entityId: 10 }, { tags: true })).toEqual([
        'Post 10',
        'Tag 1',
        'Tag 2',
      ])
      expect(await entities({ entity: 'Tag', entityId: 2 }, { posts: true })).toEqual([
        'Post 10',
        'Tag 2',
      ])
      expect(await entities({ entity: 'Tag', entityId: 3 }, { posts: true })).toEqual(['Tag 3'])
    })

    test('holds both directions of a relation with itself', async () => {
      await prisma.category.create({
        data: { id: 1, name: 'root', children: { create: { id: 2, name: 'child' } } },
      })
      await prisma.category.create({ data: { id: 3, name: 'other' } })
      const entities = async (entityId: number, include: HistoryOptions['include']) =>
        [
          ...new Set(
            (await ask({ entity: 'Category', entityId }, { include })).entries.map(
              (entry) => entry.entityId,
            ),
          ),
        ].sort()
      expect(await entities(1, { children: true })).toEqual(['1', '2'])
      expect(await entities(2, { parent: true })).toEqual(['1', '2'])
      expect(await entities(2, { children: true })).toEqual(['2'])
      await prisma.user.create({ data: { id: 1, email: 'a' } })
      await prisma.user.create({ data: { id: 2, email: 'b', followers: { connect: { id: 1 } } } })
      const follows = await ask({ entity: 'User', entityId: 1 }, { include: { following: true } })
      expect(new Set(follows.entries.map(({ entityId }) => entityId))).toEqual(new Set(['1', '2']))
      const followed = await ask({ entity: 'User', entityId: 1 }, { include: { followers: true } })
      expect(new Set(followed.entries.map(({ entityId }) => entityId))).toEqual(new Set(['1']))
    })

    test('pages through one timeline, whatever its parts', async () => {
      await prisma.user.create({ data: { id: 1, email: 'a' } })
      for (let id = 1; id <= 4; id++) {
        await prisma.post.create({ data: { id, title: 'a', authorId: 1, reviewerId: 1 } })
        await prisma.user.update({ where: { id: 1 }, data: { name: `${id}` } })
      }
      const include = { posts: true, reviews: true }
      const all = await ask({ entity: 'User', entityId: 1 }, { include })
      expect(all.entries).toHaveLength(9)
      const seqs: bigint[] = []
      let cursor: bigint | null = null
      do {
        const page = await ask({ entity: 'User', entityId: 1 }, { include, take: 2, cursor })
        seqs.push(...page.entries.map(({ seq }) => seq))
        cursor = page.nextCursor
      } while (cursor !== null)
      expect(seqs).toEqual(all.entries.map(({ seq }) => seq))
      expect(seqs).toEqual(seqs.toSorted((a, b) => (a < b ? 1 : -1)))
    })

    test('is asked of a model, by any unique key, also after its end', async () => {
      const posts = { create: { id: 7, title: 'a' } }
      await prisma.user.create({ data: { id: 1, email: 'a', posts } })
      await prisma.user.delete({ where: { id: 1 } })
      const where = { email: 'a' }
      const { entries } = await prisma.user.activity({ where, include: { posts: true } })
      const told = entries.map(({ action, entity }) => `${action} ${entity}`).sort()
      expect(told).toEqual(['create Post', 'create User', 'delete Post', 'delete User'])
      expect((await prisma.user.activity({ where })).entries).toHaveLength(2)
      const refused = prisma.user.activity({ where: { id: 1, name: 'x' } })
      await expect(refused).rejects.toThrow('`name` beside the unique key `id`')
    })

    test('costs as many statements for many as for one', async () => {
      await prisma.user.create({ data: { id: 1, email: 'a' } })
      const count = async () => {
        db.statements().clear()
        await ask({ entity: 'User', entityId: 1 }, { include: { posts: true, profile: true } })
        return db.statements().sent.length
      }
      await prisma.post.create({ data: { title: 'a', authorId: 1 } })
      const few = await count()
      await prisma.post.createMany({
        data: Array.from({ length: 60 }, () => ({ title: 'b', authorId: 1 })),
      })
      expect(await count()).toBe(few)
    })

    test('stays within the scope', async () => {
      await withAudit({ tenant: 'acme' }, () => prisma.user.create({ data: { id: 1, email: 'a' } }))
      await withAudit({ tenant: 'acme' }, () =>
        prisma.post.create({ data: { id: 1, title: 'a', authorId: 1 } }),
      )
      await withAudit({ tenant: 'other' }, () =>
        prisma.post.create({ data: { id: 2, title: 'b', authorId: 1 } }),
      )
      await withAudit({ tenant: 'acme' }, () =>
        prisma.post.update({ where: { id: 2 }, data: { title: 'c' } }),
      )
      const subject = { entity: 'User', entityId: 1 }
      const options = { include: { posts: true } }
      expect(await story(subject, options, { tenants: ['acme'] })).toEqual([
        'update Post 2',
        'create Post 1',
        'create User 1',
      ])
      expect(await story(subject, options, { tenants: ['other'] })).toEqual(['create Post 2'])
      expect(await story(subject, options, { tenants: 'all', entities: ['User'] })).toEqual([
        'create User 1',
      ])
      expect(await story(subject, options, { tenants: [] })).toEqual([])
      // Who wrote a post is not to be learned from whose history it is in.
      const masked = { tenants: 'all', masked: { Post: ['authorId'] } } as const
      await expect(story(subject, options, masked)).rejects.toMatchObject({
        code: 'QUERY_FORBIDDEN',
      })
      await expect(
        story({ entity: 'Post', entityId: 1 }, { include: { author: true } }, masked),
      ).rejects.toThrow('`Post.authorId`')
    })
  })

  describe('refuses', () => {
    test.each<[Subject, HistoryOptions, string]>([
      [{ entity: 'User', entityId: 1 }, { include: { post: true } }, '`posts`, `reviews`'],
      [{ entity: 'User', entityId: 1 }, { include: { email: true } }, 'no relation of `User`'],
      [{ entity: 'Contract', entityId: 1 }, { include: { posts: true } }, 'it has none'],
      [{ entity: '', entityId: 1 }, {}, '`entity` is ``'],
      [{ entity: 'User', entityId: null as never }, {}, '`entityId` is `null`'],
      [{ entity: 'User', entityId: {} as never }, {}, '`entityId`'],
      [{ entity: 'User', entityId: 1 }, { take: 0 }, '`take` is `0`'],
      [{ entity: 'User', entityId: 1 }, { cursor: 'x' }, '`cursor` is `x`'],
    ])('%j %j', async (subject, options, message) => {
      const refused = ask(subject, options)
      await expect(refused).rejects.toMatchObject({ code: 'QUERY_INVALID' })
      await expect(refused).rejects.toThrow(message)
    })
  })
})

describeDatabase('sqlite', 'With snapshots of what changed', (db) => {
  test('a relation is known by the creation, where later entries do not name it', async () => {
    const prisma = auditedClient(db, { snapshots: 'changed' })
    await prisma.user.create({
      data: { id: 1, email: 'a', posts: { create: { id: 5, title: 'a' } } },
    })
    await prisma.post.update({ where: { id: 5 }, data: { title: 'b' } })
    const options = { include: { posts: true } }
    const { entries } = await findHistory(sourceOf(db), { entity: 'User', entityId: 1 }, options)
    expect(entries.map(({ action }) => action)).toEqual(['update', 'create', 'create'])
  })
})

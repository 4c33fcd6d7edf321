import { beforeAll, beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf, hashKey } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

describeEachEngine('An event', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  test('is recorded as it is told, with who tells it', async () => {
    const run = await withAudit(
      { actor: { id: 1, type: 'service', name: 'gate' }, tenant: 'acme', tags: { door: 'a' } },
      () =>
        prisma.$audit.record({
          action: 'login',
          outcome: 'denied',
          entity: 'Session',
          reason: 'wrong code',
          tags: { attempt: 3 },
        }),
    )
    const [entry] = await entriesOf(prisma)
    expect(entry).toMatchObject({
      id: run.id,
      traceId: run.id,
      parentId: null,
      action: 'login',
      outcome: 'denied',
      source: 'api',
      entity: 'Session',
      entityId: null,
      actorId: '1',
      actorType: 'service',
      actorName: 'gate',
      tenantId: 'acme',
      reason: 'wrong code',
      tags: { door: 'a', attempt: 3 },
      before: null,
      after: null,
      changed: [],
    })
  })

  test('of a model has its values, its redactions and its ids', async () => {
    const before = {
      id: 1,
      credit: '10.50',
      role: 'MEMBER',
      password: 'hunter2',
      lastSeenAt: new Date(0),
    }
    const after = { ...before, credit: '11', createdAt: new Date(5), extra: { deep: 1n } }
    await prisma.$audit.record({ action: 'approve', entity: 'User', entityId: 1, before, after })
    const [entry] = await entriesOf(prisma)
    expect(entry?.changed).toEqual(['credit', 'createdAt', 'extra'])
    expect(entry?.before).toMatchObject({ id: 1, role: 'MEMBER', password: '[redacted]' })
    expect(String(entry?.before?.credit)).toBe('10.5')
    expect(entry?.after).toMatchObject({ createdAt: new Date(5), extra: { deep: '1' } })
    expect(entry?.after).not.toHaveProperty('lastSeenAt')
    const history = await prisma.user.activity({ where: { id: 1 } })
    expect(history.entries.map(({ action }) => action)).toEqual(['approve'])
  })

  test('has what it is given under the name of a relation', async () => {
    const posts = ['p1', 2, null, true, ['p2'], { id: 3, note: 'n' }]
    const after = JSON.parse(
      JSON.stringify({ posts, profile: 'p' }).replace('{', '{"__proto__":[1],'),
    )
    await prisma.$audit.record({ action: 'approve', entity: 'User', entityId: 1, after })
    const [entry] = await entriesOf(prisma)
    expect(Object.entries(entry?.after ?? {})).toEqual(
      expect.arrayContaining([...Object.entries(after)]),
    )
    expect(entry?.diff.added).toMatchObject({ posts, profile: 'p' })
  })

  test('of something else has what it is given, but credentials', async () => {
    const after = {
      host: 'db',
      apiKey: 'hunter2',
      at: new Date(0),
      big: 9007199254740993n,
      no: undefined,
    }
    await prisma.$audit.record({ action: 'connect', entity: 'Link', entityId: ['a', 2, 3n], after })
    const [entry] = await entriesOf(prisma)
    expect(entry?.entityId).toBe('["a",2,"3"]')
    expect(entry?.after).toEqual({
      host: 'db',
      apiKey: '[redacted]',
      at: '1970-01-01T00:00:00.000Z',
      big: '9007199254740993',
    })
  })

  test('goes with the transaction that it is told in', async () => {
    const transaction = prisma.$transaction(async (tx) => {
      await tx.$audit.record({ action: 'approve', entity: 'Job', entityId: 1 })
      throw new Error('after all')
    })
    await expect(transaction).rejects.toThrow('after all')
    expect(await entriesOf(prisma)).toEqual([])
  })

  test('survives a failed write beside it in a transaction', async () => {
    await prisma.$transaction(async (tx) => {
      const missing = tx.user.update({ where: { id: 99 }, data: { name: 'x' } })
      const [, refused] = await Promise.allSettled([
        tx.$audit.record({ action: 'approve', entity: 'Job', entityId: 1 }),
        missing,
      ])
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'P2025' } })
    })
    expect((await entriesOf(prisma)).map(({ action }) => action)).toEqual(['approve'])
  })

  test('whose text no database takes is mended', async () => {
    await prisma.$audit.record({
      action: 'a\0b',
      entity: 'Job',
      entityId: 'x\0\ud800',
      reason: 'r\0',
    })
    const [entry] = await entriesOf(prisma)
    expect(entry).toMatchObject({
      action: 'a\ufffdb',
      entityId: 'x\ufffd\ufffd',
      reason: 'r\ufffd',
    })
  })

  test.each([
    [{ action: 'login' }, /`entity` is `undefined`/],
    [{ action: 5, entity: 'Job' }, /`action` is `5`/],
    [{ action: 'login', entity: 'Job', outcome: 'started' }, /one of success, failure, denied/],
    [{ action: 'login', entity: 'Job', before: [] }, /`before` and `after` have to be objects/],
    [undefined, /needs what the event is about/],
  ])('like %j is refused', async (event, message) => {
    const told = prisma.$audit.record(event as never)
    await expect(told).rejects.toMatchObject({ code: 'EVENT_INVALID', message })
  })

  test('whose action is not in the catalogue is refused, with those that are', async () => {
    const known = db.client().$extends(
      (await import('../../src/index.ts')).audit({
        actions: ['approve', 'reject'],
        redact: { hashKey },
      }),
    )
    await known.$audit.record({ action: 'approve', entity: 'Job' })
    await known.$audit.run('reject', { entity: 'Job' }, () => 1)
    for (const misspelt of [
      () => known.$audit.record({ action: 'aprove' as 'approve', entity: 'Job' }),
      () => known.$audit.run('aprove' as 'approve', { entity: 'Job' }, () => 1),
    ]) {
      await expect(misspelt()).rejects.toMatchObject({
        code: 'ACTION_UNKNOWN',
        message: expect.stringContaining(
          '`aprove` is not among the actions of this application: approve, reject',
        ),
      })
    }
  })
})

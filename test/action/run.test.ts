import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { currentAudit, updateAudit, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

const about = { entity: 'Job', entityId: 7 }

describeEachEngine('A run', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  const user = (id: number) => ({ data: { id, email: `${id}@example.com`, name: 'Ada' } })
  async function told() {
    const entries = await entriesOf(prisma)
    return entries.map(({ action, outcome, entity, entityId }) =>
      [action, outcome, entity, entityId].join(' '),
    )
  }

  test('is there before it begins, and tells how it ended', async () => {
    const answer = await prisma.$audit.run('execute', about, async ({ traceId, id }) => {
      expect(await told()).toEqual(['execute started Job 7'])
      expect(currentAudit()?.trace).toEqual({
        traceId,
        parentId: id,
        action: 'execute',
        entity: 'Job',
        entityId: '7',
      })
      expect(id).toBe(traceId)
      await prisma.user.create(user(1))
      return 42
    })
    expect(answer).toBe(42)
    const [started, create, closing] = await entriesOf(prisma)
    expect(started).toMatchObject({
      action: 'execute',
      outcome: 'started',
      source: 'api',
      entity: 'Job',
      entityId: '7',
      parentId: null,
      traceId: started?.id,
      before: null,
      after: null,
    })
    expect(create).toMatchObject({ action: 'create', traceId: started?.id, parentId: started?.id })
    expect(closing).toMatchObject({
      action: 'execute',
      outcome: 'success',
      entityId: '7',
      traceId: started?.id,
      parentId: started?.id,
      before: { outcome: 'started' },
      after: { outcome: 'success', durationMs: expect.any(Number) },
      changed: ['outcome'],
    })
    expect(currentAudit()).toBeUndefined()
  })

  test('that fails is thrown on, and its end names the error without what it quotes', async () => {
    class QuotaExceeded extends Error {
      override name = 'QuotaExceeded'
      readonly password = 'hunter2'
    }
    const message =
      'No room at postgres://ada:hunter2@db/app, token=hunter2 and "apiKey": "hunter2"'
    const error = new QuotaExceeded(message, { cause: new Error('hunter2') })
    const run = prisma.$audit.run('execute', about, () => Promise.reject(error))
    await expect(run).rejects.toBe(error)
    const [, closing] = await entriesOf(prisma)
    expect(closing).toMatchObject({
      outcome: 'failure',
      after: {
        outcome: 'failure',
        error: {
          name: 'QuotaExceeded',
          message:
            'No room at postgres://[redacted]@db/app, token=[redacted] and "apiKey": [redacted]',
        },
      },
    })
    expect(JSON.stringify(closing, (_, v) => (typeof v === 'bigint' ? 0 : v))).not.toContain(
      'hunter2',
    )
  })

  test('that fails by a refused call does not quote its arguments', async () => {
    const data = { id: 1, email: 'a@example.com', name: 'Ada', password: 'hunter2', nothing: 1 }
    const run = prisma.$audit.run('execute', about, () =>
      prisma.user.create({ data } as unknown as Parameters<typeof prisma.user.create>[0]),
    )
    await expect(run).rejects.toMatchObject({ name: 'PrismaClientValidationError' })
    const [, closing] = await entriesOf(prisma)
    expect(closing?.after).toMatchObject({ error: { name: 'PrismaClientValidationError' } })
    expect(JSON.stringify(closing?.after)).not.toContain('hunter2')
    expect(JSON.stringify(closing?.after)).not.toContain('example.com')
  })

  test('in a run belongs to its trace, and has it for its parent', async () => {
    const ids = await prisma.$audit.run('execute', about, (outer) =>
      prisma.$audit.run('sync', { entity: 'Disk', entityId: 'a' }, async (inner) => {
        expect(inner.traceId).toBe(outer.id)
        await prisma.user.create(user(1))
        return [outer.id, inner.id]
      }),
    )
    const entries = await entriesOf(prisma)
    expect(
      entries.map(({ action, outcome, parentId }) => [
        action,
        outcome,
        ids.indexOf(parentId ?? ''),
      ]),
    ).toEqual([
      ['execute', 'started', -1],
      ['sync', 'started', 0],
      ['create', 'success', 1],
      ['sync', 'success', 1],
      ['execute', 'success', 0],
    ])
    expect(new Set(entries.map(({ traceId }) => traceId))).toEqual(new Set([ids[0]]))
  })

  test('runs beside others without mixing', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        withAudit({ actor: { id: i } }, () =>
          prisma.$audit.run('execute', { entity: 'Job', entityId: i }, async () => {
            await prisma.user.create(user(i + 1))
            await prisma.user.update({ where: { id: i + 1 }, data: { name: 'Bo' } })
          }),
        ),
      ),
    )
    const entries = await entriesOf(prisma)
    expect(entries).toHaveLength(80)
    for (const started of entries.filter(({ outcome }) => outcome === 'started')) {
      const own = entries.filter(({ traceId }) => traceId === started.id)
      expect(own.map(({ action }) => action)).toEqual(['execute', 'create', 'update', 'execute'])
      expect(new Set(own.map(({ actorId }) => actorId))).toEqual(new Set([started.entityId]))
      expect(own[1]?.entityId).toBe(String(Number(started.entityId) + 1))
    }
  })

  test('carries its own reason, tags, actor and tenant into what it does', async () => {
    const options = {
      ...about,
      reason: 'cleanup',
      tags: { region: 'eu' },
      tenant: 5,
      actor: { id: 9 },
    }
    await withAudit({ actor: { id: 1 }, tags: { app: 'x' } }, () =>
      prisma.$audit.run('execute', options, async () => {
        updateAudit({ tags: { removed: 3 } })
        await prisma.user.create(user(1))
      }),
    )
    const [started, create, closing] = await entriesOf(prisma)
    expect(started).toMatchObject({ actorId: '9', tenantId: '5', reason: 'cleanup' })
    expect(started?.tags).toEqual({ app: 'x', region: 'eu' })
    expect(create).toMatchObject({ actorId: '9', tenantId: '5', reason: 'cleanup' })
    expect(closing?.tags).toEqual({ app: 'x', region: 'eu', removed: 3 })
  })

  describe('in a transaction of the caller', () => {
    test('is kept with it', async () => {
      await prisma.$transaction(async (tx) => {
        await tx.$audit.run('execute', about, () => tx.user.create(user(1)))
        await tx.$audit.record({ action: 'approve', ...about })
      })
      expect(await told()).toEqual([
        'execute started Job 7',
        'create success User 1',
        'execute success Job 7',
        'approve success Job 7',
      ])
    })

    test('goes with it, when something else rolls it back', async () => {
      const transaction = prisma.$transaction(async (tx) => {
        await tx.$audit.run('execute', about, () => tx.user.create(user(1)))
        throw new Error('after all')
      })
      await expect(transaction).rejects.toThrow('after all')
      expect(await told()).toEqual([])
    })

    test('is told of after all, when its own failure rolls it back', async () => {
      let id = ''
      const transaction = prisma.$transaction((tx) =>
        tx.$audit.run('execute', about, async (run) => {
          id = run.id
          await tx.user.create(user(1))
          throw new Error('no room')
        }),
      )
      await expect(transaction).rejects.toThrow('no room')
      expect(await told()).toEqual(['execute started Job 7', 'execute failure Job 7'])
      const [started, closing] = await entriesOf(prisma)
      expect(started?.id).toBe(id)
      expect(closing).toMatchObject({ parentId: id, after: { error: { message: 'no room' } } })
      expect(await db.client().user.count()).toBe(0)
    })

    test('is told of once, when the caller catches its failure and goes on', async () => {
      await prisma.$transaction(async (tx) => {
        const run = tx.$audit.run('execute', about, () => Promise.reject(new Error('no room')))
        await run.catch(() => undefined)
        await tx.user.create(user(1))
      })
      expect(await told()).toEqual([
        'execute started Job 7',
        'execute failure Job 7',
        'create success User 1',
      ])
    })

    test('is not, when that is not wanted', async () => {
      const options = { ...about, recordFailure: false }
      const transaction = prisma.$transaction((tx) =>
        tx.$audit.run('execute', options, () => Promise.reject(new Error('no room'))),
      )
      await expect(transaction).rejects.toThrow('no room')
      expect(await told()).toEqual([])
    })

    test('fails by a write that the database refuses, and is told of', async () => {
      await prisma.user.create(user(1))
      const transaction = prisma.$transaction((tx) =>
        tx.$audit.run('execute', about, () => tx.user.create(user(1))),
      )
      await expect(transaction).rejects.toMatchObject({ code: 'P2002' })
      expect(await told()).toEqual([
        'create success User 1',
        'execute started Job 7',
        'execute failure Job 7',
      ])
    })

    test('in a savepoint that is rolled back, is told of when the transaction is over', async () => {
      await prisma.$transaction(async (tx) => {
        await tx.user.create(user(1))
        const inner = tx.$transaction((savepoint: typeof tx) =>
          savepoint.$audit.run('execute', about, async () => {
            await savepoint.user.create(user(2))
            throw new Error('no room')
          }),
        )
        await expect(inner).rejects.toThrow('no room')
      })
      expect(await told()).toEqual([
        'create success User 1',
        'execute started Job 7',
        'execute failure Job 7',
      ])
    })
  })

  test.each([
    ['', about, /`action` is ``/],
    ['execute', { entity: '' }, /`entity` is ``/],
    ['execute', { entity: 'Job', entityId: {} }, /`entityId` is `\[object Object\]`/],
    ['execute', { entity: 'Job', entityId: [] }, /`entityId`/],
    ['execute', null, /needs what the event is about/],
  ])('of %j about %j is refused before anything is done', async (action, options, message) => {
    let isRun = false
    const run = prisma.$audit.run(action, options as never, () => {
      isRun = true
    })
    await expect(run).rejects.toMatchObject({ code: 'EVENT_INVALID', message })
    expect(isRun).toBe(false)
    expect(await told()).toEqual([])
  })

  test('without an actor is refused where one is required', async () => {
    const strict = auditedClient(db, { requireActor: true })
    const run = strict.$audit.run('execute', about, () => 1)
    await expect(run).rejects.toMatchObject({ code: 'ACTOR_REQUIRED' })
    await withAudit({ actor: { id: 1 } }, () => strict.$audit.run('execute', about, () => 1))
    expect(await told()).toEqual(['execute started Job 7', 'execute success Job 7'])
  })

  test('that cannot be recorded does not begin, unless the application says so', async () => {
    const column =
      db.provider === 'mysql'
        ? 'RENAME TABLE `AuditLog` TO `Gone`'
        : 'ALTER TABLE "AuditLog" RENAME TO "Gone"'
    const back =
      db.provider === 'mysql'
        ? 'RENAME TABLE `Gone` TO `AuditLog`'
        : 'ALTER TABLE "Gone" RENAME TO "AuditLog"'
    const ignored: string[] = []
    const lenient = () =>
      auditedClient(db, { onError: 'ignore', onIgnoredError: ({ code }) => ignored.push(code) })
    let runs = 0
    await db.sql(column)
    try {
      const run = prisma.$audit.run('execute', about, () => ++runs)
      await expect(run).rejects.toMatchObject({ code: 'WRITE_FAILED' })
      expect(runs).toBe(0)
      if (!db.can.ignoredErrors) return
      expect(await lenient().$audit.run('execute', about, () => ++runs)).toBe(1)
      expect(ignored).toEqual(['WRITE_FAILED', 'WRITE_FAILED'])
    } finally {
      await db.sql(back)
    }
  })
})

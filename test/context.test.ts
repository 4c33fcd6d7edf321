import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { AuditError, currentAudit, updateAudit, withAudit, withoutAudit } from '../src/index.ts'
import { auditedClient, entriesOf } from './capture/audited.ts'
import { describeDatabase } from './database/each.ts'

const actorId = () => currentAudit()?.actor?.id

describe('withAudit', () => {
  test('answers what the function answers, at once or as a promise', async () => {
    expect(withAudit({ actor: { id: 1 } }, () => 'now')).toBe('now')
    expect(await withAudit({ actor: { id: 1 } }, async () => 'later')).toBe('later')
    expect(() =>
      withAudit({}, () => {
        throw new Error('as it is')
      }),
    ).toThrow('as it is')
  })

  test('is gone outside', () => {
    withAudit({ actor: { id: 1 } }, () => undefined)
    expect(currentAudit()).toBeUndefined()
  })

  test('inherits what a nested call does not set, and merges tags', () => {
    withAudit({ actor: { id: 1 }, tenant: 'a', reason: 'why', tags: { x: 1, y: 1 } }, () =>
      withAudit({ tenant: 'b', reason: undefined, tags: { y: 2 } }, () => {
        expect(currentAudit()).toEqual({
          actor: { id: 1 },
          tenant: 'b',
          reason: 'why',
          tags: { x: 1, y: 2 },
        })
      }),
    )
  })

  test('holds over timers, streams, events and Promise.all', async () => {
    const emitter = new EventEmitter()
    const seen = await Promise.all(
      [1, 2, 3].map((id) =>
        withAudit({ actor: { id } }, async () => {
          await immediate()
          const inTimer = await new Promise((resolve) => setTimeout(() => resolve(actorId()), 1))
          const inStream: unknown[] = []
          for await (const _ of Readable.from(['a', 'b'])) inStream.push(actorId())
          const inEvent = await new Promise((resolve) => {
            emitter.once(`event ${id}`, () => resolve(actorId()))
            emitter.emit(`event ${id}`)
          })
          const inAll = await Promise.all([immediate().then(actorId), actorId()])
          return [inTimer, ...inStream, inEvent, ...inAll]
        }),
      ),
    )
    expect(seen).toEqual([1, 2, 3].map((id) => Array(6).fill(id)))
  })

  test('is one context for two copies of the module', async () => {
    const copy: typeof import('../src/context.ts') = await import(
      `${new URL('../src/context.ts', import.meta.url).pathname}?copy`
    )
    expect(copy.withAudit).not.toBe(withAudit)
    copy.withAudit({ actor: { id: 'seen' } }, () => expect(actorId()).toBe('seen'))
  })

  test('cannot be changed by whoever reads it', () => {
    withAudit({ actor: { id: 1 } }, () => {
      const context = currentAudit() as { actor?: unknown }
      expect(() => {
        context.actor = { id: 2 }
      }).toThrow(TypeError)
    })
  })

  test.each([
    [{ actor: { id: {} } }, 'actor.id'],
    [{ actor: 'ada' }, 'actor'],
    [{ actor: { type: 'robot' } }, 'actor.type'],
    [{ actor: { name: 1 } }, 'actor.name'],
    [{ tenant: {} }, 'tenant'],
    [{ tags: 'a:b' }, 'tags'],
    [{ request: 'GET' }, 'request'],
    [{ reason: 1 }, 'reason'],
    [{ trace: { traceId: 'XYZ' } }, 'trace.traceId'],
    [{ trace: { traceId: '0'.repeat(32), parentId: 'no' } }, 'trace.parentId'],
  ])('refuses %j and names `%s`', (context, field) => {
    const run = () => withAudit(context as never, () => undefined)
    expect(run).toThrow(AuditError)
    expect(run).toThrow(`\`${field}\``)
  })
})

test('withoutAudit runs outside of whatever context there is, and comes back', async () => {
  await withAudit({ actor: { id: 1 } }, async () => {
    const inside = await withoutAudit(async () => {
      await immediate()
      return withAudit({ tags: { a: 1 } }, () => currentAudit())
    })
    expect(inside).toEqual({ tags: { a: 1 } })
    expect(currentAudit()).toEqual({ actor: { id: 1 } })
  })
})

describe('updateAudit', () => {
  test('reaches what runs already, and the enclosing context keeps its own', async () => {
    await withAudit({ actor: { id: 1 } }, async () => {
      const later = withAudit({ tags: { a: 1 } }, async () => {
        await immediate()
        updateAudit({ actor: { id: 2 }, tags: { b: 2 } })
        await immediate()
        return currentAudit()
      })
      expect(await later).toEqual({ actor: { id: 2 }, tags: { a: 1, b: 2 } })
      expect(actorId()).toBe(1)
    })
  })

  test('says so where there is nothing to update', () => {
    expect(() => updateAudit({ actor: { id: 1 } })).toThrow('outside of withAudit()')
  })
})

describeDatabase('sqlite', 'A context', (db) => {
  test('is that of the caller for a lazy promise that withAudit returns', async () => {
    const prisma = auditedClient(db)
    const promise = withAudit({ actor: { id: 'ada' } }, () =>
      prisma.tag.create({ data: { name: 'a' } }),
    )
    await withAudit({ actor: { id: 'bob' } }, async () => await promise)
    expect((await entriesOf(prisma)).map((entry) => entry.actorId)).toEqual(['ada'])
  })

  test('is kept whole on the row, as text that every database takes', async () => {
    await db.clear()
    const prisma = auditedClient(db)
    await withAudit(
      {
        actor: { id: 7n, type: 'agent', name: 'Bot\0', onBehalfOf: 42 },
        tenant: 9,
        reason: 'lone \uD800 surrogate',
        tags: { ticket: 'A-1', retries: 2, urgent: true, none: null, list: ['a'] },
        request: { ip: '127.0.0.1', method: 'POST', path: '/x', userAgent: undefined },
        trace: { traceId: 'a'.repeat(32), parentId: 'b'.repeat(32) },
      },
      () => prisma.tag.create({ data: { name: 'b' } }),
    )
    const [entry] = await entriesOf(prisma)
    expect(entry).toMatchObject({
      actorId: '7',
      actorType: 'agent',
      actorName: 'Bot\uFFFD',
      onBehalfOf: '42',
      tenantId: '9',
      reason: 'lone \uFFFD surrogate',
      tags: { ticket: 'A-1', retries: 2, urgent: true, none: null, list: ['a'] },
      request: { ip: '127.0.0.1', method: 'POST', path: '/x' },
      traceId: 'a'.repeat(32),
      parentId: 'b'.repeat(32),
      source: 'client',
      outcome: 'success',
      version: 1,
    })
    expect(entry?.id).toMatch(/^[0-9a-f]{32}$/)
    expect(Math.abs(Number.parseInt(`${entry?.id.slice(0, 12)}`, 16) - Date.now())).toBeLessThan(
      60_000,
    )
  })
})

import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { expectFaithful, trailOf } from '../capture/trail.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { asAda, inShort, oneCallOfAda, sortedCallOfAda } from './told.ts'

describeDatabase(
  'postgresql',
  'TRUNCATE',
  (db) => {
    let plain: PrismaClient
    let prisma: AuditedClient
    beforeAll(async () => {
      plain = db.client()
      prisma = auditedClient(db)
      await prisma.$connect()
    })
    beforeEach(async () => {
      await db.clear()
      await prisma.user.create({ data: { id: 1, email: 'a@b.c' } })
      await prisma.post.create({ data: { id: 1, title: 'News', authorId: 1 } })
      await prisma.tag.create({ data: { id: 1, name: 'red', posts: { connect: { id: 1 } } } })
      await prisma.tag.create({ data: { id: 2, name: 'blue', posts: { connect: { id: 1 } } } })
      await prisma.document.create({ data: { id: 'x', title: 'X' } })
      await prisma.document.create({ data: { id: 'y', title: 'Y', body: 'Z' } })
      await prisma.heartbeat.create({ data: { id: 1, host: 'a' } })
      await db.sql('DELETE FROM "AuditLog"')
    })

    test('is recorded as the delete of each row', async () => {
      await asAda(() => prisma.$executeRaw`TRUNCATE "Document" RESTART IDENTITY`)
      const [first, second, ...others] = await oneCallOfAda(plain)
      expect(first).toMatchObject({
        ...{ action: 'delete', entity: 'Document', entityId: 'x', id: first?.traceId },
        ...{ before: { id: 'x', title: 'X', body: '' }, after: null, changed: null },
      })
      expect(second).toMatchObject({ entityId: 'y', before: { id: 'y', title: 'Y', body: 'Z' } })
      expect(others).toEqual([])
    })

    test('of several tables is one trace', async () => {
      await asAda(() => prisma.$executeRaw`TRUNCATE "Document", "_PostToTag", "Heartbeat"`)
      expect(await sortedCallOfAda(plain)).toEqual([
        ...['delete Document x', 'delete Document y'],
        ...['unlink Post 1', 'unlink Tag 1', 'unlink Tag 2'],
      ])
    })

    test('of a join table is recorded as unlinks on either side', async () => {
      await asAda(() => prisma.$executeRaw`TRUNCATE "_PostToTag"`)
      const trail = await oneCallOfAda(plain)
      const told = trail.map(({ action, entity, entityId, before, after, changed }) => ({
        ...{ told: `${action} ${entity} ${entityId}`, before, after, changed },
      }))
      expect(told.toSorted((a, b) => (a.told < b.told ? -1 : 1))).toEqual([
        {
          told: 'unlink Post 1',
          before: { tags: [{ id: 1 }, { id: 2 }] },
          after: null,
          changed: ['tags'],
        },
        { told: 'unlink Tag 1', before: { posts: [{ id: 1 }] }, after: null, changed: ['posts'] },
        { told: 'unlink Tag 2', before: { posts: [{ id: 1 }] }, after: null, changed: ['posts'] },
      ])
    })

    test('tells of all that CASCADE takes along', async () => {
      await asAda(() => prisma.$executeRaw`TRUNCATE "Post" CASCADE`)
      expect(await sortedCallOfAda(plain)).toEqual([
        ...['delete Post 1', 'unlink Post 1', 'unlink Tag 1', 'unlink Tag 2'],
      ])
    })

    test('tells nothing of a table that is not audited, or has no rows', async () => {
      await asAda(() => prisma.$executeRaw`TRUNCATE "Heartbeat", "Ticket", "LedgerEntry"`)
      expect(await trailOf(plain)).toEqual([])
    })

    test('tells what the transaction has written before', async () => {
      await asAda(() =>
        prisma.$transaction(async (tx) => {
          await tx.ledgerEntry.create({ data: { id: 1, amount: 1 } })
          await tx.$executeRaw`UPDATE "LedgerEntry" SET amount = 2`
          await tx.$executeRaw`TRUNCATE "LedgerEntry"`
        }),
      )
      const trail = await expectFaithful(plain, 'LedgerEntry')
      expect(inShort(trail)).toEqual([
        ...['create LedgerEntry 1', 'update LedgerEntry 1', 'delete LedgerEntry 1'],
      ])
    })

    test('leaves no entry where it is refused', async () => {
      const refused = asAda(() => prisma.$executeRaw`TRUNCATE "Post"`)
      await expect(refused).rejects.toThrow(/cannot truncate/)
      expect(await trailOf(plain)).toEqual([])
      expect(await plain.post.count()).toBe(1)
    })
  },
  'database',
)

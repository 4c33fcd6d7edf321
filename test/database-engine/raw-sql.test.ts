import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { expectFaithful, trailOf } from '../capture/trail.ts'
import { type Database, describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { asAda, hasMerge, inShort, oneCallOfAda, sortedCallOfAda } from './told.ts'

/** Rows that the statements of the tests find. */
async function seed(db: Database): Promise<void> {
  await db.clear()
  await db.sql(`INSERT INTO "Tag" (id, name) VALUES (1, 'red'), (2, 'green'), (3, 'blue')`)
  await db.sql(`INSERT INTO "LedgerEntry" (id, amount, memo) VALUES (1, 10, 'a'), (2, 20, 'b')`)
  // From here on nobody but the test is told of.
  await db.sql('DELETE FROM "AuditLog"')
}

describeDatabase(
  'postgresql',
  'Raw SQL of an audited client',
  (db) => {
    let plain: PrismaClient
    let prisma: AuditedClient
    beforeAll(async () => {
      plain = db.client()
      prisma = auditedClient(db)
      await prisma.$connect()
    })
    beforeEach(() => seed(db))

    test('is recorded with its values by $executeRaw', async () => {
      await db.clear()
      const name = 'it\'s /* a */ -- "tag"'
      const count = await asAda(
        () => prisma.$executeRaw`INSERT INTO "Tag" (id, name) VALUES (7, ${name}), (8, 'plain')`,
      )
      expect(count).toBe(2)
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create Tag 7', 'create Tag 8'])
      const [first] = await expectFaithful(plain, 'Tag')
      expect(first).toMatchObject({ before: null, after: { id: 7, name }, changed: null })
    })

    test('has an entry for each row that UPDATE ... FROM changes', async () => {
      const count = await asAda(() =>
        prisma.$executeRawUnsafe(
          `UPDATE "Tag" t SET name = l.memo FROM "LedgerEntry" l WHERE l.id = t.id -- by memo`,
        ),
      )
      expect(count).toBe(2)
      const trail = await oneCallOfAda(plain)
      expect(
        trail.map(({ entityId, before, after, changed }) => ({ entityId, before, after, changed })),
      ).toEqual([
        {
          entityId: '1',
          before: { id: 1, name: 'red' },
          after: { id: 1, name: 'a' },
          changed: ['name'],
        },
        {
          entityId: '2',
          before: { id: 2, name: 'green' },
          after: { id: 2, name: 'b' },
          changed: ['name'],
        },
      ])
    })

    test('has an entry for each row that DELETE ... USING removes', async () => {
      await asAda(() =>
        prisma.$executeRawUnsafe(
          'DELETE FROM "Tag" USING "LedgerEntry" l WHERE l.id = "Tag".id AND l.amount > $1',
          10n,
        ),
      )
      const [entry, ...others] = await oneCallOfAda(plain)
      expect(others).toEqual([])
      expect(entry).toMatchObject({
        action: 'delete',
        entityId: '2',
        before: { id: 2, name: 'green' },
        after: null,
      })
    })

    test('has all that the parts of a WITH do to several tables, in one trace', async () => {
      const rows = await asAda(
        () => prisma.$queryRaw`
          WITH author AS (
            INSERT INTO users (id, email, updated_at) VALUES (1, 'a@b.c', now()) RETURNING id
          ), post AS (
            INSERT INTO "Post" (id, title, author_id, "updatedAt") SELECT 5, 'News', id, now() FROM author
          ), gone AS (
            DELETE FROM "Tag" WHERE id = 3 RETURNING id
          ), renamed AS (
            UPDATE "Tag" SET name = 'lime' WHERE id = 2
          ), again AS (
            UPDATE "Tag" SET name = 'ruby' WHERE id = 1
          )
          UPDATE "LedgerEntry" SET amount = amount + 1 WHERE id = (SELECT count(*) FROM gone)
          RETURNING amount`,
      )
      expect(rows).toEqual([{ amount: 11n }])
      expect(await sortedCallOfAda(plain)).toEqual([
        'create Post 5',
        'create User 1',
        'delete Tag 3',
        'update LedgerEntry 1',
        'update Tag 1',
        'update Tag 2',
      ])
    })

    test('tells of ON CONFLICT DO UPDATE what came of each row', async () => {
      await asAda(
        () => prisma.$executeRaw`
          INSERT INTO "Tag" (id, name) VALUES (11, 'red'), (12, 'pink'), (13, 'green')
          ON CONFLICT (name) DO UPDATE SET name = excluded.name || '!' WHERE "Tag".name <> 'green'`,
      )
      expect(await sortedCallOfAda(plain)).toEqual(['create Tag 12', 'update Tag 1'])
    })

    test('tells of ON CONFLICT DO NOTHING only what was inserted', async () => {
      await asAda(
        () => prisma.$executeRaw`
          INSERT INTO "Tag" (id, name) VALUES (11, 'red'), (12, 'pink') ON CONFLICT DO NOTHING`,
      )
      expect(await sortedCallOfAda(plain)).toEqual(['create Tag 12'])
    })

    test('tells of MERGE what each branch did', async ({ skip }) => {
      if (!(await hasMerge(db))) skip('PostgreSQL has MERGE from 15 on')
      await asAda(
        () => prisma.$executeRaw`
          MERGE INTO "Tag" t USING (VALUES (1, 'rot'), (2, NULL), (3, 'blue'), (4, 'gelb')) AS s (id, name)
          ON s.id = t.id
          WHEN MATCHED AND s.name IS NULL THEN DELETE
          WHEN MATCHED AND s.name = t.name THEN DO NOTHING
          WHEN MATCHED THEN UPDATE SET name = s.name
          WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)`,
      )
      expect(await sortedCallOfAda(plain)).toEqual(['create Tag 4', 'delete Tag 2', 'update Tag 1'])
    })

    test('is recorded when COPY brings the rows', async () => {
      await asAda(() =>
        prisma.$executeRawUnsafe(
          `COPY "Tag" (id, name) FROM PROGRAM 'printf "21\\tone\\n22\\ttwo\\n"'`,
        ),
      )
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create Tag 21', 'create Tag 22'])
    })

    test('begins with the row that the statement is about, and goes on with what cascades', async () => {
      await prisma.user.create({
        data: { id: 1, email: 'a@b.c', posts: { create: { id: 1, title: 'News' } } },
      })
      await prisma.comment.create({ data: { id: 1, body: 'Yes', postId: 1, authorId: 1 } })
      await db.sql('DELETE FROM "AuditLog"')
      await asAda(() => prisma.$executeRaw`DELETE FROM users WHERE id = 1`)
      const trail = await oneCallOfAda(plain)
      const root = trail.find(({ id, traceId }) => id === traceId)
      expect(root).toMatchObject({ action: 'delete', entity: 'User', entityId: '1' })
      expect(inShort(trail).toSorted()).toEqual([
        'delete Comment 1',
        'delete Post 1',
        'delete User 1',
      ])
    })

    test.each([
      ['changes no row', `UPDATE "Tag" SET name = 'x' WHERE id = 99`],
      ['removes no row', 'DELETE FROM "Tag" WHERE id = 99'],
      ['inserts no row', 'INSERT INTO "Tag" SELECT * FROM "Tag" WHERE id = 99'],
      ['sets the values that are there', 'UPDATE "Tag" SET name = name, id = id'],
      ['sets an equal decimal', 'UPDATE users SET credit = 1.00'],
      ['sets an ignored field only', 'UPDATE users SET last_seen_at = now()'],
    ])('has no entry where it %s', async (_, sql) => {
      await prisma.user.create({ data: { id: 1, email: 'a@b.c', credit: 1 } })
      await db.sql('DELETE FROM "AuditLog"')
      await asAda(() => prisma.$executeRawUnsafe(sql))
      expect(inShort(await trailOf(plain))).toEqual([])
    })

    test('leaves no entry where its transaction is rolled back', async () => {
      const transaction = asAda(() =>
        prisma.$transaction(async (tx) => {
          await tx.$executeRaw`UPDATE "Tag" SET name = name || '!'`
          throw new Error('undone')
        }),
      )
      await expect(transaction).rejects.toThrow('undone')
      expect(await trailOf(plain)).toEqual([])
    })
  },
  'database',
)

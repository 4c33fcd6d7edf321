import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditedClient, auditedClient, hashKey } from '../capture/audited.ts'
import { expectFaithful, trailOf } from '../capture/trail.ts'
import { describeDatabase } from '../database/each.ts'
import { engineScript } from '../database/engine.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { connected } from './other-program.ts'
import { asAda, expectRooted, inShort, oneCallOfAda, sortedCallOfAda } from './told.ts'

describeDatabase(
  'postgresql',
  'A partitioned table',
  (db) => {
    let plain: PrismaClient
    let prisma: AuditedClient
    const run = (script: string) => connected(db.url, {}, (connection) => connection.batch(script))

    beforeAll(async () => {
      await run(`
        DROP TABLE "LedgerEntry", "Translation";
        CREATE TABLE "LedgerEntry" (id bigint NOT NULL, amount bigint NOT NULL, memo text)
          PARTITION BY RANGE (amount);
        CREATE TABLE small PARTITION OF "LedgerEntry" FOR VALUES FROM (0) TO (100);
        -- Made before it became a partition, with columns in another order and one that is gone.
        CREATE TABLE large (memo text, gone int, amount bigint NOT NULL, id bigint NOT NULL);
        ALTER TABLE large DROP COLUMN gone;
        ALTER TABLE "LedgerEntry" ATTACH PARTITION large FOR VALUES FROM (100) TO (1000);
        CREATE TABLE "Translation" (locale text NOT NULL, key text NOT NULL, text text NOT NULL)
          PARTITION BY HASH (locale);
        CREATE TABLE t0 PARTITION OF "Translation" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE t1 PARTITION OF "Translation" FOR VALUES WITH (MODULUS 2, REMAINDER 1)
          PARTITION BY LIST (key);
        CREATE TABLE t1_rest PARTITION OF t1 DEFAULT;
        CREATE UNIQUE INDEX "Translation_locale_key_key" ON "Translation" (locale, key);`)
      plain = db.client()
      prisma = auditedClient(db)
      await prisma.$connect()
    })
    beforeEach(() => db.clear())
    const forget = () => db.sql('DELETE FROM "AuditLog"')
    const fill = async () => {
      await db.sql(`INSERT INTO "LedgerEntry" VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 300, 'c')`)
      await forget()
    }

    test('is recorded by model where Prisma writes it', async () => {
      const { ledgerEntry, translation } = prisma
      await ledgerEntry.create({ data: { id: 1, amount: 1 } })
      await ledgerEntry.createMany({ data: [2, 3].map((id) => ({ id, amount: id * 90 })) })
      await ledgerEntry.updateMany({ data: { memo: 'all' } })
      await ledgerEntry.update({ where: { id: 3 }, data: { amount: { decrement: 1 } } })
      await ledgerEntry.delete({ where: { id: 1 } })
      const words = ['de', 'en', 'fr', 'it'].map((locale) => ({ locale, key: 'yes', text: locale }))
      await translation.createMany({ data: words })
      await translation.updateMany({ data: { text: '!' } })
      await translation.upsert({
        where: { locale_key: { locale: 'de', key: 'yes' } },
        create: { locale: 'de', key: 'yes', text: 'Ja' },
        update: { text: 'ja' },
      })
      const trail = await expectFaithful(plain, 'LedgerEntry', 'Translation')
      expectRooted(trail)
      expect(trail).toHaveLength(3 + 3 + 1 + 1 + 4 + 4 + 1)
    })

    test('is recorded with both states of each row that goes to another partition', async () => {
      await fill()
      await asAda(
        () => prisma.$executeRaw`
          UPDATE "LedgerEntry" SET amount = CASE id WHEN 1 THEN 101 WHEN 2 THEN 22 ELSE 33 END`,
      )
      const trail = await oneCallOfAda(plain)
      expect(trail.map(({ before, after }) => [before, after])).toEqual([
        [
          { id: '1', amount: '1', memo: 'a' },
          { id: '1', amount: '101', memo: 'a' },
        ],
        [
          { id: '2', amount: '2', memo: 'b' },
          { id: '2', amount: '22', memo: 'b' },
        ],
        [
          { id: '3', amount: '300', memo: 'c' },
          { id: '3', amount: '33', memo: 'c' },
        ],
      ])
      expect(trail.map(({ changed }) => changed)).toEqual([['amount'], ['amount'], ['amount']])
    })

    test('is recorded under both keys of a row that goes to another partition', async () => {
      const words = ['a', 'b', 'c', 'd'].map((locale) => ({ locale, key: 'yes', text: locale }))
      await plain.translation.createMany({ data: words })
      await forget()
      await asAda(() => prisma.$executeRaw`UPDATE "Translation" SET locale = locale || locale`)
      const trail = await oneCallOfAda(plain)
      for (const { before, after } of trail) {
        const { text } = before as { text: string }
        expect(before).toEqual({ locale: text, key: 'yes', text })
        expect(after).toEqual({ locale: text + text, key: 'yes', text })
      }
      const ids = ['a', 'b', 'c', 'd'].flatMap((l) => [`["${l}","yes"]`, `["${l}${l}","yes"]`])
      expect(trail.map(({ entityId }) => entityId).toSorted()).toEqual(ids.toSorted())
    })

    test('is recorded once where a partition itself is written', async () => {
      await fill()
      await asAda(() =>
        prisma.$executeRawUnsafe(`
          INSERT INTO large (id, amount, memo) VALUES (4, 400, 'd');
          UPDATE large SET memo = 'C' WHERE id = 3;
          UPDATE small SET amount = 3 WHERE id = 1;
          DELETE FROM small WHERE id = 2`),
      )
      const trail = await oneCallOfAda(plain)
      expect(inShort(trail)).toEqual([
        ...['create LedgerEntry 4', 'update LedgerEntry 3'],
        ...['update LedgerEntry 1', 'delete LedgerEntry 2'],
      ])
      expect(trail[0]?.after).toEqual({ id: '4', amount: '400', memo: 'd' })
      expect(trail[1]).toMatchObject({ before: { memo: 'c' }, after: { memo: 'C' } })
    })

    test('is recorded once where it is truncated, whole or a partition of it', async () => {
      await fill()
      await asAda(() => prisma.$executeRaw`TRUNCATE large`)
      expect(inShort(await oneCallOfAda(plain))).toEqual(['delete LedgerEntry 3'])
      await db.clear()
      await fill()
      await asAda(() => prisma.$executeRaw`TRUNCATE "LedgerEntry"`)
      expect(await sortedCallOfAda(plain)).toEqual([
        ...['delete LedgerEntry 1', 'delete LedgerEntry 2', 'delete LedgerEntry 3'],
      ])
    })

    test('is recorded in a partition of a partition', async () => {
      await db.sql(
        `INSERT INTO "Translation" SELECT 'l' || i, 'k', 't' FROM generate_series(1, 8) AS i`,
      )
      const rows = await db.sql('SELECT locale FROM ONLY t1_rest')
      expect(rows.length).toBeGreaterThan(0)
      await forget()
      await asAda(() => prisma.$executeRaw`TRUNCATE t1`)
      const ids = rows.map(({ locale }) => `delete Translation ["${locale}","k"]`)
      expect(await sortedCallOfAda(plain)).toEqual(ids.toSorted())
    })

    test('is recorded through its parent where a partition was attached later, and directly once installed again', async () => {
      await run(`
        CREATE TABLE huge (LIKE "LedgerEntry");
        ALTER TABLE "LedgerEntry" ATTACH PARTITION huge FOR VALUES FROM (1000) TO (9999)`)
      await asAda(() => prisma.ledgerEntry.create({ data: { id: 9, amount: 5000 } }))
      expect(inShort(await trailOf(plain))).toEqual(['create LedgerEntry 9'])
      await asAda(() => prisma.$executeRaw`UPDATE huge SET memo = 'unseen'`)
      expect(await trailOf(plain)).toHaveLength(1)

      await run(String(engineScript(db, { redact: { hashKey } })))
      await forget()
      await asAda(() => prisma.$executeRaw`UPDATE huge SET memo = 'seen'`)
      const [entry, ...others] = await oneCallOfAda(plain)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ before: { memo: 'unseen' }, after: { memo: 'seen' } })
    })
  },
  'database',
)

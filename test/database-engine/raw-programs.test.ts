import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { expectFaithful, trailOf } from '../capture/trail.ts'
import { openConnection } from '../database/connection.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { asAda, expectRooted, inShort, oneCallOfAda } from './told.ts'

/** What an application may have in its database, beside us. */
const programs = `
  CREATE FUNCTION add_tags(names text[]) RETURNS int LANGUAGE plpgsql AS $$
  DECLARE name text;
  BEGIN
    FOREACH name IN ARRAY names LOOP
      INSERT INTO "Tag" (name) VALUES (name);
    END LOOP;
    UPDATE "LedgerEntry" SET amount = amount + 1;
    RETURN cardinality(names);
  END $$;

  CREATE PROCEDURE add_in_steps() LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO "Tag" (name) VALUES ('first');
    COMMIT;
    INSERT INTO "Tag" (name) VALUES ('second');
  END $$;

  CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.text := upper(NEW.text);
    RETURN NEW;
  END $$;
  CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON "Translation" FOR EACH ROW EXECUTE FUNCTION shout();

  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO "LedgerEntry" (id, amount, memo) VALUES (NEW.id, 0, NEW.email);
    RETURN NULL;
  END $$;
  CREATE TRIGGER note AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note();
  CREATE CONSTRAINT TRIGGER late AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION note();

  CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
  CREATE TRIGGER keep BEFORE DELETE ON "Setting" FOR EACH ROW EXECUTE FUNCTION keep();

  CREATE VIEW colors AS SELECT id, name AS color FROM "Tag";
`

describeDatabase(
  'postgresql',
  'What programs in the database write for an audited client',
  (db) => {
    let plain: PrismaClient
    let prisma: AuditedClient
    beforeAll(async () => {
      const connection = await openConnection('postgresql', db.url)
      await connection.batch(programs)
      await connection.close()
      plain = db.client()
      prisma = auditedClient(db)
      await prisma.$connect()
    })
    beforeEach(async () => {
      await db.clear()
      await db.sql('ALTER SEQUENCE "Tag_id_seq" RESTART')
    })
    const forget = () => db.sql('DELETE FROM "AuditLog"')

    test('is recorded for a function that a SELECT calls', async () => {
      await db.sql('INSERT INTO "LedgerEntry" (id, amount) VALUES (1, 1)')
      await forget()
      const rows = await asAda(() => prisma.$queryRaw`SELECT add_tags(ARRAY['a', 'b']) AS added`)
      expect(rows).toEqual([{ added: 2 }])
      expect(inShort(await oneCallOfAda(plain))).toEqual([
        'create Tag 1',
        'create Tag 2',
        'update LedgerEntry 1',
      ])
    })

    test('is recorded for a DO block', async () => {
      await asAda(() =>
        prisma.$executeRawUnsafe(`DO $$ BEGIN
          FOR i IN 1..3 LOOP INSERT INTO "Tag" (name) VALUES ('tag ' || i); END LOOP;
          DELETE FROM "Tag" WHERE id = 2;
        END $$`),
      )
      expect(inShort(await oneCallOfAda(plain))).toEqual([
        ...['create Tag 1', 'create Tag 2', 'create Tag 3', 'delete Tag 2'],
      ])
      await expectFaithful(plain, 'Tag')
    })

    test('is one trace for a text of several statements', async () => {
      await asAda(() =>
        prisma.$executeRawUnsafe(`
          INSERT INTO "Tag" (name) VALUES ('a'), ('b');
          UPDATE "Tag" SET name = name || '!' WHERE id = 1;
          INSERT INTO "Document" (id, title) VALUES ('x', 'X');
          DELETE FROM "Tag" WHERE id = 2;`),
      )
      const trail = await oneCallOfAda(plain)
      expect(trail[0]?.id).toBe(trail[0]?.traceId)
      expect(inShort(trail)).toEqual([
        ...['create Tag 1', 'create Tag 2', 'update Tag 1', 'create Document x'],
        'delete Tag 2',
      ])
      await expectFaithful(plain, 'Tag', 'Document')
    })

    test('is one trace for a procedure that commits on its way', async () => {
      await asAda(() => prisma.$executeRaw`CALL add_in_steps()`)
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create Tag 1', 'create Tag 2'])
    })

    test('is one trace for a text that commits on its way', async () => {
      await asAda(() =>
        prisma.$executeRawUnsafe(
          `INSERT INTO "Tag" (name) VALUES ('a'); COMMIT; INSERT INTO "Tag" (name) VALUES ('b')`,
        ),
      )
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create Tag 1', 'create Tag 2'])
    })

    test('is recorded for a statement that was prepared by SQL', async () => {
      await asAda(() =>
        prisma.$transaction(async (tx) => {
          await tx.$executeRaw`PREPARE add (text) AS INSERT INTO "Tag" (name) VALUES ($1)`
          await tx.$executeRaw`EXECUTE add('a')`
          await tx.$executeRaw`DEALLOCATE add`
        }),
      )
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create Tag 1'])
    })

    test('is told of the caller whatever the session takes backslashes for', async () => {
      await asAda(() =>
        prisma.$transaction(async (tx) => {
          await tx.$executeRaw`SET LOCAL standard_conforming_strings TO off`
          await tx.$executeRaw`INSERT INTO "Tag" (name) VALUES ('a')`
        }),
      )
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create Tag 1'])
    })

    test('is recorded for a view that can be written', async () => {
      await asAda(() => prisma.$executeRaw`INSERT INTO colors (color) VALUES ('red')`)
      await asAda(() => prisma.$executeRaw`UPDATE colors SET color = 'blue'`)
      const trail = await expectFaithful(plain, 'Tag')
      expectRooted(trail)
      expect(inShort(trail)).toEqual(['create Tag 1', 'update Tag 1'])
    })

    test('is what a BEFORE trigger stores in place of what was given', async () => {
      const key = { locale: 'en', key: 'hello' }
      const where = { locale_key: key }
      await asAda(() => prisma.translation.create({ data: { ...key, text: 'hello' } }))
      await asAda(() => prisma.translation.update({ where, data: { text: 'Hello' } }))
      await asAda(() => prisma.translation.update({ where, data: { text: 'bye' } }))
      const trail = await expectFaithful(plain, 'Translation')
      const texts = trail.map(({ after }) => (after as { text: string }).text)
      expect(texts).toEqual(['HELLO', 'BYE'])
    })

    test('is nothing where a BEFORE trigger prevents the change', async () => {
      await prisma.setting.create({ data: { key: 'theme', value: 1 } })
      await forget()
      await asAda(() => prisma.setting.deleteMany())
      expect(await trailOf(plain)).toEqual([])
      expect(await plain.setting.count()).toBe(1)
    })

    test('is in the trace of the statement that fires a trigger', async () => {
      await plain.user.create({ data: { id: 7, email: 'a@b.c' } })
      await db.sql('DELETE FROM "LedgerEntry"')
      await forget()
      await asAda(() => prisma.user.update({ where: { id: 7 }, data: { email: 'd@e.f' } }))
      const trail = await oneCallOfAda(plain)
      expect(inShort(trail).toSorted()).toEqual(['create LedgerEntry 7', 'update User 7'])
      // The root is what was written first: by the row's trigger, which comes before the statement's.
      expectRooted(trail)
    })

    test('has a root where nothing of the statement itself is recorded', async () => {
      await plain.user.create({ data: { id: 7, email: 'a@b.c' } })
      await db.sql('DELETE FROM "LedgerEntry"')
      await forget()
      await asAda(() => prisma.$executeRaw`UPDATE users SET last_seen_at = now()`)
      expect(inShort(await oneCallOfAda(plain))).toEqual(['create LedgerEntry 7'])
    })

    test('has a trace of its own where a deferred trigger writes it at COMMIT', async () => {
      await asAda(() =>
        prisma.$transaction([prisma.user.create({ data: { id: 7, email: 'a@b.c' } })]),
      )
      const trail = await trailOf(plain)
      expectRooted(trail)
      expect(inShort(trail)).toEqual(['create User 7', 'create LedgerEntry 7'])
    })
  },
  'database',
)

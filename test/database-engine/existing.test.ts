import { beforeEach, expect, test } from 'vitest'
import { removeScript } from '../../src/database/install.ts'
import type { AuditOptions } from '../../src/index.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { outcomeOf } from '../capture/run-units.ts'
import { expectFaithful, trailOf } from '../capture/trail.ts'
import { type Database, describeDatabase } from '../database/each.ts'
import { engineScript, engineSettings } from '../database/engine.ts'
import { connected } from './other-program.ts'
import { asAda, expectRooted, inShort } from './told.ts'

/** Runs a script as the owner of the tables would. */
function run(db: Database, script: string): Promise<void> {
  return connected(db.url, {}, (connection) => connection.batch(script))
}

function install(db: Database, options: AuditOptions = {}): Promise<void> {
  return run(db, String(engineScript(db, { ...options, redact: { hashKey, ...options.redact } })))
}

/** All that the engine has in the database: its triggers by table, its functions and tables. */
async function installed(db: Database) {
  const triggers = await db.sql(`
    SELECT c.relname || ' ' || t.tgname || ' ' || obj_description(t.tgfoid, 'pg_proc') AS name
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'prisma_audit_%'`)
  const objects = await db.sql(`
    SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS name FROM pg_depend d
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace('prisma_audit')`)
  const names = (rows: typeof triggers) => rows.map(({ name }) => String(name)).sort()
  return { triggers: names(triggers), objects: names(objects) }
}

describeDatabase(
  'postgresql',
  'Triggers in a database that is in use',
  (db) => {
    beforeEach(() => db.clear())

    test('are the same however often they are installed', async () => {
      await install(db)
      const once = await installed(db)
      await install(db)
      await install(db)
      expect(await installed(db)).toEqual(once)
      expect(once.triggers.filter((name) => name.startsWith('Tag '))).toHaveLength(4)
    })

    test('record each change once, however often they are installed', async () => {
      await install(db)
      await install(db)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
      expect(await expectFaithful(db.client(), 'Tag')).toHaveLength(1)
    })

    test('do as the options say that they were installed with last', async () => {
      await install(db)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
      await install(db, { redact: { fields: { Tag: { name: 'mask' } } } })
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (2, 'green')`)
      await install(db, { ignore: { Tag: ['name'] } })
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (3, 'blue')`)
      const trail = await trailOf(db.client())
      expect(trail.map(({ after }) => after)).toEqual([
        { id: 1, name: 'red' },
        { id: 2, name: '[redacted]' },
        { id: 3 },
      ])
    })

    test('are gone from models that are excluded later, and from their links', async () => {
      await install(db)
      await install(db, { exclude: ['Tag', 'Post'] })
      const { triggers } = await installed(db)
      expect(triggers.filter((name) => /^(Tag|Post|_PostToTag) /.test(name))).toEqual([])
      expect(triggers.some((name) => name.startsWith('users '))).toBe(true)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
      expect(await trailOf(db.client())).toEqual([])
    })

    test('are removed without a trace of themselves, and leave the trail', async () => {
      await run(db, removeScript(engineSettings(db, { redact: { hashKey } })))
      const before = await db.sql('SELECT count(*)::int FROM pg_trigger')
      await install(db)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
      const script = removeScript(engineSettings(db, { redact: { hashKey } }))
      await run(db, script)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (2, 'blue')`)
      expect(inShort(await trailOf(db.client()))).toEqual(['create Tag 1'])
      expect(await installed(db)).toEqual({ triggers: [], objects: [] })
      expect(await db.sql('SELECT count(*)::int FROM pg_trigger')).toEqual(before)
      await expect(run(db, script)).resolves.toBeUndefined()
    })

    test('come and go with a transaction that is undone', async () => {
      await install(db)
      const once = await installed(db)
      await connected(db.url, {}, async (connection) => {
        await connection.query('BEGIN')
        await connection.batch(String(engineScript(db, { exclude: ['Tag'], redact: { hashKey } })))
        await connection.query('ROLLBACK')
      })
      expect(await installed(db)).toEqual(once)
    })

    test("stand beside the users' own, of whatever kind and name", async () => {
      await run(
        db,
        `CREATE TABLE own_log (told text);
        CREATE FUNCTION own_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO own_log VALUES (concat_ws(' ', TG_WHEN, TG_LEVEL, TG_OP));
          RETURN CASE WHEN TG_LEVEL = 'ROW' THEN coalesce(NEW, OLD) END;
        END $$;
        CREATE TRIGGER a_row AFTER INSERT OR UPDATE OR DELETE ON "Tag" FOR EACH ROW EXECUTE FUNCTION own_log();
        CREATE TRIGGER z_row BEFORE INSERT OR UPDATE OR DELETE ON "Tag" FOR EACH ROW EXECUTE FUNCTION own_log();
        CREATE TRIGGER a_statement AFTER INSERT ON "Tag" REFERENCING NEW TABLE AS new_rows
          FOR EACH STATEMENT EXECUTE FUNCTION own_log();
        CREATE TRIGGER z_truncate AFTER TRUNCATE ON "Tag" FOR EACH STATEMENT EXECUTE FUNCTION own_log()`,
      )
      const prisma = auditedClient(db)
      const where = { id: 1 }
      await asAda(() => prisma.tag.create({ data: { id: 1, name: 'red' } }))
      await asAda(() => prisma.tag.update({ where, data: { name: 'blue' } }))
      await asAda(() => prisma.tag.delete({ where }))
      await asAda(() => prisma.$executeRaw`TRUNCATE "Tag" CASCADE`)
      const trail = await expectFaithful(db.client(), 'Tag')
      expectRooted(trail)
      expect(inShort(trail)).toEqual(['create Tag 1', 'update Tag 1', 'delete Tag 1'])
      const told = await db.sql('SELECT told FROM own_log')
      expect(told.map((row) => row.told)).toEqual([
        ...['BEFORE ROW INSERT', 'AFTER ROW INSERT', 'AFTER STATEMENT INSERT'],
        ...['BEFORE ROW UPDATE', 'AFTER ROW UPDATE', 'BEFORE ROW DELETE', 'AFTER ROW DELETE'],
        'AFTER STATEMENT TRUNCATE',
      ])
      await run(db, 'DROP FUNCTION own_log CASCADE; DROP TABLE own_log')
    })

    test("fail nothing in another way than the database does: errors keep Prisma's codes", async () => {
      const plain = db.client()
      const prisma = auditedClient(db)
      await prisma.tag.create({ data: { id: 1, name: 'red' } })
      await prisma.category.create({ data: { id: 1, name: 'x' } })
      await prisma.product.create({ data: { sku: 's', name: 'n', price: 1, categoryId: 1 } })
      const wrong = [
        ['P2002', 'tag', 'create', { data: { id: 2, name: 'red' } }],
        ['P2002', 'tag', 'createMany', { data: [2, 3].map((id) => ({ id, name: 'red' })) }],
        ['P2003', 'post', 'create', { data: { id: 1, title: 'x', authorId: 99 } }],
        ['P2003', 'category', 'delete', { where: { id: 1 } }],
        ['P2003', 'category', 'deleteMany', {}],
        ['P2025', 'tag', 'update', { where: { id: 99 }, data: { name: 'x' } }],
        ['P2025', 'tag', 'delete', { where: { id: 99 } }],
        ['P2025', 'tag', 'update', { where: { id: 1 }, data: { posts: { connect: { id: 9 } } } }],
        ['P2000', 'native', 'create', { data: { char: 'longer than eight' } }],
      ] as const
      await db.sql('DELETE FROM "AuditLog"')
      for (const [code, model, operation, args] of wrong) {
        const call = { model, operation, args }
        const expected = await outcomeOf(plain, call)
        expect(await outcomeOf(prisma, call), `${model}.${operation}`).toEqual(expected)
        expect(expected).toMatchObject({ code })
      }
      const raw = prisma.$executeRaw`INSERT INTO "Tag" (name) VALUES ('red')`
      await expect(raw).rejects.toMatchObject({ code: 'P2010' })
      expect(await trailOf(plain)).toEqual([])
    })
  },
  'database',
)

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { signatureOf } from '../../src/signature.ts'
import type { Connection } from '../database/connection.ts'
import { describeDatabase } from '../database/each.ts'
import { createRole, type Role } from './role.ts'
import { hasMerge } from './told.ts'

const ada = { actor: { id: 'ada' } }
const id = (n: number) => String(n).padStart(32, '0')

/** What an application may tell by itself, as `write` takes it. */
const entriesOf = (n: number, changed: object = {}) =>
  JSON.stringify([
    {
      ...{ id: id(n), traceId: id(n), createdAt: '2026-01-01T00:00:00.000Z', action: 'told' },
      ...{ outcome: 'success', entity: 'Job', actorType: 'user', actorId: 'admin', source: 'api' },
      version: 1,
      ...changed,
    },
  ])

const insufficientPrivilege = '42501'

/** The code of PostgreSQL's error; absent where there was none. */
async function refusalOf(sent: Promise<unknown>): Promise<unknown> {
  const [result] = await Promise.allSettled([sent])
  return result.status === 'rejected' ? result.reason?.cause?.originalCode : undefined
}

const inLiteral = (text: string) => text.replaceAll("'", "''")

describeDatabase(
  'postgresql',
  'A role that does not own the tables',
  (db) => {
    let role: Role
    let prisma: ReturnType<Role['client']>
    let connection: Connection
    beforeAll(async () => {
      role = await createRole(db, { reads: { Document: true } })
      prisma = role.client()
      connection = await role.connect()
    })
    afterAll(() => role.drop())
    beforeEach(async () => {
      for (const table of ['Document', 'AuditLog', 'AuditTag'])
        await db.sql(`DELETE FROM "${table}"`)
    })
    const storyOf = async () => {
      const rows = await db.sql(
        `SELECT source || ' ' || action || ' ' || entity || ' ' || coalesce("actorId", '') AS story FROM "AuditLog" ORDER BY seq`,
      )
      return rows.map(({ story }) => story)
    }

    test('has its writes recorded', async () => {
      const author = { name: 'a', email: 'a', posts: { create: { title: 'a' } } }
      await withAudit(ada, async () => {
        await prisma.user.create({ data: author })
        await prisma.$executeRaw`UPDATE users SET name = 'b'`
        await prisma.$transaction([prisma.user.deleteMany(), prisma.document.deleteMany()])
      })
      await connection.query(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      expect(await storyOf()).toEqual([
        ...['database create User ada', 'database create Post ada', 'database update User ada'],
        // Of a cascade, the statement's own table comes first, whose entry is the root.
        ...['database delete User ada', 'database delete Post ada'],
        `database create Document ${role.name}`,
      ])
    })

    test('records runs, events and reads, and reads the trail', async () => {
      await withAudit(ada, async () => {
        await prisma.$audit.run('work', { entity: 'Job' }, () => undefined)
        await prisma.$audit.record({ action: 'approve', entity: 'Job' })
        await prisma.$transaction((tx) => tx.$audit.record({ action: 'check', entity: 'Job' }))
        await prisma.document.findMany()
      })
      await db.sql(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      await db.sql('DELETE FROM "AuditLog" WHERE source = \'database\'')
      await withAudit(ada, async () => prisma.document.findMany())
      await prisma.$audit.flush()
      const { entries } = await prisma.$audit.entries()
      expect(entries.map(({ action, actorId }) => `${action} ${actorId}`).toReversed()).toEqual([
        ...['work ada', 'work ada', 'approve ada', 'check ada', 'read ada'],
      ])
    })

    test('has its tags recorded, and finds entries by them', async () => {
      await withAudit({ ...ada, tags: { step: 'one', ticket: ['A', 'B'] } }, async () => {
        await prisma.document.createMany({ data: [{ title: 'a' }, { title: 'b' }] })
        await prisma.$audit.record({ action: 'approve', entity: 'Job' })
        await prisma.document.findFirst()
      })
      await prisma.$audit.flush()
      expect((await prisma.$audit.search('ticket:B step:one')).entries).toHaveLength(4)
      expect(await connection.query('SELECT count(*)::int AS n FROM "AuditTag"')).toEqual([
        { n: 12 },
      ])
    })

    const audit = 'public."AuditLog"'
    const tags = 'public."AuditTag"'
    test.each([
      ['add to the trail', `INSERT INTO ${audit} SELECT * FROM ${audit}`],
      ['change it', `UPDATE ${audit} SET "actorId" = 'admin'`],
      ['delete of it', `DELETE FROM ${audit}`],
      ['truncate it', `TRUNCATE ${audit}`],
      ['drop it', `DROP TABLE ${audit}`],
      ['change its table', `ALTER TABLE ${audit} ADD COLUMN x int`],
      ['lock it', `DO $$ BEGIN LOCK TABLE ${audit}; END $$`],
      ['refer to its rows', `CREATE TABLE own.refers (id char(32) REFERENCES ${audit} (id))`],
      ['add to the tags', `INSERT INTO ${tags} VALUES ('k', 'v', 1)`],
      ['change the tags', `UPDATE ${tags} SET value = 'other'`],
      ['delete of the tags', `DELETE FROM ${tags}`],
      ['truncate the tags', `TRUNCATE ${tags}`],
      ['drop the tags', `DROP TABLE ${tags}`],
      ['lock the tags', `DO $$ BEGIN LOCK TABLE ${tags}; END $$`],
      [
        'refer to the tags',
        `CREATE TABLE own.refers (k text, v text, s bigint, FOREIGN KEY (k, v, s) REFERENCES ${tags})`,
      ],
      ['turn back its sequence', `SELECT setval('"AuditLog_seq_seq"', 1)`],
      ['disable a trigger', 'ALTER TABLE "Document" DISABLE TRIGGER prisma_audit_update'],
      ['drop a trigger', 'DROP TRIGGER prisma_audit_update ON "Document"'],
      ['rename a trigger', 'ALTER TRIGGER prisma_audit_update ON "Document" RENAME TO x'],
      ['pass triggers by', 'SET session_replication_role = replica'],
      ['become the owner', 'SET ROLE postgres'],
      ['read the keys', 'SELECT * FROM prisma_audit.secret'],
      ['change the keys', `UPDATE prisma_audit.secret SET inner_pad = ''`],
      ['sign', `SELECT prisma_audit.signed('signing', 'x')`],
      ['hash', `SELECT prisma_audit.hashed('x')`],
      ['make something in our schema', 'CREATE TABLE prisma_audit.x (id int)'],
      [
        'replace a function',
        `CREATE OR REPLACE FUNCTION prisma_audit.hashed(message text) RETURNS text LANGUAGE sql AS 'SELECT 1'`,
      ],
      ['drop a function', 'DROP FUNCTION prisma_audit.write'],
    ])('cannot %s', async (_, sql) => {
      await connection.query(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      expect(await refusalOf(connection.batch(sql))).toBe(insufficientPrivilege)
      expect(await storyOf()).toEqual([`database create Document ${role.name}`])
    })

    test('cannot merge into it', async ({ skip }) => {
      if (!(await hasMerge(db))) skip('PostgreSQL has MERGE from 15 on')
      const merge = `MERGE INTO ${audit} USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`
      expect(await refusalOf(connection.batch(merge))).toBe(insufficientPrivilege)
    })

    test('has no function of ours but write()', async () => {
      const rows = await db.sql(`SELECT proname AS name FROM pg_proc
        WHERE pronamespace = 'prisma_audit'::regnamespace AND has_function_privilege('${role.name}', oid, 'EXECUTE')`)
      expect(rows).toEqual([{ name: 'write' }])
    })

    test('cannot have a function of its own called where entries are written', async () => {
      await connection.batch(`CREATE FUNCTION own.nothing() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RETURN NULL; END $$`)
      const trigger = `CREATE TRIGGER mine BEFORE INSERT ON ${audit} FOR EACH ROW EXECUTE FUNCTION own.nothing()`
      const refusal = await refusalOf(connection.batch(trigger))
      await connection.query(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      await db.sql(`DROP TRIGGER IF EXISTS mine ON ${audit}`)
      expect(await storyOf()).toEqual([`database create Document ${role.name}`])
      expect(refusal).toBe(insufficientPrivilege)
    })

    describe('may tell of events by write(), and', () => {
      const write = (entries: string) =>
        connection.query(`SELECT prisma_audit.write('${inLiteral(entries)}')::text`)

      test.each(['database', 'import', '', null])(
        'is not taken for a trigger: %s',
        async (source) => {
          await write(entriesOf(1, { source }))
          expect(await storyOf()).toEqual(['api told Job admin'])
        },
      )

      test('cannot take the place of an entry, or choose its number', async () => {
        await write(entriesOf(1, { seq: 1, updated: true }))
        await expect(write(entriesOf(1, { action: 'other' }))).rejects.toThrow()
        expect(await db.sql('SELECT action FROM "AuditLog" WHERE seq > 1')).toEqual([
          { action: 'told' },
        ])
      })

      test.each(['{}', '[1]', 'null', '', '[{}]', `[{"id":"'); DELETE FROM \\"AuditLog\\"; --"}]`])(
        'is refused what is no entry: %s',
        async (entries) => {
          await expect(write(entries)).rejects.toThrow()
          expect(await storyOf()).toEqual([])
        },
      )
    })
  },
  'database',
)

describeDatabase(
  'postgresql',
  'With a signing key, a role that does not own the tables',
  (db) => {
    const signingKey = 'a key that signs contexts'
    let role: Role
    let connection: Connection
    beforeAll(async () => {
      role = await createRole(db, { database: { signingKey } })
      connection = await role.connect()
    })
    afterAll(() => role.drop())
    beforeEach(async () => {
      await db.sql('DELETE FROM "AuditLog"')
    })
    const write = (entries: string, signature: string) =>
      connection.query(`SELECT prisma_audit.write('${inLiteral(entries)}', ${signature})::text`)
    const quoted = (text: string) => `'${text}'`

    test('writes, runs and tells by the application', async () => {
      const prisma = role.client()
      await withAudit(ada, async () => {
        await prisma.document.create({ data: { title: 'one' } })
        await prisma.$audit.run('work', { entity: 'Job' }, () => undefined)
        await prisma.$audit.record({ action: 'é😀', entity: "Job'\\" })
      })
      const rows = await db.sql('SELECT "actorId", action FROM "AuditLog" ORDER BY seq')
      const actions = ['create', 'work', 'work', 'é😀']
      expect(rows).toEqual(actions.map((action) => ({ actorId: 'ada', action })))
    })

    const entries = entriesOf(1)
    test.each([
      ['without a signature', 'NULL'],
      ['with an empty one', quoted('')],
      ['signed by another key', quoted(signatureOf(entries, 'a key that signs others'))],
      ['with the signature of others', quoted(signatureOf(entriesOf(2), signingKey))],
      ['with one in capitals', quoted(signatureOf(entries, signingKey).toUpperCase())],
    ])('cannot tell of events by itself: %s', async (_, signature) => {
      expect(await refusalOf(write(entries, signature))).toBe(insufficientPrivilege)
      expect(await db.sql('SELECT FROM "AuditLog"')).toEqual([])
    })

    test('cannot tell again what was told before', async () => {
      const signature = quoted(signatureOf(entries, signingKey))
      await write(entries, signature)
      await expect(write(entries, signature)).rejects.toThrow()
      expect(await db.sql('SELECT FROM "AuditLog"')).toHaveLength(1)
    })
  },
  'database',
)

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { expectFaithful, trailOf } from '../capture/trail.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { connected, psql } from './other-program.ts'
import { expectRooted, inShort } from './told.ts'

const hasPsql = spawnSync('psql', ['--version']).status === 0

describeDatabase(
  'postgresql',
  'What others than the application write',
  (db) => {
    let plain: PrismaClient
    // Roles belong to the server, which other suites use at the same time.
    const role = `importer_${process.pid}_${Date.now()}`
    const owner = `desk_${process.pid}_${Date.now()}`

    beforeAll(async () => {
      plain = db.client()
      await auditedClient(db).$connect()
      await db.sql(`CREATE ROLE ${role} LOGIN`)
      await db.sql(`CREATE ROLE ${owner} ROLE ${role}`)
      await db.sql(`GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public
        TO ${role}, ${owner}`)
      await db.sql(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}, ${owner}`)
      await db.sql(`REVOKE ALL ON "AuditLog" FROM ${role}, ${owner}`)
    })
    afterAll(async () => {
      await db.sql(`DROP OWNED BY ${role}, ${owner}`)
      await db.sql(`DROP ROLE ${role}, ${owner}`)
    })
    beforeEach(() => db.clear())

    test('is told of the role that logged in, its program and its address', async () => {
      const program = { user: role, applicationName: 'nightly import' }
      await connected(db.url, program, (connection) =>
        connection.query(`INSERT INTO "Tag" (id, name) VALUES (1, 'red'), (2, 'blue')`),
      )
      const trail = await expectFaithful(plain, 'Tag')
      expectRooted(trail)
      expect(inShort(trail)).toEqual(['create Tag 1', 'create Tag 2'])
      expect(new Set(trail.map(({ traceId }) => traceId)).size).toBe(1)
      for (const entry of trail) {
        expect(entry).toMatchObject({
          ...{ source: 'database', outcome: 'success', version: 1 },
          ...{ actorId: role, actorType: 'service', actorName: 'nightly import' },
          ...{ onBehalfOf: null, tenantId: null, reason: null, parentId: null, tags: null },
          request: { ip: '127.0.0.1' },
        })
      }
    })

    test('is told without the name of a program that has none', async () => {
      await db.sql(`SET application_name = ''`)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
      await db.sql('RESET application_name')
      const [entry] = await trailOf(plain)
      expect(entry).toMatchObject({ actorId: 'postgres', actorType: 'service', actorName: null })
    })

    test('is on behalf of the role that was set', async () => {
      await connected(db.url, { user: role }, async (connection) => {
        await connection.query(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
        await connection.query(`SET ROLE ${owner}`)
        await connection.query(`INSERT INTO "Tag" (id, name) VALUES (2, 'blue')`)
        await connection.query('RESET ROLE')
        await connection.query('DELETE FROM "Tag"')
      })
      const trail = await expectFaithful(plain, 'Tag')
      expectRooted(trail)
      expect(trail.map(({ actorId, onBehalfOf }) => [actorId, onBehalfOf])).toEqual([
        ...[
          [role, null],
          [role, owner],
          [role, null],
          [role, null],
        ],
      ])
    })

    test('is a trace for each statement, and one for those of one text', async () => {
      await connected(db.url, {}, async (connection) => {
        await connection.query('BEGIN')
        await connection.query(`INSERT INTO "Tag" (id, name) VALUES (1, 'red'), (2, 'blue')`)
        await connection.query('UPDATE "Tag" SET name = name || id')
        await connection.batch('DELETE FROM "Tag" WHERE id = 1; DELETE FROM "Tag" WHERE id = 2')
        await connection.query('COMMIT')
      })
      const trail = await expectFaithful(plain, 'Tag')
      expectRooted(trail)
      const traces = [...new Set(trail.map(({ traceId }) => traceId))]
      expect(trail.map(({ traceId }) => traces.indexOf(traceId))).toEqual([0, 0, 1, 1, 2, 2])
    })

    test('takes no privilege beside that on the table', async () => {
      await connected(db.url, { user: role }, async (connection) => {
        await expect(connection.query('SELECT * FROM "AuditLog"')).rejects.toThrow(/denied/)
        await expect(connection.query('SELECT prisma_audit.hashed(1::text)')).rejects.toThrow(
          /denied/,
        )
        await connection.query(`INSERT INTO "Tag" (id, name) VALUES (1, 'red')`)
        await connection.query(`UPDATE "Tag" SET name = 'blue'`)
        await connection.query('TRUNCATE "Tag" CASCADE')
      })
      const trail = await expectFaithful(plain, 'Tag')
      expect(inShort(trail)).toEqual(['create Tag 1', 'update Tag 1', 'delete Tag 1'])
    })

    test.each([
      ["TimeZone TO 'Pacific/Auckland'"],
      ["DateStyle TO 'SQL, DMY'"],
      ["IntervalStyle TO 'iso_8601'"],
      ["bytea_output TO 'escape'"],
      ["search_path TO ''"],
      ['standard_conforming_strings TO off'],
      ['row_security TO off'],
      ['extra_float_digits TO 0'],
    ])('is told exactly where the session has %s', async (setting) => {
      const data = {
        ...{ string: 'a\\b', boolean: true, int: 1, bigInt: 2n, float: 0.1 + 0.2, decimal: '1.50' },
        ...{ dateTime: new Date('2024-02-29T12:34:56.789Z'), json: { a: [1.5, 'x\\y'] } },
        ...{ bytes: new Uint8Array([0, 92, 255]), role: 'AUDITOR' as const },
      }
      const { id } = await plain.everything.create({ data })
      await connected(db.url, {}, async (connection) => {
        await connection.query('CREATE TEMP TABLE copy AS SELECT * FROM "Everything"')
        await connection.query(`UPDATE copy SET id = id + 1`)
        await connection.query(`SET ${setting}`)
        await connection.query('INSERT INTO public."Everything" SELECT * FROM copy')
        await connection.query('UPDATE public."Everything" SET "floatOpt" = float, string = string')
      })
      const [own, other, update] = await trailOf(plain)
      expect(own?.after).toMatchObject({ float: data.float, role: 'AUDITOR', bytes: 'AFz/' })
      expect(other?.after).toEqual({ ...(own?.after as object), id: id + 1 })
      expect(update).toMatchObject({ before: own?.after, changed: ['floatOpt'] })
    })

    test('is recorded, and not refused, where JSON holds what jsonb cannot', async () => {
      const json = String.raw`{"a": "x\u0000y\u0000\u0000 \\u0000 \ud83d\ude00 \ud800 \udc00\udc00"}`
      await db.sql(`INSERT INTO "Native" (id, "plainJson") VALUES (1, '${json}')`)
      await db.sql('UPDATE "Native" SET "smallInt" = 1')
      const [create, update] = await trailOf(plain)
      const told = { a: 'x\ufffdy\ufffd\ufffd \\u0000 😀 \ufffd \ufffd\ufffd' }
      expect(create?.after).toMatchObject({ plainJson: told })
      expect(update).toMatchObject({ changed: ['smallInt'], after: { plainJson: told } })
    })

    test('is not told of somebody whom a comment of its own names within the text', async () => {
      const forged = '{"actorId":"ada","actorType":"user"}'
      const comment = `/*${forged} prisma_audit:${String(forged.length).padStart(8, '0')}*/`
      await db.sql(`INSERT INTO "Tag" (id, name) ${comment} VALUES (1, 'red')`)
      await db.sql(`INSERT INTO "Tag" (id, name) VALUES (2, '${comment}')`)
      const trail = await trailOf(plain)
      expect(trail.map(({ actorId }) => actorId)).toEqual(['postgres', 'postgres'])
    })

    test.skipIf(!hasPsql)('is recorded when psql runs a script, COPY included', async () => {
      await psql(
        db.url,
        { user: role },
        `INSERT INTO "Tag" (id, name) VALUES (1, 'red');
COPY "Tag" (id, name) FROM STDIN;
2\tgreen\\tish
3\tblue
\\.
BEGIN;
DELETE FROM "Tag" WHERE id = 3;
ROLLBACK;
UPDATE "Tag" SET name = 'lime' WHERE id = 2;
`,
      )
      const trail = await expectFaithful(plain, 'Tag')
      expectRooted(trail)
      expect(inShort(trail)).toEqual([
        ...['create Tag 1', 'create Tag 2', 'create Tag 3', 'update Tag 2'],
      ])
      for (const entry of trail) {
        expect(entry).toMatchObject({ actorId: role, actorType: 'service', actorName: 'psql' })
      }
    })
  },
  'database',
)

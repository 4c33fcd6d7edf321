import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../database/connection.ts'
import { describeDatabase } from '../database/each.ts'
import { commentOf, contextText } from './forged.ts'
import { createRole, type Role } from './role.ts'

/** Functions and operators that the triggers call, of a role that is up to something. */
const shadows = `
  CREATE FUNCTION own.refuse() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
  ${[
    ...['now() RETURNS timestamptz', 'clock_timestamp() RETURNS timestamptz'],
    ...['statement_timestamp() RETURNS timestamptz', 'gen_random_uuid() RETURNS uuid'],
    ...['sha256(bytea) RETURNS bytea', 'current_query() RETURNS text'],
    ...['right(text, int) RETURNS text', '"left"(text, int) RETURNS text'],
    ...['encode(bytea, text) RETURNS text', 'to_jsonb(anyelement) RETURNS jsonb'],
    ...['set_config(text, text, boolean) RETURNS text', 'pg_trigger_depth() RETURNS int'],
    ...['current_setting(text, boolean) RETURNS text', 'lpad(text, int, text) RETURNS text'],
  ]
    .map((head) => {
      const type = head.split('RETURNS ')[1]
      return `CREATE FUNCTION own.${head} LANGUAGE sql AS $$ SELECT own.refuse()::${type} $$;`
    })
    .join('\n')}
  CREATE FUNCTION own.hijacked(text, text) RETURNS text LANGUAGE sql AS $$ SELECT own.refuse() $$;
  CREATE FUNCTION own.hijacks(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT own.refuse()::boolean $$;
  CREATE OPERATOR own.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = own.hijacked);
  CREATE OPERATOR own.= (LEFTARG = text, RIGHTARG = text, FUNCTION = own.hijacks);
  CREATE OPERATOR own.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = own.hijacks);
  CREATE DOMAIN own.jsonb AS text CHECK (false);
  CREATE TABLE own."AuditLog" (LIKE public."AuditLog");
  CREATE TABLE own.secret (name text, inner_pad bytea, outer_pad bytea);
  CREATE TABLE own.pg_trigger (oid oid);`

const temporary = `
  CREATE TEMP TABLE "AuditLog" (LIKE public."AuditLog");
  CREATE TEMP TABLE new_rows (id int);
  CREATE TEMP TABLE old_rows (id int);
  CREATE TEMP TABLE secret (name text, inner_pad bytea, outer_pad bytea);
  CREATE TEMP TABLE pg_trigger (oid oid);
  CREATE TEMP TABLE pg_proc (oid oid);
  CREATE TEMP TABLE pg_class (oid oid);
  CREATE TYPE pg_temp.jsonb AS (x int);
  CREATE TYPE pg_temp.text AS (x int);`

describeDatabase(
  'postgresql',
  'What a session has set changes nothing of what is recorded',
  (db) => {
    let role: Role
    beforeAll(async () => {
      role = await createRole(db)
      const connection = await role.connect()
      await connection.batch(shadows)
    })
    afterAll(() => role.drop())
    beforeEach(async () => {
      await db.sql('DELETE FROM public."Everything"')
      await db.sql('DELETE FROM public."AuditLog"')
    })

    const named = () => commentOf(contextText('ada'))
    const write = async (connection: Connection) => {
      await connection.batch(`INSERT INTO public."Everything"
        (id, string, "boolean", "int", "bigInt", "float", "decimal", "dateTime", json, bytes, role)
        VALUES (1, 'a"b', true, 1, 12345678901234567, 1.0000000000000002, 1.10, timestamp '2024-02-03 04:05:06.789', '{"a": [1, null]}', decode('00ff5c', 'hex'), 'MEMBER')`)
      await connection.batch(
        `UPDATE public."Everything" SET "float" = 1.0000000000000004 ${named()}`,
      )
      await connection.batch(
        `UPDATE public."Everything" SET "dateTime" = timestamp '12024-03-02 00:00:00', "stringOpt" = '' ${named()}`,
      )
      await connection.batch(`DELETE FROM public."Everything" ${named()}`)
    }
    const recorded = () =>
      db.sql(`SELECT action, source, "entityId", "actorId", "actorType", outcome, before, after, changed,
        length(trim(id)) AS length, abs(extract(epoch FROM now() - "createdAt")) < 3600 AS "isNow"
        FROM public."AuditLog" ORDER BY seq`)
    const expectSame = async (connection: Connection) => {
      await write(await role.connect())
      const expected = await recorded()
      expect(expected.map(({ action, actorId }) => [action, actorId])).toEqual([
        ...[
          ['create', role.name],
          ['update', 'ada'],
          ['update', 'ada'],
          ['delete', 'ada'],
        ],
      ])
      await db.sql('DELETE FROM public."AuditLog"')
      await write(connection)
      expect(await recorded()).toEqual(expected)
    }

    test.each(['own, public, pg_catalog', 'own', 'pg_temp, own, pg_catalog', ''])(
      'not the search path "%s"',
      async (path) => {
        const connection = await role.connect()
        await connection.batch(`SET search_path = ${path === '' ? "''" : path}`)
        await expectSame(connection)
      },
    )

    test('not temporary tables with the names of ours', async () => {
      const connection = await role.connect()
      await connection.batch(temporary)
      await expectSame(connection)
    })

    describe('not a setting:', () => {
      test.each([
        ['standard_conforming_strings', 'off'],
        ['backslash_quote', 'off'],
        ['extra_float_digits', '-15'],
        ['datestyle', 'SQL, DMY'],
        ['datestyle', 'German'],
        ['timezone', 'Asia/Kathmandu'],
        ['intervalstyle', 'sql_standard'],
        ['bytea_output', 'escape'],
        ['array_nulls', 'off'],
        ['transform_null_equals', 'on'],
        ['quote_all_identifiers', 'on'],
        ['xmloption', 'document'],
        ['client_encoding', 'LATIN1'],
        ['row_security', 'off'],
        ['application_name', `x'"\\*/ prisma_audit*/`],
        ['prisma_audit.trace', 'x|x|rooted'],
        ['prisma_audit.trace', '||||'],
        ['prisma_audit.context', contextText('admin')],
        ['enable_hashjoin', 'off'],
        ['enable_mergejoin', 'off'],
        ['default_transaction_isolation', 'serializable'],
        ['plan_cache_mode', 'force_generic_plan'],
        ['jit_above_cost', '0'],
      ])('%s = %s', async (name, value) => {
        await expectSame(await role.connect({ [name]: value }))
      })
    })
  },
  'database',
)

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type InstalledTrigger, triggersQuery, uncoveredOf } from '../../src/database/coverage.ts'
import { capturesOf, installScript } from '../../src/database/install.ts'
import type { EngineSettings } from '../../src/database/sql/names.ts'
import { resolveOptions } from '../../src/options.ts'
import { trailOf } from '../capture/trail.ts'
import { type Database, describeDatabase } from '../database/each.ts'
import { connected } from './other-program.ts'
import { expectRooted, inShort } from './told.ts'

const auditModel = readFileSync(
  new URL('../../prisma/audit-log/postgresql.prisma', import.meta.url),
  'utf8',
)

/**
 * Makes tables, and installs the triggers for their models. Prisma's own DDL has not all of these names in
 * quotes.
 */
async function install(db: Database, tables: string, models: string): Promise<EngineSettings> {
  const head = `datasource db {
  provider = "postgresql"
  schemas  = ["public", "public.a"]
}
`
  const schema = head + models + auditModel
  const settings = resolveOptions({ engine: 'database' }, 'postgresql', schema) as EngineSettings
  await connected(db.url, {}, async (connection) => {
    await connection.batch(tables)
    await connection.batch(installScript(settings))
  })
  return settings
}

/** The captures whose triggers are not as they have to be. */
async function uncovered(db: Database, settings: EngineSettings): Promise<unknown[]> {
  const rows = await db.sql(triggersQuery(settings))
  return uncoveredOf(capturesOf(settings), rows as unknown as InstalledTrigger[])
}

/** As a Prisma schema quotes a text. */
const quoted = (text: string) => JSON.stringify(text)
/** As SQL does. */
const sqlName = (name: string) => `"${name.replaceAll('"', '""')}"`
const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`

const hostile = [
  ...[`it's`, 'a "b" c', 'back\\slash', 'back\\\'slash"', '%s %I', 'semi; colon --', '/* x */'],
  ...['$capture$', '$attach$', '$others$', '$$', 'o', 'n', 'o_', 'u', 'p', 'rows', 'new_rows'],
  ...['added', 'TG_OP', 'uuid', 'é 世界 🎉', ' '],
]

describeDatabase(
  'postgresql',
  'Names',
  (db) => {
    test.each(hostile)('like %j are only names', async (name) => {
      await db.clear()
      const table = sqlName(`table ${name}`)
      const [id, column] = [`${name} id`, name].map(sqlName)
      const type = sqlName(`mood ${name}`)
      const good = sqlText(`${name} good`)
      const settings = await install(
        db,
        `DROP TABLE IF EXISTS "_pals";
        CREATE TYPE ${type} AS ENUM (${good}, 'bad');
        CREATE TABLE ${table} (
          ${id} int PRIMARY KEY, ${column} text, mood ${type} NOT NULL DEFAULT ${good}, many ${type}[]
        );
        CREATE TABLE "_pals" (
          "A" int REFERENCES ${table} ON DELETE CASCADE, "B" int REFERENCES ${table} ON DELETE CASCADE
        )`,
        `enum Mood {
  good @map(${quoted(`${name} good`)})
  bad
  @@map(${quoted(`mood ${name}`)})
}
model Hostile {
  id     Int       @id @map(${quoted(`${name} id`)})
  plain  String?   @map(${quoted(name)})
  mood   Mood      @default(good)
  many   Mood[]
  pals   Hostile[] @relation("pals")
  palsOf Hostile[] @relation("pals")
  @@map(${quoted(`table ${name}`)})
}
`,
      )
      await db.sql(`INSERT INTO ${table} (${id}, ${column}) VALUES (1, ${sqlText(name)}), (2, 'x')`)
      await db.sql(`UPDATE ${table} SET ${column} = 'x', many = ARRAY[${good}, 'bad']::${type}[]`)
      await db.sql('INSERT INTO "_pals" VALUES (1, 2)')
      await db.sql(`TRUNCATE ${table} CASCADE`)
      const trail = await trailOf(db.client())
      expectRooted(trail)
      expect(inShort(trail).toSorted()).toEqual([
        ...['create Hostile 1', 'create Hostile 2', 'delete Hostile 1', 'delete Hostile 2'],
        ...['link Hostile 1', 'link Hostile 2', 'unlink Hostile 1', 'unlink Hostile 2'],
        ...['update Hostile 1', 'update Hostile 2'],
      ])
      expect(trail.find(({ action }) => action === 'update')).toMatchObject({
        before: { id: 1, plain: name, mood: 'good', many: [] },
        after: { id: 1, plain: 'x', mood: 'good', many: ['good', 'bad'] },
        changed: ['plain', 'many'],
      })
      expect(await uncovered(db, settings)).toEqual([])
    })

    test('of 63 bytes have a function each, whatever they begin with', async () => {
      await db.clear()
      const names = ['a', 'b'].map((end) => `${'long '.repeat(12)}x${end}`)
      const models = names.map((name, i) => `model M${i} {\n  id Int @id\n  @@map("${name}")\n}\n`)
      const tables = names.map((name) => `CREATE TABLE ${sqlName(name)} (id int PRIMARY KEY);`)
      const settings = await install(db, tables.join(''), models.join(''))
      for (const name of names) await db.sql(`INSERT INTO ${sqlName(name)} VALUES (1)`)
      expect(inShort(await trailOf(db.client()))).toEqual(['create M0 1', 'create M1 1'])
      expect(await uncovered(db, settings)).toEqual([])
    })

    test('that PostgreSQL cuts off at 63 bytes are found', async () => {
      await db.clear()
      const name = `${'long '.repeat(12)}and longer still`
      const settings = await install(
        db,
        `CREATE TABLE ${sqlName(name)} (id int PRIMARY KEY)`,
        `model Long {\n  id Int @id\n  @@map("${name}")\n}\n`,
      )
      await db.sql(`INSERT INTO ${sqlName(name)} VALUES (1)`)
      expect(inShort(await trailOf(db.client()))).toEqual(['create Long 1'])
      expect(await uncovered(db, settings)).toEqual([])
    })

    test('of schema and table with dots in them have a function each', async () => {
      await db.clear()
      const settings = await install(
        db,
        `CREATE SCHEMA "public.a";
        CREATE TABLE "public.a"."b" (id int PRIMARY KEY);
        CREATE TABLE "a.b" (id int PRIMARY KEY)`,
        `model One {
  id Int @id
  @@map("b")
  @@schema("public.a")
}
model Two {
  id Int @id
  @@map("a.b")
  @@schema("public")
}
`,
      )
      await db.sql('INSERT INTO "public.a"."b" VALUES (1)')
      await db.sql('INSERT INTO "a.b" VALUES (1)')
      expect(inShort(await trailOf(db.client()))).toEqual(['create One 1', 'create Two 1'])
      expect(await uncovered(db, settings)).toEqual([])
    })

    test('of more than 100 fields fit into a snapshot', async () => {
      await db.clear()
      const numbers = Array.from({ length: 120 }, (_, i) => i)
      const columns = numbers.map((i) => `, f${i} int NOT NULL DEFAULT ${i}`)
      const fields = numbers.map((i) => `  f${i} Int @default(${i})\n`)
      await install(
        db,
        `CREATE TABLE "Wide" (id int PRIMARY KEY ${columns.join('')})`,
        `model Wide {\n  id Int @id\n${fields.join('')}}\n`,
      )
      await db.sql('INSERT INTO "Wide" (id) VALUES (1)')
      await db.sql('UPDATE "Wide" SET f0 = 1, f49 = 1, f50 = 1, f51 = 1, f119 = 1')
      const [create, update] = await trailOf(db.client())
      const values = numbers.map((i) => [`f${i}`, i] as const)
      expect(create?.after).toEqual({ id: 1, ...Object.fromEntries(values) })
      expect(update).toMatchObject({
        before: create?.after,
        changed: ['f0', 'f49', 'f50', 'f51', 'f119'],
      })
    })
  },
  'database',
)

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { doctorText } from '../../src/cli/doctor-text.ts'
import { type ClientResult, type EngineResult, examine } from '../../src/cli/examine.ts'
import { install } from '../../src/cli/installation.ts'
import { openConnection } from '../database/connection.ts'
import { describeDatabase } from '../database/each.ts'
import { testSchema } from '../setup/prepare.mjs'
import { TestProject } from './project.ts'

const hashKey = 'a secret of the tests'

let project: TestProject
beforeEach(() => {
  project = new TestProject()
})
afterEach(() => project.remove())

describeDatabase(
  'postgresql',
  'doctor',
  (db) => {
    const apply = (options: Parameters<typeof install>[0] = {}) =>
      install({ ...project.place, url: db.url, apply: true, keys: true, ...options })
    const find = async (options: Parameters<typeof examine>[0] = {}) =>
      (await examine({ ...project.place, url: db.url, ...options })) as EngineResult
    const tableOf = ({ tables }: EngineResult, name: string) =>
      tables.find((table) => table.name === name)

    test('finds nothing once the printed script was run, however often', async () => {
      const connection = await openConnection('postgresql', db.url)
      const { sql } = await install({ ...project.place })
      for (let i = 0; i < 2; i++) {
        await connection.batch(sql)
        await install({ ...project.place, url: db.url, keys: true })
        const found = await find()
        expect(found).toMatchObject({ ok: true, engine: 'database', problems: [], superfluous: [] })
        expect(new Set(found.tables.map(({ state }) => state))).toEqual(new Set(['covered']))
        expect(found.tables.map(({ name }) => name)).toContain('_PostToTag')
        expect(found.notAudited).toEqual([{ model: 'Heartbeat', reason: '@audit.exclude' }])
        expect(found.keys).toEqual([{ name: 'hash', state: 'stored' }])
        expect(doctorText(found)).toMatch(/^User +public\.users +covered$/m)
        expect(doctorText(found)).toMatch(/^Heartbeat +not audited \(@audit\.exclude\)$/m)
      }
      await connection.close()
    })

    test('finds what is not installed at all', async () => {
      await apply({ keys: false, remove: true })
      const found = await find()
      expect(found.ok).toBe(false)
      expect(tableOf(found, 'User')).toMatchObject({ state: 'uncovered' })
      expect(found.keys).toEqual([{ name: 'hash', state: 'absent' }])
      expect(doctorText(found)).toMatch(/^User .* missing: insert, update, delete, truncate$/m)
    })

    test('finds triggers that are dropped, disabled, or made of another schema', async () => {
      await apply()
      await db.sql('DROP TRIGGER prisma_audit_update ON users')
      await db.sql('ALTER TABLE "Tag" DISABLE TRIGGER prisma_audit_delete')
      const text = project.schemaText.replace('model Ticket {', 'model Ticket {\n  note String?\n')
      project.write('prisma/schema.prisma', text)
      const found = await find()
      expect(found.tables.filter(({ state }) => state !== 'covered')).toMatchObject([
        { name: 'User', gaps: [{ problem: 'missing', operations: ['update'] }] },
        { name: 'Tag', gaps: [{ problem: 'disabled', operations: ['delete'] }] },
        { name: 'Ticket', gaps: [{ problem: 'stale' }], absentColumns: ['note'] },
      ])
      expect(found.problems.join('\n')).toContain('say: User, Tag, Ticket.')
      expect(doctorText(found)).toMatch(/^Ticket .* stale: .*; no such column: note$/m)
      await apply()
      const { problems } = await find()
      expect(problems).toEqual([
        'The table of Ticket (public.Ticket) lacks note. Run the migrations.',
      ])
    })

    test('finds a table that is not there, and one that is a view', async () => {
      await apply()
      const text = `${project.schemaText}
model Ghost {
  id Int @id
  @@schema("public")
}
model Shadow {
  id Int @id
  @@schema("public")
}
`
      project.write('prisma/schema.prisma', text)
      await db.sql('CREATE VIEW "Shadow" AS SELECT 1 AS id')
      const found = await find()
      expect(tableOf(found, 'Ghost')?.state).toBe('absent')
      expect(tableOf(found, 'Shadow')?.state).toBe('not a table')
      expect(found.problems.join('\n')).toContain('no table for Ghost (public.Ghost)')
      await db.sql('DROP VIEW "Shadow"')
    })

    test('finds partitions whose own statements are not recorded', async () => {
      const parted = `${project.schemaText}
model Reading {
  id Int @id
  @@map("readings")
  @@schema("billing")
}
`
      project.write('prisma/schema.prisma', parted)
      await db.sql('CREATE TABLE billing.readings (id int PRIMARY KEY) PARTITION BY RANGE (id)')
      const part = 'PARTITION OF billing.readings FOR VALUES FROM'
      await db.sql(`CREATE TABLE public.first ${part} (0) TO (10) PARTITION BY RANGE (id)`)
      await apply()
      expect((await find()).partitions).toEqual([])
      await db.sql('CREATE TABLE deep PARTITION OF public.first FOR VALUES FROM (0) TO (5)')
      await db.sql('ALTER TABLE public.first DISABLE TRIGGER prisma_audit_truncate')
      const found = await find()
      const root = { schema: 'billing', table: 'readings' }
      const all = ['insert', 'update', 'delete', 'truncate']
      expect(found.partitions).toEqual([
        { schema: 'public', table: 'deep', root, operations: all },
        { schema: 'public', table: 'first', root, operations: ['truncate'] },
      ])
      expect(doctorText(found)).toMatch(/^- partition +public\.first +not active: truncate$/m)
      expect(found.problems[0]).toContain('The partition public.deep of billing.readings')
      await apply()
      expect(await find()).toMatchObject({ ok: true, partitions: [], superfluous: [] })
      await db.sql('DROP TABLE billing.readings')
    })

    test('finds triggers on tables that are audited no longer', async () => {
      await apply()
      project.configure({ exclude: ['Ticket'], include: ['User', 'Post', 'Ticket'] })
      const found = await find()
      const operations = expect.arrayContaining(['insert', 'update', 'delete', 'truncate'])
      expect(found.superfluous).toContainEqual({ schema: 'public', table: 'Ticket', operations })
      expect(found.notAudited).toContainEqual({ model: 'Ticket', reason: 'exclude' })
      expect(found.notAudited).toContainEqual({ model: 'Team', reason: 'include' })
      expect(found.problems.join('\n')).toContain('public.Ticket has triggers')
      expect(doctorText(found)).toMatch(/^ +public\.Ticket +superfluous triggers$/m)
      await apply()
      expect(await find()).toMatchObject({ ok: true, superfluous: [] })
    })

    test('tells that tags cannot be searched without a model of them, which is no problem', async () => {
      project.write('prisma/schema.prisma', withoutTags(project.schemaText))
      await apply()
      const found = await find()
      expect(found).toMatchObject({ ok: true, tagTable: null })
      expect(found.warnings.join()).toContain('Tags are not searchable: the schema has no model')
      expect(found.warnings.join()).toContain('prisma-extension-audit init')
      expect(doctorText(found)).toContain('No problems were found.')
      await apply({ keys: false, remove: true })
      const client = await find({ config: other({}) })
      expect(client).toMatchObject({ ok: true, engine: 'client', tagTable: null })
      expect(client.warnings.join()).toContain('Tags are not searchable')
    })

    test('tells of tags that are not in the table of tags, and by which SQL they get there', async () => {
      const entry = (id: number, tags: string) =>
        db.sql(`INSERT INTO "AuditLog" (id, "traceId", "createdAt", action, outcome, entity, "actorType", source, tags)
          VALUES (lpad('${id}', 32, '0'), lpad('${id}', 32, '0'), now(), 'a', 'success', 'Job', 'user', 'api', '${tags}')`)
      await apply()
      await entry(1, '{}')
      await entry(2, '{"gone":null,"deep":{"a":1}}')
      const table = { schema: 'public', table: 'AuditTag', exists: true, absentColumns: [] }
      expect(await find()).toMatchObject({ ok: true, tagTable: { ...table, fill: null } })
      await entry(3, '{"namespace":"billing","ticket":["A","A",7,true]}')
      for (const options of [{}, { config: other({}) }]) {
        const found = await find(options)
        expect(found.tagTable).toMatchObject(table)
        expect(found.warnings.join()).toContain(`lacks tags of entries, which are not found by`)
        expect(doctorText(found)).toContain(`${found.tagTable?.fill}`)
      }
      const fill = `${(await find()).tagTable?.fill}`
      // Also where only the newer ones are there.
      await entry(4, '{"namespace":"sales"}')
      await db.sql(`INSERT INTO "AuditTag" SELECT 'namespace', 'sales', max(seq) FROM "AuditLog"`)
      expect((await find()).tagTable?.fill).toBe(fill)
      for (let i = 0; i < 2; i++) await db.sql(fill)
      const tags = await db.sql('SELECT key, value FROM "AuditTag" ORDER BY seq, key, value')
      expect(tags.map(({ key, value }) => `${key}:${value}`)).toEqual([
        ...['namespace:billing', 'ticket:7', 'ticket:A', 'ticket:true', 'namespace:sales'],
      ])
      expect(await find()).toMatchObject({ ok: true, tagTable: { fill: null } })
    })

    test('finds that there is no table of tags, or that it lacks columns', async () => {
      await apply()
      await db.sql('ALTER TABLE "AuditTag" RENAME COLUMN value TO worth')
      const lacking = await find()
      await db.sql('ALTER TABLE "AuditTag" RENAME COLUMN worth TO value')
      expect(lacking.problems).toEqual([
        'The table of tags public.AuditTag lacks value. Run the migrations.',
      ])
      await db.sql('ALTER TABLE "AuditTag" RENAME TO "Gone"')
      const absent = await find()
      await db.sql('ALTER TABLE "Gone" RENAME TO "AuditTag"')
      expect(absent.problems).toEqual([
        'There is no table of tags public.AuditTag. Run the migrations.',
      ])
    })

    test('compares keys without showing them', async () => {
      await apply()
      const signingKey = 'another secret of the tests'
      project.configure({
        redact: { hashKey: 'not the one that is stored' },
        database: { signingKey },
      })
      const found = await find()
      expect(found.keys).toEqual([
        { name: 'hash', state: 'different' },
        { name: 'signing', state: 'absent' },
      ])
      expect(JSON.stringify(found)).not.toContain('secret of the tests')
      await apply()
      expect(await find()).toMatchObject({ ok: true, problems: [] })
    })

    describe('of roles', () => {
      const app = `app ${process.pid}`
      const open = `open_${process.pid}`
      beforeEach(async () => {
        for (const role of [app, open]) await db.sql(`CREATE ROLE "${role}" LOGIN`)
      })
      afterEach(async () => {
        for (const role of [app, open]) {
          await db.sql(`REASSIGN OWNED BY "${role}" TO postgres`)
          await db.sql(`DROP OWNED BY "${role}"`)
          await db.sql(`DROP ROLE "${role}"`)
        }
      })
      const urlOf = (role: string) => {
        const url = new URL(db.url)
        url.username = role
        return url.href
      }

      test('finds rights that are missing and rights that are too many', async () => {
        await apply({ roles: [app] })
        await db.sql(`GRANT INSERT (id), UPDATE ON "AuditLog" TO "${open}"`)
        await db.sql(`GRANT DELETE, UPDATE (value) ON "AuditTag" TO "${open}"`)
        await db.sql(`GRANT USAGE ON SCHEMA prisma_audit TO "${open}"`)
        await db.sql(`GRANT SELECT ON prisma_audit.secret TO "${open}"`)
        await db.sql(`ALTER TABLE "Tag" OWNER TO "${open}"`)
        const fine = await find({ roles: [app] })
        expect(fine).toMatchObject({ ok: true, problems: [], warnings: [] })
        expect(fine.roles).toMatchObject([{ role: app, usesSchema: true, executesWrite: true }])
        const found = await find({ roles: [app, open, 'nobody'] })
        expect(found.problems).toEqual([
          'There is no role nobody.',
          `The role ${open} may INSERT, UPDATE on the audit table AuditLog.`,
          `The role ${open} may UPDATE, DELETE on the table of tags AuditTag.`,
          `The role ${open} owns recorded tables (1), and so can disable their triggers.`,
          `The role ${open} may read the keys in prisma_audit.secret.`,
          expect.stringContaining(`The role ${open} has no EXECUTE on prisma_audit.write.`),
        ])
      })

      test('only warns of the connected one that it may do too much', async () => {
        await apply()
        const superuser = await find()
        expect(superuser).toMatchObject({ ok: true, problems: [] })
        expect(superuser.warnings.join()).toContain('The role postgres is a superuser')
        expect((await find({ roles: ['postgres'] })).ok).toBe(false)
      })

      test('may be run as a role of the application, but for the keys', async () => {
        await apply({ roles: [app] })
        const found = await find({ url: urlOf(app) })
        expect(found).toMatchObject({ ok: true, keys: [{ name: 'hash', state: 'unknown' }] })
        expect(found.warnings).toEqual(['The key hash cannot be checked as this role.'])
        expect((await find({ url: urlOf(open) })).problems).toHaveLength(2)
      })
    })

    test('says of the client engine what that does not see', async () => {
      await apply({ keys: false, remove: true })
      const client = (await examine({
        ...project.place,
        url: db.url,
        config: other({}),
      })) as ClientResult
      expect(client).toMatchObject({ ok: true, engine: 'client', auditTable: { exists: true } })
      expect(doctorText(client)).toContain('does not see raw SQL')
      await apply()
      const both = (await examine({
        cwd: project.cwd,
        url: db.url,
        config: other({ engine: 'client' }),
      })) as ClientResult
      expect(both).toMatchObject({ ok: false, engine: 'client' })
      expect(both.problems[0]).toContain('is recorded twice')
      await apply({ keys: false, remove: true })
      await db.sql('ALTER TABLE "AuditLog" RENAME COLUMN reason TO why')
      const found = await examine({ cwd: project.cwd, url: db.url, config: other({}) })
      await db.sql('ALTER TABLE "AuditLog" RENAME COLUMN why TO reason')
      expect(found.problems).toEqual([
        'The audit table public.AuditLog lacks reason. Run the migrations.',
      ])
    })

    test('without a file with options goes by what is installed', async () => {
      const bare = new TestProject()
      bare.write('prisma/schema.prisma', bare.schemaText.replace('/// @audit.hash', ''))
      bare.unconfigure()
      const place = { cwd: bare.cwd, url: db.url }
      await install({ ...place, apply: true, remove: true })
      const without = await examine(place)
      expect(without).toMatchObject({ ok: true, engine: 'client', config: null })
      expect(doctorText(without)).toContain('There is no audit.config file')
      await install({ ...place, apply: true })
      expect(await examine(place)).toMatchObject({ ok: true, engine: 'database', config: null })
      bare.remove()
    })

    test('is told to people and to programs, by exit codes too', { timeout: 60_000 }, async () => {
      await apply()
      const env = { DATABASE_URL: db.url }
      const [people, programs, wrong] = await Promise.all([
        project.run(['doctor', '--url', db.url]),
        project.run(['doctor', '--json', '--role', ' nobody,'], env),
        project.run(['doctor', '--rolle', 'x'], env),
      ])
      expect(people).toMatchObject({ code: 0, stderr: '' })
      expect(people.stdout).toContain('No problems were found.')
      expect(programs).toMatchObject({ code: 1, stderr: '' })
      expect(JSON.parse(programs.stdout)).toMatchObject({
        ok: false,
        engine: 'database',
        absentRoles: ['nobody'],
        problems: ['There is no role nobody.'],
      })
      expect(wrong.code).toBe(2)
    })

    /** Options beside those of the project. */
    function other(options: { readonly engine?: 'client' }): string {
      const name = `${options.engine ?? 'no-engine'}.ts`
      project.write(name, `export default ${JSON.stringify({ redact: { hashKey }, ...options })}`)
      return name
    }
  },
  'database',
)

function withoutTags(schema: string): string {
  return schema.replace(/^model AuditTag \{[\s\S]*?^\}/m, '')
}

test('on another database only looks at the schema', async () => {
  const client = `export default { redact: { hashKey: '${hashKey}' } }`
  project.write('client.ts', client)
  project.write('prisma/schema.prisma', testSchema('sqlite'))
  const found = await examine({ cwd: project.cwd, config: 'client.ts' })
  expect(found).toMatchObject({ ok: true, engine: 'client', place: null })
  expect(found.warnings).toEqual([])
  expect(doctorText(found)).toContain('The database was not looked at')
  project.write('prisma/schema.prisma', withoutTags(testSchema('sqlite')))
  const untagged = await examine({ cwd: project.cwd, config: 'client.ts' })
  expect(untagged).toMatchObject({ ok: true, warnings: [expect.stringContaining('init')] })
  await expect(examine({ ...project.place })).rejects.toThrow(
    'The database engine needs PostgreSQL',
  )
})

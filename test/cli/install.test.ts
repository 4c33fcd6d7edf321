import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import type { AppliedTable } from '../../src/cli/apply.ts'
import { installReport } from '../../src/cli/install-report.ts'
import { install } from '../../src/cli/installation.ts'
import { removeScript } from '../../src/database/install.ts'
import { defineAuditConfig } from '../../src/index.ts'
import type { AuditOptions } from '../../src/options.ts'
import { openConnection } from '../database/connection.ts'
import { describeDatabase } from '../database/each.ts'
import { engineSettings } from '../database/engine.ts'
import { TestProject } from './project.ts'

const fixture = join(import.meta.dirname, 'fixtures', 'audit.config.ts')
const hashKey = 'a secret of the tests'

let project: TestProject
beforeEach(() => {
  project = new TestProject()
})
afterEach(() => project.remove())

test('options in a file of their own keep the catalogue of actions', () => {
  const options = defineAuditConfig({ actions: ['invoice.approve', 'invoice.void'] })
  expectTypeOf(options).toEqualTypeOf<AuditOptions<'invoice.approve' | 'invoice.void'>>()
  expect(options).toEqual({ actions: ['invoice.approve', 'invoice.void'] })
})

describe('the script', () => {
  test('is all that is printed, so that it can be piped', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await project.run(['install'])
    const { sql } = await install({ cwd: project.cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: sql })
    expect(stderr).toContain('install --apply')
    expect(stderr).toContain('install --keys')
    expect(stdout + stderr).not.toContain(hashKey)
  })

  test('is for the models that the file with the options leaves', async () => {
    const { sql } = await install({ cwd: project.cwd, config: fixture })
    expect(sql).toContain('"capture public.users"')
    expect(sql).not.toContain('"capture public.Ticket"')
    expect(sql).not.toContain('"capture public.Heartbeat"')
  })

  test.each([
    ['audit.config.mts', (text: string) => `export default ${text} satisfies object`],
    ['audit.config.cjs', (text: string) => `module.exports = ${text}`],
    ['.config/audit.js', (text: string) => `export default ${text}`],
  ])('is made by the options in %s', async (file, code) => {
    rmSync(join(project.cwd, 'audit.config.ts'))
    project.write(file, code(JSON.stringify({ exclude: ['Ticket'], redact: { hashKey } })))
    const { sql } = await install({ cwd: project.cwd })
    expect(sql).toContain('"capture public.users"')
    expect(sql).not.toContain('"capture public.Ticket"')
  })

  test('is for the database engine also where no file says so', async () => {
    const schema = project.schemaText.replace('/// @audit.hash', '/// @audit.mask')
    project.write('prisma/schema.prisma', schema)
    rmSync(join(project.cwd, 'audit.config.ts'))
    expect((await install({ cwd: project.cwd })).sql).toContain('"capture public.users"')
  })

  test('that takes everything back is as short as that', async () => {
    const { sql } = await install({ cwd: project.cwd, remove: true })
    const db = { engine: 'database', provider: 'postgresql', schema: 'main' } as const
    const settings = engineSettings(db, { redact: { hashKey } })
    expect(sql.endsWith(removeScript(settings))).toBe(true)
  })
})

describe('is refused', () => {
  const refused = (options: Parameters<typeof install>[0]) =>
    expect(install({ ...project.place, ...options })).rejects

  test.each(['mysql', 'sqlite', 'sqlserver'])('on %s', async (provider) => {
    const schema = project.schemaText.replace('"postgresql"', `"${provider}"`)
    project.write('prisma/schema.prisma', schema)
    const message = `needs PostgreSQL, and the datasource in \`prisma/schema.prisma\` is \`${provider}\``
    await refused({}).toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(message),
    })
  })

  test('with options that the engine does not take', async () => {
    project.configure({ transaction: { timeout: 1_000 } })
    await refused({}).toThrow("`transaction` is not for `engine: 'database'`")
  })

  test('where the file with the options fails, exports nothing, or is absent', async () => {
    project.write('audit.config.ts', 'export const config = {}')
    await refused({}).toThrow('`audit.config.ts` has no options as its default export')
    project.write('failing.ts', 'throw new Error("no such key")')
    await refused({ config: 'failing.ts' }).toThrow('`failing.ts` cannot be run: no such key')
    await refused({ config: 'other.ts' }).toThrow('There is no file `other.ts`')
  })

  test.each([
    [{ migration: 'audit', apply: true }, /`--migration` goes without/],
    [{ migration: 'audit', keys: true }, /keys are not to be in a file/],
    [{ migrations: 'db' }, /`--migrations` goes with/],
    [{ keys: true, remove: true }, /`--keys` goes without `--remove`/],
    [{ migration: '../audit' }, /`..\/audit` cannot be the name of a migration/],
    [{ apply: true, url: 'mysql://root:pass-word@localhost/app' }, /is not that of PostgreSQL/],
  ])('with what does not go together: %j', async (options, message) => {
    await refused(options).toThrow(message)
  })

  test('without a key to store', async () => {
    const schema = project.schemaText.replace('/// @audit.hash', '/// @audit.mask')
    project.write('prisma/schema.prisma', schema)
    project.write('audit.config.ts', 'export default {}')
    await refused({ keys: true }).toThrow('The options have no key to store')
  })
})

describe('a migration', () => {
  const migrations = () => readdirSync(join(project.cwd, 'prisma/migrations')).sort()
  const write = (options: Parameters<typeof install>[0] = {}) =>
    install({ ...project.place, migration: 'audit', ...options })

  test('is written after those that there are, unless it would say the same again', async () => {
    project.write('prisma/migrations/29990101000000_init/migration.sql', 'SELECT 1;')
    const first = await write()
    const file = join('prisma', 'migrations', '29990101000001_audit', 'migration.sql')
    expect(first.migration).toEqual({ status: 'written', file })
    expect(project.read(file)).toBe(first.sql)
    expect(installReport(first, false).output).toContain('npx prisma migrate deploy')

    project.write('prisma/migrations/29990101000002_more/migration.sql', 'SELECT 1;')
    const again = await write()
    expect(again.migration).toEqual({ status: 'unchanged', file })
    expect(installReport(again, false).output).toContain('nothing was changed')
    expect(migrations()).toHaveLength(3)

    project.configure({ exclude: ['Ticket'] })
    expect((await write()).migration?.status).toBe('written')
    expect((await write({ remove: true })).migration?.status).toBe('written')
    expect((await write({ remove: true })).migration?.status).toBe('unchanged')
    // What was taken back is to be made again.
    expect((await write()).migration?.status).toBe('written')
    expect(migrations()).toHaveLength(6)
  })

  test('is named by the time in UTC, and goes where Prisma or the call says', async () => {
    const time = () => new Date().toISOString().replace(/\D/g, '').slice(0, 14)
    const earliest = time()
    const { migration } = await write({ migrations: 'db/steps' })
    const [, at = ''] = /^db.steps.(\d{14})_audit.migration\.sql$/.exec(migration?.file ?? '') ?? []
    expect(earliest <= at && at <= time()).toBe(true)

    project.write(
      'prisma.config.ts',
      "export default defineConfig({ schema: 'prisma/schema.prisma',\n migrations: { seed: 'x', path: 'db/own' } })",
    )
    expect((await write()).migration?.file).toMatch(/^db.own.\d{14}_audit.migration\.sql$/)
  })
})

describeDatabase(
  'postgresql',
  'install',
  (db) => {
    const apply = (options: Parameters<typeof install>[0] = {}) =>
      install({ ...project.place, url: db.url, apply: true, ...options })
    const triggersOf = (tables: readonly AppliedTable[] | null, name: string) =>
      tables?.find((table) => table.name === name)?.triggers
    const storedKeys = async () => {
      const rows = await db.sql('SELECT name FROM prisma_audit.secret ORDER BY name')
      return rows.map(({ name }) => name)
    }

    test('tells what became of each table, and can be repeated', async () => {
      const first = await apply()
      expect(triggersOf(first.tables, 'User')).toBe('added')
      expect(triggersOf(first.tables, '_PostToTag')).toBe('added')
      expect(triggersOf(first.tables, 'Heartbeat')).toBeUndefined()
      const again = await apply()
      expect(new Set(again.tables?.map(({ triggers }) => triggers))).toEqual(new Set(['unchanged']))

      const schema = project.schemaText.replace('model Ticket {', 'model Ticket {\n  note String?')
      project.write('prisma/schema.prisma', schema)
      await db.sql('ALTER TABLE "Document" DISABLE TRIGGER ALL')
      project.configure({ exclude: ['Device'] })
      const { tables } = await apply()
      expect(tables?.filter(({ triggers }) => triggers !== 'unchanged')).toEqual([
        { name: 'Document', schema: 'public', table: 'Document', triggers: 'renewed' },
        { name: 'Ticket', schema: 'public', table: 'Ticket', triggers: 'renewed' },
        { name: null, schema: 'public', table: 'Device', triggers: 'removed' },
      ])
      const disabled = await db.sql(`SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'`)
      expect(disabled).toEqual([])
    })

    test('run by hand is the same', async () => {
      const connection = await openConnection('postgresql', db.url)
      await connection.batch((await install({ cwd: project.cwd })).sql)
      await connection.close()
      const { tables } = await apply()
      expect(new Set(tables?.map(({ triggers }) => triggers))).toEqual(new Set(['unchanged']))
    })

    test('stores keys only where it is told to, and never says them', async () => {
      await apply({ remove: true })
      const alone = { ...project.place, url: db.url, keys: true }
      await expect(install(alone)).rejects.toMatchObject({ code: 'NOT_INSTALLED' })
      await apply()
      expect(await storedKeys()).toEqual([])
      project.configure({ database: { signingKey: 'another secret of the tests' } })
      const { storedKeys: names, tables } = await install({
        ...project.place,
        url: db.url,
        keys: true,
      })
      expect({ names, tables }).toEqual({ names: ['hash', 'signing'], tables: null })
      expect(await storedKeys()).toEqual(['hash', 'signing'])
      await db.sql('DELETE FROM prisma_audit.secret')
      const both = await apply({ keys: true })
      expect(await storedKeys()).toEqual(['hash', 'signing'])
      expect(JSON.stringify(both)).not.toContain('secret of the tests')
    })

    test('fails as a whole, and tells why without the password', async () => {
      await apply({ remove: true })
      await expect(apply({ roles: ['no such role'] })).rejects.toMatchObject({
        code: 'DATABASE_UNREACHABLE',
        message: expect.stringMatching(
          /^`127\.0\.0\.1:\d+\/\w+` refused: role "no such role" does not/,
        ),
      })
      expect(await db.sql(`SELECT FROM pg_namespace WHERE nspname = 'prisma_audit'`)).toEqual([])
      const url = new URL(db.url)
      url.password = 'pass-word'
      url.pathname = '/nowhere'
      const error = await apply({ url: url.href }).catch((reason: Error) => reason)
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
      expect(String(error)).toContain('database "nowhere" does not exist')
      expect(String(error)).not.toContain('pass-word')
    })

    test('takes everything back', async () => {
      await apply({ keys: true })
      const { tables } = await apply({ remove: true })
      expect(tables).toContainEqual({
        name: null,
        schema: 'public',
        table: 'users',
        triggers: 'removed',
      })
      expect(await db.sql(`SELECT FROM pg_namespace WHERE nspname = 'prisma_audit'`)).toEqual([])
      expect((await apply({ remove: true })).tables).toEqual([])
    })

    test('is told to people and to programs, by exit codes too', { timeout: 60_000 }, async () => {
      const env = { DATABASE_URL: db.url }
      const people = await project.run(['install', '--apply', '--url', db.url])
      const [programs, wrong, unreachable] = await Promise.all([
        project.run(['install', '--keys', '--json'], env),
        project.run(['install', '--json'], env),
        project.run(['install', '--apply'], {
          DATABASE_URL: 'postgresql://me:pass-word@127.0.0.1:1/x',
        }),
      ])
      expect(people).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^User +public\.users +/m),
      })
      expect(people.stderr).toContain('install --keys')
      expect(programs).toMatchObject({ code: 0, stderr: '' })
      expect(JSON.parse(programs.stdout)).toMatchObject({ storedKeys: ['hash'], tables: null })
      expect(wrong.code).toBe(2)
      expect(unreachable.code).toBe(1)
      expect(unreachable.stderr).toMatch(
        /^`127\.0\.0\.1:1\/x` cannot be reached: Database not reachable\./,
      )
      expect(unreachable.stderr).not.toContain('pass-word')
    })
  },
  'database',
)

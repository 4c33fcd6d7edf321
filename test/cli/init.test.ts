import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { getDMMF } from '@prisma/get-dmmf'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditModelText } from '../../src/cli/audit-model-text.ts'
import { init, report } from '../../src/cli/init.ts'
import {
  auditLogModel,
  executionLogModel,
  type ShippedModel,
  tagModel,
} from '../../src/schema/audit-model.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const POSTGRESQL = schemaOf('postgresql')

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'init-'))
})
afterEach(() => {
  rmSync(cwd, { recursive: true })
})

function schemaOf(provider: string, settings = ''): string {
  return `// Ours.
datasource db {
  provider = "${provider}"
${settings}}

model User {
  id Int @id${settings ? '\n\n  @@schema("base")' : ''}
}
`
}

/** What is added to a schema that has none of our models. */
function modelsText(provider: string, ...others: readonly ShippedModel[]): string {
  const models = [auditLogModel, tagModel, ...others]
  return models.map((model) => auditModelText({ provider }, model)).join('\n')
}

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), text)
}

function read(path: string): string {
  return readFileSync(join(cwd, path), 'utf8')
}

/** Path and content of every file. */
function contents(): Record<string, string> {
  const paths = readdirSync(cwd, { recursive: true }) as string[]
  const files = paths.filter((path) => statSync(join(cwd, path)).isFile())
  return Object.fromEntries(files.sort().map((path) => [path, read(path)]))
}

function modelsOf(...texts: string[]): string[] {
  const answer = getDMMF({ datamodel: texts.map((text, i) => [`${i}.prisma`, text]) })
  if ('reason' in answer) throw new Error(answer.error.message)
  return answer.datamodel.models.map(({ name, dbName, schema }) =>
    [schema, dbName ?? name].filter(Boolean).join('.'),
  )
}

async function refused(options: Parameters<typeof init>[0], message: RegExp): Promise<void> {
  const before = contents()
  await expect(init({ cwd, ...options })).rejects.toThrow(message)
  expect(contents()).toEqual(before)
}

describe('a schema in one file', () => {
  test.each(['postgresql', 'postgres', 'mysql', 'sqlite'])(
    'gets the models of %s, and stays byte by byte what it was',
    async (provider) => {
      const before = schemaOf(provider)
      write('prisma/schema.prisma', before)
      const result = await init({ cwd })
      const alias = provider === 'postgres' ? 'postgresql' : provider
      expect(read('prisma/schema.prisma')).toBe(`${before}\n${modelsText(alias)}`)
      expect(result).toMatchObject({
        status: 'added',
        model: 'AuditLog',
        added: ['AuditLog', 'AuditTag'],
        file: join('prisma', 'schema.prisma'),
      })
      expect(report(result)).toContain('Added the models AuditLog and AuditTag to')
      expect(before + result.text).toBe(read('prisma/schema.prisma'))
      expect(modelsOf(read('prisma/schema.prisma'))).toEqual(['User', 'AuditLog', 'AuditTag'])
      expect(Object.keys(contents())).toEqual([join('prisma', 'schema.prisma')])
    },
  )

  test('is left alone the second time', async () => {
    write('schema.prisma', POSTGRESQL)
    await init({ cwd })
    const once = read('schema.prisma')
    const again = await init({ cwd })
    expect(again).toMatchObject({
      status: 'present',
      added: [],
      file: 'schema.prisma',
      text: '',
    })
    expect(report(again)).toContain('nothing was changed')
    expect(read('schema.prisma')).toBe(once)
  })

  test.each([
    ['a final newline', POSTGRESQL, (models: string) => `\n${models}`],
    ['no final newline', POSTGRESQL.trimEnd(), (models: string) => `\n\n${models.trimEnd()}`],
    ['a blank last line', `${POSTGRESQL}\n`, (models: string) => models],
    ['a last line of spaces', `${POSTGRESQL}  `, (models: string) => `\n\n${models.trimEnd()}`],
    ['a comment at its end', `${POSTGRESQL}/// end`, (models: string) => `\n\n${models.trimEnd()}`],
    ['a byte order mark', `\uFEFF${POSTGRESQL}`, (models: string) => `\n${models}`],
  ])('with %s keeps it', async (_, before, addition) => {
    for (const ending of ['\n', '\r\n']) {
      const original = before.replaceAll('\n', ending)
      write('schema.prisma', original)
      await init({ cwd })
      const models = addition(modelsText('postgresql'))
      expect(read('schema.prisma')).toBe(original + models.replaceAll('\n', ending))
      expect(modelsOf(read('schema.prisma').replace('\uFEFF', ''))).toEqual([
        'User',
        'AuditLog',
        'AuditTag',
      ])
      expect((await init({ cwd })).status).toBe('present')
    }
  })

  test.each(['postgresql', 'mysql', 'sqlite'])(
    'gets the model of execution logs of %s too, where it is asked for',
    async (provider) => {
      const before = schemaOf(provider)
      const logs = auditModelText({ provider }, executionLogModel)
      write('schema.prisma', before)
      const result = await init({ cwd, executionLogs: true })
      expect(read('schema.prisma')).toBe(`${before}\n${modelsText(provider, executionLogModel)}`)
      expect(report(result)).toContain(
        'Added the models AuditLog, AuditTag and AuditExecutionLog to',
      )
      expect(result.added).toEqual(['AuditLog', 'AuditTag', 'AuditExecutionLog'])
      expect(modelsOf(read('schema.prisma'))).toEqual(['User', ...result.added])
      expect(await init({ cwd, executionLogs: true })).toMatchObject({ status: 'present' })
      // Later, beside the audit model under a name of its own.
      write('schema.prisma', before)
      await init({ cwd, model: 'Trail' })
      const once = read('schema.prisma')
      expect(report(await init({ cwd, executionLogs: true }))).toContain('model AuditExecutionLog')
      expect(read('schema.prisma')).toBe(`${once}\n${logs}`)
    },
  )

  test.each(['postgresql', 'mysql', 'sqlite'])(
    'gets what it lacks of %s where it has the audit model, and is told which model that is',
    async (provider) => {
      const before = `${schemaOf(provider)}\n${auditModelText({ provider })}`
      const tags = auditModelText({ provider }, tagModel)
      write('schema.prisma', before)
      const dry = await init({ cwd, dryRun: true })
      expect(report(dry)).toBe(`Would add to schema.prisma:\n\n${tags}`)
      const result = await init({ cwd })
      expect(result).toMatchObject({ status: 'added', model: 'AuditLog', added: ['AuditTag'] })
      expect(report(result)).toContain('Added the model AuditTag to schema.prisma.')
      expect(read('schema.prisma')).toBe(`${before}\n${tags}`)
      expect(modelsOf(read('schema.prisma'))).toEqual(['User', 'AuditLog', 'AuditTag'])
      expect(await init({ cwd })).toMatchObject({ status: 'present' })
    },
  )

  test('gets the tags beside an audit model that has another name', async () => {
    const trail = auditModelText({ provider: 'postgresql', name: 'Trail', table: 'trail' })
    write('schema.prisma', `${POSTGRESQL}\n${trail}`)
    const result = await init({ cwd })
    expect(result).toMatchObject({ status: 'added', model: 'Trail', added: ['AuditTag'] })
    expect(report(result)).toContain("$extends(audit({ model: 'Trail' }))")
    expect(modelsOf(read('schema.prisma'))).toEqual(['User', 'trail', 'AuditTag'])
  })

  test('is left as it is where the tags have a name of its own', async () => {
    const tags = auditModelText({ provider: 'postgresql', name: 'Label' }, tagModel)
    const taken = 'model AuditTag {\n  id Int @id\n}\n'
    for (const other of ['', taken]) {
      write('schema.prisma', [POSTGRESQL, tags, other].join('\n'))
      expect(await init({ cwd })).toMatchObject({ added: ['AuditLog'] })
    }
  })

  test.each([
    ['execution logs', { executionLogs: true }, 'AuditExecutionLog', 'executionLogModel'],
    ['tags', {}, 'AuditTag', 'tagModel'],
  ])('is left alone where the name of the %s is taken', async (title, options, name, option) => {
    for (const text of ['  id Int @id\n', '  id Int @id\n\n  @@ignore\n']) {
      write('schema.prisma', `${POSTGRESQL}\nmodel ${name} {\n${text}}\n`)
      // It is the audit model that `--model` names.
      const way = new RegExp(`\`${name}\`(?!.*--model).*another name.*${option}`)
      await refused(options, way)
    }
    write('schema.prisma', `${POSTGRESQL}\nmodel ${name} {\n  id Int @id\n}\n`)
    const lacks = new RegExp(`not a complete model of ${title}: it lacks .*\`seq BigInt\``)
    await refused(options, lacks)
    write('schema.prisma', `${POSTGRESQL}\nenum ${name} {\n  a\n}\n`)
    await refused(
      options,
      new RegExp(`collides with the model of ${title}(?!.*--model).*${option}`),
    )
    const mapped = `model Log {\n  id Int @id\n  @@map("${name}")\n}\n`
    write('schema.prisma', `${POSTGRESQL}\n${mapped}`)
    await refused(options, new RegExp(`has the table \`${name}\` already(?!.*--table)`))
  })

  test('gets the names that are asked for', async () => {
    write('schema.prisma', POSTGRESQL)
    const result = await init({ cwd, model: 'Trail', table: 'audit "trail"' })
    expect(modelsOf(read('schema.prisma'))).toEqual(['User', 'audit "trail"', 'AuditTag'])
    expect(report(result)).toContain("$extends(audit({ model: 'Trail' }))")
    expect(await init({ cwd })).toMatchObject({ status: 'present', model: 'Trail' })
    expect(await init({ cwd, model: 'Trail' })).toMatchObject({ status: 'present' })
  })

  test('gets native types by the name of its datasource', async () => {
    write('schema.prisma', POSTGRESQL.replace('datasource db', 'datasource main_db'))
    await init({ cwd })
    expect(read('schema.prisma')).toContain('@main_db.Char(32)')
    expect(modelsOf(read('schema.prisma'))).toEqual(['User', 'AuditLog', 'AuditTag'])
  })

  test('is only told about in a dry run', async () => {
    write('schema.prisma', POSTGRESQL)
    const result = await init({ cwd, dryRun: true })
    expect(result.status).toBe('dry-run')
    expect(result.added).toEqual(['AuditLog', 'AuditTag'])
    expect(report(result)).toContain(modelsText('postgresql'))
    expect(contents()).toEqual({ 'schema.prisma': POSTGRESQL })
  })

  test('keeps its permissions, and a link stays a link', async () => {
    write('shared/real.prisma', POSTGRESQL)
    chmodSync(join(cwd, 'shared/real.prisma'), 0o640)
    symlinkSync(join('shared', 'real.prisma'), join(cwd, 'schema.prisma'))
    await init({ cwd })
    expect(modelsOf(read('shared/real.prisma'))).toEqual(['User', 'AuditLog', 'AuditTag'])
    expect(statSync(join(cwd, 'shared/real.prisma')).mode & 0o777).toBe(0o640)
    expect(read('schema.prisma')).toBe(read('shared/real.prisma'))
  })
})

describe('a schema with several database schemas', () => {
  const TEXT = schemaOf('postgresql', '  schemas = ["base", "log"]\n')

  test.each([
    [undefined, 'base'],
    ['log', 'log'],
  ])('gets the models in the one asked for, else the first: %s', async (dbSchema, expected) => {
    write('schema.prisma', TEXT)
    await init({ cwd, dbSchema })
    expect(modelsOf(read('schema.prisma'))).toEqual([
      'base.User',
      `${expected}.AuditLog`,
      `${expected}.AuditTag`,
    ])
  })

  test('is refused one that the datasource does not list', async () => {
    write('schema.prisma', TEXT)
    await refused({ dbSchema: 'lgo' }, /`schema.prisma` does not list the database schema `lgo`/)
    write('schema.prisma', POSTGRESQL)
    await refused({ dbSchema: 'log' }, /does not list the database schema `log`/)
  })
})

describe('a schema in a folder', () => {
  const USER = 'model User {\n  id Int @id\n}\n'
  const DATASOURCE = 'datasource db {\r\n  provider = "sqlite"\r\n}\r\n'

  test('gets a file of its own beside the datasource, and nothing else is touched', async () => {
    write('db/models/user.prisma', USER)
    write('db/base/main.prisma', DATASOURCE)
    const result = await init({ cwd, schema: 'db' })
    const file = join('db', 'base', 'audit-log.prisma')
    const models = modelsText('sqlite').replaceAll('\n', '\r\n')
    expect(result).toMatchObject({ status: 'added', file, text: models })
    expect(contents()).toEqual({
      [file]: models,
      [join('db', 'base', 'main.prisma')]: DATASOURCE,
      [join('db', 'models', 'user.prisma')]: USER,
    })
    expect(modelsOf(USER, DATASOURCE, models)).toEqual(['User', 'AuditLog', 'AuditTag'])
    expect(await init({ cwd, schema: 'db' })).toMatchObject({ status: 'present', file })
  })

  test('gets it behind what a file of that name has already', async () => {
    write('db/main.prisma', DATASOURCE)
    write('db/audit-log.prisma', USER)
    await init({ cwd, schema: 'db' })
    expect(read('db/audit-log.prisma')).toBe(`${USER}\n${modelsText('sqlite')}`)
  })

  test('is refused without a schema file, without or with several datasources', async () => {
    mkdirSync(join(cwd, 'db'))
    await refused({ schema: 'db' }, /The folder `db` has no `.prisma` file/)
    write('db/user.prisma', USER)
    await refused({ schema: 'db' }, /`db` has `0` datasource blocks/)
    write('db/a.prisma', DATASOURCE)
    write('db/b.prisma', DATASOURCE)
    await refused({ schema: 'db' }, /`db` has `2` datasource blocks/)
  })
})

describe('the schema is looked for', () => {
  const CONFIG = (value: string) =>
    `// schema: 'no.prisma'\nimport path from 'node:path'\nexport default defineConfig({\n  schema: ${value},\n  datasource: { url: 'postgres://x' },\n})\n`

  test.each([
    ['prisma.config.ts', CONFIG("'db/app.prisma'"), 'db/app.prisma'],
    ['prisma.config.mjs', CONFIG('"./db/app.prisma" // ours'), 'db/app.prisma'],
    ['prisma.config.ts', CONFIG("path.join('db', 'app.prisma')"), 'db/app.prisma'],
    ['.config/prisma.ts', CONFIG("'../db/app.prisma'"), 'db/app.prisma'],
    ['package.json', '{"prisma":{"schema":"db/app.prisma"}}', 'db/app.prisma'],
    ['package.json', '{"name":"x"}', 'prisma/schema.prisma'],
    ['prisma.config.ts', 'export default defineConfig({})', 'prisma/schema.prisma'],
  ])('by %s: %s', async (config, text, expected) => {
    write(config, text)
    write('db/app.prisma', POSTGRESQL)
    write('prisma/schema.prisma', POSTGRESQL)
    write('schema.prisma', POSTGRESQL)
    expect((await init({ cwd })).file).toBe(join(expected))
    expect(contents()[config]).toBe(text)
  })

  test('in the folder `prisma/schema`, then in `schema.prisma`', async () => {
    write('schema.prisma', POSTGRESQL)
    expect((await init({ cwd })).file).toBe('schema.prisma')
    write('prisma/schema/base.prisma', POSTGRESQL)
    expect((await init({ cwd })).file).toBe(join('prisma', 'schema', 'audit-log.prisma'))
  })

  test.each([
    ['process.env.SCHEMA'],
    ['path.join(root, "app.prisma")'],
    ['`$' + '{root}/app.prisma`'],
    ["'a.prisma',\n  other: {\n schema: 'b.prisma' }"],
  ])('but a setting that is not plain is refused: %s', async (value) => {
    write('prisma.config.ts', CONFIG(value))
    write('schema.prisma', POSTGRESQL)
    await refused({}, /`schema` in `prisma.config.ts` is not one plain text.*--schema/)
    expect((await init({ cwd, schema: 'schema.prisma' })).status).toBe('added')
  })
})

describe('nothing is changed', () => {
  test.each([
    ['cockroachdb', /`schema.prisma`: The provider `cockroachdb` is not supported/],
    ['sqlserver', /`schema.prisma`: The provider `sqlserver` is not supported.*`postgresql`/],
    ['mongodb', /`schema.prisma`: The provider `mongodb` is not supported/],
  ])('for the provider %s', async (provider, message) => {
    write('schema.prisma', schemaOf(provider))
    await refused({}, message)
  })

  test.each([
    ['model Post {\n', /`schema.prisma`: An opening brace .* line `9`/],
    ['}\n', /`schema.prisma`: A closing brace .* line `9`/],
    ['model Post {\n  id Int @map("x)\n}\n', /`schema.prisma`: A string has no closing quote/],
  ])('where the text is cut off: %j', async (more, message) => {
    write('schema.prisma', POSTGRESQL + more)
    await refused({}, message)
  })

  test.each([
    ['enum AuditLog {\n  a\n}\n', /`schema.prisma` has the enum `AuditLog`/],
    ['model auditLog {\n  id Int @id\n}\n', /has the model `auditLog`/],
    [
      'model Log {\n  id Int @id\n  @@map("AuditLog")\n}\n',
      /`Log` in `schema.prisma` has the table/,
    ],
    ['model AuditLog {\n  id String @id\n}\n', /not a complete audit model: it lacks `seq BigInt`/],
    ['model AuditLog {\n  id String @id\n\n  @@ignore\n}\n', /`AuditLog` .* is marked `@@ignore`/],
  ])('where the name is taken: %j', async (more, message) => {
    write('schema.prisma', POSTGRESQL + more)
    await refused({}, message)
    expect((await init({ cwd, model: 'Trail', table: 'trail' })).status).toBe('added')
    expect(modelsOf(read('schema.prisma'))).toContain('trail')
  })

  test('where the audit model is there but lacks columns, which are named', async () => {
    const model = auditModelText({ provider: 'postgresql' })
    write('schema.prisma', POSTGRESQL + model.replace(/ {2}(onBehalfOf|reason) .*\n/g, ''))
    await refused(
      {},
      /`AuditLog` in `schema.prisma` .* lacks `reason String\?`, `onBehalfOf String\?`/,
    )
  })

  test('where the file is absent, a folder, or in another encoding', async () => {
    await refused({}, /There is no schema at `prisma\/schema.prisma`/)
    await refused({ schema: 'no.prisma' }, /`no.prisma` cannot be read/)
    write('utf16.prisma', Buffer.from(`\uFEFF${POSTGRESQL}`, 'utf16le'))
    await refused({ schema: 'utf16.prisma' }, /`utf16.prisma` cannot be read/)
    write('db/main.prisma', POSTGRESQL)
    mkdirSync(join(cwd, 'db', 'audit-log.prisma'))
    await refused({ schema: 'db' }, /`db\/audit-log.prisma` cannot be read/)
  })

  test.each([
    [{ model: '9Lives' }, /`9Lives` cannot be the name/],
    [{ model: 'String' }, /`String` cannot be the name/],
    [{ model: 'A { }' }, /cannot be the name/],
    [{ table: '' }, /`--table` is empty/],
  ])('for a bad option: %j', async (options, message) => {
    write('schema.prisma', POSTGRESQL)
    await refused(options, message)
  })
})

describe('the command', () => {
  async function run(...args: string[]) {
    const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs')
    const command = [tsx, join(ROOT, 'src', 'cli', 'main.ts'), ...args]
    return promisify(execFile)(process.execPath, command, { cwd }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )
  }

  test('adds the models and tells what comes next', { timeout: 60_000 }, async () => {
    write('prisma/schema.prisma', POSTGRESQL)
    const first = await run('init', '--table', 'audit_log')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain('npx prisma migrate dev --name audit-log')
    expect(first.stdout).toContain('.$extends(audit())')
    expect(modelsOf(read('prisma/schema.prisma'))).toEqual(['User', 'audit_log', 'AuditTag'])
    expect((await run('init')).stdout).toContain('nothing was changed')
  })

  test('tells a refusal from a wrong call by its exit code', { timeout: 60_000 }, async () => {
    const calls = await Promise.all([
      run('init'),
      run('init', '--modle', 'X'),
      run('init', '--model'),
      run('init', 'schema.prisma'),
      run('inti'),
      run(),
      run('init', '--help'),
      run('--version'),
    ])
    expect(calls.map(({ code }) => code)).toEqual([1, 2, 2, 2, 2, 2, 0, 0])
    expect(calls[0]?.stderr).toMatch(/^There is no schema at .*\n$/)
    expect(calls[1]?.stderr).toContain('`--modle` is unknown')
    expect(calls[6]?.stdout).toContain('--db-schema')
    expect(existsSync(join(cwd, 'prisma'))).toBe(false)
  })
})

import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import type { EntryJson } from '../../src/query/entry-json.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { TestProject } from './project.ts'

const root = join(import.meta.dirname, '..', '..')
const hostile = 'a\u001b[2J\u202eb\nc'

describeDatabase('sqlite', 'the command line', (db) => {
  let project: TestProject
  let prisma: ReturnType<typeof auditedClient>
  let userId: number
  let traceId: string

  beforeAll(async () => {
    project = new TestProject()
    project.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { paths: { '~/*': ['./src/*'] } } }),
    )
    project.write(
      'audit.config.ts',
      `import { defineAuditConfig } from 'prisma-extension-audit'
export default defineAuditConfig({
  redact: { hashKey: '${hashKey}' },
  client: () => import('./src/database.ts'),
})`,
    )
    project.write(
      'src/database.ts',
      `import { PrismaLibSql } from '@prisma/adapter-libsql'
import { audit } from 'prisma-extension-audit'
import { PrismaClient } from '${root}/test/generated/sqlite/client/client.ts'
import options from '../audit.config.ts'
import { url } from '~/url.ts'
const plain = new PrismaClient({ adapter: new PrismaLibSql({ url, intMode: 'bigint', timeout: 120_000 }) })
export const prisma = plain.$extends(audit(options))
export default prisma`,
    )
    project.install()
    project.write('src/url.ts', `export const url: string = '${db.url}'`)
    // A second apart, so that one time tells them apart.
    const start = Date.now() - 3_600_000
    let calls = 0
    prisma = auditedClient(db, { now: () => new Date(start + 1000 * calls++) })
    await withAudit(
      { actor: { id: 'u-1', name: 'Ada' }, tenant: 'acme', tags: { team: 'on call' } },
      async () => {
        const user = await prisma.user.create({
          data: { email: 'grace@example.com', name: 'Grace', password: 'x' },
        })
        userId = user.id
        await prisma.user.update({ where: { id: userId }, data: { name: hostile, role: 'ADMIN' } })
      },
    )
    const run = await withAudit({ actor: { id: 'cron', type: 'service' } }, () =>
      prisma.$audit.run('import', { entity: 'Feed', entityId: 7 }, async (started) => {
        await prisma.tag.createMany({ data: [{ name: 'a,"b"\n' }, { name: 'c' }] })
        return started
      }),
    )
    traceId = run.traceId
  })
  afterAll(() => project.remove())

  const run = (...args: string[]) => project.run(args, { COLUMNS: '120' })
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await run(...args, '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout) as T
  }
  const find = async (filter: string) => {
    const { entries } = await prisma.$audit.search(filter)
    return entries[0]?.id ?? ''
  }

  test('finds entries, for people and for programs', { timeout: 120_000 }, async () => {
    const [people, page, wrong] = await Promise.all([
      run('search', 'entity:User', '-action:create', 'team:"on call"', '--take', '1'),
      json<{ entries: EntryJson[]; nextCursor: string }>('search', 'tenant:acme', '--take', '1'),
      run('search', 'Entity:User'),
    ])
    expect(people).toMatchObject({ code: 0, stderr: '' })
    const [headings = '', , row = '', ...others] = people.stdout.trimEnd().split('\n')
    expect(headings).toMatch(/^Time \(UTC\) +Action +Entity +Actor +Changed +Id$/)
    expect(row).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}update {2}User \d+ +Ada +name, role, updatedAt +[0-9a-f]{32}$/,
    )
    expect(others).toEqual([])
    expect(page).toMatchObject({
      entries: [{ action: 'update', actorId: 'u-1', tenantId: 'acme', after: { name: hostile } }],
      nextCursor: expect.stringMatching(/^\d+$/),
    })
    expect(wrong).toMatchObject({
      ...{ code: 2, stdout: '' },
      stderr:
        'Keys are lower-case: write `entity:`, or `"Entity":` for a tag of this name.\n\n  Entity:User\n  ^^^^^^\n',
    })
  })

  test('shows an entry side by side, and nothing that commands a terminal', {
    timeout: 120_000,
  }, async () => {
    const id = await find('entity:User action:update')
    const [people, none] = await Promise.all([run('show', id), run('show', '0'.repeat(32))])
    expect(people).toMatchObject({ code: 0, stderr: '' })
    expect(people.stdout).toMatch(/^update User \d+\n\n/)
    expect(people.stdout).toMatch(/^Actor +Ada \(u-1, user\)$/m)
    expect(people.stdout).toMatch(/^Tags +team=on call$/m)
    expect(people.stdout).toMatch(/^\* name +"Grace" +"a\\u001b\[2J\\u202eb\\nc"$/m)
    expect(people.stdout).toMatch(/^ {2}email +"grace@example.com" +"grace@example.com"$/m)
    expect(people.stdout).not.toMatch(/[^\n\P{Cc}]|\u202e/u)
    expect(none).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('There is no entry'),
    })
  })

  test('tells the history of an entity, and of one field', { timeout: 120_000 }, async () => {
    const [people, field] = await Promise.all([
      run('history', 'User', String(userId)),
      run('history', 'User', String(userId), '--field', 'role'),
    ])
    expect(people).toMatchObject({ code: 0, stderr: '' })
    expect(people.stdout).toMatch(/ update {2}Ada +name: "Grace" → "a.*\n.* create {2}Ada /)
    expect(field.stdout).toMatch(/ Ada +"MEMBER" +"ADMIN" +[0-9a-f]{32}$/m)
  })

  test('shows an entity as it was', { timeout: 120_000 }, async () => {
    const { entries } = await prisma.$audit.search('entity:User action:create')
    const created = entries[0]?.createdAt.toISOString() ?? ''
    const [then, before, wrong] = await Promise.all([
      json<object>('as-of', 'User', String(userId), created),
      run('as-of', 'User', String(userId), '7d'),
      run('as-of', 'User', String(userId), 'yesterday'),
    ])
    expect(then).toMatchObject({
      at: created,
      state: { name: 'Grace', role: 'MEMBER' },
      unknown: ['password', 'lastSeenAt'],
    })
    expect(before).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^User \d+ was not there at /),
    })
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`yesterday` is no time. Write a date'),
    })
  })

  test('exports what matches, to a file once it is whole', { timeout: 120_000 }, async () => {
    const [lines, file, wrong] = await Promise.all([
      run('export', 'entity:Tag', '--format', 'ndjson', '--ascending'),
      run('export', 'entity:Tag', '--format', 'csv', '--output', 'tags.csv'),
      run('export', '--format', 'csv', '--output', 'none/tags.csv'),
    ])
    expect(lines).toMatchObject({ code: 0, stderr: '' })
    const entries = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as EntryJson)
    expect(entries.map(({ after }) => after?.name)).toEqual(['a,"b"\n', 'c'])
    expect(file).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(project.read('tags.csv')).toMatch(/^seq,/)
    expect(readdirSync(project.cwd).filter((name) => name.endsWith('.partial'))).toEqual([])
    expect(wrong).toMatchObject({ code: 2, stderr: '`none/tags.csv` cannot be written: ENOENT.\n' })
    expect(existsSync(join(project.cwd, 'none'))).toBe(false)
  })

  test('ends with what it has to say, whatever the application has open', {
    timeout: 120_000,
  }, async () => {
    project.write(
      'audit.open.ts',
      `import { createServer } from 'node:http'
import config from './audit.config.ts'
createServer().listen(0)
export default config`,
    )
    const title = 'long '.repeat(1_000_000)
    await prisma.document.create({ data: { id: 'long', title } })
    const stop = new AbortController()
    const command = ['search', 'entity:Document', '--json', '--config', 'audit.open.ts']
    const child = project.start(command, stop.signal)
    child.on('error', () => {})
    onTestFinished(() => stop.abort())
    await once(child.stdout, 'readable')
    // Meanwhile nobody reads on.
    expect(await run('--version')).toMatchObject({ code: 0 })
    expect(JSON.parse(await text(child.stdout))).toMatchObject({ entries: [{ after: { title } }] })
    await expect.poll(() => child.exitCode).toBe(0)
  })

  test('reverts a run, once it was told to', { timeout: 120_000 }, async () => {
    const filter = `trace:${traceId} action:import`
    const run1 = await find(filter)
    const [unclear, dry] = await Promise.all([
      run('revert', run1),
      run('revert', run1, '--dry-run'),
    ])
    expect(unclear).toMatchObject({ code: 2, stderr: expect.stringContaining('`--dry-run`') })
    expect(dry).toMatchObject({ code: 0, stderr: '' })
    expect(dry.stdout).toMatch(/^Would revert 2 entries; nothing was changed\.$/m)
    expect(dry.stdout).toMatch(/^delete {2}Tag \d+ +id /m)
    expect(await prisma.tag.count()).toBe(2)
    const done = await json<{ traceId: string }>(
      'revert',
      run1,
      '--yes',
      '--reason',
      'by mistake',
      '--actor',
      'u-2',
    )
    expect(await prisma.tag.count()).toBe(0)
    const { entries } = await prisma.$audit.search(`trace:${done.traceId} action:delete`)
    expect(entries).toMatchObject([{ actorId: 'u-2' }, { actorId: 'u-2' }])
  })

  test('refuses to revert what was changed since, and tells what', {
    timeout: 120_000,
  }, async () => {
    const id = await find('entity:User action:update')
    await withAudit({ actor: { id: 'eve', name: 'Eve' } }, () =>
      prisma.user.update({ where: { id: userId }, data: { role: 'MEMBER' } }),
    )
    const [people, dry] = await Promise.all([
      run('revert', id, '--yes'),
      run('revert', id, '--dry-run', '--json'),
    ])
    expect(people).toMatchObject({ code: 1, stdout: '' })
    expect(people.stderr).toMatch(/^Nothing was reverted/)
    expect(people.stderr).toMatch(/^User \d+ +role +changed +"ADMIN" +"MEMBER" +"MEMBER" +Eve/m)
    expect(dry.code).toBe(1)
    expect(JSON.parse(dry.stdout)).toMatchObject({
      dryRun: true,
      conflicts: [{ field: 'role', reason: 'changed' }],
    })
    expect(await run('revert', id, '--yes', '--on-conflict', 'keep')).toMatchObject({
      code: 0,
      stderr: '',
    })
    const user = await prisma.user.findUniqueOrThrow({ where: { id: userId } })
    expect(user).toMatchObject({ name: 'Grace', role: 'MEMBER' })
    const { entries } = await prisma.$audit.search(`entity:User action:update tenant:acme`)
    expect(entries[0]?.after).toMatchObject({ name: 'Grace' })
  })

  test('says what to write where it has no client', { timeout: 120_000 }, async () => {
    project.write('none.ts', 'export default {}')
    project.write('plain.ts', 'export default { client: () => ({ prisma: {} }) }')
    project.write(
      'two.ts',
      "export default { client: () => ['a', 'b'].map((name) => ({ name, $audit: { search() {} } })) }",
    )
    project.write('wrong.ts', "export default { client() { throw new Error('No URL.') } }")
    const files = ['none', 'plain', 'two', 'wrong']
    const outcomes = await Promise.all(files.map((file) => run('search', '--config', `${file}.ts`)))
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    const [none, plain, two, wrong] = outcomes.map(({ stderr }) => stderr)
    expect(none).toContain('`none.ts` has no `client`')
    expect(none).toContain("client: () => import('./src/database.ts')")
    expect(plain).toContain('answers neither an audited client nor a module that exports one')
    expect(two).toContain('several audited clients')
    expect(wrong).toBe('`client` in `wrong.ts` failed: No URL.\n')
  })
})

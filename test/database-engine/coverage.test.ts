import { beforeEach, expect, test } from 'vitest'
import { removeScript } from '../../src/database/install.ts'
import { type AuditOptions, type AuditWarning, audit } from '../../src/index.ts'
import { hashKey } from '../capture/audited.ts'
import { type ClientOptions, type Database, describeDatabase } from '../database/each.ts'
import { engineScript, engineSettings } from '../database/engine.ts'
import { connected } from './other-program.ts'

const redact = { hashKey }

/** A client whose triggers are there only if the test installs them. */
function uninstalled(db: Database, options: AuditOptions = {}, client: ClientOptions = {}) {
  return db.client(client).$extends(audit({ engine: 'database', redact, ...options }))
}

async function install(db: Database, options: AuditOptions = {}): Promise<void> {
  const script = String(engineScript(db, { redact, ...options }))
  await connected(db.url, {}, (connection) => connection.batch(script))
}

describeDatabase(
  'postgresql',
  'A client whose models the triggers do not cover',
  (db) => {
    beforeEach(async () => {
      await db.clear()
      await connected(db.url, {}, (connection) =>
        connection.batch(removeScript(engineSettings(db, { redact }))),
      )
    })
    const data = { name: 'red' }
    const create = (prisma: ReturnType<typeof uninstalled>) => prisma.tag.create({ data })
    const tagged = () => db.client().tag.count()

    test('is refused its first write, and each one until they are installed', async () => {
      const prisma = uninstalled(db)
      for (const write of [
        () => prisma.tag.create({ data }),
        () => prisma.tag.createMany({ data: [data] }),
        () => prisma.$executeRaw`INSERT INTO "Tag" (name) VALUES ('red')`,
        () => prisma.$transaction([prisma.tag.create({ data })]),
        () => prisma.$transaction((tx) => tx.tag.create({ data })),
      ]) {
        await expect(write()).rejects.toMatchObject({ name: 'AuditError', code: 'NOT_INSTALLED' })
      }
      expect(await tagged()).toBe(0)

      await install(db)
      const { id } = await create(prisma)
      expect(await prisma.tag.activity({ where: { id } })).toMatchObject({
        entries: [{ id: expect.any(String) }],
      })
    })

    test('is told which models and tables are meant, and what to do', async () => {
      const error = await create(uninstalled(db)).catch((thrown: Error) => thrown)
      const { message } = error as Error
      expect(message).toContain('- Tag ("public"."Tag"): insert, update, delete, truncate missing')
      expect(message).toContain('- Invoice ("billing"."invoices")')
      expect(message).toContain('- _PostToTag ("public"."_PostToTag")')
      expect(message).not.toContain('Heartbeat')
      expect(message).toContain('npx prisma-extension-audit install')
    })

    test('may read', async () => {
      const prisma = uninstalled(db)
      expect(await prisma.tag.findMany()).toEqual([])
      expect(await prisma.$audit.entries()).toMatchObject({ entries: [] })
    })

    test('is refused where one of them was dropped', async () => {
      await install(db)
      await db.sql('DROP TRIGGER prisma_audit_truncate ON users')
      const refused = create(uninstalled(db))
      await expect(refused).rejects.toMatchObject({
        code: 'NOT_INSTALLED',
        message: expect.stringContaining('\n- User ("public"."users"): truncate missing\n'),
      })
    })

    test.each(['prisma_audit_update', 'ALL', 'USER'])(
      'is refused where %s is disabled',
      async (trigger) => {
        await install(db)
        await db.sql(`ALTER TABLE users DISABLE TRIGGER ${trigger}`)
        const prisma = uninstalled(db)
        await expect(create(prisma)).rejects.toMatchObject({
          code: 'NOT_INSTALLED',
          message: expect.stringMatching(/- User \("public"\."users"\): .*update.* disabled/),
        })
        await db.sql(`ALTER TABLE users ENABLE TRIGGER ${trigger}`)
        await expect(create(prisma)).resolves.toMatchObject(data)
      },
    )

    test('is refused where they fire for replicas only', async () => {
      await install(db)
      await db.sql('ALTER TABLE users ENABLE REPLICA TRIGGER prisma_audit_update')
      await expect(create(uninstalled(db))).rejects.toThrow('update disabled')
      await db.sql('ALTER TABLE users ENABLE ALWAYS TRIGGER prisma_audit_update')
      await expect(create(uninstalled(db))).resolves.toMatchObject(data)
    })

    test.each<[string, AuditOptions, string]>([
      ['redact', { redact: { hashKey, fields: { Tag: { name: 'mask' } } } }, 'Tag'],
      ['ignore', { ignore: { Tag: ['name'] } }, 'Tag'],
      ['snapshots', { snapshots: 'changed' }, 'Tag'],
      ['defaults', { redact: { hashKey, defaults: false } }, 'User'],
    ])('is refused where they are of other options: %s', async (_, options, model) => {
      await install(db)
      const prisma = uninstalled(db, options)
      await expect(create(prisma)).rejects.toMatchObject({
        code: 'NOT_INSTALLED',
        message: expect.stringMatching(
          new RegExp(`- ${model} \\(.*\\): insert, update, delete, truncate stale`),
        ),
      })
      await install(db, options)
      await expect(create(prisma)).resolves.toMatchObject(data)
    })

    test('may write where they record more models than it wants', async () => {
      await install(db)
      const prisma = uninstalled(db, { include: ['Document'] })
      await expect(prisma.document.create({ data: { title: 'x' } })).resolves.toBeTruthy()
    })

    test('looks once, and not again while it runs', async () => {
      await install(db)
      const prisma = uninstalled(db)
      await create(prisma)
      db.statements().clear()
      await prisma.tag.deleteMany()
      expect(db.statements().matching(/pg_trigger/)).toEqual([])
    })

    test('may write where it only wants to be warned, which it is once', async () => {
      const warnings: AuditWarning[] = []
      const prisma = uninstalled(db, {
        database: { onUncovered: 'warn' },
        onWarning: (warning) => warnings.push(warning),
        include: ['Tag', 'Document'],
      })
      await Promise.all([create(prisma), prisma.document.create({ data: { title: 'x' } })])
      await prisma.tag.deleteMany()
      expect(warnings).toEqual([
        {
          code: 'UNCOVERED',
          message: expect.stringContaining('- Document ("public"."Document")'),
          models: ['Tag', 'Document', '_PostToTag'],
        },
      ])
    })

    test('does not hang in a transaction that has the only connection', async () => {
      const refused = uninstalled(db, {}, { poolSize: 1 })
      await expect(refused.$transaction((tx) => tx.tag.create({ data }))).rejects.toMatchObject({
        code: 'NOT_INSTALLED',
      })
      await install(db)
      const prisma = uninstalled(db, {}, { poolSize: 1 })
      await prisma.$transaction(async (tx) => {
        await tx.tag.create({ data })
        await tx.$executeRaw`UPDATE "Tag" SET name = 'blue'`
      })
      expect(await tagged()).toBe(1)
    })
  },
  'database',
)

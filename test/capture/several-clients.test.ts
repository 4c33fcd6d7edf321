import { beforeAll, beforeEach, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { type Database, describeDatabase, describeEachEngine } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { hashKey } from './audited.ts'

const redact = { hashKey }
const auditOf = (db: Database) => audit(engineOptions(db, { redact }))
const scriptOf = (db: Database) => engineScript(db, { redact })

describeEachEngine('Several clients of one base', (db) => {
  let plain: PrismaClient
  beforeAll(() => {
    plain = db.client({ script: scriptOf(db) })
  })
  beforeEach(() => db.clear())

  test.skipIf(!db.can.unauditedClients)('each records by its own options', async () => {
    const teams = plain.$extends(audit({ redact, include: ['Team'], actor: { id: 'teams' } }))
    const tags = plain.$extends(audit({ redact, exclude: ['Team'], actor: { id: 'tags' } }))
    await teams.team.create({ data: { name: 'a' } })
    await tags.tag.create({ data: { name: 'b' } })
    await teams.tag.create({ data: { name: 'c' } })
    await tags.team.create({ data: { name: 'd' } })
    const entries = await plain.auditLog.findMany({ orderBy: { seq: 'asc' } })
    const recorded = entries.map(({ entity, actorId }) => [entity, actorId])
    expect(recorded).toEqual([
      ['Team', 'teams'],
      ['Tag', 'tags'],
    ])
  })

  test.skipIf(!db.can.unauditedClients)('the base itself records nothing', async () => {
    const audited = plain.$extends(audit({ redact }))
    await plain.team.create({ data: { name: 'a' } })
    await plain.$transaction([plain.team.updateMany({ data: { name: 'b' } })])
    await plain.$transaction((tx) => tx.team.deleteMany())
    expect(await plain.auditLog.count()).toBe(0)
    await audited.team.create({ data: { name: 'c' } })
    expect(await plain.auditLog.count()).toBe(1)
  })

  test.skipIf(db.can.unauditedClients)('the base itself is told of as a service', async () => {
    const audited = plain.$extends(audit(engineOptions(db, { redact, actor: { id: 'ada' } })))
    await plain.team.create({ data: { name: 'a' } })
    await audited.team.updateMany({ data: { name: 'b' } })
    await plain.$transaction([plain.team.updateMany({ data: { name: 'c' } })])
    await audited.$transaction((tx) => tx.team.deleteMany())
    const entries = await plain.auditLog.findMany({ orderBy: { seq: 'asc' } })
    const role = decodeURIComponent(new URL(db.url).username)
    expect(entries.map(({ action, actorId, actorType }) => [action, actorId, actorType])).toEqual([
      ['create', role, 'service'],
      ['update', 'ada', 'user'],
      ['update', role, 'service'],
      ['delete', 'ada', 'user'],
    ])
  })

  test('audit() applied twice records a write once', async () => {
    const twice = plain.$extends(auditOf(db)).$extends(auditOf(db))
    const { id } = await twice.team.create({ data: { name: 'a' } })
    await twice.team.update({ where: { id }, data: { name: 'b' } })
    await twice.team.delete({ where: { id } })
    await twice.$transaction([twice.tag.create({ data: { name: 'a' } })])
    await twice.$transaction((tx) => tx.tag.updateMany({ data: { name: 'b' } }))
    const entries = await plain.auditLog.findMany({ orderBy: { seq: 'asc' } })
    const story = entries.map(({ action, entity }) => `${action} ${entity}`)
    expect(story).toEqual(['create Team', 'update Team', 'delete Team', 'create Tag', 'update Tag'])
  })
})

// The pattern of Prisma's own example for row-level security: each call in a batch of its own.
for (const engine of ['client', 'database'] as const) {
  describeDatabase('postgresql', 'Row-level security', rowLevelSecurity, engine)
}

function rowLevelSecurity(db: Database): void {
  let plain: PrismaClient
  beforeAll(async () => {
    plain = db.client({ script: scriptOf(db) })
    await db.client({ script: scriptOf(db) }).$connect()
    await db.sql(`DO $$ BEGIN CREATE ROLE tenant_role; EXCEPTION WHEN duplicate_object THEN END $$`)
    for (const schema of ['public', 'billing']) {
      await db.sql(`GRANT USAGE ON SCHEMA ${schema} TO tenant_role`)
      await db.sql(`GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO tenant_role`)
      await db.sql(`GRANT ALL ON ALL SEQUENCES IN SCHEMA ${schema} TO tenant_role`)
    }
    await db.sql(`ALTER TABLE prices ENABLE ROW LEVEL SECURITY`)
    await db.sql(`CREATE POLICY tenant ON prices
      USING (tenant_id = current_setting('app.tenant', true))`)
  })
  beforeEach(() => db.clear())

  /** Every call in a transaction of its own, as a role without rights on other tenants' rows. */
  function forTenant(client: PrismaClient, tenant: string): PrismaClient {
    return client.$extends({
      query: {
        $allModels: {
          async $allOperations({ args, query }) {
            const results = await client.$transaction([
              client.$executeRaw`SELECT set_config('app.tenant', ${tenant}, true)`,
              client.$executeRaw`SET LOCAL ROLE tenant_role`,
              query(args),
            ])
            return results[2]
          },
        },
      },
    }) as unknown as PrismaClient
  }
  test('an extension after audit() that opens transactions holds, and is recorded', async () => {
    const audited = plain.$extends(auditOf(db)) as unknown as PrismaClient
    const [mine, theirs] = [forTenant(audited, 'mine'), forTenant(audited, 'theirs')]
    const key = { tenantId: 'mine', code: 'A' }
    await withAudit({ actor: { id: 7 } }, () => mine.price.create({ data: { ...key, amount: 1 } }))
    await theirs.price.updateMany({ data: { amount: 2 } })
    const where = { tenantId_code: key }
    const data = { amount: 3 }
    await expect(theirs.price.update({ where, data })).rejects.toMatchObject({ code: 'P2025' })
    const foreign = theirs.price.create({ data: { tenantId: 'mine', code: 'B', amount: 1 } })
    await expect(foreign).rejects.toThrow(/row-level security/)
    await mine.price.update({ where, data })
    expect(await mine.price.findMany()).toHaveLength(1)
    expect(await theirs.price.findMany()).toHaveLength(0)
    await mine.price.delete({ where })
    const entries = await plain.auditLog.findMany({ orderBy: { seq: 'asc' } })
    expect(entries).toMatchObject([
      { action: 'create', entityId: '["mine","A"]', actorId: '7' },
      { action: 'update', before: { amount: '1' }, after: { amount: '3' } },
      { action: 'delete', before: { amount: '3' } },
    ])
  })
  // Prisma sends a batch of the client below audit() as a whole: there is no room for audit rows.
  test('an extension before audit() that opens a batch is refused, and writes nothing', async () => {
    const audited = forTenant(plain, 'mine').$extends(auditOf(db))
    const create = audited.price.create({ data: { tenantId: 'mine', code: 'A', amount: 1 } })
    await expect(create).rejects.toMatchObject({ code: 'BATCH_UNSUPPORTED' })
    expect(await plain.price.count()).toBe(0)
    expect(await audited.price.findMany()).toEqual([])
  })
}

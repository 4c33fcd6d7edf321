import { beforeAll, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'

describeEachEngine('search', (db) => {
  const options = { redact: { hashKey: 'a key of the tests' } }
  const open = () =>
    db.client({ script: engineScript(db, options) }).$extends(audit(engineOptions(db, options)))
  let prisma: ReturnType<typeof open>
  beforeAll(async () => {
    prisma = open()
    await db.clear()
    await withAudit(
      {
        actor: { id: 'ada', name: 'Ada Lovelace' },
        tenant: 'acme',
        tags: { namespace: 'billing', ticket: ['OPS-7', 'OPS-8'], attempt: 3, urgent: true },
        reason: 'Approved by phone',
        request: { ip: '10.0.0.1', id: 'r-1' },
      },
      async () => {
        const tag = await prisma.tag.create({ data: { name: 'first' } })
        await prisma.tag.update({ where: { id: tag.id }, data: { name: 'second' } })
      },
    )
    await withAudit({ actor: { id: 'bob' }, tenant: 'globex', tags: { namespace: 'sales' } }, () =>
      prisma.$audit.record({ action: 'approve', entity: 'Invoice', entityId: 'I-1' }),
    )
    await prisma.tag.createMany({ data: [{ name: 'x' }, { name: 'y' }] })
  })

  const found = async (filter: string) =>
    (await prisma.$audit.search(filter)).entries.map(({ action, entity }) => `${action} ${entity}`)

  test.each([
    ['', 5],
    ['entity:Tag', 4],
    ['entity:Tag action:update', 1],
    ['namespace:billing', 2],
    ['namespace:billing action:create', 1],
    ['namespace:billing,sales', 3],
    ['namespace:*', 3],
    ['-namespace:*', 2],
    ['namespace:b*', 2],
    ['-namespace:billing', 3],
    ['ticket:OPS-7', 2],
    ['ticket:OPS-8 namespace:billing', 2],
    ['attempt:3 urgent:true', 2],
    ['actor:ada', 2],
    ['-actor:ada', 3],
    ['tenant:acme,globex -action:approve', 2],
    ['field:name', 1],
    ['ip:10.0.0.1', 2],
    ['request:r-1', 2],
    ['lovelace', 2],
    ['PHONE', 2],
    ['ops-7', 2],
    ['-ops-7', 3],
    ['billing', 2],
    ['since:1h', 5],
    ['until:1h', 0],
    ['since:1h namespace:sales', 1],
    ['id:I-1', 1],
    ['entity:Ta*', 4],
    ['nothing:here', 0],
    ['100%', 0],
  ])('%j finds %i entries', async (filter, count) => {
    expect(await found(filter)).toHaveLength(count)
    expect(await prisma.$audit.count(filter)).toEqual({ count, isExact: true })
  })
})

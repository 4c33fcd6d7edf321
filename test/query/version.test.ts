import { beforeAll, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'

describeEachDatabase('the version of an entry', (db) => {
  let prisma: AuditedClient
  let ids: string[]
  beforeAll(async () => {
    await db.clear()
    prisma = auditedClient(db)
    const event = { action: 'approve', entity: 'Invoice' }
    for (const [tenant, entityId] of [
      ['acme', 'I-1'],
      ['globex', 'I-1'],
      ['acme', 'i-1'],
      ['acme', 'I-1'],
      ['acme', undefined],
      ['acme', 'I-1'],
    ] as const) {
      await withAudit({ tenant }, () => prisma.$audit.record({ ...event, entityId }))
    }
    ids = (await entriesOf(prisma)).map(({ id }) => id)
  })

  test('is where it stands in the history of its entity, whose id is compared byte by byte', async () => {
    const versions = await Promise.all(ids.map((id) => prisma.$audit.version(id)))
    expect(versions).toEqual([
      { version: 1, previous: null, next: ids[1] },
      { version: 2, previous: ids[0], next: ids[3] },
      { version: 1, previous: null, next: null },
      { version: 3, previous: ids[1], next: ids[5] },
      { version: null, previous: null, next: null },
      { version: 4, previous: ids[3], next: null },
    ])
  })

  test('is counted within the scope, which leaves no id of others to be seen', async () => {
    const acme = prisma.$audit.scoped({ tenants: ['acme'] })
    expect(await acme.version(ids[3] ?? '')).toEqual({
      version: 2,
      previous: ids[0],
      next: ids[5],
    })
    expect(await acme.version(ids[1] ?? '')).toBeNull()
    const none = prisma.$audit.scoped({ tenants: 'all', entities: ['Order'] })
    expect(await none.version(ids[0] ?? '')).toBeNull()
  })

  test('does not count that somebody looked', async () => {
    const subject = { entity: 'Contract', entityId: 'C-1' }
    for (const action of ['sign', 'audit.view', 'audit.view', 'close']) {
      await prisma.$audit.record({ action, ...subject })
    }
    const { entries } = await prisma.$audit.history(subject)
    const [closed, viewed, , signed] = entries.map(({ id }) => id)
    expect(await prisma.$audit.version(closed ?? '')).toEqual({
      version: 2,
      previous: signed,
      next: null,
    })
    expect(await prisma.$audit.version(viewed ?? '')).toEqual({
      version: null,
      previous: signed,
      next: closed,
    })
  })

  test('is none of what is not there', async () => {
    expect(await prisma.$audit.version('0'.repeat(32))).toBeNull()
    expect(await prisma.$audit.version('nothing')).toBeNull()
  })
})

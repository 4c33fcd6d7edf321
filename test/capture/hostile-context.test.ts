import { beforeAll, beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import { type AuditedClient, auditedClient, entriesOf } from './audited.ts'

describeEachEngine('A context that no database could store as it is', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  test('fails no write by its names', async () => {
    const tags = { 'nul\0': 'a', '\ud800': 'b', plain: 'c' }
    const request = { nested: { 'nul\0': 1 } } as object
    await withAudit({ tags, request }, () => prisma.tag.create({ data: { name: 'a' } }))
    await withAudit({ tags }, () => prisma.$audit.record({ action: 'login', entity: 'User' }))
    const stored = { 'nul\uFFFD': 'a', '\uFFFD': 'b', plain: 'c' }
    const [created, told] = await entriesOf(prisma)
    expect(created).toMatchObject({ tags: stored, request: { nested: { 'nul\uFFFD': 1 } } })
    expect(told).toMatchObject({ tags: stored })
  })
})

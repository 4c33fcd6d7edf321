import { expect, test } from 'vitest'
import { audit } from '../../src/index.ts'
import { describeEachDatabase } from '../database/each.ts'

const locks = {
  postgresql: ['BEGIN; LOCK TABLE "AuditLog" IN ACCESS EXCLUSIVE MODE', 'COMMIT'],
  mysql: ['LOCK TABLES `AuditLog` WRITE', 'UNLOCK TABLES'],
  sqlite: null,
} as const

describeEachDatabase('The time out of a query', (db) => {
  const lock = locks[db.provider]

  test.skipIf(!lock)('ends a query that takes longer, and says what to do', async () => {
    const prisma = db.client().$extends(audit({ redact: { hashKey: 'a key of the tests' } }))
    const asked = prisma.$audit.scoped({ tenants: 'all' }, { timeout: 200 })
    expect((await asked.search()).entries).toEqual([])
    for (const statement of lock?.[0].split('; ') ?? []) await db.sql(statement)
    try {
      const refused = { code: 'QUERY_TIMEOUT', message: expect.stringContaining('200 ms') }
      await expect(asked.search('a')).rejects.toMatchObject(refused)
      await expect(asked.count()).rejects.toMatchObject(refused)
      await expect(asked.facets()).rejects.toMatchObject(refused)
    } finally {
      await db.sql(lock?.[1] ?? '')
    }
    expect((await asked.search()).entries).toEqual([])
  })
})

import { beforeAll, expect, test, vi } from 'vitest'
import { AuditError, withAudit } from '../../src/index.ts'
import { describeDatabase } from '../database/each.ts'
import { type Served, serve } from './served.ts'
import { type Done, work } from './two-tenants.ts'

describeDatabase('sqlite', 'A handler whose client is of another copy of the package', (db) => {
  let served: Served
  let own: Done
  beforeAll(async () => {
    vi.resetModules()
    const { auditedClient } = await import('../capture/audited.ts')
    served = serve(db, { prisma: auditedClient(db) })
    own = await work(served.prisma, 'alpha')
  })

  test('knows the errors of that', async () => {
    const another = await import('../../src/index.ts')
    expect(another.AuditError).not.toBe(AuditError)
    const error = await served.prisma.$audit.search('since:nonsense').catch((error) => error)
    expect(Object.getPrototypeOf(error)).toBe(another.AuditError.prototype)
    expect(error).toBeInstanceOf(AuditError)
    for (const other of [null, undefined, 'AuditError', new Error('AuditError'), { code: 'X' }]) {
      expect(other instanceof AuditError).toBe(false)
    }
  })

  test.each([
    ['/entries?filter=since:nonsense', 400, 'FILTER_INVALID'],
    ['/entries?order=entity&cursor=5', 400, 'QUERY_INVALID'],
    ['/stream?filter=since:nonsense', 400, 'FILTER_INVALID'],
    ['/export?format=csv&filter=since:nonsense', 400, 'FILTER_INVALID'],
  ])('refuses %s', async (path, status, code) => {
    const response = await served.ask(path)
    expect(await response.json()).toMatchObject({ status, code })
    expect(served.errors).toEqual([])
  })

  test('tells what a revert conflicts with', async () => {
    await withAudit({ actor: { id: 'eve' }, tenant: 'alpha' }, () =>
      served.prisma.document.update({
        where: { id: 'document-alpha' },
        data: { title: 'later' },
      }),
    )
    const headers = { 'Sec-Fetch-Site': 'same-origin' }
    const answer = await served.json('/reverts', { headers, body: { id: own.updateId } })
    expect(answer).toMatchObject({
      code: 'REVERT_CONFLICT',
      conflicts: [{ field: 'title', current: 'later', by: { actorId: 'eve' } }],
    })
  })
})

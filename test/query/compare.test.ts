import { beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { compareEntries } from '../../src/query/compare.ts'
import { auditedClient, entriesOf } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'
import { sourceOf } from './source.ts'

describeEachEngine('Two entries of one entity', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeEach(async () => {
    prisma ??= auditedClient(db)
    await db.clear()
  })
  const where = { id: 1 }

  test('are compared by the states that they led to, either way', async () => {
    const settings = { theme: 'dark', size: 1 }
    await prisma.user.create({ data: { id: 1, email: 'a', credit: 1, settings } })
    await prisma.user.update({ where, data: { name: 'x' } })
    await prisma.user.update({ where, data: { credit: 2, settings: { theme: 'light' } } })
    await prisma.user.delete({ where })
    const [created, , updated, deleted] = (await entriesOf(prisma)).map(({ id }) => id)
    const source = sourceOf(db)
    const there = await compareEntries(source, created as string, updated as string)
    expect(there.from.action).toBe('create')
    expect(there.before).toMatchObject({ name: null, settings })
    expect(there.after).toMatchObject({ name: 'x', settings: { theme: 'light' } })
    expect(`${there.after?.credit}`).toBe('2')
    expect(there.diff.updated).toMatchObject({ name: 'x', settings: { theme: 'light' } })
    expect(Object.keys(there.diff.deleted)).toEqual(['settings'])
    expect(there.diff.updated).not.toHaveProperty('email')
    const back = await compareEntries(source, updated as string, created as string)
    expect(back.diff.updated).toMatchObject({ name: null, settings: { theme: 'dark' } })
    expect(back.diff.added).toEqual({ settings: { size: 1 } })
    const gone = await compareEntries(source, updated as string, deleted as string)
    expect(gone.after).toBeNull()
    expect(Object.keys(gone.diff.deleted)).toContain('email')
    expect((await compareEntries(source, created as string, created as string)).diff).toEqual({
      added: {},
      deleted: {},
      updated: {},
    })
  })

  test('are compared as wholes where they hold what changed only', async () => {
    const audited = auditedClient(db, { snapshots: 'changed' })
    await audited.user.create({ data: { id: 1, email: 'a' } })
    await audited.user.update({ where, data: { name: 'x' } })
    await audited.user.update({ where, data: { email: 'b' } })
    await audited.user.update({ where, data: { role: 'ADMIN' } })
    const [, first, , last] = (await entriesOf(audited)).map(({ id }) => id)
    const options = { snapshots: 'changed' } as const
    const compared = await compareEntries(
      sourceOf(db, null, options),
      first as string,
      last as string,
    )
    expect(compared.before).toMatchObject({ id: 1, email: 'a', name: 'x', role: 'MEMBER' })
    expect(compared.after).toMatchObject({ id: 1, email: 'b', name: 'x', role: 'ADMIN' })
    const { updatedAt: _, ...updated } = compared.diff.updated
    expect(updated).toEqual({ email: 'b', role: 'ADMIN' })
  })

  test('are those of one entity, which tell its state, within the scope', async () => {
    const acme = <T>(fn: () => Promise<T>) => withAudit({ tenant: 'acme' }, fn)
    await acme(() => prisma.tag.create({ data: { id: 1, name: 'a' } }))
    await acme(() => prisma.tag.create({ data: { id: 2, name: 'b' } }))
    await withAudit({ tenant: 'other' }, () => prisma.tag.update({ where, data: { name: 'c' } }))
    const run = await acme(() =>
      prisma.$audit.record({ action: 'sign', entity: 'Tag', entityId: 1 }),
    )
    const [first, second, others] = (await entriesOf(prisma)).map(({ id }) => id) as string[]
    const source = sourceOf(db, { tenants: ['acme'] })
    const refused = async (a: unknown, b: unknown, message: string) => {
      const answer = compareEntries(source, a as string, b as string)
      await expect(answer).rejects.toMatchObject({ code: 'QUERY_INVALID' })
      await expect(answer).rejects.toThrow(message)
    }
    await refused(first, second, '`Tag 1`')
    await refused(first, run.traceId, '`sign` of `Tag`')
    await refused(first, others, `There is no entry \`${others}\``)
    await refused(first, 'x', 'There is no entry `x`')
    await refused(undefined, first, 'There is no entry `undefined`')
    const masked = sourceOf(db, { tenants: 'all', masked: { '*': ['name'] } })
    const compared = await compareEntries(masked, first as string, others as string)
    expect([compared.before, compared.after]).toEqual([
      { id: 1, name: '[masked]' },
      { id: 1, name: '[masked]' },
    ])
    expect(compared.diff.updated).toEqual({})
  })
})

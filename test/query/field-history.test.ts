import { beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { findFieldHistory } from '../../src/query/field-history.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'
import { sourceOf } from './source.ts'

describeEachEngine('The history of a field', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeEach(async () => {
    prisma ??= auditedClient(db)
    await db.clear()
  })

  test('tells who gave it each of its values, newest first', async () => {
    const as = <T>(id: string, fn: () => Promise<T>) => withAudit({ actor: { id } }, fn)
    const where = { id: 1 }
    await as('ada', () => prisma.user.create({ data: { id: 1, email: 'a', credit: 1 } }))
    await as('eve', () => prisma.user.update({ where, data: { name: 'x' } }))
    await as('eve', () => prisma.user.update({ where, data: { credit: 2.5, name: 'y' } }))
    await as('bob', () => prisma.user.update({ where, data: { credit: 2.5, email: 'b' } }))
    await as('ada', () => prisma.user.delete({ where }))
    const { entries, nextCursor } = await prisma.user.fieldHistory({ where, field: 'credit' })
    const told = entries.map(({ entry, from, to }) => [
      entry.action,
      entry.actorId,
      `${from}`,
      `${to}`,
    ])
    expect(told).toEqual([
      ['delete', 'ada', '2.5', 'undefined'],
      ['update', 'eve', '1', '2.5'],
      ['create', 'ada', 'undefined', '1'],
    ])
    expect(nextCursor).toBeNull()
    const { entries: names } = await prisma.user.fieldHistory({ where, field: 'name' })
    expect(names.map(({ from, to }) => [from, to])).toEqual([
      ['y', undefined],
      ['x', 'y'],
      [null, 'x'],
      [undefined, null],
    ])
  })

  test('pages', async () => {
    const { id } = await prisma.tag.create({ data: { name: '0' } })
    for (let i = 1; i <= 4; i++) {
      await prisma.tag.update({ where: { id }, data: { name: `${i}` } })
    }
    const names: unknown[] = []
    let cursor: bigint | null = null
    do {
      const options = { where: { id }, field: 'name', take: 2, cursor } as const
      const page: Awaited<ReturnType<typeof prisma.tag.fieldHistory<typeof prisma.tag, 'name'>>> =
        await prisma.tag.fieldHistory(options)
      names.push(...page.entries.map(({ to }) => to))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(names).toEqual(['4', '3', '2', '1', '0'])
  })

  test('shows what is redacted as its entries show it, and that it changed', async () => {
    const where = { id: 1 }
    await prisma.credential.create({
      data: { id: 1, label: 'a', password: 'old', nationalId: '1', notes: 'a' },
    })
    await prisma.credential.update({
      where,
      data: { password: 'new', nationalId: '2', notes: 'b' },
    })
    await prisma.credential.update({ where, data: { label: 'b' } })
    const [masked] = (await prisma.credential.fieldHistory({ where, field: 'password' })).entries
    expect([masked?.from, masked?.to]).toEqual(['[redacted]', '[redacted]'])
    const hashed = (await prisma.credential.fieldHistory({ where, field: 'nationalId' })).entries
    expect(hashed).toHaveLength(2)
    expect(hashed[0]?.from).toBe(hashed[1]?.to)
    expect(hashed[0]?.to).toMatch(/^hmac-sha256:/)
    const omitted = (await prisma.credential.fieldHistory({ where, field: 'notes' })).entries
    expect(omitted.map(({ entry, from, to }) => [entry.action, from, to])).toEqual([
      ['update', undefined, undefined],
      ['create', undefined, undefined],
    ])
  })

  test('shows bytes that are masked as such', async () => {
    const options = { redact: { hashKey, fields: { Everything: { bytesOpt: 'mask' } } } } as const
    const audited = auditedClient(db, options)
    const values = { string: '', boolean: true, int: 1, bigInt: 1n, float: 1, decimal: 1, json: 1 }
    const bytes = new Uint8Array([1])
    await audited.everything.create({
      data: { id: 1, ...values, dateTime: new Date(0), bytes, bytesOpt: bytes, role: 'ADMIN' },
    })
    const [masked] = (
      await audited.everything.fieldHistory({ where: { id: 1 }, field: 'bytesOpt' })
    ).entries
    expect(masked?.to).toBe('[redacted]')
    expect(masked?.entry.after?.bytesOpt).toBe('[redacted]')
    const [shown] = (await audited.everything.fieldHistory({ where: { id: 1 }, field: 'bytes' }))
      .entries
    expect(shown?.to).toEqual(bytes)
  })

  test('tells a viewer whom it is masked for that it changed, and not from what to what', async () => {
    await prisma.user.create({ data: { id: 1, email: 'a', name: 'x' } })
    await prisma.user.update({ where: { id: 1 }, data: { name: null } })
    const source = sourceOf(db, { tenants: 'all', masked: { User: ['name'] } })
    const subject = { entity: 'User', entityId: 1, field: 'name' }
    const { entries } = await findFieldHistory(source, subject)
    expect(entries.map(({ from, to }) => [from, to])).toEqual([
      ['[masked]', null],
      [undefined, '[masked]'],
    ])
    expect(
      JSON.stringify(entries, (_, value) => (typeof value === 'bigint' ? 0 : value)),
    ).not.toContain('"x"')
    expect((await findFieldHistory(sourceOf(db, { tenants: ['acme'] }), subject)).entries).toEqual(
      [],
    )
  })

  test('is of the same field where snapshots hold what changed only', async () => {
    const audited = auditedClient(db, { snapshots: 'changed' })
    const where = { id: 1 }
    await audited.user.create({ data: { id: 1, email: 'a' } })
    await audited.user.update({ where, data: { name: 'x' } })
    await audited.user.update({ where, data: { email: 'b' } })
    const { entries } = await audited.user.fieldHistory({ where, field: 'email' })
    expect(entries.map(({ from, to }) => [from, to])).toEqual([
      ['a', 'b'],
      [undefined, 'a'],
    ])
  })

  describe('refuses', () => {
    test('a field that the model does not have', async () => {
      const subject = { entity: 'Tag', entityId: 1, field: 'nmae' }
      const refused = findFieldHistory(sourceOf(db), subject)
      await expect(refused).rejects.toMatchObject({ code: 'QUERY_INVALID' })
      await expect(refused).rejects.toThrow('The fields are `id`, `name`.')
      await expect(
        prisma.tag.fieldHistory({ where: { id: 1 }, field: 'posts' as never }),
      ).rejects.toThrow('no field `posts`')
      await expect(
        findFieldHistory(sourceOf(db), { entity: 'Thing', entityId: 1, field: `a"b'` }),
      ).rejects.toMatchObject({ code: 'QUERY_INVALID' })
    })

    test('more than a unique key', async () => {
      const where = { id: 1, name: 'x' }
      const refused = prisma.tag.fieldHistory({ where, field: 'name' })
      await expect(refused).rejects.toThrow('has `name` beside the unique key `id`')
    })
  })
})

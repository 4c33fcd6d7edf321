import { beforeEach, describe, expect, test } from 'vitest'
import { type AuditOptions, withAudit } from '../../src/index.ts'
import { findPastState } from '../../src/query/as-of.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { plainValue } from '../capture/plain-value.ts'
import { describeDatabase, describeEachDatabase, describeEachEngine } from '../database/each.ts'
import { sourceOf } from './source.ts'

describeEachDatabase('A row as of a time', (db) => {
  let time = 0
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)
  const now = () => at(time)
  const clients = new Map<string, ReturnType<typeof auditedClient>>()
  const audited = (options: AuditOptions = {}) => {
    const name = JSON.stringify(options)
    const client = clients.get(name) ?? auditedClient(db, { ...options, now })
    clients.set(name, client)
    return client
  }
  let plainClient: ReturnType<typeof db.client> | undefined
  const unaudited = () => {
    plainClient ??= db.client()
    return plainClient
  }
  beforeEach(async () => {
    time = 0
    await db.clear()
  })
  /** Calls, a second each from the first on. */
  const inTurn = async (...calls: (() => Promise<unknown>)[]) => {
    for (const call of calls) {
      time++
      await call()
    }
  }
  const where = { id: 1 }

  describe.each(['full', 'changed'] as const)('with %s snapshots', (snapshots) => {
    const past = (entity: string, entityId: number | string, seconds: number) =>
      findPastState(sourceOf(db, null, { snapshots }), { entity, entityId, at: at(seconds) })

    test('is what it was, from its creation to its end', async () => {
      const prisma = audited({ snapshots })
      const states: unknown[] = []
      await inTurn(
        () =>
          prisma.user.create({ data: { id: 1, email: 'a', settings: { a: 1 }, credit: '1.50' } }),
        () => prisma.user.update({ where, data: { name: 'x' } }),
        () => prisma.user.update({ where, data: { email: 'b' } }),
        () => prisma.user.delete({ where }),
        () => prisma.user.create({ data: { id: 1, email: 'c' } }),
      )
      for (let i = 0; i <= 6; i++) {
        const row = await prisma.user.asOf({ where, at: at(i) })
        states.push(row && [row.email, row.name, row.settings])
      }
      expect(states).toEqual([
        null,
        ['a', null, { a: 1 }],
        ['a', 'x', { a: 1 }],
        ['b', 'x', { a: 1 }],
        null,
        ['c', null, null],
        ['c', null, null],
      ])
      expect(await prisma.user.asOf({ where, at: new Date(at(3).getTime() - 1) })).toMatchObject({
        email: 'a',
      })
      const { state, entry, unknown } = await past('User', 1, 3)
      expect(state).toMatchObject({ id: 1, email: 'b', name: 'x', role: 'MEMBER' })
      expect(entry).toMatchObject({ action: 'update', createdAt: at(3) })
      expect(unknown).toEqual(['password', 'lastSeenAt'])
      expect(await past('User', 1, 0)).toEqual({ state: null, entry: null, unknown: [] })
      expect(await past('User', 1, 4)).toMatchObject({ state: null, entry: { action: 'delete' } })
    })

    test('has the key that it had', async () => {
      const prisma = audited({ snapshots })
      const moved = { where: { id: 1n }, data: { id: 2n } }
      await inTurn(
        () => prisma.ledgerEntry.create({ data: { id: 1n, amount: 5n, memo: 'a' } }),
        () => prisma.ledgerEntry.update(moved),
        () => prisma.ledgerEntry.update({ where: { id: 2n }, data: { amount: 6n } }),
        () => prisma.ledgerEntry.create({ data: { id: 1n, amount: 7n } }),
        () => prisma.ledgerEntry.update({ where: { id: 2n }, data: { id: 3n } }),
      )
      const states = async (id: bigint) => {
        const all = []
        for (let i = 0; i <= 5; i++) {
          const row = await prisma.ledgerEntry.asOf({ where: { id }, at: at(i) })
          all.push(row && `${row.id} ${row.amount} ${row.memo}`)
        }
        return all
      }
      expect(await states(1n)).toEqual([null, '1 5 a', null, null, '1 7 null', '1 7 null'])
      expect(await states(2n)).toEqual([null, null, '2 5 a', '2 6 a', '2 6 a', null])
      expect(await states(3n)).toEqual([null, null, null, null, null, '3 6 a'])
      expect(await past('LedgerEntry', 3, 5)).toMatchObject({
        state: { id: 3n, memo: 'a' },
        unknown: [],
      })
      expect(await past('LedgerEntry', 2, 5)).toMatchObject({
        state: null,
        entry: { changed: ['id'] },
      })
    })

    test('is told by what was replaced later, where the trail begins later', async () => {
      const plain = unaudited()
      const prisma = audited({ snapshots })
      await plain.user.create({ data: { id: 1, email: 'a', name: 'x' } })
      await inTurn(
        () => prisma.user.update({ where, data: { email: 'b' } }),
        () => prisma.user.update({ where, data: { name: 'y' } }),
      )
      const rows = [0, 1, 2].map((i) => prisma.user.asOf({ where, at: at(i) }))
      expect((await Promise.all(rows)).map((row) => [row?.email, row?.name, row?.role])).toEqual([
        ['a', 'x', 'MEMBER'],
        ['b', 'x', 'MEMBER'],
        ['b', 'y', 'MEMBER'],
      ])
      const { state, entry, unknown } = await past('User', 1, 1)
      expect(state).toMatchObject({ email: 'b', name: 'x' })
      expect(entry?.changed).toContain('email')
      // No entry tells what never changed; the table does, and is not asked here.
      expect(unknown.includes('role')).toBe(snapshots === 'changed')
      expect(await past('User', 1, 0)).toMatchObject({
        state: { email: 'a', name: 'x' },
        entry: null,
      })
      await inTurn(() => prisma.user.delete({ where }))
      expect(await past('User', 1, 0)).toMatchObject({ state: { role: 'MEMBER' } })
      expect(await prisma.user.asOf({ where, at: at(3) })).toBeNull()
    })

    test('comes by another unique key as of the one that had it then', async () => {
      const prisma = audited({ snapshots })
      await inTurn(
        () => prisma.user.create({ data: { id: 1, email: 'a' } }),
        () => prisma.user.update({ where, data: { email: 'b', name: 'x' } }),
        () => prisma.user.create({ data: { id: 2, email: 'a' } }),
        () => prisma.user.delete({ where: { id: 2 } }),
        () => prisma.user.update({ where, data: { email: 'a' } }),
      )
      const owners = async (email: string) => {
        const rows = [0, 1, 2, 3, 4, 5].map((i) =>
          prisma.user.asOf({ where: { email }, at: at(i) }),
        )
        return (await Promise.all(rows)).map((row) => row?.id)
      }
      expect(await owners('a')).toEqual([undefined, 1, undefined, 2, undefined, 1])
      expect(await owners('b')).toEqual([undefined, undefined, 1, 1, 1, undefined])
      expect(await owners('c')).toEqual(Array(6).fill(undefined))
    })
  })

  test('has values of the types that a read gives', async () => {
    const prisma = audited()
    const data = {
      ...{ string: '', boolean: true, int: 1, bigInt: 2n ** 60n, float: 0.1, decimal: '0.25' },
      ...{
        dateTime: at(9),
        bytes: new Uint8Array([1, 2]),
        role: 'AUDITOR' as const,
        json: { $json: 1 },
      },
    }
    await inTurn(() => prisma.everything.create({ data: { id: 1, ...data } }))
    const living = await prisma.everything.findUnique({ where })
    const row = await prisma.everything.asOf({ where, at: at(2) })
    expect(Object.keys(row ?? {})).toEqual(Object.keys(living ?? {}))
    expect(row).toEqual(living)
  })

  test('lacks what is confidential, now or when it was told', async () => {
    const prisma = audited()
    await inTurn(() =>
      prisma.credential.create({
        data: { id: 1, label: 'a', password: 'x', iban: 'y', nationalId: 'z', notes: 'w' },
      }),
    )
    const row = await prisma.credential.asOf({ where, at: at(1) })
    expect(Object.keys(row ?? {}).sort()).toEqual(['createdAt', 'id', 'label'])
    const later = {
      redact: { hashKey, fields: { Credential: { label: 'mask', iban: 'keep' } } },
    } as const
    const state = await findPastState(sourceOf(db, null, later), {
      entity: 'Credential',
      entityId: 1,
      at: at(1),
    })
    expect(Object.keys(state.state ?? {}).sort()).toEqual(['createdAt', 'id'])
    expect(state.unknown).toContain('iban')
    const masked = sourceOf(db, { tenants: 'all', masked: { Credential: ['label'] } })
    const shown = await findPastState(masked, { entity: 'Credential', entityId: 1, at: at(1) })
    expect(shown.state).not.toHaveProperty('label')
    expect(shown.unknown).toContain('label')
    expect(shown.entry?.after).toMatchObject({ label: '[masked]' })
  })

  test('lacks columns that were added since, and those that were dropped', async () => {
    const prisma = audited()
    await inTurn(
      () => prisma.tag.create({ data: { id: 1, name: 'a' } }),
      () => prisma.tag.update({ where, data: { name: 'b' } }),
    )
    const json =
      db.provider === 'postgresql' ? `'{"id": 1, "old": 2}'::jsonb` : `'{"id": 1, "old": 2}'`
    const quote = db.provider === 'mysql' ? '`' : '"'
    const name = (text: string) => quote + text + quote
    await db.sql(
      `UPDATE ${name('AuditLog')} SET ${name('after')} = ${json} WHERE ${name('action')} = 'create'`,
    )
    const ask = (seconds: number) =>
      findPastState(sourceOf(db), { entity: 'Tag', entityId: 1, at: at(seconds) })
    expect(await ask(1)).toMatchObject({ state: { id: 1 }, unknown: ['name'] })
    expect((await ask(1)).state).not.toHaveProperty('old')
    expect(await ask(2)).toMatchObject({ state: { id: 1, name: 'b' }, unknown: [] })
  })

  test('that no entry tells of is the one that is there', async () => {
    const prisma = audited()
    await unaudited().user.create({ data: { id: 1, email: 'a' } })
    expect(await prisma.user.asOf({ where, at: at(0) })).toMatchObject({ id: 1, email: 'a' })
    expect(await prisma.user.asOf({ where: { email: 'a' }, at: at(0) })).toMatchObject({ id: 1 })
    expect(await prisma.user.asOf({ where: { id: 2 }, at: at(0) })).toBeNull()
    const told = await findPastState(sourceOf(db), { entity: 'User', entityId: 1, at: at(0) })
    expect(told).toMatchObject({ state: null, entry: null })
    expect(told.unknown).toContain('email')
  })

  test('is told within the scope only', async () => {
    const prisma = audited()
    await inTurn(
      () => withAudit({ tenant: 'acme' }, () => prisma.tag.create({ data: { id: 1, name: 'a' } })),
      () => withAudit({ tenant: 'other' }, () => prisma.tag.create({ data: { id: 2, name: 'b' } })),
    )
    const ask = (entityId: number) =>
      findPastState(sourceOf(db, { tenants: ['acme'] }), { entity: 'Tag', entityId, at: at(5) })
    expect(await ask(1)).toMatchObject({ state: { name: 'a' } })
    expect(await ask(2)).toMatchObject({ state: null, entry: null })
  })

  test('is found where the key is confidential and changes', async () => {
    const redact = {
      hashKey,
      fields: { Setting: { key: 'mask' }, Translation: { key: 'hash' } },
    } as const
    const prisma = audited({ redact })
    const old = { locale: 'de', key: 'old' }
    await inTurn(
      () => prisma.setting.create({ data: { key: 'old', value: 1 } }),
      () => prisma.setting.update({ where: { key: 'old' }, data: { key: 'new' } }),
      () => prisma.translation.create({ data: { ...old, text: 'a' } }),
      () => prisma.translation.update({ where: { locale_key: old }, data: { key: 'new' } }),
    )
    const values = async (key: string) => {
      const rows = [1, 2].map((i) => prisma.setting.asOf({ where: { key }, at: at(i) }))
      return (await Promise.all(rows)).map((row) => row?.value)
    }
    expect(await values('old')).toEqual([1, undefined])
    expect(await values('new')).toEqual([undefined, 1])
    const texts = async (key: string) => {
      const locale_key = { locale: 'de', key }
      const rows = [3, 4].map((i) => prisma.translation.asOf({ where: { locale_key }, at: at(i) }))
      return (await Promise.all(rows)).map((row) => row?.text)
    }
    expect(await texts('old')).toEqual(['a', undefined])
    expect(await texts('new')).toEqual([undefined, 'a'])
  })

  test.each(['full', 'changed'] as const)(
    'comes by a confidential unique key, with %s snapshots, also where no entry tells its value',
    async (snapshots) => {
      const fields = { User: { email: 'hash' } } as const
      const prisma = audited({ snapshots, redact: { hashKey, fields } })
      await unaudited().user.createMany({
        data: [
          { id: 1, email: 'untold', name: 'a' },
          { id: 2, email: 'unchanged', name: 'a' },
          { id: 3, email: 'told', name: 'a' },
        ],
      })
      await inTurn(
        () => prisma.user.update({ where: { id: 2 }, data: { name: 'b' } }),
        () => prisma.user.update({ where: { id: 3 }, data: { email: 'new', name: 'b' } }),
      )
      const names = async (email: string) => {
        const rows = [0, 1, 2].map((i) => prisma.user.asOf({ where: { email }, at: at(i) }))
        return (await Promise.all(rows)).map((row) => row?.name)
      }
      expect(await names('untold')).toEqual(['a', 'a', 'a'])
      expect(await names('unchanged')).toEqual(['a', 'b', 'b'])
      expect(await names('told')).toEqual(['a', 'a', undefined])
      expect(await names('new')).toEqual([undefined, undefined, 'b'])
    },
  )

  test('comes by what the database takes for the same unique key, as a read does', async () => {
    const redact = { hashKey, fields: { User: { email: 'hash' } } } as const
    for (const prisma of [audited(), audited({ redact })]) {
      await db.clear()
      time = 0
      await unaudited().user.create({ data: { id: 1, email: 'ada@x', name: 'a' } })
      await inTurn(
        () => prisma.user.update({ where, data: { name: 'b' } }),
        () => prisma.user.create({ data: { id: 2, email: 'eve@x', name: 'c' } }),
        () => prisma.user.update({ where: { id: 2 }, data: { email: 'bob@x' } }),
      )
      const found = await prisma.user.findUnique({ where: { email: 'ADA@x' } })
      for (const i of [0, 1, 2]) {
        const row = await prisma.user.asOf({ where: { email: 'ADA@x' }, at: at(i) })
        expect(row?.name).toBe(found ? (i === 0 ? 'a' : 'b') : undefined)
      }
      const other = await prisma.user.findUnique({ where: { email: 'BOB@x' } })
      const then = await prisma.user.asOf({ where: { email: 'BOB@x' }, at: at(3) })
      expect(then?.id).toBe(other?.id)
      expect(await prisma.user.asOf({ where: { email: 'BOB@x' }, at: at(2) })).toBeNull()
    }
  })

  test('is refused for what is no time, no key, or more than a key', async () => {
    const prisma = audited()
    const refused = async (options: object, message: string) => {
      const answer = prisma.user.asOf(options as never)
      await expect(answer).rejects.toMatchObject({ code: 'QUERY_INVALID' })
      await expect(answer).rejects.toThrow(message)
    }
    await refused({ where }, '`at` is `undefined`')
    for (const ms of [-8.64e15, 8.64e15]) {
      expect(await prisma.user.asOf({ where, at: new Date(ms) })).toBeNull()
    }
    await refused({ where, at: '2026-01-01' }, '`at` is `2026-01-01`')
    await refused({ where, at: new Date(Number.NaN) }, '`at` is `Invalid Date`')
    await refused({ where: { name: 'x' }, at: at(0) }, 'give `id` or `email`')
    await refused(
      { where: { id: 1, role: 'ADMIN' }, at: at(0) },
      '`role` beside the unique key `id`',
    )
    const heartbeat = prisma.heartbeat.asOf({ where, at: at(0) })
    await expect(heartbeat).rejects.toThrow(
      '`Heartbeat.asOf()` was called, but the model is not audited',
    )
  })

  describe('among many', () => {
    test('comes in the order of its key, page by page, with those that nothing tells of', async () => {
      const prisma = audited()
      const plain = unaudited()
      await plain.tag.createMany({ data: [2, 9, 11].map((id) => ({ id, name: `plain ${id}` })) })
      await inTurn(
        () => prisma.tag.createMany({ data: [1, 3, 10, 100].map((id) => ({ id, name: `${id}` })) }),
        () => prisma.tag.delete({ where: { id: 10 } }),
        () => prisma.tag.update({ where: { id: 9 }, data: { name: 'later' } }),
        () => prisma.tag.createMany({ data: [4, 5].map((id) => ({ id, name: `${id}` })) }),
      )
      const ids: number[] = []
      const names: string[] = []
      let cursor: string | null = null
      do {
        const page: { rows: { id: number; name: string }[]; nextCursor: string | null } =
          await prisma.tag.asOfMany({ at: at(1), take: 2, cursor })
        expect(page.rows.length).toBeGreaterThan(0)
        ids.push(...page.rows.map(({ id }) => id))
        names.push(...page.rows.map(({ name }) => name))
        cursor = page.nextCursor
      } while (cursor !== null)
      expect(ids).toEqual([1, 2, 3, 9, 10, 11, 100])
      expect(names[3]).toBe('plain 9')
      const later = await prisma.tag.asOfMany({ at: at(4) })
      expect(later.rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 9, 11, 100])
      expect(later.nextCursor).toBeNull()
    })

    test('is chosen by conditions on the key', async () => {
      const prisma = audited()
      await inTurn(() =>
        prisma.tag.createMany({ data: [1, 2, 3, 10].map((id) => ({ id, name: `${id}` })) }),
      )
      await unaudited().tag.create({ data: { id: 20, name: '20' } })
      await inTurn(() => prisma.tag.deleteMany())
      const ids = async (where: object) => {
        const { rows } = await prisma.tag.asOfMany({ where, at: at(1) })
        return rows.map(({ id }) => id)
      }
      expect(await ids({})).toEqual([1, 2, 3, 10, 20])
      expect(await ids({ id: 2 })).toEqual([2])
      expect(await ids({ id: { in: [10, 2, 99, 2] } })).toEqual([2, 10])
      expect(await ids({ id: { in: [1, 2, 3], not: 2 } })).toEqual([1, 3])
      expect(await ids({ id: { gt: 2, lte: 10 } })).toEqual([3, 10])
      expect(await ids({ id: { gte: 2, lt: 10 } })).toEqual([2, 3])
      expect(await ids({ id: { notIn: [1, 20] } })).toEqual([2, 3, 10])
      expect(await ids({ id: { not: { gt: 2 } } })).toEqual([1, 2])
      expect(await ids({ id: { in: [] } })).toEqual([])
      expect(await ids({ id: { equals: 3 } })).toEqual([3])
      expect(await ids({ id: { gte: -(2 ** 31), lt: 2 } })).toEqual([1])
    })

    test('has a composite key, or a text', async () => {
      const prisma = audited()
      const prices = [
        ...['a', 'b'].map((code) => ({ tenantId: 's', code, amount: 1 })),
        ...['a', 'b', 'c'].map((code) => ({ tenantId: 't', code, amount: 1 })),
      ]
      await unaudited().price.create({ data: { tenantId: 't', code: 'X', amount: 9 } })
      await inTurn(
        () => prisma.price.createMany({ data: prices }),
        () =>
          prisma.setting.createMany({
            data: ['b', 'a', 'ö', 'Z'].map((key) => ({ key, value: 1 })),
          }),
      )
      await unaudited().setting.create({ data: { key: 'm', value: 2 } })
      const codes = async (where: object) => {
        const { rows } = await prisma.price.asOfMany({ where, at: at(1), take: 10 })
        return rows.map(({ tenantId, code }) => tenantId + code)
      }
      const living = (await unaudited().price.findMany()).map(
        ({ tenantId, code }) => tenantId + code,
      )
      expect(await codes({})).toEqual(living.toSorted())
      expect(await codes({ tenantId: 's' })).toEqual(
        living.filter((id) => id.startsWith('s')).toSorted(),
      )
      expect(await codes({ tenantId: 't', code: { in: ['c', 'x'] } })).toEqual(
        living.filter((id) => id === 'tc'),
      )
      const keys = async (options: object) =>
        (await prisma.setting.asOfMany({ at: at(2), ...options })).rows.map(({ key }) => key)
      expect(await keys({})).toEqual(['Z', 'a', 'b', 'm', 'ö'])
      expect(await keys({ cursor: 'a', take: 2 })).toEqual(['b', 'm'])
      expect(await keys({ where: { key: { gte: 'b', lt: 'n' } } })).toEqual(['b', 'm'])
      expect(await keys({ where: { key: { gt: 'b' } } })).toEqual(['m', 'ö'])
      expect(await keys({ where: { key: { lte: 'a' } } })).toEqual(['Z', 'a'])
      expect(await keys({ where: { key: { gte: '' } } })).toHaveLength(5)
    })

    test('has a key of any type', async () => {
      const prisma = audited()
      const plain = unaudited()
      const ticks = [3, 1, 2].map((second) => ({ at: at(second), value: second }))
      await inTurn(
        () => prisma.tick.createMany({ data: ticks }),
        () => prisma.tick.delete({ where: { at: at(2) } }),
        () =>
          prisma.ledgerEntry.createMany({
            data: [-5n, 2n ** 62n, 7n].map((id) => ({ id, amount: id })),
          }),
        () =>
          prisma.attachment.create({ data: { digest: new Uint8Array([1]), name: 'a', size: 1 } }),
      )
      await plain.tick.create({ data: { at: at(9), value: 9 } })
      await plain.attachment.create({ data: { digest: new Uint8Array([2]), name: 'b', size: 1 } })
      const values = async (where: object) =>
        (await prisma.tick.asOfMany({ where, at: at(1) })).rows.map(({ value }) => value)
      expect(await values({})).toEqual([1, 2, 3, 9])
      expect(await values({ at: { gte: at(2), lt: at(9) } })).toEqual([2, 3])
      expect(await values({ at: at(9) })).toEqual([9])
      const ids = (await prisma.ledgerEntry.asOfMany({ at: at(4) })).rows.map(({ id }) => id)
      expect(ids).toEqual([-5n, 7n, 2n ** 62n])
      const names = (await prisma.attachment.asOfMany({ at: at(4) })).rows.map(({ name }) => name)
      expect(names).toEqual(['a', 'b'])
    })

    test('has a confidential key', async () => {
      const redact = { hashKey, fields: { Setting: { key: 'hash' } } } as const
      const prisma = audited({ redact })
      await inTurn(() =>
        prisma.setting.createMany({ data: [1, 2].map((value) => ({ key: `${value}`, value })) }),
      )
      await unaudited().setting.create({ data: { key: '3', value: 3 } })
      const values = async (where?: object) =>
        (await prisma.setting.asOfMany({ where, at: at(1) })).rows.map(({ value }) => value)
      expect((await values()).toSorted()).toEqual([1, 2, 3])
      expect(await values({ key: '2' })).toEqual([2])
      await expect(values({ key: { gt: '1' } })).rejects.toThrow('its entity ids are hashed')
    })

    test('costs as many statements for many as for some', async () => {
      const prisma = audited()
      await inTurn(() =>
        prisma.tag.createMany({ data: Array.from({ length: 90 }, (_, i) => ({ name: `${i}` })) }),
      )
      const count = async (take: number) => {
        db.statements().clear()
        await prisma.tag.asOfMany({ at: at(1), take })
        return db.statements().sent.length
      }
      expect(await count(80)).toBe(await count(5))
      expect(await count(80)).toBeLessThanOrEqual(6)
    })

    test('is refused by other conditions, and by a cursor of another kind', async () => {
      const prisma = audited()
      const refused = async (options: object, message: string) => {
        const answer = prisma.user.asOfMany({ at: at(0), ...options })
        await expect(answer).rejects.toMatchObject({ code: 'QUERY_INVALID' })
        await expect(answer).rejects.toThrow(message)
      }
      await refused({ where: { email: 'a' } }, 'takes conditions on the key only: `id`')
      await refused({ where: { AND: [] } }, 'names `AND`')
      await refused({ where: { id: { contains: 1 } } }, 'has `contains`')
      await refused({ where: { id: 'x' } }, 'is `x`')
      await refused({ where: { id: 2 ** 31 } }, 'is `2147483648`')
      await refused({ where: { id: null } }, 'is `null`')
      await refused({ where: { id: { in: 1 } } }, 'has to be a list')
      await refused({ cursor: 'x' }, '`cursor` is `x`')
      await refused({ take: 1001 }, '`take` is `1001`')
      await refused({ at: 5 }, '`at` is `5`')
    })
  })
})

describeEachDatabase('Rows that no entry tells of', (db) => {
  test('are read by a composite key in parts that every database can bear', async () => {
    const prisma = auditedClient(db)
    const codes = Array.from({ length: 600 }, (_, i) => String(i))
    const data = codes.map((code) => ({ tenantId: 't', code, amount: 1 }))
    await db.client().price.createMany({ data })
    const { rows } = await prisma.price.asOfMany({ at: new Date(), take: 1000 })
    expect(rows.map(({ code }) => code)).toEqual(codes.toSorted())
  })
})

describeEachEngine('Time travel in a transaction', (db) => {
  test('sees what the transaction did', async () => {
    const prisma = auditedClient(db)
    await prisma.$transaction(async (tx) => {
      const { id } = await tx.tag.create({ data: { name: 'a' } })
      const at = new Date(Date.now() + 60_000)
      expect(await tx.tag.asOf({ where: { id }, at })).toEqual({ id, name: 'a' })
      expect((await tx.tag.asOfMany({ at })).rows).toEqual([{ id, name: 'a' }])
      expect((await tx.tag.fieldHistory({ where: { id }, field: 'name' })).entries).toHaveLength(1)
    })
  })
})

describeEachEngine('A confidential key that changed', (db) => {
  test('is told under the id that it was, and then under the one that it is', async () => {
    const redact = { hashKey, fields: { Setting: { key: 'mask' }, Translation: { key: 'hash' } } }
    const prisma = auditedClient(db, { redact } as AuditOptions)
    const at = new Date(Date.now() + 60_000)
    await prisma.setting.create({ data: { key: 'old', value: 1 } })
    await prisma.setting.update({ where: { key: 'old' }, data: { key: 'new' } })
    const values = ['old', 'new'].map((key) => prisma.setting.asOf({ where: { key }, at }))
    expect((await Promise.all(values)).map((row) => row?.value)).toEqual([undefined, 1])
    const keys = ['a', 'b', 'c'].map((key) => ({ locale: 'de', key }))
    await prisma.translation.createMany({ data: keys.map((key) => ({ ...key, text: key.key })) })
    await prisma.translation.updateMany({ where: { locale: 'de' }, data: { locale: 'en' } })
    const texts = async (locale: string) => {
      const rows = keys.map(({ key }) =>
        prisma.translation.asOf({ where: { locale_key: { locale, key } }, at }),
      )
      return (await Promise.all(rows)).map((row) => row?.text)
    }
    expect(await texts('de')).toEqual([undefined, undefined, undefined])
    expect(await texts('en')).toEqual(['a', 'b', 'c'])
    expect((await prisma.translation.asOfMany({ at })).rows).toHaveLength(3)
  })
})

describeDatabase('postgresql', 'Lists as of a time', (db) => {
  test('are what they were', async () => {
    const prisma = auditedClient(db)
    const data = { strings: ['a', ''], bigInts: [1n], decimals: ['1.5'], jsons: [{ a: 1 }, 1] }
    const created = await prisma.lists.create({ data })
    const at = new Date(Date.now() + 60_000)
    const row = await prisma.lists.asOf({ where: { id: created.id }, at })
    expect(plainValue(row)).toEqual(plainValue(await prisma.lists.findFirst()))
  })
})

describeDatabase('mysql', 'A row by another spelling of its key', (db) => {
  test('is the one that the database finds by it', async () => {
    const prisma = auditedClient(db)
    await prisma.setting.create({ data: { key: 'Theme', value: 1 } })
    const at = new Date(Date.now() + 60_000)
    expect(await prisma.setting.asOf({ where: { key: 'THEME' }, at })).toMatchObject({
      key: 'Theme',
    })
    expect(await prisma.setting.asOf({ where: { key: 'THEME' }, at: new Date(0) })).toBeNull()
  })
})

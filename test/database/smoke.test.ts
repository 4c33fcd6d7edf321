import { beforeEach, describe, expect, test } from 'vitest'
import { Prisma } from '../generated/postgresql/client/client.ts'
import { describeEachDatabase } from './each.ts'

const at = new Date('2026-02-03T04:05:06.789Z')
const everything = {
  string: 'Grüße, 世界 🎉',
  boolean: true,
  int: -2_147_483_648,
  bigInt: 9_007_199_254_740_993n,
  float: 0.1,
  decimal: new Prisma.Decimal('12345.6789'),
  dateTime: at,
  json: { list: [1, 'two', null], nested: { deep: true } },
  bytes: Uint8Array.of(0, 255, 128),
  role: 'AUDITOR',
} as const

describeEachDatabase('The models of the tests', (db) => {
  beforeEach(() => db.clear())

  test('relations of every kind are written and read back', async () => {
    const client = db.client()
    const user = await client.user.create({
      data: {
        email: 'ada@example.com',
        role: 'AUDITOR',
        settings: { theme: 'dark' },
        profile: { create: { bio: 'Mathematician' } },
        posts: { create: { title: 'Notes', tags: { create: [{ name: 'engine' }] } } },
        followers: { create: { email: 'charles@example.com' } },
        memberships: { create: { team: { create: { name: 'Analysts' } } } },
        subscriptions: { create: { plan: 'pro' } },
      },
    })
    const found = await client.user.findUniqueOrThrow({
      where: { id: user.id },
      include: {
        profile: true,
        posts: { include: { tags: true } },
        followers: true,
        memberships: { include: { team: true } },
        subscriptions: true,
      },
    })
    expect(found).toMatchObject({
      role: 'AUDITOR',
      settings: { theme: 'dark' },
      profile: { bio: 'Mathematician' },
      posts: [{ title: 'Notes', status: 'draft', tags: [{ name: 'engine' }] }],
      followers: [{ email: 'charles@example.com' }],
      memberships: [{ team: { name: 'Analysts' } }],
      subscriptions: [{ userEmail: 'ada@example.com' }],
    })
    await client.user.update({ where: { id: user.id }, data: { email: 'lovelace@example.com' } })
    expect(await client.subscription.findFirst()).toMatchObject({
      userEmail: 'lovelace@example.com',
    })
    await client.user.delete({ where: { id: user.id } })
    expect(await client.post.count()).toBe(0)
    expect(await client.user.count()).toBe(1)
  })

  test('keys of every kind find their row', async () => {
    const client = db.client()
    const [user, team] = await Promise.all([
      client.user.create({ data: { email: 'ada@example.com' } }),
      client.team.create({ data: { name: 'Analysts' } }),
    ])
    const member = { userId: user.id, teamId: team.id }
    await client.membership.create({ data: member })
    expect(await client.membership.findUnique({ where: { member } })).toMatchObject(member)

    const price = { tenantId: 'acme', code: 'A/1' }
    await client.price.create({ data: { ...price, amount: '9.99' } })
    const change = await client.priceChange.create({ data: { ...price, reason: 'inflation' } })
    expect(
      await client.price.findUnique({
        where: { tenantId_code: price },
        include: { changes: true },
      }),
    ).toMatchObject({ amount: new Prisma.Decimal('9.99'), changes: [{ id: change.id }] })

    const id = 9_007_199_254_740_993n
    await client.ledgerEntry.create({ data: { id, amount: -1n } })
    expect(await client.ledgerEntry.findUnique({ where: { id } })).toMatchObject({
      id,
      amount: -1n,
    })

    for (const { id } of [
      await client.document.create({ data: { title: 'uuid' } }),
      await client.device.create({ data: { name: 'native uuid' } }),
    ]) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/)
    }
    expect((await client.ticket.create({ data: { subject: 'cuid' } })).id).toMatch(/^c[0-9a-z]+$/)

    await client.setting.create({ data: { key: 'limits', value: [1, 2] } })
    expect(await client.setting.findUnique({ where: { key: 'limits' } })).toMatchObject({
      value: [1, 2],
    })

    const text = { locale: 'de', key: 'hello' }
    await client.translation.create({ data: { ...text, text: 'Hallo' } })
    expect(await client.translation.findUnique({ where: { locale_key: text } })).toMatchObject(text)

    await client.tick.create({ data: { at, value: 1.5 } })
    expect(await client.tick.findUnique({ where: { at } })).toEqual({ at, value: 1.5 })

    const digest = Uint8Array.of(1, 2, 255)
    await client.attachment.create({ data: { digest, name: 'a.png', size: 3 } })
    expect(await client.attachment.findUnique({ where: { digest } })).toMatchObject({ size: 3 })
  })

  test('every scalar type comes back as it went in', async () => {
    const client = db.client()
    const required = await client.everything.create({ data: everything })
    expect(required).toMatchObject({ ...everything, stringOpt: null, jsonOpt: null, roleOpt: null })
    const optional = {
      stringOpt: '',
      booleanOpt: false,
      intOpt: 0,
      bigIntOpt: -9_223_372_036_854_775_808n,
      floatOpt: -1.5e300,
      decimalOpt: new Prisma.Decimal('-0.5'),
      dateTimeOpt: new Date(0),
      jsonOpt: 'text',
      bytesOpt: new Uint8Array(),
      roleOpt: 'MEMBER',
    } as const
    const { id } = await client.everything.create({ data: { ...everything, ...optional } })
    expect(await client.everything.findUnique({ where: { id } })).toMatchObject(optional)
  })

  test.skipIf(!db.can.exactDecimals)('a decimal keeps all its digits', async () => {
    const client = db.client()
    const amount = new Prisma.Decimal('12345678901234567890.123456789')
    await client.price.create({ data: { tenantId: 'acme', code: 'A', amount } })
    expect((await client.price.findFirstOrThrow()).amount.toFixed()).toBe(amount.toFixed())
  })

  test('JSON null and database null are told apart', async () => {
    const client = db.client()
    const json = Prisma.JsonNull
    const data = { ...everything, json, jsonOpt: json }
    const { id } = await client.everything.create({ data })
    await client.everything.create({ data: everything })
    const withJsonNull = { jsonOpt: { equals: Prisma.JsonNull } }
    expect(await client.everything.findMany({ where: withJsonNull })).toMatchObject([{ id }])
  })

  test('native types keep what they can hold', async () => {
    const client = db.client()
    const { id } = await client.native.create({
      data: {
        date: new Date('2026-02-03'),
        time: new Date('1970-01-01T04:05:06.789Z'),
        timestamp: at,
        char: 'ab',
        text: 'long',
        smallInt: -32_768,
        uuid: '0190c5a0-0000-7000-8000-000000000000',
        decimal: '123456789012.12345678',
        inet: '10.0.0.1',
      },
    })
    const row = await client.native.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({
      date: new Date('2026-02-03'),
      timestamp: at,
      smallInt: -32_768,
      uuid: '0190c5a0-0000-7000-8000-000000000000',
    })
    expect(row.time?.toISOString()).toBe('1970-01-01T04:05:06.789Z')
    expect(row.char?.trimEnd()).toBe('ab')
  })

  test('reserved words are names like any other', async () => {
    const client = db.client()
    const { id } = await client.order.create({
      data: {
        select: 'all',
        from: 'here',
        group: 'g',
        where: 'w',
        order: 1,
        data: {},
        update: true,
      },
    })
    const where = { from: 'here', select: { startsWith: 'a' } }
    expect(await client.order.findFirst({ where, orderBy: { order: 'asc' } })).toMatchObject({ id })
  })

  test('a parent that is in use is kept, and children survive where they may', async () => {
    const client = db.client()
    const { id } = await client.category.create({
      data: { name: 'Tools', children: { create: { name: 'Saws' } } },
    })
    await client.product.create({
      data: { sku: 'S1', name: 'Saw', price: '10', categoryId: id },
    })
    await expect(client.category.delete({ where: { id } })).rejects.toMatchObject({ code: 'P2003' })
    await client.product.deleteMany()
    await client.category.delete({ where: { id } })
    expect(await client.category.findMany()).toMatchObject([{ name: 'Saws', parentId: null }])
  })

  test('the remaining models take a row', async () => {
    const client = db.client()
    await client.credential.create({ data: { label: 'CI', password: 'secret', apiKey: 'k' } })
    await client.heartbeat.create({ data: { host: 'a' } })
    const invoice = await client.invoice.create({
      data: { number: '1', status: 'PAID', lines: { create: { text: 'Saw', amount: '10' } } },
      include: { lines: true },
    })
    expect(invoice).toMatchObject({ status: 'PAID', lines: [{ text: 'Saw' }] })
    const entry = await client.auditLog.create({
      data: { id: '0'.repeat(32), traceId: '0'.repeat(32), action: 'create', entity: 'Invoice' },
    })
    expect(Number(entry.seq)).toBeGreaterThan(0)
  })

  test.skipIf(!db.can.lists)('lists of every type come back', async () => {
    const client = db.client()
    const lists = {
      strings: ['a', ''],
      booleans: [true, false],
      ints: [1, 2],
      bigInts: [9_007_199_254_740_993n],
      floats: [0.1],
      dateTimes: [at],
      jsons: [{ a: 1 }, [2]],
      bytes: [Uint8Array.of(1)],
      roles: ['ADMIN', 'AUDITOR'],
    } satisfies Prisma.ListsCreateInput
    expect(await client.lists.create({ data: lists })).toMatchObject({ ...lists, decimals: [] })
  })

  test.skipIf(!db.can.unsupportedColumns)(
    'columns unknown to the client are left out',
    async () => {
      const client = db.client()
      const article = await client.article.create({ data: { title: 'News' } })
      expect(Object.keys(article)).toEqual(['id', 'title'])
    },
  )

  test('the adapter rolls a nested transaction back to its savepoint', async () => {
    const client = db.client()
    await client.$transaction(async (tx) => {
      await tx.team.create({ data: { name: 'kept' } })
      await tx.$executeRawUnsafe('SAVEPOINT by_hand')
      await tx.team.create({ data: { name: 'undone' } })
      await tx.$executeRawUnsafe('ROLLBACK TO SAVEPOINT by_hand')
    })
    expect(await client.team.findMany()).toMatchObject([{ name: 'kept' }])
  })
})

describeEachDatabase('Recorded statements', (db) => {
  beforeEach(async () => {
    await db.clear()
    db.statements().reset()
  })

  test('a transaction is recorded from its begin to its end', async () => {
    const client = db.client()
    // Prisma sends an array of one as it is.
    await client.$transaction([
      client.team.create({ data: { name: 'a' } }),
      client.team.create({ data: { name: 'b' } }),
    ])
    const sent = db.statements().sent
    expect(sent.at(0)?.sql).toBe('BEGIN')
    expect(sent.at(-1)?.sql).toBe('COMMIT')
    expect(new Set(sent.map(({ transaction }) => transaction)).size).toBe(1)
    expect(db.statements().count(/^INSERT/)).toBe(2)
  })

  test('a statement tells how many rows it answered, once it has', async () => {
    const client = db.client()
    await client.team.createMany({ data: [{ name: 'a' }, { name: 'b' }] })
    const held = db.statements().hold(/^SELECT/)
    const found = client.team.findMany()
    const settled = found.then(() => {})
    const statement = await held.reached
    expect(statement.rows).toBeUndefined()
    held.release()
    await settled
    expect(statement.rows).toBe(2)
    await client.team.findMany({ where: { name: 'c' } })
    expect(db.statements().sent.at(-1)?.rows).toBe(0)
    await client.team.deleteMany()
    expect(db.statements().sent.at(-1)?.rows).toBeUndefined()
  })

  test.each([/INSERT.*Membership/, /^COMMIT$/])(
    'a failure at %s undoes the transaction',
    async (pattern) => {
      const client = db.client({ poolSize: 1 })
      const create = () =>
        client.user.create({
          data: { email: 'a@b.c', memberships: { create: { team: { create: { name: 'a' } } } } },
        })
      db.statements().fail(pattern, { error: new Error('out of order') })
      await expect(create()).rejects.toThrow('out of order')
      expect(await client.user.count()).toBe(0)
      await create()
      expect(await client.user.count()).toBe(1)
    },
  )

  test('a rolled back transaction and its savepoints are recorded', async () => {
    const client = db.client()
    const run = client.$transaction(async (tx) => {
      await tx.$transaction((inner) => inner.team.create({ data: { name: 'a' } }))
      throw new Error('no')
    })
    await expect(run).rejects.toThrow('no')
    expect(db.statements().count(/^SAVEPOINT/)).toBe(1)
    expect(db.statements().count(/^RELEASE SAVEPOINT/)).toBe(1)
    expect(db.statements().sent.at(-1)?.sql).toBe('ROLLBACK')
    expect(await client.team.count()).toBe(0)
  })

  test('a statement that is held back is not sent until it is released', async () => {
    const client = db.client()
    const held = db.statements().hold(/INSERT/)
    const created = client.team.create({ data: { name: 'a' } })
    const settled = created.then(() => {})
    expect((await held.reached).sql).toMatch(/Team/)
    expect(
      await db.sql(db.provider === 'mysql' ? 'SELECT * FROM `Team`' : 'SELECT * FROM "Team"'),
    ).toEqual([])
    held.release()
    await settled
    expect(await client.team.count()).toBe(1)
  })
})

describe('Each suite has a database of its own', () => {
  describeEachDatabase('first', (db) => {
    test('writes a row', async () => {
      await db.client().team.create({ data: { name: 'a' } })
    })
  })
  describeEachDatabase('second', (db) => {
    test('does not see it', async () => {
      expect(await db.client().team.count()).toBe(0)
    })
  })
})

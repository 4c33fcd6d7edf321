import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type EntryJson, entryJson, valueJson } from '../../src/query/entry-json.ts'
import { decodeValue, encodeValue, type JsonValue } from '../../src/serialize.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

describeEachEngine('entryJson', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })

  test('has the form that is stored, whatever the type', async () => {
    const { Prisma } = await import('../generated/postgresql/client/client.ts')
    const data = {
      string: 'ü🙂',
      boolean: true,
      int: -1,
      bigInt: 2n ** 62n,
      float: 0.1,
      decimal: new Prisma.Decimal('12345678901234.5678'),
      dateTime: new Date('2030-01-31T12:00:00.123Z'),
      json: { $json: null, list: [1, null, { deep: 'x' }] },
      bytes: new Uint8Array([0, 255, 62, 63]),
      role: 'ADMIN' as const,
    }
    const { id } = await prisma.everything.create({ data })
    await prisma.everything.update({ where: { id }, data: { bigIntOpt: 1n, string: 'other' } })
    await prisma.everything.delete({ where: { id } })
    const [created, updated, deleted] = (await entriesOf(prisma)).map(entryJson)
    expect(JSON.parse(JSON.stringify(created))).toEqual(created)
    expect(created?.seq).toMatch(/^\d+$/)
    expect(created?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(created?.before).toBeNull()
    expect(created?.after).toMatchObject({
      bigInt: '4611686018427387904',
      dateTime: '2030-01-31T12:00:00.123Z',
      json: { $json: data.json },
      bytes: 'AP8+Pw==',
      intOpt: null,
    })
    const { auditLog } = await prisma.auditLog.findFirstOrThrow().then((row) => ({ auditLog: row }))
    expect(created?.after).toEqual(auditLog.after)
    expect(created?.diff.added).toEqual(created?.after)
    expect(updated?.diff.updated).toEqual({ bigIntOpt: '1', string: 'other' })
    expect(deleted?.diff.deleted).toEqual(
      Object.fromEntries(Object.keys(deleted?.before ?? {}).map((name) => [name, null])),
    )
  })

  test('keeps the keys of links', async () => {
    const { id } = await prisma.post.create({
      data: {
        title: 'linked',
        author: { create: { email: 'e@x', name: 'E' } },
        tags: { create: { name: 't' } },
      } as never,
      select: { id: true },
    })
    const entries = (await entriesOf(prisma)).map(entryJson)
    const link = entries.find(
      (entry: EntryJson) => entry.action === 'link' && entry.entity === 'Post',
    )
    expect(link).toMatchObject({
      entityId: String(id),
      after: { tags: [{ id: expect.any(Number) }] },
    })
  })
})

const field = (type: string, isList = false) => ({ type, isList })
// As it is stored: JSON text has no negative zero of JavaScript's.
const json = fc
  .jsonValue({ depthSize: 'small' })
  .filter((value) => value !== null)
  .map((value) => JSON.parse(JSON.stringify(value)))

test.each<[string, fc.Arbitrary<unknown>]>([
  ['BigInt', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['Float', fc.double({ noNaN: false })],
  ['DateTime', fc.date({ noInvalidDate: true })],
  ['Bytes', fc.uint8Array()],
  ['String', fc.string({ unit: 'grapheme' })],
  ['Json', json],
])('valueJson gives a decoded %s its stored form again', (type, arbitrary) => {
  const holds = (stored: JsonValue, isList: boolean) =>
    expect(JSON.stringify(valueJson(decodeValue(field(type, isList), stored)))).toBe(
      JSON.stringify(stored),
    )
  fc.assert(
    fc.property(arbitrary, (value) => {
      holds(encodeValue(field(type), value), false)
      if (type !== 'Json') holds(encodeValue(field(type, true), [value, value]), true)
    }),
  )
})

test.each(['[masked]', '[redacted]', `hmac-sha256:${'0'.repeat(64)}`])(
  'shows that a value is hidden, whatever the type of its field: %s',
  (hidden) => {
    for (const type of [
      'Bytes',
      'BigInt',
      'Decimal',
      'DateTime',
      'Float',
      'Int',
      'Json',
      'String',
    ]) {
      expect(valueJson(decodeValue(field(type), hidden))).toBe(hidden)
    }
  },
)

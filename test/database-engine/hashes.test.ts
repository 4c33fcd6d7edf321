import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { AuditOptions } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { everythingData, listsData } from '../capture/random-values.ts'
import { Prisma, type PrismaClient } from '../generated/postgresql/client/client.ts'
import { describeTwoEngines } from './two-engines.ts'

type Redactions = NonNullable<NonNullable<AuditOptions['redact']>['fields']>

const hashed = (names: readonly string[]) =>
  Object.fromEntries(names.map((n) => [n, 'hash'] as const))

const everything = everythingData('postgresql')
const lists = listsData()

/** Every field of these, and keys of every kind. */
const fields: Redactions = {
  Everything: hashed(Object.keys(everything)),
  Lists: hashed(Object.keys(lists)),
  Native: hashed(['date', 'time', 'timestamp', 'char', 'real', 'uuid', 'decimal', 'inet']),
  LedgerEntry: { id: 'hash' },
  Price: { code: 'hash' },
  Tick: { at: 'hash' },
  Attachment: { digest: 'hash' },
  Setting: { key: 'mask' },
  User: { email: 'hash' },
  Tag: { id: 'hash', name: 'hash' },
}

describeTwoEngines('Hashes', ({ client, database }) => {
  let engines: { readonly plain: PrismaClient; readonly prisma: AuditedClient }[]
  beforeAll(() => {
    engines = [client, database].map((db) => {
      return { plain: db.client(), prisma: auditedClient(db, { redact: { fields } }) }
    })
  })

  /** What both engines record of the same calls: ids and hashes, which have to be the same. */
  const recorded = async (work: (prisma: AuditedClient) => Promise<unknown>) => {
    const trails = []
    for (const { plain, prisma } of engines) {
      const { _max } = await plain.auditLog.aggregate({ _max: { seq: true } })
      await work(prisma)
      const trail = await plain.auditLog.findMany({
        where: { seq: { gt: _max.seq ?? 0n } },
        orderBy: { seq: 'asc' },
      })
      trails.push(
        trail.map(({ action, entity, entityId, before, after, changed }) => {
          return { action, entity, entityId, before, after, changed }
        }),
      )
    }
    const [byClient, byDatabase] = trails
    return { byClient, byDatabase }
  }
  const expectEqual = async (work: (prisma: AuditedClient) => Promise<unknown>) => {
    const { byClient, byDatabase } = await recorded(work)
    expect(byClient?.length).toBeGreaterThan(0)
    expect(byDatabase).toEqual(byClient)
  }
  let id = 0

  test.each<[string, Record<string, unknown>]>([
    ['String', { string: 'it\'s "quoted" \\ 世界 🎉\n' }],
    ['an empty String', { string: '' }],
    ['Int', { int: -7 }],
    ['BigInt', { bigInt: 9_007_199_254_740_993n }],
    ['Boolean', { boolean: false }],
    ['Float', { float: 0.1 }],
    ['a large Float', { float: 1e21 }],
    ['a small Float', { float: -1.5e-7 }],
    ['a Float that is whole', { float: 1e20 }],
    ['a Float that is negative zero', { float: -0 }],
    ['Decimal', { decimal: '1.50' }],
    ['DateTime', { dateTime: new Date('2024-02-29T12:34:56.700Z') }],
    ['Bytes', { bytes: new Uint8Array(100).fill(255) }],
    ['an enum', { role: 'AUDITOR' }],
    ['Json that is text', { json: 'it\'s "quoted" \\ 世界 🎉\n' }],
    ['Json that is a number', { json: 1.5 }],
    ['Json that is a boolean', { json: true }],
    ['Json that is null', { json: Prisma.JsonNull }],
    ['Json that is an object', { json: { b: [1, ' a: "b", c\\" '], a: { x: null } } }],
    ['Json that has our own key', { json: { $json: 1 } }],
  ])('are the same of %s', async (_, given) => {
    const rest = {
      ...{ string: '', boolean: true, int: 0, bigInt: 0n, float: 0, decimal: 0 },
      ...{ dateTime: new Date(0), json: 0, bytes: new Uint8Array(), role: 'MEMBER' as const },
    }
    const data = { id: ++id, ...rest, ...given }
    await expectEqual((prisma) => prisma.everything.create({ data }))
  })

  test('are the same of random values', async () => {
    // What a number in JSON is written as differs: PostgreSQL keeps its digits, JavaScript does not.
    const { json, jsonOpt, ...others } = everything
    const property = fc.asyncProperty(fc.record(others), async (values) => {
      const data = { id: ++id, ...values, json: 1 } as never
      await expectEqual((prisma) => prisma.everything.create({ data }))
    })
    await fc.assert(property, { numRuns: 30 })
  })

  test('are the same of random lists', async () => {
    const { jsons, ...others } = lists
    const property = fc.asyncProperty(fc.record(others), async (values) => {
      const data = { id: ++id, ...values } as never
      await expectEqual((prisma) => prisma.lists.create({ data }))
    })
    await fc.assert(property, { numRuns: 30 })
  })

  test('are the same of native types', async () => {
    const at = new Date('2024-02-29T12:34:56.789Z')
    const data = {
      ...{ id: ++id, date: at, time: at, timestamp: at, char: 'ab', real: 0.1, decimal: '1.5' },
      ...{ uuid: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', inet: '192.0.2.1' },
    }
    await expectEqual((prisma) => prisma.native.create({ data }))
  })

  test('stand for keys that are confidential', async () => {
    const digest = new Uint8Array([1, 2, 3])
    const price = { tenantId_code: { tenantId: 't "1"', code: 'c, d' } }
    await expectEqual(async (prisma) => {
      await prisma.ledgerEntry.create({ data: { id: 10n, amount: 5n } })
      await prisma.ledgerEntry.update({ where: { id: 10n }, data: { id: 11n } })
      await prisma.ledgerEntry.delete({ where: { id: 11n } })
      await prisma.price.create({ data: { ...price.tenantId_code, amount: 5 } })
      await prisma.price.update({ where: price, data: { amount: 6 } })
      await prisma.tick.create({ data: { at: new Date(1), value: 1 } })
      await prisma.attachment.create({ data: { digest, name: 'a', size: 3 } })
      await prisma.setting.create({ data: { key: 'secret', value: 1 } })
      await prisma.setting.update({ where: { key: 'secret' }, data: { key: 'other' } })
    })
  })

  test('stand for keys of links', async () => {
    const at = { createdAt: new Date(0), updatedAt: new Date(0) }
    await expectEqual(async (prisma) => {
      await prisma.user.create({ data: { id: 1, email: 'a@b.c', ...at } })
      await prisma.post.create({ data: { id: 1, title: 'x', authorId: 1, ...at } })
      await prisma.tag.create({ data: { id: 1, name: 'red' } })
      const [connect, updatedAt] = [{ id: 1 }, at.updatedAt]
      await prisma.post.update({ where: { id: 1 }, data: { updatedAt, tags: { connect } } })
    })
  })
})

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuditError, withAudit } from '../../src/index.ts'
import { describeEachDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import {
  during,
  faults,
  missingTable,
  refused,
  refusingEntity,
  underFault,
} from './audit-faults.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { trailOf } from './trail.ts'

type Orders = AuditedClient['order']

const row = { select: 's', from: 'f' }
const where = { id: 101 }
const increment = { order: { increment: 1 } }
const missing = { id: 109 }

/** Each write with the `order` of all rows once it was made: of 101, of 102, of new ones. */
const writes = {
  create: [(orders) => orders.create({ data: row }), [0, 0, 0]],
  createMany: [(orders) => orders.createMany({ data: [row, row] }), [0, 0, 0, 0]],
  update: [(orders) => orders.update({ where, data: increment }), [1, 0]],
  updateMany: [(orders) => orders.updateMany({ data: increment }), [1, 1]],
  'upsert of a missing row': [
    (orders) =>
      orders.upsert({ where: missing, create: { ...missing, ...row }, update: increment }),
    [0, 0, 0],
  ],
  'upsert of a row': [(orders) => orders.upsert({ where, create: row, update: increment }), [1, 0]],
  delete: [(orders) => orders.delete({ where }), [0]],
  deleteMany: [(orders) => orders.deleteMany(), []],
} satisfies Record<
  string,
  readonly [(orders: Orders) => ReturnType<Orders['create' | 'updateMany']>, readonly number[]]
>

const cases = Object.entries(writes).map(([name, [write, result]]) => ({ name, write, result }))

describeEachDatabase("With onError: 'ignore', a failing audit write", (db) => {
  let plain: PrismaClient
  let client: AuditedClient
  const told: AuditError[] = []

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    const onIgnoredError = (error: AuditError) => {
      told.push(error)
    }
    client = auditedClient(db, { onError: 'ignore', onIgnoredError })
  })
  beforeEach(async () => {
    await db.clear()
    await client.order.createMany({ data: [101, 102].map((id) => ({ id, ...row })) })
    told.length = 0
  })

  async function expectIgnored(result: readonly number[], recorded = 2) {
    expect(told).toMatchObject([{ name: 'AuditError', code: 'WRITE_FAILED' }])
    const orders = await plain.order.findMany()
    expect(orders.map(({ order }) => order).sort()).toEqual(result.toSorted())
    expect(await trailOf(plain)).toHaveLength(recorded)
  }

  describe.each(Object.entries(faults))('because of %s', (_, fault) => {
    underFault(db, fault)

    test.each(cases)('lets a standalone $name happen, once', async ({ write, result }) => {
      await withAudit(refused, async () => {
        await write(client.order)
      })
      await expectIgnored(result)
    })

    test.each(cases)('lets $name happen in a transaction, once', async ({ write, result }) => {
      await client.$transaction(async (tx) => {
        await tx.tag.create({ data: { name: 'before' } })
        await withAudit(refused, async () => {
          await write(tx.order as unknown as Orders)
        })
        await tx.tag.create({ data: { name: 'after' } })
      })
      await expectIgnored(result, 4)
    })

    test.each(cases)('lets $name happen in an array, once', async ({ write, result }) => {
      await withAudit(refused, async () => {
        await client.$transaction([write(client.order) as never])
      })
      await expectIgnored(result)
    })

    test.each(cases)('lets $name happen in a savepoint, once', async ({ write, result }) => {
      await client.$transaction(async (tx) => {
        await tx.$transaction((inner) =>
          withAudit(refused, async () => {
            await write(inner.order as unknown as Orders)
          }),
        )
      })
      await expectIgnored(result)
    })
  })

  test.each(cases)('lets $name happen without an audit table', async ({ write, result }) => {
    await during(db, missingTable, async () => {
      await write(client.order)
    })
    await expectIgnored(result)
  })

  test('in a later chunk leaves no row of the chunks before it', async () => {
    const data = Array.from({ length: 2_100 }, (_, i) => ({ id: 1_001 + i, ...row }))
    await during(db, refusingEntity('3100'), () => client.order.createMany({ data }))
    await expectIgnored([0, 0, ...data.map(() => 0)])
  })

  test("does not hide the errors of the user's own writes", async () => {
    await client.tag.create({ data: { name: 'taken' } })
    const calls = [
      [client.tag.create({ data: { name: 'taken' } }), 'P2002'],
      [client.tag.update({ where: { id: 404 }, data: { name: 'x' } }), 'P2025'],
      [client.tag.delete({ where: { id: 404 } }), 'P2025'],
    ] as const
    for (const [call, code] of calls) await expect(call).rejects.toMatchObject({ code })
    expect(told).toEqual([])
    expect(await trailOf(plain)).toHaveLength(3)
  })
})

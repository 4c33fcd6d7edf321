import type { Client } from './variants.ts'

export const operationNames = [
  'create',
  'update',
  'delete',
  'upsert',
  'createMany',
  'updateMany',
  'nestedCreate',
  'nestedUpdate',
  'cascade',
  'link',
  'deleteMany',
  'transaction',
] as const
export type OperationName = (typeof operationNames)[number]

export interface Operation {
  /**
   * Audit rows that a complete trail of one call has: one for each row that it writes, whether the
   * call names the row or not. A link is a row of no model: it is told by both of its ends.
   */
  readonly auditRows: number
  /** Calls that each caller makes in one round, one after the other. */
  readonly calls: number
  /** Makes what the calls of one round need; not timed. */
  prepare(client: Client, keys: readonly string[]): Promise<void>
  /** One call; no two have the same key. */
  call(client: Client, key: string): Promise<unknown>
}

const bulk = 5000
const cascaded = 1000
const calls = 40
const nested = 10

/** Half of the upserts of a round find their row, the others insert it. */
const findsRow = (key: string) => /[02468]$/.test(key)

export const operations: Readonly<Record<OperationName, Operation>> = {
  create: {
    auditRows: 1,
    calls,
    prepare: async () => {},
    call: async (client, key) => client.product.create({ data: product(key) }),
  },
  update: {
    auditRows: 1,
    calls,
    prepare: insert,
    call: async (client, key) => client.product.update({ where: { id: key }, data: change }),
  },
  delete: {
    auditRows: 1,
    calls,
    prepare: insert,
    call: async (client, key) => client.product.delete({ where: { id: key } }),
  },
  upsert: {
    auditRows: 1,
    calls,
    prepare: (client, keys) => insert(client, keys.filter(findsRow)),
    call: async (client, key) =>
      client.product.upsert({ where: { sku: key }, create: product(key), update: change }),
  },
  createMany: {
    auditRows: bulk,
    calls: 1,
    prepare: async () => {},
    call: async (client, key) => client.product.createMany({ data: productsOf(key) }),
  },
  updateMany: {
    auditRows: bulk,
    calls: 1,
    async prepare(client, keys) {
      for (const key of keys) await client.product.createMany({ data: productsOf(key) })
    },
    call: async (client, key) =>
      client.product.updateMany({ where: { categoryId: key }, data: change }),
  },
  nestedCreate: {
    auditRows: 1 + nested,
    calls,
    prepare: async () => {},
    call: async (client, key) =>
      client.purchase.create({
        data: { ...purchase(key), items: { create: itemsOf(key, nested) } },
      }),
  },
  nestedUpdate: {
    auditRows: 2,
    calls,
    prepare: (client, keys) => insertPurchases(client, keys, 1),
    call: async (client, key) => {
      const items = { update: { where: { id: `${key}-0` }, data: { quantity: { increment: 1 } } } }
      return client.purchase.update({ where: { id: key }, data: { total: '39.98', items } })
    },
  },
  cascade: {
    auditRows: 1 + cascaded,
    calls: 1,
    prepare: (client, keys) => insertPurchases(client, keys, cascaded),
    call: async (client, key) => client.purchase.delete({ where: { id: key } }),
  },
  link: {
    auditRows: 2,
    calls,
    async prepare(client, keys) {
      await insertPurchases(client, keys, 0)
      await client.label.createMany({ data: keys.map((key) => ({ id: key, name: key })) })
    },
    call: async (client, key) =>
      client.purchase.update({ where: { id: key }, data: { labels: { connect: { id: key } } } }),
  },
  deleteMany: {
    auditRows: bulk,
    calls: 1,
    async prepare(client, keys) {
      for (const key of keys) await client.product.createMany({ data: productsOf(key) })
    },
    call: async (client, key) => client.product.deleteMany({ where: { categoryId: key } }),
  },
  transaction: {
    auditRows: nested,
    calls: calls / 4,
    prepare: async () => {},
    call: async (client, key) =>
      client.$transaction(async (tx) => {
        for (let i = 0; i < nested; i++) await tx.product.create({ data: product(`${key}-${i}`) })
      }),
  },
}

/** Rows of tables in use, which no call touches. */
export async function fill(client: Client): Promise<void> {
  await client.product.createMany({ data: productsOf('other-0') })
  const keys = Array.from({ length: 1000 }, (_, i) => `other-${i}`)
  await insertPurchases(client, keys, 1)
  // On SQLite, Prisma cannot connect all of them in one call.
  const purchases = { connect: keys.slice(0, 100).map((id) => ({ id })) }
  await client.label.create({ data: { id: 'other-0', name: 'other-0', purchases } })
}

const change = { status: 'active', price: '24.50', stock: { decrement: 1 } } as const

function product(key: string, categoryId = 'single') {
  return {
    id: key,
    sku: key,
    name: `Product ${key}`,
    description: 'Enamelled steel, 350 ml. Dishwasher safe, not for microwave ovens.',
    price: '19.99',
    stock: 12,
    categoryId,
  }
}

function productsOf(category: string) {
  return Array.from({ length: bulk }, (_, i) => product(`${category}-${i}`, category))
}

async function insert(client: Client, keys: readonly string[]): Promise<void> {
  await client.product.createMany({ data: keys.map((key) => product(key)) })
}

function purchase(key: string) {
  return { id: key, reference: key, total: '19.99' }
}

function itemsOf(key: string, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    id: `${key}-${i}`,
    sku: `sku-${i}`,
    price: '19.99',
    quantity: 1,
  }))
}

/** Purchases with so many items each. */
async function insertPurchases(
  client: Client,
  keys: readonly string[],
  count: number,
): Promise<void> {
  await client.purchase.createMany({ data: keys.map(purchase) })
  const data = keys.flatMap((purchaseId) =>
    itemsOf(purchaseId, count).map((item) => ({ ...item, purchaseId })),
  )
  await client.item.createMany({ data })
}

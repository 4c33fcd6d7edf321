import type { Client } from './variants.ts'

export const operationNames = [
  'create',
  'update',
  'delete',
  'upsert',
  'createMany',
  'updateMany',
] as const
export type OperationName = (typeof operationNames)[number]

export interface Operation {
  /** Rows that one call writes. */
  readonly rows: number
  /** Calls that each caller makes in one round, one after the other. */
  readonly calls: number
  /** Makes what the calls of one round need; not timed. */
  prepare(client: Client, keys: readonly string[]): Promise<void>
  /** One call; no two have the same key. */
  call(client: Client, key: string): Promise<unknown>
}

const bulk = 1000
const calls = 40

/** Half of the upserts of a round find their row, the others insert it. */
const findsRow = (key: string) => /[02468]$/.test(key)

export const operations: Readonly<Record<OperationName, Operation>> = {
  create: {
    rows: 1,
    calls,
    prepare: async () => {},
    call: async (client, key) => client.product.create({ data: product(key) }),
  },
  update: {
    rows: 1,
    calls,
    prepare: insert,
    call: async (client, key) => client.product.update({ where: { id: key }, data: change }),
  },
  delete: {
    rows: 1,
    calls,
    prepare: insert,
    call: async (client, key) => client.product.delete({ where: { id: key } }),
  },
  upsert: {
    rows: 1,
    calls,
    prepare: (client, keys) => insert(client, keys.filter(findsRow)),
    call: async (client, key) =>
      client.product.upsert({ where: { sku: key }, create: product(key), update: change }),
  },
  createMany: {
    rows: bulk,
    calls: 1,
    prepare: async () => {},
    call: async (client, key) => client.product.createMany({ data: productsOf(key) }),
  },
  updateMany: {
    rows: bulk,
    calls: 1,
    async prepare(client, keys) {
      for (const key of keys) await client.product.createMany({ data: productsOf(key) })
    },
    call: async (client, key) =>
      client.product.updateMany({ where: { categoryId: key }, data: change }),
  },
}

/** Rows of a table in use, which no call touches. */
export async function fill(client: Client): Promise<void> {
  for (let i = 0; i < 2; i++) await client.product.createMany({ data: productsOf(`other-${i}`) })
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

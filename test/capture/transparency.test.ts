import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Provider } from '../database/capabilities.ts'
import { type Database, describeDatabase, describeEachDatabase } from '../database/each.ts'
import { Prisma, type PrismaClient } from '../generated/postgresql/client/client.ts'
import { auditedClient } from './audited.ts'
import {
  type Calls,
  fluentCalls,
  manyCalls,
  nestedCalls,
  returningCalls,
  seed,
  singleCalls,
} from './transparent-calls.ts'
import { operations, refusedCalls, wrongArguments } from './wrong-calls.ts'

/** A value with the types of its parts and the order of its keys, but for the time of writing. */
function show(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, json: unknown) {
    const inner = this[key]
    if (/^(created|updated|joined)At$/.test(key)) return inner instanceof Date ? 'now' : inner
    if (typeof inner === 'bigint') return `${inner}n`
    if (inner instanceof Date || Prisma.Decimal.isDecimal(inner)) {
      return `${inner.constructor.name} ${inner}`
    }
    return json
  })
}

/** What a caller can tell of an error: everything but the stack. */
function showError(error: unknown) {
  const { name, message, constructor, ...own } = error as Error & { meta?: object }
  const { driverAdapterError, ...meta } = (own.meta ?? {}) as { driverAdapterError?: Error }
  return {
    class: (error as Error).constructor.name,
    name: (error as Error).name,
    message: (error as Error).message,
    own: show({ ...own, meta }),
    cause: show(driverAdapterError?.cause),
  }
}

async function outcomeOf(call: () => unknown): Promise<object> {
  try {
    return { result: show(await call()) }
  } catch (error) {
    return { error: showError(error) }
  }
}

const models = ['user', 'profile', 'post', 'tag', 'product', 'category', 'order'] as const

/** All rows, to see that a call had the same effect. */
async function rowsOf(client: PrismaClient) {
  const rows = models.map(async (name) => {
    const delegate = client[name] as PrismaClient['tag']
    return [name, show(await delegate.findMany({ orderBy: { id: 'asc' } }))]
  })
  return Object.fromEntries(await Promise.all(rows))
}

/** Runs a suite with a plain client on one database, and an audited one on its equal. */
function describePairs(
  name: string,
  options: Pick<Prisma.PrismaClientOptions, 'omit'>,
  suite: (
    compare: (call: Calls[string]) => Promise<{ plain: object; audited: object }>,
    provider: Provider,
    db: Database,
  ) => void,
): void {
  describeEachDatabase(name, (db) =>
    describeDatabase(db.provider, 'and an equal one', (other) => {
      let readers: PrismaClient[]
      let plain: PrismaClient
      let audited: PrismaClient
      beforeAll(() => {
        readers = [db.client(), other.client()]
        plain = other.client(options)
        audited = auditedClient(db, {}, options) as unknown as PrismaClient
      })
      beforeEach(async () => {
        await Promise.all([db.clear(), other.clear()])
        await Promise.all(readers.map(seed))
      })
      const compare = async (call: Calls[string]) => {
        const outcomes = {
          plain: await outcomeOf(() => call(plain)),
          audited: await outcomeOf(() => call(audited)),
        }
        const [rows, expected] = await Promise.all(readers.map(rowsOf))
        expect(rows).toEqual(expected)
        await expectWholeSnapshots(readers[0] as PrismaClient)
        return outcomes
      }
      suite(compare, db.provider, db)
    }),
  )
}

/** Whatever a call selects or omits, its audit rows show every column. */
async function expectWholeSnapshots(client: PrismaClient): Promise<void> {
  for (const { entity, before, after } of await client.auditLog.findMany()) {
    const columns = Object.keys(Prisma[`${entity as 'User'}ScalarFieldEnum`])
    const recorded = columns.filter((name) => name !== 'lastSeenAt').toSorted()
    for (const snapshot of [before, after]) {
      if (snapshot) expect(Object.keys(snapshot).toSorted()).toEqual(recorded)
    }
  }
}

describe.each([
  ['without', {}],
  ['with', { omit: { user: { password: true, settings: true } } }],
] as const)('%s globally omitted fields', (_, options) => {
  describePairs('What a call answers', options, (compare, _provider, { can }) => {
    const calls = { ...singleCalls, ...fluentCalls, ...manyCalls, ...nestedCalls }
    test.each(Object.entries(calls))('%s', async (_, call) => {
      const { plain, audited } = await compare(call)
      expect(audited).toEqual(plain)
    })

    describe.skipIf(!can.returning)('with rows', () => {
      test.each(Object.entries(returningCalls))('%s', async (_, call) => {
        const { plain, audited } = await compare(call)
        expect(plain).toHaveProperty('result')
        expect(audited).toEqual(plain)
      })
    })
  })
})

describePairs('How a call fails', {}, (compare, _, { can }) => {
  test.each(Object.entries(refusedCalls))('%s', async (_, call) => {
    const { plain, audited } = await compare(call)
    expect(plain).toHaveProperty('error')
    expect(audited).toEqual(plain)
  })

  test.each(operations.filter((name) => can.returning || !name.endsWith('AndReturn')))(
    '%s with wrong arguments',
    async (operation) => {
      for (const args of wrongArguments(operation)) {
        const { plain, audited } = await compare(({ user }) =>
          (user[operation] as (args: unknown) => unknown)(args),
        )
        expect({ args, plain }).toHaveProperty('plain.error.name', 'PrismaClientValidationError')
        expect({ args, outcome: audited }).toEqual({ args, outcome: plain })
      }
    },
  )
})

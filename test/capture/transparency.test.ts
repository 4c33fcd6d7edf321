import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Provider } from '../database/capabilities.ts'
import { type Database, describeDatabase, describeEachEngine } from '../database/each.ts'
import { Prisma, type PrismaClient } from '../generated/postgresql/client/client.ts'
import { auditedClient } from './audited.ts'
import { outcomeOf, rowsOf } from './outcomes.ts'
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
  describeEachEngine(name, (db) =>
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

function inAnyOrder({ result }: { result?: string }): unknown[] {
  return JSON.parse(result as string)
    .map((row: unknown) => JSON.stringify(row))
    .toSorted()
}

/** Whatever a call selects or omits, its audit rows show every column. */
async function expectWholeSnapshots(client: PrismaClient): Promise<void> {
  const rows = { action: { notIn: ['link', 'unlink'] } }
  for (const { entity, before, after } of await client.auditLog.findMany({ where: rows })) {
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
    const calls = {
      ...singleCalls,
      ...fluentCalls,
      ...nestedCalls,
      ...('omit' in options ? {} : manyCalls),
    }
    test.each(Object.entries(calls))('%s', async (_, call) => {
      const { plain, audited } = await compare(call)
      expect(audited).toEqual(plain)
    })

    describe.skipIf(!can.returning)('with rows', () => {
      test.each(Object.entries(returningCalls))('%s', async (name, call) => {
        const { plain, audited } = await compare(call)
        expect(plain).toHaveProperty('result')
        // As the rows lie on the disk, which differs where one table was vacuumed.
        const arranged = name.startsWith('updateMany') ? inAnyOrder : (outcome: object) => outcome
        expect(arranged(audited)).toEqual(arranged(plain))
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
        expect({ args, plain }).toHaveProperty('plain.error')
        expect({ args, outcome: audited }).toEqual({ args, outcome: plain })
      }
    },
  )
})

describeEachEngine('A call that nobody waits for', (db) => {
  test('is a Prisma promise, and sends nothing', async () => {
    const audited = auditedClient(db)
    const call = audited.team.create({ data: { name: 'a' } })
    expect(Object.prototype.toString.call(call)).toBe('[object PrismaPromise]')
    expect(await audited.team.count()).toBe(0)
    await call
    expect(await audited.team.count()).toBe(1)
    expect((await audited.$audit.entries()).entries).toHaveLength(1)
  })

  test('runs its callbacks like any other promise', async () => {
    const audited = auditedClient(db)
    const failing = audited.team.delete({ where: { id: 404 } })
    const settled: string[] = []
    const caught = failing.catch((error) => error.code).finally(() => settled.push('finally'))
    expect(await caught).toBe('P2025')
    expect(settled).toEqual(['finally'])
  })
})

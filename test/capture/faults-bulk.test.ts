import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { during, failureOf, refusingEntity } from './audit-faults.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

/** More than the chunks of any database hold. */
const rows = Array.from({ length: 2_100 }, (_, i) => ({ id: BigInt(i + 1), amount: 0n }))
const last = '2100'

type Writer = Pick<AuditedClient, 'ledgerEntry'>

const writes = {
  createMany: async ({ ledgerEntry }) => ledgerEntry.createMany({ data: rows }),
  updateMany: async ({ ledgerEntry }) => ledgerEntry.updateMany({ data: { amount: 1n } }),
  deleteMany: async ({ ledgerEntry }) => ledgerEntry.deleteMany(),
} satisfies Record<string, (client: Writer) => Promise<unknown>>

describeEachEngine('An audit write that fails in a later chunk', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db)
  })
  beforeEach(() => db.clear())

  const modes = {
    standalone: (write) => write(client),
    'in a transaction': (write) =>
      client.$transaction((tx) => write(tx as unknown as Writer), { timeout: 60_000 }),
  } satisfies Record<string, (write: (client: Writer) => Promise<unknown>) => Promise<unknown>>

  for (const [mode, run] of Object.entries(modes)) {
    test.each(Object.entries(writes))(
      `undoes the chunks of %s before it, ${mode}`,
      async (name, write) => {
        const count = name === 'createMany' ? 0 : rows.length
        if (count > 0) await client.ledgerEntry.createMany({ data: rows })
        await during(db, refusingEntity(last), async () => {
          await expect(run(write)).rejects.toMatchObject(failureOf(db))
        })
        expect(await expectFaithful(plain, 'LedgerEntry', 'Tag')).toHaveLength(count)
      },
    )
  }
})

import { inspect } from 'node:util'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { describeEachEngine } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { during, failureOf, faults, missingTable, refused, underFault } from './audit-faults.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const secrets = {
  ...{ password: 'p-7391', token: 't-7391', apiKey: 'k-7391' },
  ...{ iban: 'i-7391', nationalId: 'n-7391', notes: 'o-7391' },
}
/** Beyond what the sequence gives. */
const ids = [101, 102, 103]
const row = { ...secrets, label: 'label' }

type Writer = Pick<AuditedClient, 'credential' | 'tag'>
type Write = (client: Writer) => Promise<unknown>

const operations: Readonly<Record<string, Write>> = {
  create: async ({ credential }) => credential.create({ data: row }),
  createMany: async ({ credential }) => credential.createMany({ data: [row, row] }),
  update: async ({ credential }) =>
    credential.update({ where: { id: 101 }, data: { token: 't-7391-new' } }),
  updateMany: async ({ credential }) => credential.updateMany({ data: { apiKey: 'k-7391-new' } }),
  'upsert of a missing row': async ({ credential }) =>
    credential.upsert({ where: { id: 109 }, create: { id: 109, ...row }, update: {} }),
  'upsert of a row': async ({ credential }) =>
    credential.upsert({ where: { id: 101 }, create: row, update: { iban: 'i-7391-new' } }),
  delete: async ({ credential }) => credential.delete({ where: { id: 101 } }),
  deleteMany: async ({ credential }) => credential.deleteMany(),
}

/** The same writes, by the actor whose audit rows are refused. */
const writes = Object.entries(operations).map(
  ([name, write]) => [name, (client) => withAudit(refused, () => write(client))] as [string, Write],
)

describeEachEngine('A failing audit write', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    // Prisma's own errors quote the code that made the call.
    client = auditedClient(db, {}, db.can.ownStatements ? {} : { errorFormat: 'minimal' })
  })
  beforeEach(async () => {
    await db.clear()
    await client.credential.createMany({ data: ids.map((id) => ({ ...row, id })) })
  })

  async function expectUndone({ others = 0 } = {}) {
    const trail = await expectFaithful(plain, 'Credential', 'Tag')
    expect(trail).toHaveLength(3 + others)
    const credentials = await plain.credential.findMany({ orderBy: { id: 'asc' } })
    expect(credentials).toMatchObject(ids.map((id) => ({ ...row, id })))
  }

  function expectTold(error: unknown) {
    expect(error).toMatchObject(failureOf(db))
    const told = inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity })
    expect(told).not.toContain('7391')
    if (db.can.ownStatements) expect((error as Error).cause).toBeInstanceOf(Error)
  }

  describe.each(Object.entries(faults))('because of %s', (_, fault) => {
    underFault(db, fault)

    test.each(writes)('undoes a standalone %s', async (_, write) => {
      expectTold(await write(client).catch((error) => error))
      await expectUndone()
    })

    test.each(writes)('undoes a whole transaction with %s', async (_, write) => {
      const transaction = client.$transaction(async (tx) => {
        await tx.tag.create({ data: { name: 'undone too' } })
        await write(tx as unknown as Writer)
      })
      expectTold(await transaction.catch((error) => error))
      await expectUndone()
    })

    test.each(writes)('undoes %s when the transaction goes on', async (_, write) => {
      let error: unknown
      const transaction = client.$transaction(async (tx) => {
        error = await write(tx as unknown as Writer).catch((caught) => caught)
        await tx.tag.create({ data: { name: 'goes on' } })
      })
      const goesOn = await transaction.then(
        () => true,
        () => false,
      )
      // There the transaction is over with the first statement that failed, audited or not.
      if (db.provider !== 'postgresql') expect(goesOn).toBe(true)
      expectTold(error)
      await expectUndone({ others: goesOn ? 1 : 0 })
    })

    test.each(writes)('undoes %s up to a savepoint', async (_, write) => {
      await client.$transaction(async (tx) => {
        const inner = tx.$transaction((nested) => write(nested as unknown as Writer))
        expectTold(await inner.catch((error) => error))
        await tx.tag.create({ data: { name: 'goes on' } })
      })
      await expectUndone({ others: 1 })
    })

    test('undoes an array of calls', async () => {
      const calls = [
        client.tag.create({ data: { name: 'undone too' } }),
        client.credential.update({ where: { id: 101 }, data: { notes: 'o-7391-new' } }),
      ]
      const transaction = withAudit(refused, () => client.$transaction(calls))
      expectTold(await transaction.catch((error) => error))
      await expectUndone()
    })
  })

  test.each(writes)('undoes %s when the audit table is missing', async (_, write) => {
    await during(db, missingTable, async () => {
      expectTold(await write(client).catch((error) => error))
      const transaction = client.$transaction((tx) => write(tx as unknown as Writer))
      expectTold(await transaction.catch((error) => error))
    })
    await expectUndone()
  })
})

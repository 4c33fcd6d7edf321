import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, describeEachEngine } from '../database/each.ts'
import { Statements } from '../database/statements.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const change = { where: { name: 'first' }, data: { name: 'changed' } }
const audited = /^INSERT INTO .*AuditLog/
const committed = /^COMMIT/

/** Ends all connections to the database but the one that says so. */
async function terminateOthers(db: Database): Promise<void> {
  if (db.provider === 'postgresql') {
    await db.sql(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    return
  }
  const others = await db.sql(
    'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
  )
  for (const { id } of others) await db.sql(`KILL ${id}`)
}

describeEachEngine('A transaction that is ended from outside', (db) => {
  const recorder = new Statements()
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db, {}, { poolSize: 2, statements: recorder })
  })
  beforeEach(async () => {
    recorder.reset()
    await db.clear()
    await client.tag.create({ data: { name: 'first' } })
  })

  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    standalone: async () => client.tag.update(change),
    bulk: async () => client.tag.updateMany(change),
    interactive: () => client.$transaction((tx) => tx.tag.update(change)),
    array: () => client.$transaction([client.tag.update(change)]),
  }
  // What is one statement has no such window.
  const inTransaction = db.can.ownStatements ? Object.keys(calls) : ['interactive', 'array']
  const windows = inTransaction.flatMap((mode) => [
    ...(db.can.ownStatements ? [{ mode, name: 'the audit row', pattern: audited }] : []),
    { mode, name: 'the commit', pattern: committed },
  ])

  async function expectUntouched() {
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(1)
    await client.tag.update(change)
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(2)
  }

  // SQLite has no connection that anyone else could end.
  test.skipIf(db.provider === 'sqlite').each(windows)(
    'by the loss of its connection, $mode, before $name, leaves nothing',
    async ({ mode, pattern }) => {
      await plain.$disconnect()
      const held = recorder.hold(pattern)
      const outcome = expect(calls[mode]?.()).rejects.toThrow()
      await held.reached
      await terminateOthers(db)
      held.release()
      await outcome
      await expectUntouched()
    },
  )

  test('by its timeout, leaves nothing of a finished write', async () => {
    const rollback = recorder.hold(/^ROLLBACK$/)
    const transaction = client.$transaction(
      async (tx) => {
        await tx.tag.update(change)
        await rollback.reached
        rollback.release()
        await tx.tag.create({ data: { name: 'too late' } })
      },
      { timeout: 100 },
    )
    await expect(transaction).rejects.toMatchObject({ code: 'P2028' })
    await expectUntouched()
  })

  const between = 'by its timeout between a change and its audit row, leaves nothing'
  test.skipIf(!db.can.ownStatements)(between, async () => {
    const insert = recorder.hold(audited)
    const rollback = recorder.hold(/^ROLLBACK$/)
    rollback.reached.then(() => {
      insert.release()
      rollback.release()
    })
    const transaction = client.$transaction((tx) => tx.tag.update(change), { timeout: 100 })
    await expect(transaction).rejects.toThrow()
    await expectUntouched()
  })

  test.skipIf(!db.can.ownWrites)(
    'by the timeout of a standalone write, leaves nothing',
    async () => {
      const hasty = auditedClient(
        db,
        { transaction: { timeout: 100 } },
        { poolSize: 1, statements: recorder },
      )
      const insert = recorder.hold(audited)
      const rollback = recorder.hold(/^ROLLBACK$/)
      rollback.reached.then(() => {
        insert.release()
        rollback.release()
      })
      await expect(hasty.tag.update(change)).rejects.toThrow()
      await expectUntouched()
    },
  )
})

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, describeEachDatabase } from '../database/each.ts'
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

describeEachDatabase('A transaction that is ended from outside', (db) => {
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

  async function expectUntouched() {
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(1)
    await client.tag.update(change)
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(2)
  }

  // SQLite has no connection that anyone else could end.
  describe.skipIf(db.provider === 'sqlite').each(Object.entries(calls))(
    'by the loss of its connection, %s',
    (_, call) => {
      test.each([
        ['the audit row', audited],
        ['the commit', committed],
      ])('before %s, leaves nothing', async (_name, pattern) => {
        await plain.$disconnect()
        const held = recorder.hold(pattern)
        const outcome = expect(call()).rejects.toThrow()
        await held.reached
        await terminateOthers(db)
        held.release()
        await outcome
        await expectUntouched()
      })
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

  test('by its timeout between a change and its audit row, leaves nothing', async () => {
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

  test('by the timeout of a standalone write, leaves nothing', async () => {
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
  })
})

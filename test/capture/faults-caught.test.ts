import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeEachDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  )

// Errors that the database does not know of: it would commit what came before them.
describeEachDatabase('A transaction that goes on after an error', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db)
  })
  beforeEach(() => db.clear())

  test('has no change whose entry could not be made', async () => {
    let isBroken = false
    let ids = 0
    const id = () => (isBroken ? 'no id' : (++ids).toString(16).padStart(32, '0'))
    const fragile = auditedClient(db, { id }, { poolSize: 1 })
    const { id: existing } = await fragile.tag.create({ data: { name: 'existing' } })
    const transaction = fragile.$transaction(async (tx) => {
      isBroken = true
      const data = { name: 'changed' }
      for (const write of [
        () => tx.tag.create({ data: { name: 'new' } }),
        () => tx.tag.createMany({ data: [{ name: 'a' }, { name: 'b' }] }),
        () => tx.tag.update({ where: { id: existing }, data }),
        () => tx.tag.updateMany({ data: { name: 'renamed' } }),
        () => tx.tag.delete({ where: { id: existing } }),
        () => tx.tag.deleteMany(),
      ]) {
        const error = await caught((async () => write())())
        if (error.code !== 'P2010') expect(error).toMatchObject({ name: 'AuditError' })
      }
      isBroken = false
    })
    await caught(transaction)
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(1)
  })

  test('has no part of a nested write that failed', async () => {
    const transaction = client.$transaction(async (tx) => {
      const missing = { posts: { connect: { id: 404 } } }
      const error = await caught(
        (async () => tx.user.create({ data: { email: 'ada@example.com', ...missing } }))(),
      )
      expect(error).toMatchObject({ code: 'P2025' })
      await tx.tag.create({ data: { name: 'goes on' } })
    })
    await caught(transaction)
    await expectFaithful(plain, 'User', 'Tag')
  })

  // On PostgreSQL the failed statement ends the transaction, audited or not.
  test.skipIf(db.provider === 'postgresql')(
    'keeps what an unaudited call wrote at the same time',
    async () => {
      await client.tag.create({ data: { name: 'taken' } })
      const insert = db.statements().hold(/^INSERT INTO .*Tag/)
      await client.$transaction(async (tx) => {
        const failing = caught((async () => tx.tag.create({ data: { name: 'taken' } }))())
        await insert.reached
        const beating = tx.heartbeat.create({ data: { host: 'h' } }).then(insert.release)
        // Where the two are made to wait for each other, the second cannot come in between.
        const turn = await Promise.race([beating, db.sql('SELECT 1').then(() => 'waits')])
        if (turn === 'waits') insert.release()
        expect(await failing).toMatchObject({ code: 'P2002' })
        await beating
      })
      expect(await plain.heartbeat.count()).toBe(1)
      expect(await expectFaithful(plain, 'Tag')).toHaveLength(1)
    },
  )

  test('keeps what is written in a savepoint at the same time', async () => {
    await client.$transaction(async (tx) => {
      await Promise.all([
        tx.$transaction((nested) => nested.tag.create({ data: { name: 'nested' } })),
        (async () => tx.tag.create({ data: { name: 'beside' } }))(),
      ])
    })
    expect(await expectFaithful(plain, 'Tag')).toHaveLength(2)
  })
})

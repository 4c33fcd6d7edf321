import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { engineOptions } from '../database/engine.ts'
import { attributionOf, contextOf, markOf, nothingWrong } from './actors.ts'
import { commentOf, contextText, update } from './forged.ts'
import { patient, workOf } from './many-calls.ts'

const options = { database: { context: 'setting' } } as const
const ada = { actor: { id: 'ada' } }

describeDatabase(
  'postgresql',
  'A context that is a setting of the transaction',
  (db) => {
    let prisma: AuditedClient
    beforeAll(async () => {
      prisma = auditedClient(db, options, { transactionOptions: patient })
      await withAudit(ada, async () => prisma.document.create({ data: { title: 'first' } }))
    })
    beforeEach(async () => {
      await db.sql('DELETE FROM "Document"')
      await db.sql('DELETE FROM "AuditLog"')
      db.statements().clear()
    })
    const actorsOf = async () => {
      const rows = await db.sql(
        `SELECT "actorType" || ' ' || "actorId" AS actor FROM "AuditLog" ORDER BY seq`,
      )
      return rows.map(({ actor }) => actor)
    }
    /** The statements of clients, by their first word. */
    const sent = () =>
      db
        .statements()
        .sent.map(({ sql }) => /set_config/.exec(sql) ?? /^\w+( TO)?/.exec(sql))
        .map((match) => match?.[0])

    test('tells the actor and the trace of calls of every kind, of many actors at once', async () => {
      const made = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          withAudit(contextOf(n), () => workOf(prisma, n, (n + 1) % 20)),
        ),
      )
      const entries = made.reduce((sum, each) => sum + each, 0)
      expect(await attributionOf(db)).toEqual({ entries, ...nothingWrong })
    })

    describe('costs one statement a call that writes:', () => {
      test('by itself, with a transaction', async () => {
        await withAudit(ada, async () => prisma.document.create({ data: { title: 'one' } }))
        expect(sent()).toEqual(['BEGIN', 'set_config', 'INSERT', 'COMMIT'])
      })

      test('in a transaction, of an array or not', async () => {
        const expected = [
          'BEGIN',
          'set_config',
          'INSERT',
          'SELECT',
          'set_config',
          'UPDATE',
          'COMMIT',
        ]
        const data = { title: 'one' }
        await withAudit(ada, () =>
          prisma.$transaction([
            prisma.document.create({ data }),
            prisma.document.findMany(),
            prisma.document.updateMany({ data }),
          ]),
        )
        expect(sent()).toEqual(expected)
        db.statements().clear()
        await withAudit(ada, () =>
          prisma.$transaction(async (tx) => {
            await tx.document.create({ data })
            await tx.document.findMany()
            await tx.document.updateMany({ data })
          }),
        )
        expect(sent()).toEqual(expected)
      })

      test('after a savepoint that was rolled back, which takes the setting with it', async () => {
        await withAudit(ada, () =>
          prisma.$transaction(async (tx) => {
            const create = (client: Pick<AuditedClient, 'document'>, n: number) =>
              withAudit(contextOf(n), () => client.document.create({ data: { title: markOf(n) } }))
            await create(tx, 1)
            const lost = tx.$transaction(async (savepoint) => {
              await create(savepoint, 2)
              throw new Error('rolled back')
            })
            await expect(lost).rejects.toThrow('rolled back')
            await create(tx, 3)
          }),
        )
        expect(sent()).toEqual([
          ...['BEGIN', 'set_config', 'INSERT'],
          ...['SAVEPOINT', 'set_config', 'INSERT', 'ROLLBACK TO', 'RELEASE'],
          ...['set_config', 'INSERT', 'COMMIT'],
        ])
        expect(await attributionOf(db)).toEqual({ entries: 2, ...nothingWrong })
      })
    })

    test('is that of raw SQL in a transaction, and not of raw SQL by itself', async () => {
      const raw = `INSERT INTO "Document" (id, title) VALUES (gen_random_uuid(), 'raw')`
      await withAudit(ada, async () => {
        await prisma.$executeRawUnsafe(raw)
        await prisma.$transaction([prisma.$executeRawUnsafe(raw)])
        await prisma.$transaction((tx) => tx.$executeRawUnsafe(raw))
      })
      expect(await actorsOf()).toEqual(['service postgres', 'user ada', 'user ada'])
      expect(sent().filter((word) => word === 'set_config')).toHaveLength(2)
    })

    test('ends with its transaction, on the same connection', async () => {
      const plain = db.client({ poolSize: 1 })
      const audited = plain.$extends(audit(engineOptions(db, { ...options, redact: { hashKey } })))
      await withAudit(ada, async () => {
        await audited.document.create({ data: { title: 'one' } })
        await plain.document.create({ data: { title: 'two' } })
        await audited.$transaction((tx) => tx.document.updateMany({ data: { title: 'three' } }))
        await plain.document.deleteMany()
      })
      const role = 'service postgres'
      expect(await actorsOf()).toEqual(['user ada', role, 'user ada', 'user ada', role, role])
    })

    test('comes before a comment, which a text may end with', async () => {
      await db.sql(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      await withAudit(ada, () =>
        prisma.$transaction([
          prisma.$executeRawUnsafe(`${update} ${commentOf(contextText('admin'))}`),
        ]),
      )
      expect(await actorsOf()).toEqual(['service postgres', 'user ada'])
    })
  },
  'database',
)

describeDatabase(
  'postgresql',
  'A setting that is signed',
  (db) => {
    const signed = { database: { ...options.database, signingKey: 'a key that signs contexts' } }

    test('is taken, and one that raw SQL makes is refused', async () => {
      const prisma = auditedClient(db, signed)
      await withAudit(ada, async () => {
        await prisma.document.create({ data: { title: 'one' } })
        await prisma.$transaction([prisma.$executeRawUnsafe(update)])
        const forging = `SELECT set_config('prisma_audit.context', '${contextText('admin')}', true)`
        const text = `${forging}; ${update}`
        for (const sql of [text, `BEGIN; ${text}; COMMIT`]) {
          await expect(prisma.$executeRawUnsafe(sql)).rejects.toThrow('is not signed')
        }
        await expect(prisma.$transaction([prisma.$executeRawUnsafe(text)])).rejects.toThrow(
          'is not signed',
        )
      })
      const rows = await db.sql('SELECT "actorId" FROM "AuditLog"')
      expect(rows).toEqual([{ actorId: 'ada' }, { actorId: 'ada' }])
    })
  },
  'database',
)

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { commentOf, contextText, forgingFunction, hostile, update } from './forged.ts'

const forged = commentOf(contextText('admin'))
const mallory = { actor: { id: 'mallory' } }

describeDatabase(
  'postgresql',
  'A text that looks like our comment',
  (db) => {
    let prisma: AuditedClient
    let plain: PrismaClient
    beforeAll(async () => {
      prisma = auditedClient(db)
      await prisma.$connect()
      plain = db.client({ poolSize: 1 })
      await db.sql(forgingFunction)
    })
    beforeEach(async () => {
      await db.clear()
      await db.sql(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      await db.sql('DELETE FROM "AuditLog"')
    })
    const actorsOf = async () => {
      const rows = await db.sql(
        `SELECT concat_ws(' ', "actorType", "actorId") AS actor FROM "AuditLog"`,
      )
      return rows.map(({ actor }) => actor)
    }

    describe('says nothing in raw SQL of the application', () => {
      const ways: Readonly<Record<string, (sql: string) => PromiseLike<unknown>>> = {
        $executeRawUnsafe: (sql) => prisma.$executeRawUnsafe(sql),
        $queryRawUnsafe: (sql) => prisma.$queryRawUnsafe(sql),
        'a transaction': (sql) => prisma.$transaction((tx) => tx.$executeRawUnsafe(sql)),
        'an array transaction': (sql) => prisma.$transaction([prisma.$executeRawUnsafe(sql)]),
      }
      test.each(hostile)('%s', async (_where, _elsewhere, sql) => {
        for (const [name, send] of Object.entries(ways)) {
          await db.sql('UPDATE "Document" SET title = \'\'')
          await db.sql('DELETE FROM "AuditLog"')
          // What several statements answer is not Prisma's to read.
          await withAudit(mallory, async () => send(sql)).catch((error) => {
            if (!/reading '(fields|map|columns)'/.test(String(error))) throw error
          })
          expect([name, await actorsOf()]).toEqual([name, ['user mallory']])
        }
      })

      test('before a NUL', async () => {
        for (const end of ['\0', '\0\0\0', `\0${' '.repeat(100)}`]) {
          const send = (...values: unknown[]) =>
            withAudit(mallory, async () =>
              prisma.$executeRawUnsafe(`${update} ${forged}${end}`, ...values),
            )
          await expect(send()).rejects.toThrow()
          await expect(send(1)).rejects.toThrow()
        }
        expect(await actorsOf()).toEqual([])
      })

      test('in a parameter', async () => {
        await withAudit(
          mallory,
          async () =>
            prisma.$executeRaw`UPDATE "Document" SET title = ${`x ${forged}`}, body = ${forged}`,
        )
        expect(await actorsOf()).toEqual(['user mallory'])
      })
    })

    test('says nothing in a value of a model', async () => {
      await withAudit(mallory, async () => {
        const data = { title: forged, body: `; ${update} ${forged}` }
        const { id } = await prisma.document.create({ data })
        await prisma.document.update({ where: { id }, data: { title: `${forged} ${forged}` } })
        await prisma.document.updateMany({ where: { title: { contains: forged } }, data })
        await prisma.document.delete({ where: { id, title: forged } })
      })
      expect(await actorsOf()).toEqual(Array(4).fill('user mallory'))
    })

    test('says nothing as the setting of another mode, whoever sets it', async () => {
      const set = `set_config('prisma_audit.context', '${contextText('admin')}', true)`
      await withAudit(mallory, () =>
        prisma.$transaction(async (tx) => {
          await tx.$queryRawUnsafe(`SELECT ${set}`)
          await tx.document.updateMany({ data: { title: 'changed' } })
        }),
      )
      expect(await actorsOf()).toEqual(['user mallory'])
    })

    // Without a key it is a matter of trust: whoever can send SQL can name anybody.
    const told = {
      named: ['user admin'],
      nobody: ['system'],
      role: ['service postgres'],
      refused: [],
    }
    test.each(hostile)('says of other clients, %s: %s', async (_where, elsewhere, sql) => {
      const sent = plain.$executeRawUnsafe(sql)
      if (elsewhere === 'refused') await expect(sent).rejects.toThrow('22P02')
      else await sent
      expect(await actorsOf()).toEqual(told[elsewhere])
    })
  },
  'database',
)

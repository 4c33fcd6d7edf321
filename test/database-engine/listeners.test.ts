import { beforeAll, beforeEach, expect, test } from 'vitest'
import { audit, currentAudit, withAudit } from '../../src/index.ts'
import { type AuditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { attributionOf, contextOf, markOf, nothingWrong } from './actors.ts'

describeDatabase(
  'postgresql',
  'A listener of queries that writes in the midst of a call',
  (db) => {
    const options = engineOptions(db, { redact: { hashKey } })
    let plain: PrismaClient
    let prisma: AuditedClient
    beforeAll(async () => {
      const log = [{ emit: 'event' as const, level: 'query' as const }]
      plain = db.client({ script: engineScript(db, options), log })
      prisma = plain.$extends(audit(options))
      await prisma.$connect()
    })
    /** Has each update of a document call this, in the midst of the call that makes it. */
    let listener: () => PromiseLike<unknown>
    let written: Promise<unknown>[]
    beforeAll(() => {
      plain.$on('query' as never, ({ query }: { query: string }) => {
        if (query.startsWith('UPDATE') && query.includes('"Document"') && written.length < 4) {
          written.push(Promise.resolve(listener()))
        }
      })
    })
    beforeEach(async () => {
      written = []
      await db.clear()
    })

    const updateFour = async () => {
      await db.sql(
        `INSERT INTO "Document" (id, title) SELECT i, '' FROM generate_series(1, 4) AS i`,
      )
      await db.sql('DELETE FROM "AuditLog"')
      const calls = [1, 2, 3, 4].map((n) =>
        withAudit(contextOf(n), () =>
          prisma.document.update({ where: { id: `${n}` }, data: { title: markOf(n) } }),
        ),
      )
      await Promise.all(calls)
      await Promise.all(written)
      expect(written).toHaveLength(4)
    }

    test('by the audited client: is of the same actor, by a trace of its own', async () => {
      listener = () => {
        const n = Number(currentAudit()?.tags?.n)
        return prisma.document.create({ data: { title: markOf(n) } })
      }
      await updateFour()
      expect(await attributionOf(db)).toEqual({ entries: 8, ...nothingWrong })
    })

    const byPlainClient = {
      'a call': () => plain.document.create({ data: { title: 'plain' } }),
      'raw SQL': () => plain.$executeRaw`INSERT INTO "Document" (id, title)
          VALUES (gen_random_uuid()::text, 'plain')`,
      'an array transaction': () =>
        plain.$transaction([plain.document.create({ data: { title: 'plain' } })]),
      'an interactive transaction': () =>
        plain.$transaction((tx) => tx.document.create({ data: { title: 'plain' } })),
    }
    test.each(Object.entries(byPlainClient))(
      'by a client without audit(), in %s: is of the role',
      async (_, write) => {
        listener = write
        await updateFour()
        const rows = await db.sql(
          `SELECT DISTINCT "actorId", "actorType", "tenantId" FROM "AuditLog" WHERE after->>'title' = 'plain'`,
        )
        expect(rows).toEqual([{ actorId: 'postgres', actorType: 'service', tenantId: null }])
      },
    )
  },
  'database',
)

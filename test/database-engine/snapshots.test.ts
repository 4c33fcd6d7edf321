import { beforeEach, describe, expect, test } from 'vitest'
import type { AuditOptions } from '../../src/index.ts'
import { MASK } from '../../src/mask.ts'
import { auditedClient } from '../capture/audited.ts'
import { trailOf } from '../capture/trail.ts'
import { describeDatabase } from '../database/each.ts'
import { asAda, inShort, oneCallOfAda } from './told.ts'

describeDatabase(
  'postgresql',
  'What the options leave of a snapshot, whoever writes',
  (db) => {
    beforeEach(() => db.clear())

    /** What is told of raw SQL with these options, after the rows are there. */
    const told = async (options: AuditOptions, seed: string, sql: string) => {
      const prisma = auditedClient(db, options)
      await prisma.$connect()
      await db.sql(seed)
      await db.sql('DELETE FROM "AuditLog"')
      await asAda(() => prisma.$executeRawUnsafe(sql))
      return oneCallOfAda(db.client())
    }
    const tags = `INSERT INTO "Tag" (id, name) VALUES (1, 'red'), (2, 'blue')`
    const orders = `INSERT INTO "order" (id, "select", "from") VALUES (1, 'a', 'b'), (2, 'c', 'd')`

    test('is not what is ignored, and no entry of a change of only that', async () => {
      const trail = await told(
        { ignore: { Order: ['from', 'group'], '*': ['data'] } },
        orders,
        `UPDATE "order" SET "from" = 'x', "group" = 'y', "select" = CASE id WHEN 2 THEN 'z' ELSE 'a' END`,
      )
      expect(inShort(trail)).toEqual(['update Order 2'])
      expect(trail[0]).toMatchObject({ changed: ['select'] })
      expect(trail[0]?.after).toEqual({ id: 2, select: 'z', where: null, order: 0, update: false })
    })

    test('is what redaction leaves, and names a changed field that is not shown', async () => {
      const fields = { Order: { select: 'omit', from: 'mask', group: 'mask', id: 'keep' } } as const
      const [entry] = await told(
        { redact: { fields } },
        orders,
        `UPDATE "order" SET "select" = 'x', "from" = 'y' WHERE id = 1`,
      )
      const rest = { id: 1, group: null, where: null, order: 0, data: null, update: false }
      expect(entry).toMatchObject({ changed: ['select', 'from'] })
      expect(entry?.before).toEqual({ ...rest, from: MASK })
      expect(entry?.after).toEqual({ ...rest, from: MASK })
    })

    test('is masked where a field is named like a credential, and shown where it is not set', async () => {
      const seed = `INSERT INTO "Credential" (id, label, password) VALUES (1, 'a', 'b')`
      const [entry] = await told({}, seed, `UPDATE "Credential" SET api_key = 'k', iban = 'i'`)
      expect(entry).toMatchObject({
        before: { password: MASK, token: null, apiKey: null, iban: null },
        after: { password: MASK, token: null, apiKey: MASK, iban: MASK },
        changed: ['apiKey', 'iban'],
      })
      expect(JSON.stringify(entry?.after)).not.toContain('notes')
    })

    test('is not masked where the defaults are off', async () => {
      const seed = `INSERT INTO "Credential" (id, label, password) VALUES (1, 'a', 'b')`
      const options = { redact: { defaults: false } }
      const [entry] = await told(options, seed, `UPDATE "Credential" SET api_key = 'k'`)
      expect(entry?.after).toMatchObject({ password: 'b', apiKey: 'k' })
    })

    describe('is the key and what changed, with `snapshots: changed`', () => {
      const options = { snapshots: 'changed' } as const

      test('of an update', async () => {
        const trail = await told(
          options,
          orders,
          `UPDATE "order" SET "select" = 'x', "order" = id, "group" = NULL`,
        )
        expect(trail.map(({ before, after, changed }) => ({ before, after, changed }))).toEqual(
          [1, 2].map((id) => ({
            before: { id, select: id === 1 ? 'a' : 'c', order: 0 },
            after: { id, select: 'x', order: id },
            changed: ['select', 'order'],
          })),
        )
      })

      test('of an update of the key', async () => {
        const trail = await told(options, orders, `UPDATE "order" SET id = 9 WHERE id = 1`)
        expect(trail.map(({ entityId, before, after }) => [entityId, before, after])).toEqual([
          ['1', { id: 1 }, { id: 9 }],
          ['9', { id: 1 }, { id: 9 }],
        ])
      })

      test('and the whole row of anything else', async () => {
        const [entry] = await told(options, orders, `DELETE FROM "order" WHERE id = 1`)
        expect(Object.keys(entry?.before as object)).toHaveLength(8)
      })

      test('redacted as ever', async () => {
        const redact = { fields: { Order: { select: 'mask', from: 'omit' } } } as const
        const [entry] = await told(
          { ...options, redact },
          orders,
          `UPDATE "order" SET "select" = 'x', "from" = 'y' WHERE id = 1`,
        )
        expect(entry).toMatchObject({ changed: ['select', 'from'] })
        expect(entry?.before).toEqual({ id: 1, select: MASK })
        expect(entry?.after).toEqual({ id: 1, select: MASK })
      })
    })

    test('is nothing of models that are excluded', async () => {
      const options = { exclude: ['Tag'] }
      const trail = await told(
        options,
        tags,
        `DELETE FROM "Tag"; TRUNCATE "Tag" CASCADE;
        INSERT INTO "Document" (id, title) VALUES ('x', 'y')`,
      )
      expect(inShort(trail)).toEqual(['create Document x'])
    })

    test('is of the models that are included, and of a link on their side only', async () => {
      const prisma = auditedClient(db, { include: ['Post'] })
      await prisma.user.create({ data: { id: 1, email: 'a@b.c' } })
      await prisma.post.create({ data: { id: 1, title: 'x', authorId: 1 } })
      await prisma.tag.create({ data: { id: 1, name: 'red', posts: { connect: { id: 1 } } } })
      await db.sql('DELETE FROM "_PostToTag"')
      expect(inShort(await trailOf(db.client()))).toEqual([
        ...['create Post 1', 'link Post 1', 'unlink Post 1'],
      ])
    })

    test('is of a table in another schema as well', async () => {
      const seed = `INSERT INTO billing.invoices (id, number) VALUES (1, 'a');
        INSERT INTO billing.invoice_lines (id, invoice_id, text, amount) VALUES (1, 1, 'x', 1.50)`
      const prisma = auditedClient(db)
      await prisma.$connect()
      for (const sql of seed.split(';')) await db.sql(sql)
      await db.sql('DELETE FROM "AuditLog"')
      await asAda(() =>
        prisma.$executeRawUnsafe(
          `UPDATE billing.invoices SET status = 'paid in full'; TRUNCATE billing.invoice_lines`,
        ),
      )
      const [update, removal] = await oneCallOfAda(db.client())
      expect(update).toMatchObject({
        ...{ entity: 'Invoice', changed: ['status'] },
        ...{ before: { status: 'OPEN' }, after: { id: 1, status: 'PAID', total: '0' } },
      })
      expect(removal).toMatchObject({
        ...{ action: 'delete', entity: 'InvoiceLine', entityId: '1' },
        before: { id: 1, invoiceId: 1, text: 'x', amount: '1.5' },
      })
    })
  },
  'database',
)

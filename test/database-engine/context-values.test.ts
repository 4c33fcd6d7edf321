import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditContext, audit, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'

const longText = 'a long tag, "quoted" \\ */ é😀 '.repeat(3_500)

/** Texts that would break a comment, a literal, JSON or a column, were they not encoded. */
const texts: Readonly<Record<string, string>> = {
  'the end of a comment': '*/',
  'the start of a comment': '/*',
  'comments in each other': '/* */ */ /*/ **//** -- ',
  'the end of our comment': ' prisma_audit*/',
  quotes: `'"\`''""`,
  backslashes: '\\ \\\\ \\n \\u0000 \\u002a \\*/ \\',
  'line breaks': 'a\nb\r\nc\u2028d\u2029e\tf\vg\f',
  'control characters': Array.from({ length: 33 }, (_, i) => String.fromCharCode(i)).join(''),
  NUL: 'a\0b\0',
  'lone surrogates': '\ud83d and \ude00 and \ude00\ud83d',
  emoji: '😀👩‍👩‍👧🏳️‍🌈',
  'what changes its direction': '\u202eright\u202c \u200f\u200b\ufeff',
  'placeholders and dollar quotes': '$1 $2 ? ?? :name %s $$ $x$ {{}}',
  SQL: `'); DROP TABLE "AuditLog"; --`,
  JSON: '{"actorId":"admin"} null "x',
  nothing: '',
  '100 kB': longText,
}

/** An object with a key of that name, and not with that prototype. */
const withKey = (name: string, value: string) => JSON.parse(`{"${name}":${JSON.stringify(value)}}`)

const contexts: Readonly<Record<string, AuditContext>> = {
  'no context': {},
  'a number as an id': { actor: { id: 42, onBehalfOf: 2n ** 70n }, tenant: -0 },
  'an actor without an id': { actor: { name: 'nobody', type: 'service' } },
  'keys of every prototype': {
    actor: { id: 'a' },
    tags: { ...withKey('constructor', '1'), ...withKey('toString', '2'), hasOwnProperty: '3' },
    request: withKey('__proto__', 'polluted'),
  },
  'a tag named __proto__': { tags: withKey('__proto__', 'polluted') },
  'keys that would end a comment': {
    tags: { '*/': '1', '': '2', "'": '3', '\\': '4', 'é😀': '5', ' prisma_audit*/': '6' },
  },
  'keys of our own': {
    tags: { actorId: 'admin', call: 'x', at: '1', actorRequired: true },
    request: withKey('actorRequired', 'true'),
  },
  'numbers that JSON lacks': {
    tags: { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: -0, d: 1e21, e: 5e-324, f: 2 ** 53 + 2 },
  },
  'further fields of a request': {
    request: { ip: '::1', nested: { deep: [{ '*/': ['*/', null, 1.5] }] } } as never,
  },
  'a thousand tags': {
    tags: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [i, `${i}*/`])),
  },
}

describeDatabase(
  'postgresql',
  'What a context says',
  (db) => {
    let prisma: AuditedClient
    /** Of the client engine, in the same database: the model that it audits has no triggers. */
    let beside: AuditedClient
    let plain: PrismaClient
    beforeAll(async () => {
      prisma = auditedClient(db, { include: ['Document'] })
      plain = db.client({ poolSize: 1 })
      beside = db.client().$extends(audit({ include: ['Ticket'], redact: { hashKey } }))
      await prisma.$connect()
    })
    beforeEach(async () => {
      await db.sql('DELETE FROM "AuditLog"')
    })

    /** What both engines have stored of a context. */
    const storedOf = async (context: AuditContext) => {
      await withAudit(context, async () => {
        await prisma.document.create({ data: { title: 'one' } })
        await beside.ticket.create({ data: { subject: 'one' } })
      })
      const rows = await plain.auditLog.findMany({
        orderBy: { seq: 'asc' },
        select: {
          ...{ source: true, actorId: true, actorType: true, actorName: true, onBehalfOf: true },
          ...{ tenantId: true, reason: true, tags: true, request: true, parentId: true },
        },
      })
      expect(rows.map(({ source }) => source)).toEqual(['database', 'client'])
      return rows.map(({ source, ...said }) => JSON.stringify(said))
    }

    test.each(Object.entries(texts))('is stored as by the client engine: %s', async (_, text) => {
      const [database, client] = await storedOf({
        actor: { id: text, name: text, onBehalfOf: text },
        tenant: text,
        reason: text,
        tags: { text, list: [text, text] },
        request: { ip: text, userAgent: text, id: text, path: text },
      })
      expect(database).toBe(client)
    })

    test.each(Object.entries(contexts))(
      'is stored as by the client engine: %s',
      async (_, context) => {
        const [database, client] = await storedOf(context)
        expect(database).toBe(client)
      },
    )

    test('is stored as it is, whatever text it is', async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        // Halves of surrogate pairs, too.
        fc
          .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
          .map((units) => String.fromCharCode(...units)),
        fc
          .array(fc.constantFrom('*', '/', '\\', "'", '"', '$', '-', '\n', '\0', ' prisma_audit'))
          .map((parts) => parts.join('')),
      )
      const storable = (given: string) => given.toWellFormed().replaceAll('\0', '\ufffd')
      const property = fc.asyncProperty(text, text, text, text, async (id, name, tag, reason) => {
        await withAudit({ actor: { id, name }, tags: { tag }, reason }, async () =>
          prisma.$transaction([
            prisma.document.create({ data: { title: 'one' } }),
            prisma.$executeRaw`DELETE FROM "Document"`,
          ]),
        )
        const rows = await plain.auditLog.findMany()
        await db.sql('DELETE FROM "AuditLog"')
        expect(rows.length).toBeGreaterThan(1)
        for (const row of rows) {
          const said = [row.actorId, row.actorName, row.tags, row.reason]
          expect(said).toEqual([
            storable(id),
            storable(name),
            { tag: storable(tag) },
            storable(reason),
          ])
        }
      })
      await fc.assert(property, { numRuns: Number(process.env.AUDIT_TEST_RUNS ?? 200) })
    })
  },
  'database',
)

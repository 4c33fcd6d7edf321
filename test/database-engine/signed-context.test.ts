import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { signatureOf } from '../../src/signature.ts'
import { type AuditedClient, auditedClient, hashKey } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { engineOptions } from '../database/engine.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { commentOf, contextText, hostile, update } from './forged.ts'

const signingKey = 'a key that signs contexts'
const options = { database: { signingKey } }
const minutes = 60_000

/** As if it had been signed at another time. */
function signedAt(offset: number, actorId = 'admin'): string {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + offset)
  return contextText(actorId, signingKey)
}

describeDatabase(
  'postgresql',
  'With a signing key, a context',
  (db) => {
    let prisma: AuditedClient
    let plain: PrismaClient
    beforeAll(async () => {
      prisma = auditedClient(db, options)
      await prisma.$connect()
      plain = db.client({ poolSize: 1 })
    })
    beforeEach(async () => {
      // Not all tables: the keys are in one of them.
      await db.sql('DELETE FROM "Document"')
      await db.sql(`INSERT INTO "Document" (id, title) VALUES ('1', '')`)
      await db.sql('DELETE FROM "AuditLog"')
    })
    afterEach(() => {
      vi.restoreAllMocks()
    })
    const actorsOf = async () => {
      const rows = await db.sql(
        `SELECT concat_ws(' ', "actorType", "actorId") AS actor FROM "AuditLog"`,
      )
      return rows.map(({ actor }) => actor)
    }
    const send = async (text: string) => plain.$executeRawUnsafe(`${update} ${commentOf(text)}`)

    test('of the application is taken, in calls and in raw SQL', async () => {
      await withAudit({ actor: { id: 'ada' } }, async () => {
        await prisma.document.updateMany({ data: { title: 'one' } })
        await prisma.$executeRaw`UPDATE "Document" SET title = ${'two'}`
        await prisma.$executeRawUnsafe(`${update} ${commentOf(contextText('admin'))}`)
        await prisma.$transaction((tx) => tx.document.updateMany({ data: { title: 'three' } }))
      })
      expect(await actorsOf()).toEqual(Array(4).fill('user ada'))
    })

    test('is not needed: who has none is known by the role', async () => {
      await plain.document.updateMany({ data: { title: 'plain' } })
      expect(await actorsOf()).toEqual(['service postgres'])
    })

    const signed = contextText('admin', signingKey)
    const own = contextText('mallory', signingKey)
    const [json, signature] = [signed.slice(0, -65), signed.slice(-64)]
    test.each([
      ['not signed', contextText('admin')],
      ['signed by another key', contextText('admin', 'a key that signs others')],
      ['with the signature of another', `${json}.${own.slice(-64)}`],
      ['changed after it was signed', own.replace('mallory', 'admin')],
      ['with another signed one in it', `${json}${own}`],
      ['signed in part', `${json} .${signature}`],
      ['with a cut signature', signed.slice(0, -1)],
      ['with a signature and more', `${signed} `],
      ['with a signature in capitals', `${json}.${signature.toUpperCase()}`],
      ['without content', `.${signature}`],
      ['without anything', ''],
      ['cut at the start', signed.slice(1)],
    ])('is refused: %s', async (_, text) => {
      await expect(send(text)).rejects.toThrow('is not signed by the application')
      expect(await actorsOf()).toEqual([])
    })

    test.each(hostile.filter(([, elsewhere]) => elsewhere !== 'role'))(
      'is refused: one made by hand, %s',
      async (_where, _elsewhere, sql) => {
        await expect(plain.$executeRawUnsafe(sql)).rejects.toThrow(
          'is not signed by the application',
        )
        expect(await actorsOf()).toEqual([])
      },
    )

    test.each([
      ['old', -10 * minutes - 1_000],
      ['very old', -1_000 * 24 * 60 * minutes],
      ['of the future', 10 * minutes + 30_000],
    ])('is refused: one that is %s', async (_, offset) => {
      const text = signedAt(offset)
      await expect(send(text)).rejects.toThrow('was signed at')
      expect(await actorsOf()).toEqual([])
    })

    test.each([-9 * minutes, 9 * minutes])(
      'may be some minutes old: a statement may wait, and clocks differ (%i ms)',
      async (offset) => {
        await send(signedAt(offset))
        expect(await actorsOf()).toEqual(['user admin'])
      },
    )

    test.each([
      ['entries, which are signed for another purpose', '[]'],
      ['no time', '{"actorId":"admin"}'],
      ['null as its time', '{"actorId":"admin","at":null}'],
      ['a text as its time', '{"actorId":"admin","at":"now"}'],
      ['no number as its time', '{"actorId":"admin","at":"NaN"}'],
      ['a list as its time', `{"actorId":"admin","at":[${Date.now()}]}`],
    ])('is refused: a signed one with %s', async (_, text) => {
      const sent = send(`${text}.${signatureOf(text, signingKey)}`)
      await expect(sent).rejects.toThrow()
      expect(await actorsOf()).toEqual([])
    })

    test('of a client with another key is refused, with its write', async () => {
      const other = { database: { signingKey: 'a key that signs others' }, redact: { hashKey } }
      const client = db.client().$extends(audit({ ...engineOptions(db, other), onWarning() {} }))
      const write = withAudit({ actor: { id: 'ada' } }, async () =>
        client.document.updateMany({ data: { title: 'other' } }),
      )
      await expect(write).rejects.toThrow()
      expect(await actorsOf()).toEqual([])
    })
  },
  'database',
)

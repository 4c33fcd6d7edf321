import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type OwnDatabase, startOwnServer } from './own-server.ts'

const reason = inject('servers').skipped.postgresql

/** The tables of ours, by name: PostgreSQL 14 cannot publish a schema. */
async function tablesOf(db: OwnDatabase, isPublished: (table: string) => boolean) {
  const rows =
    await db.query(`SELECT tablename::text, format('%I.%I', schemaname, tablename) AS name
    FROM pg_tables WHERE schemaname IN ('public', 'billing')`)
  const published = rows.filter(({ tablename }) => isPublished(String(tablename)))
  return `TABLE ${published.map(({ name }) => name).join(', ')}`
}

const publications = {
  all: (db: OwnDatabase) => tablesOf(db, () => true),
  'all but the audit table': (db: OwnDatabase) => tablesOf(db, (table) => table !== 'AuditLog'),
}

describe.skipIf(reason)(`Logical replication${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let server: Awaited<ReturnType<typeof startOwnServer>>
  beforeAll(async () => {
    server = await startOwnServer({ wal_level: 'logical' })
  })
  afterAll(() => server?.stop())

  /** Two databases of one server, both with triggers; the second one has what the first one publishes. */
  async function replicate(
    name: string,
    tables: (publisher: OwnDatabase) => Promise<string>,
    work: (publisher: OwnDatabase, subscriber: OwnDatabase) => Promise<void>,
  ): Promise<void> {
    const publisher = await server.create(`publisher_${name}`)
    const subscriber = await server.create(`subscriber_${name}`)
    // Is copied, and not sent.
    await withAudit({ actor: { id: 'ada' } }, async () =>
      publisher.prisma.document.createMany({ data: [{ title: 'before' }, { title: 'before' }] }),
    )
    await publisher.query(`CREATE PUBLICATION everything FOR ${await tables(publisher)}`)
    await publisher.query(
      `SELECT slot_name::text FROM pg_create_logical_replication_slot('slot_${name}', 'pgoutput')`,
    )
    const { port, pathname } = new URL(publisher.url)
    await subscriber.query(`CREATE SUBSCRIPTION subscription_${name}
      CONNECTION 'host=127.0.0.1 port=${port} user=postgres dbname=${pathname.slice(1)}'
      PUBLICATION everything WITH (create_slot = false, slot_name = 'slot_${name}')`)
    try {
      await work(publisher, subscriber)
    } finally {
      await subscriber.query(`DROP SUBSCRIPTION subscription_${name}`)
    }
  }

  /** Resolves once the subscriber has all that the publisher has committed until now. */
  async function caughtUp(publisher: OwnDatabase, subscriber: OwnDatabase): Promise<void> {
    const [now] = await publisher.query('SELECT pg_current_wal_lsn()::text AS lsn')
    await vi.waitFor(
      async () => {
        expect(
          await subscriber.query(`SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r'`),
        ).toEqual([])
        const slots = await publisher.query(
          `SELECT confirmed_flush_lsn >= '${now?.lsn}' AS "isThere" FROM pg_replication_slots
            WHERE database = current_database() AND NOT temporary`,
        )
        expect(slots).toEqual([{ isThere: true }])
      },
      { timeout: 60_000 },
    )
  }

  const writeTo = async ({ prisma, query }: OwnDatabase) => {
    await withAudit({ actor: { id: 'ada' } }, async () => {
      const posts = { create: [{ title: 'a', tags: { create: { name: 'a' } } }, { title: 'b' }] }
      await prisma.user.create({ data: { email: 'ada', name: 'a', posts } })
      await prisma.document.updateMany({ data: { title: 'changed' } })
      await prisma.$transaction([
        prisma.user.update({ where: { email: 'ada' }, data: { name: 'b' } }),
        prisma.post.deleteMany({ where: { title: 'b' } }),
        prisma.$executeRaw`INSERT INTO "Document" (id, title) VALUES ('raw', 'raw')`,
      ])
      await prisma.user.delete({ where: { email: 'ada' } })
    })
    await query(`UPDATE "Document" SET title = 'by hand'`)
    await query('TRUNCATE "Document"')
    await query(`INSERT INTO "Document" (id, title) VALUES ('last', 'last')`)
  }
  const entriesOf = ({ query }: OwnDatabase) => query('SELECT * FROM "AuditLog" ORDER BY seq')
  const documentsOf = ({ query }: OwnDatabase) => query('SELECT * FROM "Document" ORDER BY id')

  test(
    'of all tables gives the subscriber the entries of the publisher, and no others',
    { timeout: 120_000 },
    () =>
      replicate('all', publications.all, async (publisher, subscriber) => {
        await writeTo(publisher)
        await caughtUp(publisher, subscriber)
        const entries = await entriesOf(publisher)
        expect(entries.length).toBeGreaterThan(20)
        expect(await entriesOf(subscriber)).toEqual(entries)
        expect(await documentsOf(subscriber)).toEqual(await documentsOf(publisher))
      }),
  )

  test(
    'without the audit table gives the subscriber the rows, and entries of its own writes only',
    { timeout: 120_000 },
    () =>
      replicate('rows', publications['all but the audit table'], async (publisher, subscriber) => {
        await writeTo(publisher)
        await caughtUp(publisher, subscriber)
        expect(await documentsOf(subscriber)).toEqual([{ id: 'last', title: 'last', body: '' }])
        expect(await entriesOf(subscriber)).toEqual([])
        await withAudit({ actor: { id: 'grace' } }, async () =>
          subscriber.prisma.document.updateMany({ data: { title: 'here' } }),
        )
        expect(await entriesOf(subscriber)).toMatchObject([{ action: 'update', actorId: 'grace' }])
      }),
  )
})

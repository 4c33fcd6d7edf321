import { getDMMF } from '@prisma/get-dmmf'
import { beforeEach, expect, test } from 'vitest'
import { foreignKeysOf, joinTables, mysqlForeignKeys, tableOf } from '../database/foreign-keys.ts'
import { testSchema } from '../setup/prepare.mjs'
import {
  describeEachRelationDatabase,
  describeRelationDatabase,
  type RelationDatabase,
} from './each.ts'
import type { PrismaClient } from './generated/foreign-keys/postgresql/client/client.ts'

describeEachRelationDatabase('The models of relations', (db) => {
  const isEmulated = db.mode === 'emulated'

  beforeEach(() => db.clear())

  test('the database has foreign keys, or takes whatever a column refers to', async () => {
    const orphan = db.client().payment.create({ data: { amount: 1, accountId: 1 } })
    if (isEmulated) expect(await orphan).toMatchObject({ accountId: 1 })
    else await expect(orphan).rejects.toMatchObject({ code: 'P2003' })
  })

  test('a person takes along what is theirs, and lets go of the rest', async () => {
    const client = db.client()
    const { ada, charles } = await createLibrary(client)
    const mary = { email: 'mary@example.com' }
    await client.person.delete({ where: { id: ada.id } })

    expect(await client.person.findMany({ orderBy: { id: 'asc' } })).toMatchObject([charles, mary])
    expect(await client.badge.findMany()).toMatchObject([{ code: 'A-1', personId: null }])
    expect(await client.passport.count()).toBe(0)
    expect(await client.mail.findMany()).toMatchObject([{ address: charles.email }])
    const books = await client.book.findMany({
      include: { genres: true, chapters: { include: { notes: true } }, loans: true },
    })
    expect(books).toMatchObject([
      {
        title: 'Machines',
        authorId: charles.id,
        reviewerId: null,
        genres: [{ code: 'engines' }],
        chapters: [{ number: 1, notes: [{ text: 'Cogs' }] }],
        loans: [{ days: 14 }],
      },
    ])
    expect(await client.book.count()).toBe(1)
    expect(await client.chapter.count()).toBe(1)
    expect(await client.note.count()).toBe(1)
    expect(await client.loan.count()).toBe(1)
    expect(await client.genre.count()).toBe(2)
    // Prisma emulates nothing in the tables that it makes for many-to-many relations.
    expect(await rowsOf(db, '_Friends')).toHaveLength(isEmulated ? 1 : 0)
    expect(await rowsOf(db, '_BookToGenre')).toHaveLength(isEmulated ? 3 : 1)
  })

  test('rows follow a key that changes', async () => {
    const client = db.client()
    const { ada } = await createLibrary(client)
    const email = 'lovelace@example.com'
    await client.person.update({ where: { id: ada.id }, data: { id: 1_000, email } })
    await client.book.updateMany({ where: { title: 'Notes' }, data: { id: 2_000 } })

    expect(await client.mail.count({ where: { address: email } })).toBe(1)
    expect(await client.badge.findFirst()).toMatchObject({ personId: 1_000 })
    expect(await client.passport.findFirst()).toMatchObject({ personId: 1_000 })
    expect(await client.book.count({ where: { id: 2_000, authorId: 1_000 } })).toBe(1)
    expect(await client.book.count({ where: { reviewerId: 1_000 } })).toBe(1)
    expect(await client.chapter.count({ where: { bookId: 2_000 } })).toBe(1)
    expect(await client.note.count({ where: { bookId: 2_000 } })).toBe(1)
    expect(await client.loan.count({ where: { bookId: 2_000 } })).toBe(1)
    const moved = await rowsOf(db, '_BookToGenre')
    expect(moved.filter(({ A }) => Number(A) === 2_000)).toHaveLength(isEmulated ? 0 : 2)
  })

  test('a book without its shelf goes to the default one, where that is known', async () => {
    const client = db.client()
    await createLibrary(client)
    await client.shelf.create({ data: { id: 2, label: 'Science' } })
    await client.book.updateMany({ data: { shelfId: 2 } })
    await client.shelf.delete({ where: { id: 2 } })
    const shelfId = isEmulated || db.provider === 'mysql' ? null : 1
    expect(await client.book.findMany()).toMatchObject([{ shelfId }, { shelfId }])
  })

  test('an account in use stays', async () => {
    const client = db.client()
    const data = { name: 'Cash', entries: { create: { amount: 1 } } }
    const { id } = await client.account.create({ data })
    await expect(client.account.delete({ where: { id } })).rejects.toMatchObject(refused())
    expect(await client.payment.count()).toBe(1)
  })

  test('a self relation changes its other rows, where Prisma emulates none', async () => {
    const client = db.client()
    const reports = { create: { email: 'report@example.com' } }
    const manager = await client.person.create({ data: { email: 'm@example.com', reports } })
    const fired = client.person.delete({ where: { id: manager.id } })
    if (isEmulated) await expect(fired).rejects.toMatchObject(refused())
    else await fired
    expect(await client.person.findFirst({ where: { email: reports.create.email } })).toMatchObject(
      { managerId: isEmulated ? manager.id : null },
    )

    const children = { create: { name: 'usr', children: { create: { name: 'bin' } } } }
    const root = await client.folder.create({ data: { name: '', children } })
    const removed = client.folder.delete({ where: { id: root.id } })
    if (isEmulated) await expect(removed).rejects.toMatchObject(refused())
    else await removed
    expect(await client.folder.count()).toBe(isEmulated ? 3 : 0)
  })

  test('a cycle of relations ends', async () => {
    const client = db.client()
    const country = await client.country.create({
      data: { name: 'England', cities: { create: [{ name: 'London' }, { name: 'York' }] } },
      include: { cities: { orderBy: { id: 'asc' } } },
    })
    const [london, york] = country.cities.map((city) => city.id)
    await client.country.updateMany({ data: { capitalId: london as number } })
    const lost = client.city.delete({ where: { id: london as number } })
    if (isEmulated) await expect(lost).rejects.toMatchObject(refused())
    else await lost
    expect(await client.country.findFirst()).toMatchObject({
      capitalId: isEmulated ? london : null,
    })
    await client.country.updateMany({ data: { capitalId: isEmulated ? null : (york as number) } })
    await client.country.delete({ where: { id: country.id } })
    expect(await client.city.count()).toBe(0)
  })

  /** Prisma has a code of its own for what it refuses before the database does. */
  function refused() {
    return { code: isEmulated ? 'P2014' : 'P2003' }
  }
})

/** What Prisma's own model of a schema leaves out, being marked `@@ignore` and `@ignore`. */
const ignored = {
  tables: ['Shadow'],
  foreignKeys: [
    'Echo(shadowId) -> Shadow(id) SET NULL, CASCADE',
    'Shadow(personId) -> people(id) CASCADE, CASCADE',
  ],
}

for (const mode of ['foreignKeys', 'emulated'] as const) {
  describeRelationDatabase('mysql', mode, 'The tables that are derived', (db) => {
    const schema = mode === 'emulated' ? 'emulatedRelations' : 'relations'
    const document = getDMMF({ datamodel: testSchema('mysql', schema) })
    if (!('datamodel' in document)) throw document.error
    const { models } = document.datamodel

    test('are those of the models', async () => {
      const rows = await db.sql(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
      )
      const expected = [...models.map(tableOf), ...joinTables(models).keys(), ...ignored.tables]
      expect(rows.map(({ name }) => name).sort()).toEqual(expected.sort())
    })

    test('have the foreign keys of the relations, where they have any', async () => {
      const expected = mode === 'emulated' ? [] : [...foreignKeysOf(models), ...ignored.foreignKeys]
      expect((await mysqlForeignKeys(db)).sort()).toEqual(expected.sort())
    })

    test.each(['_Friends', '_BookToGenre'])('%s has its indexes', async (table) => {
      const rows = await db.sql(
        `SELECT index_name AS name, non_unique AS repeats,
           GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
         FROM information_schema.statistics
         WHERE table_schema = DATABASE() AND table_name = '${table}'
         GROUP BY index_name, non_unique ORDER BY index_name`,
      )
      const indexes = rows.map(({ name, repeats, columns }) => [name, Number(repeats), columns])
      expect(indexes).toEqual([
        [`${table}_AB_unique`, 0, 'A,B'],
        [`${table}_B_index`, 1, 'B'],
      ])
    })
  })
}

/** Ada has one of everything, Charles a book that she reviews, and Mary has borrowed both books. */
async function createLibrary(client: PrismaClient) {
  await client.shelf.create({ data: { id: 1, label: 'Returned' } })
  const ada = await client.person.create({
    data: {
      email: 'ada@example.com',
      badge: { create: { code: 'A-1' } },
      passport: { create: { number: '1815' } },
      mails: { create: { subject: 'Poetical science' } },
      friends: { create: { email: 'charles@example.com', mails: { create: { subject: 'Re:' } } } },
      written: {
        create: {
          title: 'Notes',
          genres: {
            create: [
              { code: 'maths', label: 'Mathematics' },
              { code: 'engines', label: 'Engines' },
            ],
          },
          chapters: { create: { number: 1, title: 'G', notes: { create: { text: 'Bernoulli' } } } },
          loans: { create: { person: { create: { email: 'mary@example.com' } } } },
        },
      },
    },
  })
  const charles = await client.person.findUniqueOrThrow({ where: { email: 'charles@example.com' } })
  const mary = await client.person.findUniqueOrThrow({ where: { email: 'mary@example.com' } })
  await client.book.create({
    data: {
      title: 'Machines',
      author: { connect: { id: charles.id } },
      reviewer: { connect: { id: ada.id } },
      genres: { connect: { code: 'engines' } },
      chapters: { create: { number: 1, title: 'Wheels', notes: { create: { text: 'Cogs' } } } },
      loans: { create: [{ personId: ada.id }, { personId: mary.id, days: 14 }] },
    },
  })
  return { ada, charles }
}

async function rowsOf(db: RelationDatabase, table: string) {
  const quote = db.provider === 'mysql' ? '`' : '"'
  return db.sql(`SELECT * FROM ${quote}${table}${quote}`)
}

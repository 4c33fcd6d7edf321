import type { RelationDatabase } from '../each.ts'
import type { PrismaClient } from '../generated/foreign-keys/postgresql/client/client.ts'

/** What the cases create: the rows of the fixture have smaller keys. */
export const newPerson = { id: 9, email: 'new@x' }
export const newBook = { id: 9, title: 'x' }
export const newGenre = { code: 'g9', label: 'x' }

const early = new Date('2001-01-01')

/**
 * The rows that every case starts with. Books 3 and 4 have no rows below them.
 *
 *   person  email  manager  friends  badge  passport  mail  written  reviewed  loans
 *   1       ada@x  -        2        1      p1        1     1, 2     -         -
 *   2       bob@x  1        -        2      p2        2     3        1, 3      1, 2
 *   3       cid@x  1        -        -      -         -     4        -         1
 *   4       dan@x  -        5        -      -         -     -        -         -
 *   5       eve@x  -        -        -      -         -     -        -         -
 *   6       fay@x  4        -        4      -         -     -        -         -
 *
 *   book  genres  chapters (notes)  shelf
 *   1     g1, g2  1 (1), 2 (2)      2
 *   2     g2      1                 -
 *   3     -       -                 2
 *   4     -       -                 -
 *
 * Badge 3 and note 3 belong to nobody, nothing refers to genre 3 and account 2. Folder 1 has the
 * folders 2 and 4, folder 2 has 3. Country 1 has the cities 1, its capital, and 2, country 2 has
 * the city 3.
 */
export async function createFixture(plain: PrismaClient): Promise<void> {
  await plain.$transaction([
    plain.shelf.createMany({
      data: [
        { id: 1, label: 's1' },
        { id: 2, label: 's2' },
      ],
    }),
    plain.person.createMany({
      data: [
        { id: 1, email: 'ada@x', name: 'ada' },
        { id: 2, email: 'bob@x', name: 'bob', managerId: 1 },
        { id: 3, email: 'cid@x', name: 'cid', managerId: 1 },
        { id: 4, email: 'dan@x', name: 'dan' },
        { id: 5, email: 'eve@x', name: 'eve' },
        { id: 6, email: 'fay@x', name: 'fay', managerId: 4 },
      ],
    }),
    plain.person.update({ where: { id: 1 }, data: { friends: { connect: { id: 2 } } } }),
    plain.person.update({ where: { id: 4 }, data: { friends: { connect: { id: 5 } } } }),
    plain.badge.createMany({
      data: [
        { id: 1, code: 'b1', personId: 1 },
        { id: 2, code: 'b2', personId: 2 },
        { id: 3, code: 'b3', personId: null },
        { id: 4, code: 'b4', personId: 6 },
      ],
    }),
    plain.passport.createMany({
      data: [
        { id: 'p1', number: 'n1', personId: 1 },
        { id: 'p2', number: 'n2', personId: 2 },
      ],
    }),
    plain.mail.createMany({
      data: [
        { id: 1, subject: 'm1', address: 'ada@x' },
        { id: 2, subject: 'm2', address: 'bob@x' },
      ],
    }),
    plain.genre.createMany({ data: ['g1', 'g2', 'g3'].map((code) => ({ code, label: code })) }),
    plain.book.createMany({
      data: [
        { id: 1, title: 'b1', authorId: 1, reviewerId: 2, shelfId: 2, updatedAt: early },
        { id: 2, title: 'b2', authorId: 1, shelfId: null, updatedAt: early },
        { id: 3, title: 'b3', authorId: 2, reviewerId: 2, shelfId: 2, updatedAt: early },
        { id: 4, title: 'b4', authorId: 3, shelfId: null, updatedAt: early },
      ],
    }),
    plain.genre.update({ where: { code: 'g1' }, data: { books: { connect: { id: 1 } } } }),
    plain.genre.update({
      where: { code: 'g2' },
      data: { books: { connect: [{ id: 1 }, { id: 2 }] } },
    }),
    plain.chapter.createMany({
      data: [
        { bookId: 1, number: 1, title: 'c1' },
        { bookId: 1, number: 2, title: 'c2' },
        { bookId: 2, number: 1, title: 'c1' },
      ],
    }),
    plain.note.createMany({
      data: [
        { id: 1, text: 't1', bookId: 1, number: 1 },
        { id: 2, text: 't2', bookId: 1, number: 2 },
        { id: 3, text: 't3' },
      ],
    }),
    plain.loan.createMany({
      data: [
        { personId: 2, bookId: 1 },
        { personId: 2, bookId: 2 },
        { personId: 3, bookId: 1 },
      ],
    }),
    plain.folder.createMany({
      data: [
        { id: 1, name: 'f1' },
        { id: 2, name: 'f2', parentId: 1 },
        { id: 3, name: 'f3', parentId: 2 },
        { id: 4, name: 'f4', parentId: 1 },
      ],
    }),
    plain.country.createMany({
      data: [
        { id: 1, name: 'l1' },
        { id: 2, name: 'l2' },
      ],
    }),
    plain.city.createMany({
      data: [
        { id: 1, name: 'y1', countryId: 1 },
        { id: 2, name: 'y2', countryId: 1 },
        { id: 3, name: 'y3', countryId: 2 },
      ],
    }),
    plain.country.update({ where: { id: 1 }, data: { capitalId: 1 } }),
    plain.account.createMany({
      data: [
        { id: 1, name: 'a1' },
        { id: 2, name: 'a2' },
      ],
    }),
    plain.payment.create({ data: { id: 1, amount: 1, accountId: 1 } }),
  ])
}

const generatedKeys = ['people', 'Badge', 'Mail', 'Book', 'Shelf', 'Note', 'Folder', 'Payment']

/** Keys that the database makes begin above 1000, where they are in nobody's way. */
export async function raiseKeys(db: RelationDatabase): Promise<void> {
  const statements = {
    sqlite: (table: string) => `INSERT INTO sqlite_sequence (name, seq) VALUES ('${table}', 1000)`,
    postgresql: (table: string) =>
      `SELECT setval(pg_get_serial_sequence('"${table}"', 'id'), 1000)`,
    mysql: (table: string) => `ALTER TABLE \`${table}\` AUTO_INCREMENT = 1001`,
  }
  for (const table of generatedKeys) await db.sql(statements[db.provider](table))
}

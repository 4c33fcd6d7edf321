import { type ActionRow, actionCases } from '../dimensions.ts'
import {
  byDatabase,
  byPrisma,
  linksFollow,
  movedFollow,
  strictNumbers,
  upsertsKeys,
  upsertsNoKeys,
} from '../places.ts'
import { lines } from '../table.ts'

const person6To60 = [
  'update Person 6 id: 6 -> 60',
  'update Person 60 id: 6 -> 60',
  'update Badge 4 personId: 6 -> 60',
]

const chapter1To7 = [
  'update Chapter [1,1] number: 1 -> 7',
  'update Chapter [1,7] number: 1 -> 7',
  'update Note 1 number: 1 -> 7',
]

const noteMoves = 'update Note 1 bookId: 1 -> 10'

const book1To10 = [
  'update Book 1 id: 1 -> 10',
  'update Book 10 id: 1 -> 10',
  'update Chapter [1,1] bookId: 1 -> 10',
  'update Chapter [10,1] bookId: 1 -> 10',
  noteMoves,
  'update Chapter [1,2] bookId: 1 -> 10',
  'update Chapter [10,2] bookId: 1 -> 10',
  'update Note 2 bookId: 1 -> 10',
  'update Loan [2,1] bookId: 1 -> 10',
  'update Loan [2,10] bookId: 1 -> 10',
  'update Loan [3,1] bookId: 1 -> 10',
  'update Loan [3,10] bookId: 1 -> 10',
  lines(
    linksFollow,
    'unlink Book 1 genres: g1, g2',
    'link Book 10 genres: g1, g2',
    'unlink Genre g1 books: 1',
    'link Genre g1 books: 10',
    'unlink Genre g2 books: 1',
    'link Genre g2 books: 10',
  ),
]

const followers: ActionRow[] = [
  [
    'update',
    'onUpdate Cascade',
    (p) => p.person.update({ where: { id: 6 }, data: { id: 60 } }),
    [...person6To60],
  ],
  [
    'updateMany',
    'onUpdate Cascade',
    (p) => p.person.updateMany({ where: { id: { gt: 5 } }, data: { id: { multiply: 10 } } }),
    [...person6To60],
  ],
  [
    'upsert',
    'onUpdate Cascade',
    (p) => p.person.upsert({ where: { id: 6 }, create: { email: 'new@x' }, update: { id: 60 } }),
    [...person6To60],
    { where: upsertsKeys },
  ],
  [
    'upsert',
    'onUpdate Cascade',
    (p) => p.person.upsert({ where: { id: 6 }, create: { email: 'new@x' }, update: { id: 60 } }),
    [],
    { note: 'which Prisma gets wrong', where: upsertsNoKeys, fails: 'P2023' },
  ],
  [
    'nested update',
    'onUpdate Cascade',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { reports: { update: { where: { id: 6 }, data: { id: 60 } } } },
      }),
    [...person6To60],
  ],
  [
    'nested updateMany',
    'onUpdate Cascade',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { reports: { updateMany: { where: {}, data: { id: 60 } } } },
      }),
    [...person6To60.slice(0, 2), lines(movedFollow, ...person6To60.slice(2))],
  ],
  [
    'update',
    'onUpdate Cascade',
    (p) => p.person.update({ where: { id: 6 }, data: { id: 6 } }),
    [],
    { note: 'to what it was' },
  ],

  [
    'update',
    'onUpdate Cascade of composite keys',
    (p) => p.book.update({ where: { id: 1 }, data: { id: 10 } }),
    [...book1To10],
    { note: 'over two levels' },
  ],
  [
    'updateMany',
    'onUpdate Cascade of composite keys',
    (p) => p.book.updateMany({ where: { title: 'b1' }, data: { id: { increment: 9 } } }),
    [...book1To10],
    { note: 'over two levels' },
  ],
  [
    'upsert',
    'onUpdate Cascade of composite keys',
    (p) =>
      p.chapter.upsert({
        where: { bookId_number: { bookId: 1, number: 1 } },
        create: { bookId: 1, number: 9, title: 'x' },
        update: { number: 7 },
      }),
    [...chapter1To7],
  ],
  [
    'nested update',
    'onUpdate Cascade of composite keys',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { written: { update: { where: { id: 1 }, data: { id: 10 } } } },
      }),
    [
      lines(byPrisma, noteMoves),
      ...book1To10.filter((line) => line !== noteMoves),
      lines(byDatabase, noteMoves),
    ],
    { note: 'over two levels' },
  ],
  [
    'update',
    'onUpdate Cascade of composite keys',
    (p) => p.book.update({ where: { id: 1 }, data: { id: { increment: 2147483647 } } }),
    [],
    { note: 'to a number that is too large', where: strictNumbers, fails: 'P2020' },
  ],
  [
    'updateMany',
    'onUpdate Cascade of composite keys',
    (p) => p.book.updateMany({ where: { id: 1 }, data: { id: { divide: 0 } } }),
    [],
    { note: 'to no number', where: strictNumbers, fails: 'P2039' },
  ],
  [
    'nested update',
    'onUpdate Cascade of composite keys',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { written: { update: { where: { id: 1 }, data: { id: { divide: 0 } } } } },
      }),
    [],
    { note: 'to no number', where: strictNumbers, fails: 'P2039' },
  ],
  [
    'nested updateMany',
    'onUpdate Cascade of composite keys',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { chapters: { updateMany: { where: { number: 1 }, data: { number: 7 } } } },
      }),
    [...chapter1To7.slice(0, 2), lines(movedFollow, ...chapter1To7.slice(2))],
  ],

  [
    'update',
    'onUpdate Cascade of a unique column',
    (p) => p.person.update({ where: { id: 1 }, data: { email: 'new@x' } }),
    ['update Person 1 email: ada@x -> new@x', 'update Mail 1 address: ada@x -> new@x'],
  ],
  [
    'updateMany',
    'onUpdate Cascade of a unique column',
    (p) => p.person.updateMany({ where: { name: 'ada' }, data: { email: 'new@x', rank: 5 } }),
    [
      'update Person 1 email: ada@x -> new@x, rank: 0 -> 5',
      'update Mail 1 address: ada@x -> new@x',
    ],
  ],
  [
    'upsert',
    'onUpdate Cascade of a unique column',
    (p) =>
      p.person.upsert({
        where: { email: 'ada@x' },
        create: { email: 'new@x' },
        update: { email: 'new@x' },
      }),
    ['update Person 1 email: ada@x -> new@x', 'update Mail 1 address: ada@x -> new@x'],
    { where: upsertsKeys },
  ],
  [
    'upsert',
    'onUpdate Cascade of a unique column',
    (p) =>
      p.person.upsert({
        where: { email: 'ada@x' },
        create: { email: 'new@x' },
        update: { email: 'new@x' },
      }),
    [],
    { note: 'which Prisma gets wrong', where: upsertsNoKeys, fails: 'P2023' },
  ],
  [
    'nested update',
    'onUpdate Cascade of a unique column',
    (p) => p.book.update({ where: { id: 1 }, data: { author: { update: { email: 'new@x' } } } }),
    [
      lines(byPrisma, 'update Mail 1 address: ada@x -> new@x'),
      'update Person 1 email: ada@x -> new@x',
      lines(byDatabase, 'update Mail 1 address: ada@x -> new@x'),
    ],
  ],
  [
    'nested updateMany',
    'onUpdate Cascade of a unique column',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { reports: { updateMany: { where: { id: 2 }, data: { email: 'new@x' } } } },
      }),
    [
      'update Person 2 email: bob@x -> new@x',
      lines(movedFollow, 'update Mail 2 address: bob@x -> new@x'),
    ],
  ],
]

export const updateCases = actionCases(followers)

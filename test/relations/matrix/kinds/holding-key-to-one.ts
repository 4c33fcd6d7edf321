import { nestedCases } from '../dimensions.ts'
import { newBook } from '../fixture.ts'
import { brokenCodes, brokenCondition, movedFollow } from '../places.ts'
import { lines } from '../table.ts'

const bookId_number = { bookId: 1, number: 1 }

/** The book of a chapter is a part of the chapter's key. */
export const holdingKeyToOne = nestedCases('composite key that holds the foreign key, to-one', [
  [
    'create',
    "upsert's create",
    (p) =>
      p.chapter.upsert({
        where: { bookId_number: { bookId: 9, number: 1 } },
        update: {},
        create: { number: 1, title: 'x', book: { create: { ...newBook, authorId: 1 } } },
      }),
    ['create Chapter [9,1]', 'create Book 9'],
  ],
  [
    'connect',
    'create',
    (p) => p.chapter.create({ data: { number: 1, title: 'x', book: { connect: { id: 3 } } } }),
    ['create Chapter [3,1]'],
  ],
  [
    'connect',
    'update',
    (p) => p.chapter.update({ where: { bookId_number }, data: { book: { connect: { id: 3 } } } }),
    [
      'update Chapter [1,1] bookId: 1 -> 3',
      'update Chapter [3,1] bookId: 1 -> 3',
      lines(movedFollow, 'update Note 1 bookId: 1 -> 3'),
    ],
  ],
  [
    'connectOrCreate that connects',
    'depth 2',
    (p) =>
      p.note.create({
        data: {
          text: 'x',
          chapter: {
            create: {
              number: 3,
              title: 'x',
              book: { connectOrCreate: { where: { id: 1 }, create: { ...newBook, authorId: 1 } } },
            },
          },
        },
      }),
    ['create Note new', 'create Chapter [1,3]'],
  ],
  [
    'connectOrCreate that creates',
    'create',
    (p) =>
      p.chapter.create({
        data: {
          number: 1,
          title: 'x',
          book: { connectOrCreate: { where: { id: 9 }, create: { ...newBook, authorId: 1 } } },
        },
      }),
    ['create Chapter [9,1]', 'create Book 9'],
  ],
  [
    'update',
    'update',
    (p) => p.chapter.update({ where: { bookId_number }, data: { book: { update: { pages: 5 } } } }),
    ['update Book 1 pages: 0 -> 5'],
  ],
  [
    'upsert that creates',
    "upsert's update",
    (p) =>
      p.chapter.upsert({
        where: { bookId_number },
        create: { bookId: 1, number: 9, title: 'x' },
        update: {
          book: {
            upsert: { where: { title: 'none' }, create: { ...newBook, authorId: 1 }, update: {} },
          },
        },
      }),
    [],
    { note: brokenCondition, fails: brokenCodes },
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: {
          title: 'x',
          book: { upsert: { create: { ...newBook, authorId: 1 }, update: { pages: 5 } } },
        },
      }),
    ['update Chapter [1,1] title: c1 -> x', 'update Book 1 pages: 0 -> 5'],
  ],
  [
    'unchecked',
    'update',
    (p) => p.chapter.update({ where: { bookId_number }, data: { bookId: 3, number: 7 } }),
    [
      'update Chapter [1,1] bookId: 1 -> 3, number: 1 -> 7',
      'update Chapter [3,7] bookId: 1 -> 3, number: 1 -> 7',
      'update Note 1 bookId: 1 -> 3, number: 1 -> 7',
    ],
  ],
])

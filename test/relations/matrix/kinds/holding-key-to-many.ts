import { nestedCases } from '../dimensions.ts'
import { newBook } from '../fixture.ts'
import { byDatabase, byPrisma, movedFollow } from '../places.ts'
import { lines } from '../table.ts'

const bookId_number = { bookId: 1, number: 1 }
const chapter = { number: 1, title: 'x' }

/** The chapters of a book. */
export const holdingKeyToMany = nestedCases('composite key that holds the foreign key, to-many', [
  [
    'create',
    'update',
    (p) =>
      p.book.update({
        where: { id: 3 },
        data: { pages: 5, chapters: { create: [chapter, { number: 2, title: 'y' }] } },
      }),
    ['update Book 3 pages: 0 -> 5', 'create Chapter [3,1]', 'create Chapter [3,2]'],
  ],
  [
    'createMany',
    'create',
    (p) =>
      p.book.create({
        data: {
          ...newBook,
          authorId: 1,
          chapters: { createMany: { data: [chapter, { number: 2, title: 'y' }] } },
        },
      }),
    ['create Book 9', 'create Chapter [9,1]', 'create Chapter [9,2]'],
  ],
  [
    'connect',
    "upsert's update",
    (p) =>
      p.book.upsert({
        where: { id: 3 },
        create: { ...newBook, authorId: 1 },
        update: { chapters: { connect: { bookId_number } } },
      }),
    [
      'update Chapter [1,1] bookId: 1 -> 3',
      'update Chapter [3,1] bookId: 1 -> 3',
      lines(movedFollow, 'update Note 1 bookId: 1 -> 3'),
    ],
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { chapters: { connectOrCreate: { where: { bookId_number }, create: chapter } } },
      }),
    [],
    { note: 'what is connected' },
  ],
  [
    'connectOrCreate that creates',
    "upsert's create",
    (p) =>
      p.book.upsert({
        where: { id: 9 },
        update: {},
        create: {
          ...newBook,
          authorId: 1,
          chapters: {
            connectOrCreate: {
              where: { bookId_number: { bookId: 9, number: 1 } },
              create: chapter,
            },
          },
        },
      }),
    ['create Book 9', 'create Chapter [9,1]'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { pages: 5, chapters: { disconnect: { bookId_number } } },
      }),
    [],
    { fails: 'P2014' },
  ],
  [
    'set',
    'update',
    (p) => p.book.update({ where: { id: 3 }, data: { chapters: { set: [{ bookId_number }] } } }),
    [
      'update Chapter [1,1] bookId: 1 -> 3',
      'update Chapter [3,1] bookId: 1 -> 3',
      lines(movedFollow, 'update Note 1 bookId: 1 -> 3'),
    ],
    { note: 'which only adds' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { pages: 5, chapters: { set: [{ bookId_number }] } },
      }),
    [],
    { note: 'which lets go', fails: 'P2014' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { chapters: { update: { where: { bookId_number }, data: { number: 7 } } } },
      }),
    [
      lines(byPrisma, 'update Note 1 number: 1 -> 7'),
      'update Chapter [1,1] number: 1 -> 7',
      'update Chapter [1,7] number: 1 -> 7',
      lines(byDatabase, 'update Note 1 number: 1 -> 7'),
    ],
    { note: 'of its key' },
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { chapters: { updateMany: { where: {}, data: { number: { increment: 5 } } } } },
      }),
    [
      'update Chapter [1,1] number: 1 -> 6',
      'update Chapter [1,6] number: 1 -> 6',
      lines(movedFollow, 'update Note 1 number: 1 -> 6'),
      'update Chapter [1,2] number: 2 -> 7',
      'update Chapter [1,7] number: 2 -> 7',
      lines(movedFollow, 'update Note 2 number: 2 -> 7'),
    ],
    { note: 'of their keys' },
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: {
          chapters: {
            upsert: {
              where: { bookId_number: { bookId: 1, number: 9 } },
              create: { number: 9, title: 'x' },
              update: {},
            },
          },
        },
      }),
    ['create Chapter [1,9]'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: {
          chapters: {
            upsert: { where: { bookId_number }, create: chapter, update: { title: 'x' } },
          },
        },
      }),
    ['update Chapter [1,1] title: c1 -> x'],
  ],
  [
    'delete',
    'depth 2',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            update: {
              where: { id: 2 },
              data: { chapters: { delete: { bookId_number: { bookId: 2, number: 1 } } } },
            },
          },
        },
      }),
    ['delete Chapter [2,1]'],
  ],
  [
    'deleteMany',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { chapters: { deleteMany: { number: 2 } } } }),
    [lines(byPrisma, 'delete Note 2'), 'delete Chapter [1,2]', lines(byDatabase, 'delete Note 2')],
  ],
  [
    'unchecked',
    'create',
    (p) =>
      p.book.create({
        data: { ...newBook, authorId: 1, reviewerId: 2, chapters: { create: chapter } },
      }),
    ['create Book 9', 'create Chapter [9,1]'],
  ],
])

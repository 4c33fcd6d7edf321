import { nestedCases } from '../dimensions.ts'

const bookId_number = { bookId: 1, number: 1 }

/** A note refers to a chapter by two columns, and can be without one. */
export const compositeToOne = nestedCases('composite key, to-one', [
  [
    'create',
    'create',
    (p) =>
      p.note.create({
        data: { text: 'x', chapter: { create: { bookId: 1, number: 3, title: 'x' } } },
      }),
    ['create Note new', 'create Chapter [1,3]'],
  ],
  [
    'connect',
    'update',
    (p) => p.note.update({ where: { id: 3 }, data: { chapter: { connect: { bookId_number } } } }),
    ['update Note 3 bookId: null -> 1, number: null -> 1'],
  ],
  [
    'connect',
    'update',
    (p) => p.note.update({ where: { id: 1 }, data: { chapter: { connect: { bookId_number } } } }),
    [],
    { note: 'to what it is connected to' },
  ],
  [
    'connectOrCreate that connects',
    'create',
    (p) =>
      p.note.create({
        data: {
          text: 'x',
          chapter: {
            connectOrCreate: {
              where: { bookId_number },
              create: { bookId: 1, number: 3, title: 'x' },
            },
          },
        },
      }),
    ['create Note new'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.note.update({
        where: { id: 3 },
        data: {
          chapter: {
            connectOrCreate: {
              where: { bookId_number: { bookId: 3, number: 1 } },
              create: { bookId: 3, number: 1, title: 'x' },
            },
          },
        },
      }),
    ['update Note 3 bookId: null -> 3, number: null -> 1', 'create Chapter [3,1]'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.note.update({ where: { id: 1 }, data: { chapter: { disconnect: true } } }),
    ['update Note 1 bookId: 1 -> null, number: 1 -> null'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.note.update({ where: { id: 1 }, data: { text: 'x', chapter: { update: { title: 'x' } } } }),
    ['update Note 1 text: t1 -> x', 'update Chapter [1,1] title: c1 -> x'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.note.update({
        where: { id: 3 },
        data: {
          chapter: {
            upsert: { create: { number: 9, title: 'x', book: { connect: { id: 1 } } }, update: {} },
          },
        },
      }),
    ['update Note 3 bookId: null -> 1, number: null -> 9', 'create Chapter [1,9]'],
  ],
  [
    'upsert that updates',
    "upsert's update",
    (p) =>
      p.note.upsert({
        where: { id: 1 },
        create: { text: 'x' },
        update: {
          chapter: {
            upsert: { create: { bookId: 1, number: 9, title: 'x' }, update: { title: 'x' } },
          },
        },
      }),
    ['update Chapter [1,1] title: c1 -> x'],
  ],
  [
    'delete',
    'update',
    (p) => p.note.update({ where: { id: 1 }, data: { chapter: { delete: true } } }),
    ['delete Note 1', 'delete Chapter [1,1]'],
  ],
  [
    'unchecked',
    "upsert's create",
    (p) =>
      p.note.upsert({
        where: { id: 9 },
        create: { id: 9, text: 'x', bookId: 1, number: 1 },
        update: {},
      }),
    ['create Note 9'],
  ],
  [
    'unchecked',
    'depth 2',
    (p) =>
      p.book.update({
        where: { id: 3 },
        data: { chapters: { create: { number: 1, title: 'x', notes: { connect: { id: 3 } } } } },
      }),
    ['create Chapter [3,1]', 'update Note 3 bookId: null -> 3, number: null -> 1'],
  ],
])

import { nestedCases } from '../dimensions.ts'

const bookId_number = { bookId: 1, number: 1 }

/** The notes of a chapter. */
export const compositeToMany = nestedCases('composite key, to-many', [
  [
    'create',
    'create',
    (p) =>
      p.chapter.create({
        data: {
          number: 1,
          title: 'x',
          book: { connect: { id: 3 } },
          notes: { create: { id: 9, text: 'x' } },
        },
      }),
    ['create Chapter [3,1]', 'create Note 9'],
  ],
  [
    'createMany',
    "upsert's create",
    (p) =>
      p.chapter.upsert({
        where: { bookId_number: { bookId: 3, number: 1 } },
        update: {},
        create: {
          bookId: 3,
          number: 1,
          title: 'x',
          notes: {
            createMany: {
              data: [
                { id: 9, text: 'x' },
                { id: 10, text: 'y' },
              ],
            },
          },
        },
      }),
    ['create Chapter [3,1]', 'create Note 9', 'create Note 10'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: { title: 'x', notes: { connect: [{ id: 2 }, { id: 3 }] } },
      }),
    [
      'update Chapter [1,1] title: c1 -> x',
      'update Note 2 number: 2 -> 1',
      'update Note 3 bookId: null -> 1, number: null -> 1',
    ],
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: { notes: { connectOrCreate: { where: { id: 3 }, create: { text: 'x' } } } },
      }),
    ['update Note 3 bookId: null -> 1, number: null -> 1'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: { notes: { connectOrCreate: { where: { id: 9 }, create: { id: 9, text: 'x' } } } },
      }),
    ['create Note 9'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.chapter.update({ where: { bookId_number }, data: { notes: { disconnect: { id: 1 } } } }),
    ['update Note 1 bookId: 1 -> null, number: 1 -> null'],
  ],
  [
    'set',
    'update',
    (p) => p.chapter.update({ where: { bookId_number }, data: { notes: { set: [{ id: 2 }] } } }),
    ['update Note 2 number: 2 -> 1', 'update Note 1 bookId: 1 -> null, number: 1 -> null'],
  ],
  [
    'update',
    'depth 2',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: {
          chapters: {
            update: {
              where: { bookId_number },
              data: { notes: { update: { where: { id: 1 }, data: { text: 'x' } } } },
            },
          },
        },
      }),
    ['update Note 1 text: t1 -> x'],
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: { notes: { updateMany: { where: {}, data: { text: 'x' } } } },
      }),
    ['update Note 1 text: t1 -> x'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: {
          notes: {
            upsert: { where: { id: 9 }, create: { id: 9, text: 'x' }, update: { text: 'y' } },
          },
        },
      }),
    ['create Note 9'],
  ],
  [
    'upsert that updates',
    "upsert's update",
    (p) =>
      p.chapter.upsert({
        where: { bookId_number },
        create: { bookId: 1, number: 9, title: 'x' },
        update: {
          notes: { upsert: { where: { id: 1 }, create: { text: 'x' }, update: { text: 'y' } } },
        },
      }),
    ['update Note 1 text: t1 -> y'],
  ],
  [
    'delete',
    'update',
    (p) => p.chapter.update({ where: { bookId_number }, data: { notes: { delete: { id: 1 } } } }),
    ['delete Note 1'],
  ],
  [
    'deleteMany',
    'update',
    (p) =>
      p.chapter.update({
        where: { bookId_number },
        data: { title: 'x', notes: { deleteMany: {} } },
      }),
    ['update Chapter [1,1] title: c1 -> x', 'delete Note 1'],
  ],
  [
    'unchecked',
    'create',
    (p) =>
      p.chapter.create({
        data: { bookId: 3, number: 1, title: 'x', notes: { connect: { id: 1 } } },
      }),
    ['create Chapter [3,1]', 'update Note 1 bookId: 1 -> 3'],
  ],
])

import { nestedCases } from '../dimensions.ts'
import { newBook, newPerson } from '../fixture.ts'

const anotherBook = { id: 10, title: 'y' }

/** Two relations between the same models, both in each call. */
export const twoRelations = nestedCases('two relations', [
  [
    'create',
    'create',
    (p) =>
      p.person.create({
        data: {
          ...newPerson,
          written: { create: newBook },
          reviewed: { create: { title: 'y', author: { connect: { id: 1 } } } },
        },
      }),
    ['create Person 9', 'create Book 9', 'create Book new'],
  ],
  [
    'createMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: { createMany: { data: [newBook] } },
          reviewed: { createMany: { data: [{ ...anotherBook, authorId: 2 }] } },
        },
      }),
    ['create Book 9', 'create Book 10'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { written: { connect: { id: 1 } }, reviewed: { connect: { id: 1 } } },
      }),
    ['update Book 1 authorId: 1 -> 4, reviewerId: 2 -> 4'],
    { note: 'of one book' },
  ],
  [
    'connectOrCreate that connects',
    'depth 2',
    (p) =>
      p.badge.create({
        data: {
          code: 'x',
          person: {
            create: {
              ...newPerson,
              written: { connectOrCreate: { where: { id: 3 }, create: newBook } },
              reviewed: {
                connectOrCreate: { where: { id: 3 }, create: { ...newBook, authorId: 1 } },
              },
            },
          },
        },
      }),
    ['create Badge new', 'create Person 9', 'update Book 3 authorId: 2 -> 9, reviewerId: 2 -> 9'],
  ],
  [
    'connectOrCreate that creates',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: {
          ...newPerson,
          written: { connectOrCreate: { where: { id: 9 }, create: newBook } },
          reviewed: { connectOrCreate: { where: { id: 9 }, create: { ...newBook, authorId: 1 } } },
        },
      }),
    ['create Person 9', 'create Book 9'],
    { note: 'and connects what it created' },
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { written: { connect: { id: 1 } }, reviewed: { disconnect: { id: 1 } } },
      }),
    ['update Book 1 authorId: 1 -> 2, reviewerId: 2 -> null'],
    { note: 'beside a connect' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { written: { set: [{ id: 3 }, { id: 1 }] }, reviewed: { set: [] } },
      }),
    [
      'update Book 1 authorId: 1 -> 2, reviewerId: 2 -> null',
      'update Book 3 reviewerId: 2 -> null',
    ],
  ],
  [
    'update',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 2 },
        create: newPerson,
        update: {
          written: { update: { where: { id: 3 }, data: { title: 'x' } } },
          reviewed: { update: { where: { id: 3 }, data: { pages: 5 } } },
        },
      }),
    ['update Book 3 title: b3 -> x, pages: 0 -> 5'],
    { note: 'of one book' },
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: {
          written: { updateMany: { where: {}, data: { title: 'x' } } },
          reviewed: { updateMany: { where: {}, data: { pages: 5 } } },
        },
      }),
    ['update Book 3 title: b3 -> x, pages: 0 -> 5', 'update Book 1 pages: 0 -> 5'],
  ],
  [
    'upsert that creates',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 2 },
        create: newPerson,
        update: {
          written: { upsert: { where: { id: 9 }, create: newBook, update: {} } },
          reviewed: {
            upsert: { where: { id: 10 }, create: { ...anotherBook, authorId: 1 }, update: {} },
          },
        },
      }),
    ['create Book 9', 'create Book 10'],
  ],
  [
    'upsert that updates',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 2 },
        data: {
          person: {
            update: {
              written: { upsert: { where: { id: 3 }, create: newBook, update: { title: 'x' } } },
              reviewed: {
                upsert: {
                  where: { id: 3 },
                  create: { ...newBook, authorId: 1 },
                  update: { pages: 5 },
                },
              },
            },
          },
        },
      }),
    ['update Book 3 title: b3 -> x, pages: 0 -> 5'],
  ],
  [
    'delete',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { rank: 5, written: { create: newBook }, reviewed: { delete: { id: 3 } } },
      }),
    ['update Person 2 rank: 0 -> 5', 'create Book 9', 'delete Book 3'],
    { note: 'beside a create' },
  ],
  [
    'deleteMany',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 2 },
        data: {
          person: { update: { written: { deleteMany: {} }, reviewed: { deleteMany: { id: 3 } } } },
        },
      }),
    ['delete Book 3'],
    { note: 'of one book' },
  ],
  [
    'unchecked',
    'create',
    (p) => p.book.create({ data: { ...newBook, authorId: 1, reviewerId: 1 } }),
    ['create Book 9'],
  ],
  [
    'unchecked',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { authorId: 2, reviewerId: 1 } }),
    ['update Book 1 authorId: 1 -> 2, reviewerId: 2 -> 1'],
  ],
])

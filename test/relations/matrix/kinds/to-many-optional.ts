import { nestedCases } from '../dimensions.ts'
import { newBook, newPerson } from '../fixture.ts'
import { skipsDuplicates } from '../places.ts'

/** A book need not have a reviewer, nor a shelf. */
export const toManyOptional = nestedCases('to-many, optional', [
  [
    'create',
    "upsert's create",
    (p) =>
      p.shelf.upsert({
        where: { id: 9 },
        update: {},
        create: {
          id: 9,
          label: 'x',
          books: { create: { title: 'x', author: { connect: { id: 1 } } } },
        },
      }),
    ['create Shelf 9', 'create Book new'],
  ],
  [
    'createMany',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: { ...newPerson, reviewed: { createMany: { data: [{ ...newBook, authorId: 1 }] } } },
      }),
    ['create Person 9', 'create Book 9'],
  ],
  [
    'createMany',
    "upsert's update",
    (p) =>
      p.shelf.upsert({
        where: { id: 1 },
        create: { label: 'x' },
        update: {
          books: {
            createMany: {
              data: [
                { ...newBook, authorId: 1 },
                { ...newBook, authorId: 2 },
              ],
              skipDuplicates: true,
            },
          },
        },
      }),
    ['create Book 9'],
    { note: 'without duplicates', where: skipsDuplicates },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { reviewed: { connect: { id: 2 } } } }),
    ['update Book 2 reviewerId: null -> 1'],
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { reviewed: { connect: { id: 1 } } } }),
    ['update Book 1 reviewerId: 2 -> 4'],
    { note: 'of what another has' },
  ],
  [
    'connectOrCreate that connects',
    "upsert's update",
    (p) =>
      p.shelf.upsert({
        where: { id: 1 },
        create: { label: 'x' },
        update: {
          books: { connectOrCreate: { where: { id: 2 }, create: { ...newBook, authorId: 1 } } },
        },
      }),
    ['update Book 2 shelfId: null -> 1'],
  ],
  [
    'connectOrCreate that creates',
    'create',
    (p) =>
      p.person.create({
        data: {
          ...newPerson,
          reviewed: { connectOrCreate: { where: { id: 9 }, create: { ...newBook, authorId: 1 } } },
        },
      }),
    ['create Person 9', 'create Book 9'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { reviewed: { disconnect: { id: 1 } } } }),
    ['update Book 1 reviewerId: 2 -> null'],
  ],
  [
    'disconnect',
    "upsert's update",
    (p) =>
      p.shelf.upsert({
        where: { id: 2 },
        create: { label: 'x' },
        update: { label: 'x', books: { disconnect: [{ id: 1 }, { id: 3 }] } },
      }),
    [
      'update Shelf 2 label: s2 -> x',
      'update Book 1 shelfId: 2 -> null',
      'update Book 3 shelfId: 2 -> null',
    ],
    { note: 'as a list' },
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { reviewed: { disconnect: { id: 1 } } } }),
    [],
    { note: 'of what another has' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.person.update({ where: { id: 2 }, data: { reviewed: { set: [{ id: 3 }, { id: 4 }] } } }),
    ['update Book 4 reviewerId: null -> 2', 'update Book 1 reviewerId: 2 -> null'],
  ],
  [
    'set',
    "upsert's update",
    (p) =>
      p.person.upsert({ where: { id: 2 }, create: newPerson, update: { reviewed: { set: [] } } }),
    ['update Book 1 reviewerId: 2 -> null', 'update Book 3 reviewerId: 2 -> null'],
    { note: 'to nothing' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.shelf.update({
        where: { id: 2 },
        data: { books: { update: { where: { id: 1, title: 'b1' }, data: { pages: 5 } } } },
      }),
    ['update Book 1 pages: 0 -> 5'],
  ],
  [
    'updateMany',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 2 },
        data: {
          person: { update: { reviewed: { updateMany: { where: {}, data: { pages: 5 } } } } },
        },
      }),
    ['update Book 1 pages: 0 -> 5', 'update Book 3 pages: 0 -> 5'],
  ],
  [
    'upsert that creates',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 2 },
        data: {
          person: {
            update: {
              reviewed: {
                upsert: { where: { id: 9 }, create: { ...newBook, authorId: 1 }, update: {} },
              },
            },
          },
        },
      }),
    ['create Book 9'],
  ],
  [
    'upsert that updates',
    "upsert's update",
    (p) =>
      p.shelf.upsert({
        where: { id: 2 },
        create: { label: 'x' },
        update: {
          books: {
            upsert: { where: { id: 1 }, create: { ...newBook, authorId: 1 }, update: { pages: 5 } },
          },
        },
      }),
    ['update Book 1 pages: 0 -> 5'],
  ],
  [
    'delete',
    'update',
    (p) => p.shelf.update({ where: { id: 2 }, data: { books: { delete: [{ id: 3 }] } } }),
    ['delete Book 3'],
    { note: 'as a list' },
  ],
  [
    'deleteMany',
    "upsert's update",
    (p) =>
      p.shelf.upsert({
        where: { id: 2 },
        create: { label: 'x' },
        update: { books: { deleteMany: { authorId: 2 } } },
      }),
    ['delete Book 3'],
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.shelf.update({
        where: { id: 2 },
        data: { books: { update: { where: { id: 1 }, data: { authorId: 2, reviewerId: null } } } },
      }),
    ['update Book 1 authorId: 1 -> 2, reviewerId: 2 -> null'],
  ],
])

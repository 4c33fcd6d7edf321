import { nestedCases } from '../dimensions.ts'
import { newBook, newPerson } from '../fixture.ts'

const anotherBook = { id: 10, title: 'y' }

/** A book always has an author: it can go to another one, but not be let go. */
export const toManyRequired = nestedCases('to-many, required', [
  [
    'create',
    'create',
    (p) => p.person.create({ data: { ...newPerson, written: { create: newBook } } }),
    ['create Person 9', 'create Book 9'],
  ],
  [
    'create',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { name: 'x', written: { create: [newBook, anotherBook] } },
      }),
    ['update Person 1 name: ada -> x', 'create Book 9', 'create Book 10'],
    { note: 'as a list' },
  ],
  [
    'create',
    'depth 2',
    (p) =>
      p.person.create({
        data: {
          ...newPerson,
          written: {
            create: {
              ...newBook,
              chapters: {
                create: { number: 1, title: 'x', notes: { create: { id: 9, text: 'x' } } },
              },
            },
          },
        },
      }),
    ['create Person 9', 'create Book 9', 'create Chapter [9,1]', 'create Note 9'],
    { note: 'and 3' },
  ],
  [
    'create',
    'create',
    (p) =>
      p.person.create({
        data: { email: 'new@x', written: { create: [{ title: 'x' }, { title: 'y' }] } },
      }),
    ['create Person new', 'create Book new', 'create Book new'],
    { note: 'with keys that the database makes' },
  ],
  [
    'createMany',
    'create',
    (p) =>
      p.person.create({
        data: { ...newPerson, written: { createMany: { data: [newBook, anotherBook] } } },
      }),
    ['create Person 9', 'create Book 9', 'create Book 10'],
  ],
  [
    'createMany',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { written: { createMany: { data: newBook } } } }),
    ['create Book 9'],
    { note: 'as an object' },
  ],
  [
    'createMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { written: { createMany: { data: [{ title: 'x' }, { title: 'y' }] } } },
      }),
    ['create Book new', 'create Book new'],
    { note: 'with keys that the database makes' },
  ],
  [
    'connect',
    'create',
    (p) => p.person.create({ data: { ...newPerson, written: { connect: { id: 1 } } } }),
    ['create Person 9', 'update Book 1 authorId: 1 -> 9'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { rank: 5, written: { connect: [{ id: 3 }, { id: 4 }] } },
      }),
    [
      'update Person 1 rank: 0 -> 5',
      'update Book 3 authorId: 2 -> 1',
      'update Book 4 authorId: 3 -> 1',
    ],
    { note: 'as a list' },
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { rank: 5, written: { connect: [{ id: 3 }, { id: 404 }] } },
      }),
    [],
    { note: 'of a row that is not there', fails: 'P2018' },
  ],
  [
    'connect',
    'update',
    (p) => p.account.update({ where: { id: 1 }, data: { entries: { connect: { id: 1 } } } }),
    [],
    { note: 'of what is connected' },
  ],
  [
    'connectOrCreate that connects',
    'create',
    (p) =>
      p.person.create({
        data: { ...newPerson, written: { connectOrCreate: { where: { id: 1 }, create: newBook } } },
      }),
    ['create Person 9', 'update Book 1 authorId: 1 -> 9'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            connectOrCreate: [
              { where: { id: 9 }, create: newBook },
              { where: { id: 3 }, create: anotherBook },
            ],
          },
        },
      }),
    ['create Book 9', 'update Book 3 authorId: 2 -> 1'],
    { note: 'as a list of which one connects' },
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { name: 'x', written: { disconnect: { id: 1 } } },
      }),
    [],
    { fails: 'P2014' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.person.update({ where: { id: 2 }, data: { written: { set: [{ id: 3 }, { id: 4 }] } } }),
    ['update Book 4 authorId: 3 -> 2'],
    { note: 'which only adds' },
  ],
  [
    'set',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { name: 'x', written: { set: [] } } }),
    [],
    { note: 'which lets go', fails: 'P2014' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { written: { update: { where: { id: 2 }, data: { pages: 5 } } } },
      }),
    ['update Book 2 pages: 0 -> 5'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            update: [
              { where: { id: 1 }, data: { pages: 5 } },
              { where: { id: 2 }, data: { pages: { increment: 6 } } },
            ],
          },
        },
      }),
    ['update Book 1 pages: 0 -> 5', 'update Book 2 pages: 0 -> 6'],
    { note: 'as a list' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { rank: 5, written: { update: { where: { id: 3 }, data: { pages: 5 } } } },
      }),
    [],
    { note: 'of a row of another', fails: 'P2025' },
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { rank: 5, written: { updateMany: { where: {}, data: { pages: 5 } } } },
      }),
    ['update Person 1 rank: 0 -> 5', 'update Book 1 pages: 0 -> 5', 'update Book 2 pages: 0 -> 5'],
  ],
  [
    'updateMany',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 1 },
        create: newPerson,
        update: {
          written: {
            updateMany: [
              { where: { title: 'b1' }, data: { pages: 5 } },
              { where: { id: 3 }, data: { pages: 6 } },
            ],
          },
        },
      }),
    ['update Book 1 pages: 0 -> 5'],
    { note: 'as a list of which one finds nothing' },
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { written: { upsert: { where: { id: 9 }, create: newBook, update: { pages: 5 } } } },
      }),
    ['create Book 9'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            upsert: [
              { where: { id: 1 }, create: newBook, update: { pages: 5 } },
              { where: { id: 10 }, create: anotherBook, update: { pages: 6 } },
            ],
          },
        },
      }),
    ['update Book 1 pages: 0 -> 5', 'create Book 10'],
    { note: 'as a list of which one creates' },
  ],
  [
    'delete',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { written: { delete: { id: 3 } } } }),
    ['delete Book 3'],
  ],
  [
    'delete',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { rank: 5, written: { delete: [{ id: 3 }, { id: 4 }] } },
      }),
    [],
    { note: 'of a row of another', fails: 'P2017' },
  ],
  [
    'deleteMany',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { rank: 5, written: { deleteMany: {} } } }),
    ['update Person 2 rank: 0 -> 5', 'delete Book 3'],
  ],
  [
    'deleteMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { written: { deleteMany: [{ id: 3 }, { id: 4 }] } },
      }),
    ['delete Book 3'],
    { note: 'as a list of which one finds nothing' },
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { written: { create: { ...newBook, reviewerId: 2, shelfId: 2 } } },
      }),
    ['create Book 9'],
  ],
  [
    'unchecked',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: { ...newPerson, managerId: 1, written: { create: { ...newBook, reviewerId: 2 } } },
      }),
    ['create Person 9', 'create Book 9'],
  ],
])

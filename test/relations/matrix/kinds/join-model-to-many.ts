import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'

/** The loans of a person, and of a book. */
export const joinModelToMany = nestedCases('join model, to-many', [
  [
    'create',
    'create',
    (p) =>
      p.book.create({
        data: {
          title: 'x',
          author: { connect: { id: 1 } },
          loans: { create: { person: { create: newPerson } } },
        },
      }),
    ['create Book new', 'create Loan [9,new]', 'create Person 9'],
  ],
  [
    'create',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 4 },
        create: newPerson,
        update: { loans: { create: { book: { connect: { id: 3 } }, days: 5 } } },
      }),
    ['create Loan [4,3]'],
  ],
  [
    'createMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { loans: { createMany: { data: [{ bookId: 1 }, { bookId: 2 }] } } },
      }),
    ['create Loan [4,1]', 'create Loan [4,2]'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { loans: { connect: { loan: { personId: 2, bookId: 1 } } } },
      }),
    ['update Loan [2,1] personId: 2 -> 4', 'update Loan [4,1] personId: 2 -> 4'],
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: {
          loans: {
            connectOrCreate: { where: { loan: { personId: 2, bookId: 1 } }, create: { bookId: 1 } },
          },
        },
      }),
    [],
    { note: 'what is connected' },
  ],
  [
    'connectOrCreate that creates',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 2 },
        data: {
          person: {
            update: {
              loans: {
                connectOrCreate: {
                  where: { loan: { personId: 2, bookId: 3 } },
                  create: { bookId: 3 },
                },
              },
            },
          },
        },
      }),
    ['create Loan [2,3]'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { rank: 5, loans: { disconnect: { loan: { personId: 2, bookId: 1 } } } },
      }),
    [],
    { fails: 'P2014' },
  ],
  [
    'set',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { pages: 5, loans: { set: [] } } }),
    [],
    { note: 'which lets go', fails: 'P2014' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { loans: { set: [{ loan: { personId: 3, bookId: 1 } }] } },
      }),
    ['update Loan [3,1] personId: 3 -> 4', 'update Loan [4,1] personId: 3 -> 4'],
    { note: 'which only adds' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: {
          loans: { update: { where: { loan: { personId: 2, bookId: 1 } }, data: { days: 5 } } },
        },
      }),
    ['update Loan [2,1] days: 7 -> 5'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: {
          loans: {
            update: {
              where: { loan: { personId: 2, bookId: 1 } },
              data: { book: { connect: { id: 3 } } },
            },
          },
        },
      }),
    ['update Loan [2,1] bookId: 1 -> 3', 'update Loan [2,3] bookId: 1 -> 3'],
    { note: 'of its key' },
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { loans: { updateMany: { where: { days: 7 }, data: { days: 5 } } } },
      }),
    ['update Loan [2,1] days: 7 -> 5', 'update Loan [3,1] days: 7 -> 5'],
  ],
  [
    'upsert that creates',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 4 },
        create: newPerson,
        update: {
          loans: {
            upsert: {
              where: { loan: { personId: 4, bookId: 3 } },
              create: { bookId: 3 },
              update: { days: 5 },
            },
          },
        },
      }),
    ['create Loan [4,3]'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: {
          loans: {
            upsert: {
              where: { loan: { personId: 2, bookId: 1 } },
              create: { bookId: 3 },
              update: { days: 5 },
            },
          },
        },
      }),
    ['update Loan [2,1] days: 7 -> 5'],
  ],
  [
    'delete',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { loans: { delete: { loan: { personId: 2, bookId: 1 } } } },
      }),
    ['delete Loan [2,1]'],
  ],
  [
    'deleteMany',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { loans: { deleteMany: {} } } }),
    ['delete Loan [2,1]', 'delete Loan [3,1]'],
  ],
  [
    'unchecked',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: { ...newPerson, managerId: 1, loans: { create: [{ bookId: 1 }, { bookId: 2 }] } },
      }),
    ['create Person 9', 'create Loan [9,1]', 'create Loan [9,2]'],
  ],
])

import { nestedCases } from '../dimensions.ts'
import { newBook, newPerson } from '../fixture.ts'
import { brokenCodes, brokenCondition } from '../places.ts'

/** A loan links a person and a book, and is an entity itself. */
export const joinModelToOne = nestedCases('join model, to-one', [
  [
    'create',
    'create',
    (p) =>
      p.loan.create({
        data: { person: { create: newPerson }, book: { create: { ...newBook, authorId: 1 } } },
      }),
    ['create Loan [9,9]', 'create Person 9', 'create Book 9'],
  ],
  [
    'create',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { days: 5, person: { create: newPerson } },
      }),
    [
      'update Loan [2,1] personId: 2 -> 9, days: 7 -> 5',
      'update Loan [9,1] personId: 2 -> 9, days: 7 -> 5',
      'create Person 9',
    ],
  ],
  [
    'connect',
    "upsert's create",
    (p) =>
      p.loan.upsert({
        where: { loan: { personId: 4, bookId: 1 } },
        update: {},
        create: { person: { connect: { email: 'dan@x' } }, book: { connect: { id: 1 } } },
      }),
    ['create Loan [4,1]'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { book: { connect: { id: 3 } } },
      }),
    ['update Loan [2,1] bookId: 1 -> 3', 'update Loan [2,3] bookId: 1 -> 3'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { book: { connect: { id: 2 } } },
      }),
    [],
    { note: 'to what is linked already', fails: 'P2002' },
  ],
  [
    'connectOrCreate that connects',
    "upsert's update",
    (p) =>
      p.loan.upsert({
        where: { loan: { personId: 2, bookId: 1 } },
        create: { personId: 4, bookId: 4 },
        update: { person: { connectOrCreate: { where: { id: 4 }, create: newPerson } } },
      }),
    ['update Loan [2,1] personId: 2 -> 4', 'update Loan [4,1] personId: 2 -> 4'],
  ],
  [
    'connectOrCreate that creates',
    'create',
    (p) =>
      p.loan.create({
        data: {
          person: { connectOrCreate: { where: { id: 9 }, create: newPerson } },
          book: { connect: { id: 1 } },
        },
      }),
    ['create Loan [9,1]', 'create Person 9'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { days: 5, book: { update: { pages: 5 } } },
      }),
    ['update Loan [2,1] days: 7 -> 5', 'update Book 1 pages: 0 -> 5'],
  ],
  [
    'update',
    'depth 2',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: {
          loans: {
            update: {
              where: { loan: { personId: 2, bookId: 1 } },
              data: { book: { update: { pages: 5 } } },
            },
          },
        },
      }),
    ['update Book 1 pages: 0 -> 5'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { person: { upsert: { where: { name: 'nobody' }, create: newPerson, update: {} } } },
      }),
    [],
    { note: brokenCondition, fails: brokenCodes },
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { person: { upsert: { create: newPerson, update: { rank: 5 } } } },
      }),
    ['update Person 2 rank: 0 -> 5'],
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.loan.update({
        where: { loan: { personId: 2, bookId: 1 } },
        data: { personId: 4, bookId: 4 },
      }),
    [
      'update Loan [2,1] personId: 2 -> 4, bookId: 1 -> 4',
      'update Loan [4,4] personId: 2 -> 4, bookId: 1 -> 4',
    ],
  ],
])

import { nestedCases } from '../dimensions.ts'
import { newBook, newPerson } from '../fixture.ts'
import { brokenCodes, brokenCondition } from '../places.ts'

/** The key is on this side, and is never null. */
export const toOneRequired = nestedCases('to-one, required', [
  [
    'create',
    'create',
    (p) => p.book.create({ data: { title: 'x', author: { create: newPerson } } }),
    ['create Book new', 'create Person 9'],
  ],
  [
    'create',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { author: { create: newPerson } } }),
    ['update Book 1 authorId: 1 -> 9', 'create Person 9'],
  ],
  [
    'create',
    "upsert's create",
    (p) =>
      p.book.upsert({
        where: { id: 9 },
        create: { title: 'x', author: { create: newPerson } },
        update: {},
      }),
    ['create Book new', 'create Person 9'],
  ],
  [
    'create',
    'update',
    (p) =>
      p.payment.update({ where: { id: 1 }, data: { account: { create: { id: 9, name: 'x' } } } }),
    ['update Payment 1 accountId: 1 -> 9', 'create Account 9'],
    { note: 'where deleting is restricted' },
  ],
  [
    'create',
    'create',
    (p) => p.book.create({ data: { title: 'x', author: { create: { email: 'new@x' } } } }),
    ['create Book new', 'create Person new'],
    { note: 'with keys that the database makes' },
  ],
  [
    'connect',
    'create',
    (p) => p.book.create({ data: { title: 'x', author: { connect: { id: 2 } } } }),
    ['create Book new'],
  ],
  [
    'connect',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { author: { connect: { email: 'bob@x' } } } }),
    ['update Book 1 authorId: 1 -> 2'],
  ],
  [
    'connect',
    'update',
    (p) => p.passport.update({ where: { id: 'p1' }, data: { person: { connect: { id: 1 } } } }),
    [],
    { note: 'to what it is connected to' },
  ],
  [
    'connect',
    'update',
    (p) => p.passport.update({ where: { id: 'p1' }, data: { person: { connect: { id: 4 } } } }),
    ['update Passport p1 personId: 1 -> 4'],
    { note: 'of a 1-1' },
  ],
  [
    'connect',
    'update',
    (p) =>
      p.book.update({ where: { id: 1 }, data: { title: 'x', author: { connect: { id: 404 } } } }),
    [],
    { note: 'to a row that is not there', fails: 'P2025' },
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { author: { connectOrCreate: { where: { id: 2 }, create: newPerson } } },
      }),
    ['update Book 1 authorId: 1 -> 2'],
  ],
  [
    'connectOrCreate that connects',
    'create',
    (p) =>
      p.book.create({
        data: { title: 'x', author: { connectOrCreate: { where: { id: 2 }, create: newPerson } } },
      }),
    ['create Book new'],
  ],
  [
    'connectOrCreate that creates',
    'create',
    (p) =>
      p.book.create({
        data: { title: 'x', author: { connectOrCreate: { where: { id: 9 }, create: newPerson } } },
      }),
    ['create Book new', 'create Person 9'],
  ],
  [
    'connectOrCreate that creates',
    "upsert's update",
    (p) =>
      p.book.upsert({
        where: { id: 1 },
        create: { ...newBook, authorId: 1 },
        update: { author: { connectOrCreate: { where: { id: 9 }, create: newPerson } } },
      }),
    ['update Book 1 authorId: 1 -> 9', 'create Person 9'],
  ],
  [
    'update',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { author: { update: { name: 'x' } } } }),
    ['update Person 1 name: ada -> x'],
    { note: 'which changes only the related row' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { pages: 5, author: { update: { where: { name: 'ada' }, data: { name: 'x' } } } },
      }),
    ['update Book 1 pages: 0 -> 5', 'update Person 1 name: ada -> x'],
    { note: 'with a condition' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { pages: 5, author: { update: { where: { name: 'bob' }, data: { name: 'x' } } } },
      }),
    [],
    { note: 'with a condition that does not hold', fails: 'P2025' },
  ],
  [
    'update',
    'depth 2',
    (p) =>
      p.chapter.update({
        where: { bookId_number: { bookId: 1, number: 1 } },
        data: { title: 'x', book: { update: { pages: 5, author: { update: { name: 'x' } } } } },
      }),
    [
      'update Chapter [1,1] title: c1 -> x',
      'update Book 1 pages: 0 -> 5',
      'update Person 1 name: ada -> x',
    ],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: {
          author: {
            upsert: { where: { name: 'nobody' }, create: newPerson, update: { name: 'x' } },
          },
        },
      }),
    [],
    { note: brokenCondition, fails: brokenCodes },
  ],
  [
    'upsert that updates',
    "upsert's update",
    (p) =>
      p.book.upsert({
        where: { id: 1 },
        create: { ...newBook, authorId: 1 },
        update: { pages: 5, author: { upsert: { create: newPerson, update: { name: 'x' } } } },
      }),
    ['update Book 1 pages: 0 -> 5', 'update Person 1 name: ada -> x'],
  ],
  [
    'unchecked',
    'create',
    (p) => p.book.create({ data: { ...newBook, authorId: 1 } }),
    ['create Book 9'],
  ],
  [
    'unchecked',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { authorId: 2 } }),
    ['update Book 1 authorId: 1 -> 2'],
  ],
  [
    'unchecked',
    "upsert's create",
    (p) =>
      p.book.upsert({
        where: { id: 9 },
        create: { ...newBook, authorId: 2 },
        update: { authorId: 1 },
      }),
    ['create Book 9'],
  ],
  [
    'unchecked',
    "upsert's update",
    (p) =>
      p.book.upsert({
        where: { id: 1 },
        create: { ...newBook, authorId: 1 },
        update: { authorId: 2 },
      }),
    ['update Book 1 authorId: 1 -> 2'],
  ],
])

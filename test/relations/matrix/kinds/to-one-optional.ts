import { nestedCases } from '../dimensions.ts'
import { newBook, newPerson } from '../fixture.ts'
import { byDatabase, byPrisma, setDefault, setNull } from '../places.ts'
import { lines } from '../table.ts'

/** The key is on this side, and may be null. */
export const toOneOptional = nestedCases('to-one, optional', [
  [
    'create',
    'create',
    (p) => p.badge.create({ data: { code: 'x', person: { create: newPerson } } }),
    ['create Badge new', 'create Person 9'],
  ],
  [
    'create',
    'update',
    (p) => p.book.update({ where: { id: 2 }, data: { reviewer: { create: newPerson } } }),
    ['update Book 2 reviewerId: null -> 9', 'create Person 9'],
  ],
  [
    'create',
    'update',
    (p) => p.badge.update({ where: { id: 1 }, data: { person: { create: newPerson } } }),
    ['update Badge 1 personId: 1 -> 9', 'create Person 9'],
    { note: 'of a 1-1' },
  ],
  [
    'connect',
    'create',
    (p) =>
      p.book.create({
        data: { title: 'x', author: { connect: { id: 1 } }, reviewer: { connect: { id: 2 } } },
      }),
    ['create Book new'],
  ],
  [
    'connect',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { reviewer: { connect: { id: 1 } } } }),
    ['update Book 1 reviewerId: 2 -> 1'],
  ],
  [
    'connect',
    'update',
    (p) => p.badge.update({ where: { id: 3 }, data: { person: { connect: { id: 1 } } } }),
    ['update Badge 3 personId: null -> 1', 'update Badge 1 personId: 1 -> null'],
    { note: 'of a 1-1, which displaces another' },
  ],
  [
    'connect',
    'create',
    (p) => p.badge.create({ data: { code: 'x', person: { connect: { id: 1 } } } }),
    ['create Badge new', 'update Badge 1 personId: 1 -> null'],
    { note: 'of a 1-1, which displaces another' },
  ],
  [
    'connect',
    'update',
    (p) => p.badge.update({ where: { id: 1 }, data: { person: { connect: { id: 1 } } } }),
    [],
    { note: 'to what it is connected to' },
  ],
  [
    'connectOrCreate that connects',
    "upsert's create",
    (p) =>
      p.badge.upsert({
        where: { id: 9 },
        update: {},
        create: {
          code: 'x',
          person: { connectOrCreate: { where: { id: 4 }, create: newPerson } },
        },
      }),
    ['create Badge new'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.badge.update({
        where: { id: 3 },
        data: { person: { connectOrCreate: { where: { id: 9 }, create: newPerson } } },
      }),
    ['update Badge 3 personId: null -> 9', 'create Person 9'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.badge.update({ where: { id: 1 }, data: { person: { disconnect: true } } }),
    ['update Badge 1 personId: 1 -> null'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.badge.update({ where: { id: 3 }, data: { person: { disconnect: true } } }),
    [],
    { note: 'from nothing' },
  ],
  [
    'disconnect',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { reviewer: { disconnect: { name: 'bob' } } } }),
    ['update Book 1 reviewerId: 2 -> null'],
    { note: 'with a condition' },
  ],
  [
    'disconnect',
    'update',
    (p) => p.badge.update({ where: { id: 1 }, data: { person: { disconnect: { name: 'bob' } } } }),
    [],
    { note: 'with a condition that does not hold' },
  ],
  [
    'disconnect',
    "upsert's update",
    (p) =>
      p.badge.upsert({
        where: { id: 1 },
        create: { code: 'x' },
        update: { code: 'x', person: { disconnect: true } },
      }),
    ['update Badge 1 code: b1 -> x, personId: 1 -> null'],
  ],
  [
    'update',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { reviewer: { update: { name: 'x' } } } }),
    ['update Person 2 name: bob -> x'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.badge.update({ where: { id: 3 }, data: { code: 'x', person: { update: { name: 'x' } } } }),
    [],
    { note: 'of nothing', fails: 'P2025' },
  ],
  [
    'upsert that creates',
    "upsert's update",
    (p) =>
      p.badge.upsert({
        where: { id: 3 },
        create: { code: 'x' },
        update: { person: { upsert: { create: newPerson, update: { name: 'x' } } } },
      }),
    ['update Badge 3 personId: null -> 9', 'create Person 9'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.badge.update({
        where: { id: 1 },
        data: { code: 'x', person: { upsert: { create: newPerson, update: { name: 'x' } } } },
      }),
    ['update Badge 1 code: b1 -> x', 'update Person 1 name: ada -> x'],
  ],
  [
    'delete',
    'update',
    (p) => p.book.update({ where: { id: 3 }, data: { shelf: { delete: true } } }),
    [
      lines(setDefault, 'update Book 3 shelfId: 2 -> 1', 'update Book 1 shelfId: 2 -> 1'),
      lines(setNull, 'update Book 3 shelfId: 2 -> null', 'update Book 1 shelfId: 2 -> null'),
      'delete Shelf 2',
    ],
  ],
  [
    'delete',
    'depth 2',
    (p) =>
      p.chapter.update({
        where: { bookId_number: { bookId: 1, number: 1 } },
        data: { book: { update: { shelf: { delete: { label: 's2' } } } } },
      }),
    [
      lines(byDatabase, 'delete Shelf 2'),
      lines(setDefault, 'update Book 1 shelfId: 2 -> 1', 'update Book 3 shelfId: 2 -> 1'),
      lines(setNull, 'update Book 1 shelfId: 2 -> null', 'update Book 3 shelfId: 2 -> null'),
      lines(byPrisma, 'delete Shelf 2'),
    ],
    { note: 'with a condition' },
  ],
  [
    'unchecked',
    'update',
    (p) => p.badge.update({ where: { id: 1 }, data: { personId: null } }),
    ['update Badge 1 personId: 1 -> null'],
  ],
  [
    'unchecked',
    'create',
    (p) => p.badge.create({ data: { id: 9, code: 'x', personId: 4 } }),
    ['create Badge 9'],
  ],
  [
    'unchecked',
    'create',
    (p) => p.badge.create({ data: { id: 9, code: 'x', personId: 1 } }),
    [],
    { note: 'of a 1-1 that is taken', fails: 'P2002' },
  ],
  [
    'unchecked',
    'depth 2',
    (p) =>
      p.shelf.update({
        where: { id: 1 },
        data: {
          books: {
            create: { ...newBook, authorId: 1, reviewerId: 2, loans: { create: { personId: 4 } } },
          },
        },
      }),
    ['create Book 9', 'create Loan [4,9]'],
  ],
])

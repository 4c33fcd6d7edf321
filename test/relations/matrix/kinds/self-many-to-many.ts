import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'
import { linksFollow } from '../places.ts'
import { lines } from '../table.ts'

/** Friends and those whose friend one is: one table that links people with people. */
export const selfManyToMany = nestedCases('self, n-m', [
  [
    'create',
    'create',
    (p) =>
      p.person.create({ data: { ...newPerson, friends: { create: { id: 10, email: 'y@x' } } } }),
    [
      'create Person 9',
      'create Person 10',
      'link Person 9 friends: 10',
      'link Person 10 friendOf: 9',
    ],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { friends: { connect: [{ id: 3 }, { id: 4 }] } } }),
    ['link Person 1 friends: 3, 4', 'link Person 3 friendOf: 1', 'link Person 4 friendOf: 1'],
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { friends: { connect: { id: 2 } } } }),
    [],
    { note: 'of a friend' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { friendOf: { connect: { id: 2 } } } }),
    ['link Person 1 friendOf: 2', 'link Person 2 friends: 1'],
    { note: 'the other way' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { friends: { connect: { id: 4 } } } }),
    ['link Person 4 friendOf: 4', 'link Person 4 friends: 4'],
    { note: 'to itself' },
  ],
  [
    'connectOrCreate that connects',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: {
          ...newPerson,
          friends: { connectOrCreate: { where: { id: 1 }, create: { email: 'y@x' } } },
        },
      }),
    ['create Person 9', 'link Person 9 friends: 1', 'link Person 1 friendOf: 9'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { friends: { connectOrCreate: { where: { id: 9 }, create: newPerson } } },
      }),
    ['create Person 9', 'link Person 1 friends: 9', 'link Person 9 friendOf: 1'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { friends: { disconnect: { id: 2 } } } }),
    ['unlink Person 1 friends: 2', 'unlink Person 2 friendOf: 1'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { friendOf: { disconnect: [{ id: 1 }, { id: 3 }] } },
      }),
    ['unlink Person 2 friendOf: 1', 'unlink Person 1 friends: 2'],
    { note: 'as a list of which one is no friend' },
  ],
  [
    'set',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { friends: { set: [{ id: 3 }] } } }),
    [
      'unlink Person 1 friends: 2',
      'unlink Person 2 friendOf: 1',
      'link Person 1 friends: 3',
      'link Person 3 friendOf: 1',
    ],
  ],
  [
    'update',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 1 },
        create: newPerson,
        update: { friends: { update: { where: { id: 2 }, data: { rank: 5 } } } },
      }),
    ['update Person 2 rank: 0 -> 5'],
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { friends: { updateMany: { where: {}, data: { rank: 5 } } } },
      }),
    ['update Person 2 rank: 0 -> 5'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { friends: { upsert: { where: { id: 9 }, create: newPerson, update: {} } } },
      }),
    ['create Person 9', 'link Person 1 friends: 9', 'link Person 9 friendOf: 1'],
  ],
  [
    'upsert that updates',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 1 },
        data: {
          person: {
            update: {
              friends: { upsert: { where: { id: 2 }, create: newPerson, update: { rank: 5 } } },
            },
          },
        },
      }),
    ['update Person 2 rank: 0 -> 5'],
  ],
  [
    'delete',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { rank: 5, friends: { delete: { id: 5 } } } }),
    [
      'update Person 4 rank: 0 -> 5',
      'delete Person 5',
      lines(linksFollow, 'unlink Person 4 friends: 5', 'unlink Person 5 friendOf: 4'),
    ],
  ],
  [
    'deleteMany',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { friends: { deleteMany: {} } } }),
    [
      'delete Person 5',
      lines(linksFollow, 'unlink Person 4 friends: 5', 'unlink Person 5 friendOf: 4'),
    ],
  ],
  [
    'deleteMany',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { friends: { deleteMany: { rank: 404 } } } }),
    [],
    { note: 'of nobody' },
  ],
  [
    'unchecked',
    'create',
    (p) =>
      p.person.create({
        data: {
          ...newPerson,
          managerId: 1,
          friends: { connect: { id: 1 } },
          friendOf: { connect: { id: 1 } },
        },
      }),
    [
      'create Person 9',
      'link Person 9 friends: 1',
      'link Person 1 friendOf: 9',
      'link Person 9 friendOf: 1',
      'link Person 1 friends: 9',
    ],
  ],
])

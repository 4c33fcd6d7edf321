import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'

/** The reports of a person. */
export const selfToMany = nestedCases('self, to-many', [
  [
    'create',
    'create',
    (p) =>
      p.person.create({
        data: {
          ...newPerson,
          reports: {
            create: [
              { id: 10, email: 'y@x' },
              { id: 11, email: 'z@x' },
            ],
          },
        },
      }),
    ['create Person 9', 'create Person 10', 'create Person 11'],
  ],
  [
    'create',
    'depth 2',
    (p) =>
      p.folder.create({
        data: {
          id: 9,
          name: 'x',
          children: { create: { id: 10, name: 'y', children: { create: { id: 11, name: 'z' } } } },
        },
      }),
    ['create Folder 9', 'create Folder 10', 'create Folder 11'],
  ],
  [
    'createMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { reports: { createMany: { data: [newPerson, { id: 10, email: 'y@x' }] } } },
      }),
    ['create Person 9', 'create Person 10'],
  ],
  [
    'createMany',
    "upsert's update",
    (p) =>
      p.folder.upsert({
        where: { id: 4 },
        create: { name: 'x' },
        update: {
          children: {
            createMany: {
              data: [
                { id: 9, name: 'x' },
                { id: 10, name: 'y' },
              ],
            },
          },
        },
      }),
    ['create Folder 9', 'create Folder 10'],
  ],
  [
    'createMany',
    'depth 2',
    (p) =>
      p.folder.update({
        where: { id: 1 },
        data: {
          children: {
            update: {
              where: { id: 2 },
              data: { children: { createMany: { data: [{ id: 9, name: 'x' }] } } },
            },
          },
        },
      }),
    ['create Folder 9'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { rank: 5, reports: { connect: [{ id: 2 }, { email: 'cid@x' }] } },
      }),
    [
      'update Person 4 rank: 0 -> 5',
      'update Person 2 managerId: 1 -> 4',
      'update Person 3 managerId: 1 -> 4',
    ],
  ],
  [
    'connect',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 1 },
        create: newPerson,
        update: { reports: { connect: { id: 1 } } },
      }),
    ['update Person 1 managerId: null -> 1'],
    { note: 'to itself' },
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { reports: { connectOrCreate: { where: { id: 2 }, create: newPerson } } },
      }),
    ['update Person 2 managerId: 1 -> 4'],
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
          reports: { connectOrCreate: { where: { id: 10 }, create: { id: 10, email: 'y@x' } } },
        },
      }),
    ['create Person 9', 'create Person 10'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { reports: { disconnect: [{ id: 2 }, { id: 3 }] } },
      }),
    ['update Person 2 managerId: 1 -> null', 'update Person 3 managerId: 1 -> null'],
  ],
  [
    'set',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { reports: { set: [{ id: 3 }, { id: 4 }] } } }),
    ['update Person 4 managerId: null -> 1', 'update Person 2 managerId: 1 -> null'],
  ],
  [
    'set',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 1 },
        data: { person: { update: { reports: { set: { id: 4 } } } } },
      }),
    [
      'update Person 4 managerId: null -> 1',
      'update Person 2 managerId: 1 -> null',
      'update Person 3 managerId: 1 -> null',
    ],
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { rank: 5, reports: { update: { where: { id: 2 }, data: { rank: 6 } } } },
      }),
    ['update Person 1 rank: 0 -> 5', 'update Person 2 rank: 0 -> 6'],
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { reports: { updateMany: { where: { rank: 0 }, data: { rank: 6 } } } },
      }),
    ['update Person 2 rank: 0 -> 6', 'update Person 3 rank: 0 -> 6'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { reports: { upsert: { where: { id: 9 }, create: newPerson, update: { rank: 6 } } } },
      }),
    ['create Person 9'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { reports: { upsert: { where: { id: 2 }, create: newPerson, update: { rank: 6 } } } },
      }),
    ['update Person 2 rank: 0 -> 6'],
  ],
  [
    'delete',
    'update',
    (p) => p.folder.update({ where: { id: 1 }, data: { children: { delete: { id: 4 } } } }),
    ['delete Folder 4'],
  ],
  [
    'deleteMany',
    'update',
    (p) =>
      p.folder.update({
        where: { id: 1 },
        data: { name: 'x', children: { deleteMany: { id: { gt: 2 } } } },
      }),
    ['update Folder 1 name: f1 -> x', 'delete Folder 4'],
  ],
  [
    'unchecked',
    'create',
    (p) =>
      p.person.create({ data: { ...newPerson, managerId: 1, reports: { connect: { id: 4 } } } }),
    ['create Person 9', 'update Person 4 managerId: null -> 9'],
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.folder.update({
        where: { id: 1 },
        data: { parentId: 4, children: { disconnect: { id: 4 } } },
      }),
    ['update Folder 1 parentId: null -> 4', 'update Folder 4 parentId: 1 -> null'],
  ],
])

import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'
import { cyclesAct, cyclesRestrict } from '../places.ts'

/** The manager of a person, who is a person. */
export const selfToOne = nestedCases('self, to-one', [
  [
    'create',
    'create',
    (p) =>
      p.person.create({ data: { email: 'new@x', manager: { create: { id: 10, email: 'y@x' } } } }),
    ['create Person new', 'create Person 10'],
  ],
  [
    'create',
    'create',
    (p) => p.person.create({ data: { email: 'new@x', manager: { create: { email: 'y@x' } } } }),
    ['create Person new', 'create Person new'],
    { note: 'with keys that the database makes' },
  ],
  [
    'create',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { manager: { create: newPerson } } }),
    ['update Person 2 managerId: 1 -> 9', 'create Person 9'],
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { manager: { connect: { id: 3 } } } }),
    ['update Person 2 managerId: 1 -> 3'],
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { manager: { connect: { id: 2 } } } }),
    ['update Person 2 managerId: 1 -> 2'],
    { note: 'to itself' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { manager: { connect: { id: 1 } } } }),
    [],
    { note: 'to what it is connected to' },
  ],
  [
    'connect',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        create: { email: 'new@x', manager: { connect: { id: 1 } } },
        update: {},
      }),
    ['create Person new'],
  ],
  [
    'connectOrCreate that connects',
    'create',
    (p) =>
      p.person.create({
        data: {
          email: 'new@x',
          manager: { connectOrCreate: { where: { id: 1 }, create: { email: 'y@x' } } },
        },
      }),
    ['create Person new'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { manager: { connectOrCreate: { where: { id: 9 }, create: newPerson } } },
      }),
    ['update Person 2 managerId: 1 -> 9', 'create Person 9'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { manager: { disconnect: true } } }),
    ['update Person 2 managerId: 1 -> null'],
  ],
  [
    'disconnect',
    'depth 2',
    (p) =>
      p.badge.update({
        where: { id: 2 },
        data: { person: { update: { manager: { disconnect: true } } } },
      }),
    ['update Person 2 managerId: 1 -> null'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({ where: { id: 2 }, data: { rank: 5, manager: { update: { rank: 6 } } } }),
    ['update Person 2 rank: 0 -> 5', 'update Person 1 rank: 0 -> 6'],
  ],
  [
    'update',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { manager: { update: { rank: 6 } } } }),
    ['update Person 1 rank: 0 -> 6'],
    { note: 'which changes only the related row' },
  ],
  [
    'upsert that creates',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 4 },
        create: newPerson,
        update: { manager: { upsert: { create: newPerson, update: { rank: 6 } } } },
      }),
    ['update Person 4 managerId: null -> 9', 'create Person 9'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { manager: { upsert: { create: newPerson, update: { rank: 6 } } } },
      }),
    ['update Person 1 rank: 0 -> 6'],
  ],
  [
    'delete',
    'update',
    (p) => p.folder.update({ where: { id: 3 }, data: { parent: { delete: true } } }),
    ['delete Folder 3', 'delete Folder 2'],
    { where: cyclesAct },
  ],
  [
    'delete',
    'update',
    (p) => p.folder.update({ where: { id: 3 }, data: { parent: { delete: true } } }),
    [],
    { note: 'which refuses', where: cyclesRestrict, fails: 'P2014' },
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.person.update({
        where: { id: 2 },
        data: { managerId: null, reports: { connect: { id: 1 } } },
      }),
    ['update Person 2 managerId: 1 -> null', 'update Person 1 managerId: null -> 2'],
    { note: 'which turns it round' },
  ],
])

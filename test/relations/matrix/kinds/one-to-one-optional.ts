import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'

const badge = { id: 9, code: 'x' }

/** The key is on the other side, and may be null: whoever had a badge loses it to another. */
export const oneToOneOptional = nestedCases('1-1 from the other side, optional', [
  [
    'create',
    'create',
    (p) => p.person.create({ data: { ...newPerson, badge: { create: badge } } }),
    ['create Person 9', 'create Badge 9'],
  ],
  [
    'create',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { badge: { create: badge } } }),
    ['create Badge 9'],
  ],
  [
    'create',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { badge: { create: badge } } }),
    ['update Badge 1 personId: 1 -> null', 'create Badge 9'],
    { note: 'for one who has a badge' },
  ],
  [
    'create',
    'create',
    (p) => p.person.create({ data: { email: 'new@x', badge: { create: { code: 'x' } } } }),
    ['create Person new', 'create Badge new'],
    { note: 'with keys that the database makes' },
  ],
  [
    'connect',
    'create',
    (p) => p.person.create({ data: { ...newPerson, badge: { connect: { code: 'b3' } } } }),
    ['create Person 9', 'update Badge 3 personId: null -> 9'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { name: 'x', badge: { connect: { id: 2 } } } }),
    [
      'update Person 1 name: ada -> x',
      'update Badge 1 personId: 1 -> null',
      'update Badge 2 personId: 2 -> 1',
    ],
    { note: 'a badge that another has, for one who has a badge' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { badge: { connect: { id: 2 } } } }),
    ['update Badge 2 personId: 2 -> 4'],
    { note: 'a badge that another has' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { badge: { connect: { id: 1 } } } }),
    [],
    { note: 'the badge that is connected' },
  ],
  [
    'connect',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { name: 'x', badge: { connect: { id: 404 } } } }),
    [],
    { note: 'a badge that is not there', fails: 'P2025' },
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { badge: { connectOrCreate: { where: { id: 3 }, create: badge } } },
      }),
    ['update Badge 1 personId: 1 -> null', 'update Badge 3 personId: null -> 1'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { badge: { connectOrCreate: { where: { id: 9 }, create: badge } } },
      }),
    [],
    { note: 'for one who has a badge', fails: 'P2002' },
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { badge: { connectOrCreate: { where: { id: 9 }, create: badge } } },
      }),
    ['create Badge 9'],
  ],
  [
    'connectOrCreate that creates',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: { ...newPerson, badge: { connectOrCreate: { where: { id: 9 }, create: badge } } },
      }),
    ['create Person 9', 'create Badge 9'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { badge: { disconnect: true } } }),
    ['update Badge 1 personId: 1 -> null'],
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { badge: { disconnect: { code: 'b1' } } } }),
    ['update Badge 1 personId: 1 -> null'],
    { note: 'with a condition' },
  ],
  [
    'disconnect',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { badge: { disconnect: true } } }),
    [],
    { note: 'of nothing' },
  ],
  [
    'update',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { badge: { update: { code: 'x' } } } }),
    ['update Badge 1 code: b1 -> x'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { badge: { update: { where: { code: 'b1' }, data: { id: 8 } } } },
      }),
    ['update Badge 1 id: 1 -> 8', 'update Badge 8 id: 1 -> 8'],
    { note: 'of its key' },
  ],
  [
    'update',
    'depth 2',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { author: { update: { badge: { update: { code: 'x' } } } } },
      }),
    ['update Badge 1 code: b1 -> x'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { badge: { upsert: { create: badge, update: { code: 'y' } } } },
      }),
    ['create Badge 9'],
  ],
  [
    'upsert that creates',
    'depth 2',
    (p) =>
      p.book.update({
        where: { id: 4 },
        data: {
          pages: 5,
          author: { update: { badge: { upsert: { create: badge, update: { code: 'y' } } } } },
        },
      }),
    ['update Book 4 pages: 0 -> 5', 'create Badge 9'],
  ],
  [
    'upsert that updates',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 1 },
        create: newPerson,
        update: { badge: { upsert: { create: badge, update: { code: 'y' } } } },
      }),
    ['update Badge 1 code: b1 -> y'],
  ],
  [
    'delete',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { badge: { delete: true } } }),
    ['delete Badge 1'],
  ],
  [
    'delete',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 1 },
        create: newPerson,
        update: { rank: 5, badge: { delete: { code: 'b1' } } },
      }),
    ['update Person 1 rank: 0 -> 5', 'delete Badge 1'],
    { note: 'with a condition' },
  ],
  [
    'delete',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { rank: 5, badge: { delete: true } } }),
    [],
    { note: 'of nothing', fails: 'P2025' },
  ],
  [
    'unchecked',
    'create',
    (p) => p.person.create({ data: { ...newPerson, managerId: 1, badge: { create: badge } } }),
    ['create Person 9', 'create Badge 9'],
  ],
  [
    'unchecked',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 4 },
        create: newPerson,
        update: { managerId: 1, badge: { connect: { id: 3 } } },
      }),
    ['update Person 4 managerId: null -> 1', 'update Badge 3 personId: null -> 4'],
  ],
  [
    'connect',
    'update',
    (p) => p.city.update({ where: { id: 2 }, data: { capitalOf: { connect: { id: 1 } } } }),
    ['update Country 1 capitalId: 1 -> 2'],
    { note: 'of a cycle' },
  ],
])

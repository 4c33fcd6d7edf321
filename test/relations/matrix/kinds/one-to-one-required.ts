import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'

const passport = { id: 'p9', number: 'x' }

/** The key is on the other side, and is never null: a passport cannot be taken from its person. */
export const oneToOneRequired = nestedCases('1-1 from the other side, required', [
  [
    'create',
    'create',
    (p) => p.person.create({ data: { ...newPerson, passport: { create: passport } } }),
    ['create Person 9', 'create Passport p9'],
  ],
  [
    'create',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { passport: { create: { number: 'x' } } } }),
    ['create Passport new'],
    { note: 'with a key that Prisma makes' },
  ],
  [
    'create',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { name: 'x', passport: { create: passport } } }),
    [],
    { note: 'for one who has a passport', fails: 'P2014' },
  ],
  [
    'connect',
    "upsert's create",
    (p) =>
      p.person.upsert({
        where: { id: 9 },
        update: {},
        create: { ...newPerson, passport: { connect: { id: 'p1' } } },
      }),
    ['create Person 9', 'update Passport p1 personId: 1 -> 9'],
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 4 }, data: { passport: { connect: { id: 'p1' } } } }),
    ['update Passport p1 personId: 1 -> 4'],
    { note: 'a passport that another has' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 2 }, data: { passport: { connect: { id: 'p1' } } } }),
    [],
    { note: 'for one who has a passport', fails: 'P2014' },
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { passport: { connect: { id: 'p1' } } } }),
    [],
    { note: 'the passport that is connected' },
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { passport: { connectOrCreate: { where: { id: 'p1' }, create: passport } } },
      }),
    ['update Passport p1 personId: 1 -> 4'],
  ],
  [
    'connectOrCreate that creates',
    'depth 2',
    (p) =>
      p.book.create({
        data: {
          title: 'x',
          author: {
            create: {
              ...newPerson,
              passport: { connectOrCreate: { where: { id: 'p9' }, create: passport } },
            },
          },
        },
      }),
    ['create Book new', 'create Person 9', 'create Passport p9'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { name: 'x', passport: { disconnect: true } } }),
    [],
    { fails: 'P2014' },
  ],
  [
    'update',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { id: 1 },
        create: newPerson,
        update: { passport: { update: { number: 'x' } } },
      }),
    ['update Passport p1 number: n1 -> x'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { passport: { upsert: { create: passport, update: {} } } },
      }),
    ['create Passport p9'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { passport: { upsert: { create: passport, update: { number: 'x' } } } },
      }),
    ['update Passport p1 number: n1 -> x'],
  ],
  [
    'delete',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { passport: { delete: true } } }),
    ['delete Passport p1'],
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.person.update({ where: { id: 4 }, data: { managerId: 1, passport: { create: passport } } }),
    ['update Person 4 managerId: null -> 1', 'create Passport p9'],
  ],
])

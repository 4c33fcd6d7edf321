import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'

/** The mails to a person. */
export const uniqueColumnToMany = nestedCases('unique column, to-many', [
  [
    'create',
    'create',
    (p) => p.person.create({ data: { ...newPerson, mails: { create: { id: 9, subject: 'x' } } } }),
    ['create Person 9', 'create Mail 9'],
  ],
  [
    'create',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { email: 'new@x', mails: { create: { id: 9, subject: 'x' } } },
      }),
    [
      'update Person 1 email: ada@x -> new@x',
      'update Mail 1 address: ada@x -> new@x',
      'create Mail 9',
    ],
    { note: 'beside a change of the column' },
  ],
  [
    'createMany',
    'depth 2',
    (p) =>
      p.badge.create({
        data: {
          code: 'x',
          person: {
            create: {
              ...newPerson,
              mails: {
                createMany: {
                  data: [
                    { id: 9, subject: 'x' },
                    { id: 10, subject: 'y' },
                  ],
                },
              },
            },
          },
        },
      }),
    ['create Badge new', 'create Person 9', 'create Mail 9', 'create Mail 10'],
  ],
  [
    'connect',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { mails: { connect: { id: 2 } } } }),
    ['update Mail 2 address: bob@x -> ada@x'],
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
          mails: { connectOrCreate: { where: { id: 1 }, create: { subject: 'x' } } },
        },
      }),
    ['create Person 9', 'update Mail 1 address: ada@x -> new@x'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { mails: { connectOrCreate: { where: { id: 9 }, create: { id: 9, subject: 'x' } } } },
      }),
    ['create Mail 9'],
  ],
  [
    'disconnect',
    'update',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { rank: 5, mails: { disconnect: { id: 1 } } } }),
    [],
    { fails: 'P2014' },
  ],
  [
    'set',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { mails: { set: [{ id: 1 }, { id: 2 }] } } }),
    ['update Mail 2 address: bob@x -> ada@x'],
    { note: 'which only adds' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: { mails: { update: { where: { id: 1 }, data: { subject: 'x' } } } },
      }),
    ['update Mail 1 subject: m1 -> x'],
  ],
  [
    'updateMany',
    "upsert's update",
    (p) =>
      p.person.upsert({
        where: { email: 'ada@x' },
        create: newPerson,
        update: { mails: { updateMany: { where: {}, data: { subject: 'x' } } } },
      }),
    ['update Mail 1 subject: m1 -> x'],
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          mails: { upsert: { where: { id: 9 }, create: { id: 9, subject: 'x' }, update: {} } },
        },
      }),
    ['create Mail 9'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          mails: {
            upsert: { where: { id: 1 }, create: { subject: 'x' }, update: { subject: 'y' } },
          },
        },
      }),
    ['update Mail 1 subject: m1 -> y'],
  ],
  [
    'delete',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { mails: { delete: { id: 1 } } } }),
    ['delete Mail 1'],
  ],
  [
    'deleteMany',
    'update',
    (p) => p.person.update({ where: { id: 1 }, data: { mails: { deleteMany: {} } } }),
    ['delete Mail 1'],
  ],
  [
    'unchecked',
    'update',
    (p) =>
      p.person.update({
        where: { id: 4 },
        data: { managerId: 1, mails: { create: { id: 9, subject: 'x' } } },
      }),
    ['update Person 4 managerId: null -> 1', 'create Mail 9'],
  ],
])

import { nestedCases } from '../dimensions.ts'
import { newPerson } from '../fixture.ts'
import { brokenCodes, brokenCondition } from '../places.ts'

/** A mail refers to a person by the address. */
export const uniqueColumnToOne = nestedCases('unique column, to-one', [
  [
    'create',
    'create',
    (p) => p.mail.create({ data: { subject: 'x', person: { create: newPerson } } }),
    ['create Mail new', 'create Person 9'],
  ],
  [
    'connect',
    "upsert's create",
    (p) =>
      p.mail.upsert({
        where: { id: 9 },
        create: { subject: 'x', person: { connect: { id: 1 } } },
        update: {},
      }),
    ['create Mail new'],
  ],
  [
    'connect',
    'update',
    (p) => p.mail.update({ where: { id: 1 }, data: { person: { connect: { id: 2 } } } }),
    ['update Mail 1 address: ada@x -> bob@x'],
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.mail.update({
        where: { id: 1 },
        data: { person: { connectOrCreate: { where: { email: 'bob@x' }, create: newPerson } } },
      }),
    ['update Mail 1 address: ada@x -> bob@x'],
  ],
  [
    'connectOrCreate that creates',
    'update',
    (p) =>
      p.mail.update({
        where: { id: 1 },
        data: { person: { connectOrCreate: { where: { email: 'new@x' }, create: newPerson } } },
      }),
    ['update Mail 1 address: ada@x -> new@x', 'create Person 9'],
  ],
  [
    'update',
    "upsert's update",
    (p) =>
      p.mail.upsert({
        where: { id: 1 },
        create: { subject: 'x', address: 'ada@x' },
        update: { subject: 'x', person: { update: { email: 'new@x' } } },
      }),
    [
      'update Mail 1 subject: m1 -> x, address: ada@x -> new@x',
      'update Person 1 email: ada@x -> new@x',
    ],
    { note: 'of the column' },
  ],
  [
    'upsert that creates',
    'update',
    (p) =>
      p.mail.update({
        where: { id: 1 },
        data: { person: { upsert: { where: { name: 'nobody' }, create: newPerson, update: {} } } },
      }),
    [],
    { note: brokenCondition, fails: brokenCodes },
  ],
  [
    'upsert that updates',
    'depth 2',
    (p) =>
      p.mail.update({
        where: { id: 1 },
        data: {
          person: { upsert: { create: newPerson, update: { badge: { update: { code: 'x' } } } } },
        },
      }),
    ['update Badge 1 code: b1 -> x'],
  ],
  [
    'unchecked',
    'update',
    (p) => p.mail.update({ where: { id: 1 }, data: { address: 'bob@x' } }),
    ['update Mail 1 address: ada@x -> bob@x'],
  ],
])

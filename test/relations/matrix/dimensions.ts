import { type Case, casesOf, type Row } from './table.ts'

/** Every verb of a nested write; those with two outcomes count as two. */
export const verbs = [
  'create',
  'createMany',
  'connect',
  'connectOrCreate that connects',
  'connectOrCreate that creates',
  'disconnect',
  'set',
  'update',
  'updateMany',
  'upsert that creates',
  'upsert that updates',
  'delete',
  'deleteMany',
  // No verb, but the other way to say the same: a foreign key given beside or inside of the others.
  'unchecked',
] as const
export type Verb = (typeof verbs)[number]

/** Every kind of relation, with the fields of the schema that stand for it. */
export const kinds = {
  'to-one, required': ['Book.author', 'Passport.person', 'Payment.account', 'City.country'],
  'to-one, optional': ['Book.reviewer', 'Book.shelf', 'Badge.person', 'Country.capital'],
  '1-1 from the other side, optional': ['Person.badge', 'City.capitalOf'],
  '1-1 from the other side, required': ['Person.passport'],
  'to-many, required': ['Person.written', 'Account.entries', 'Country.cities'],
  'to-many, optional': ['Person.reviewed', 'Shelf.books'],
  'self, to-one': ['Person.manager', 'Folder.parent'],
  'self, to-many': ['Person.reports', 'Folder.children'],
  'self, n-m': ['Person.friends', 'Person.friendOf'],
  'n-m': ['Book.genres', 'Genre.books'],
  'join model, to-one': ['Loan.person', 'Loan.book'],
  'join model, to-many': ['Person.loans', 'Book.loans'],
  'composite key, to-one': ['Note.chapter'],
  'composite key, to-many': ['Chapter.notes'],
  'composite key that holds the foreign key, to-one': ['Chapter.book'],
  'composite key that holds the foreign key, to-many': ['Book.chapters'],
  'unique column, to-one': ['Mail.person'],
  'unique column, to-many': ['Person.mails'],
  // Always both at once: Person.written and Person.reviewed.
  'two relations': ['Person.written', 'Person.reviewed'],
} as const
export type Kind = keyof typeof kinds

/** Where a nested write stands; `depth 2` is inside of another nested write. */
export const positions = [
  'create',
  'update',
  "upsert's create",
  "upsert's update",
  'depth 2',
] as const
export type Position = (typeof positions)[number]

export type NestedRow = Row<Verb, Position>

export function nestedCases(kind: Kind, rows: readonly NestedRow[]): Case[] {
  return casesOf(kind, rows)
}

/** Cells that no case can fill, and why. */
export type Impossible = readonly [
  reason: string,
  columns: readonly string[],
  rows: readonly string[],
]

const manyVerbs = ['createMany', 'set', 'updateMany', 'deleteMany'] as const
const toOneKinds = (Object.keys(kinds) as Kind[]).filter((kind) => /to-one|1-1/.test(kind))
const requiredKinds = [
  'to-one, required',
  'join model, to-one',
  'composite key that holds the foreign key, to-one',
  'unique column, to-one',
] as const satisfies Kind[]

/** The verbs that Prisma does not have for a kind of relation; the test asks Prisma. */
export const impossibleOfKinds: readonly Impossible[] = [
  ['A relation to one row has no verb for many.', manyVerbs, toOneKinds],
  ['A row cannot be without what it requires.', ['disconnect', 'delete'], requiredKinds],
  ['createMany writes one table, and a link is in another.', ['createMany'], ['n-m', 'self, n-m']],
]

/** The verbs that Prisma does not have where a row is created; the test asks Prisma. */
export const impossibleOfPositions: readonly Impossible[] = [
  [
    'What is created now has no related rows yet.',
    [
      'disconnect',
      'set',
      'update',
      'updateMany',
      'upsert that creates',
      'upsert that updates',
      'delete',
      'deleteMany',
    ],
    ['create', "upsert's create"],
  ],
]

/** What sets off a referential action. */
export const triggers = [
  'delete',
  'deleteMany',
  'nested delete',
  'nested deleteMany',
  'update',
  'updateMany',
  'upsert',
  'nested update',
  'nested updateMany',
] as const
export type Trigger = (typeof triggers)[number]

/** Every referential action of the schema. */
export const actions = [
  'onDelete Cascade',
  'onDelete SetNull',
  'onDelete SetDefault',
  'onDelete Restrict',
  'onDelete of links',
  'onDelete in a tree',
  'onDelete in a cycle',
  'onUpdate Cascade',
  'onUpdate Cascade of composite keys',
  'onUpdate Cascade of a unique column',
  'onUpdate Restrict',
  'onUpdate of links',
  'onUpdate in a tree',
] as const
export type Action = (typeof actions)[number]

const onDelete = actions.filter((action) => action.startsWith('onDelete'))
const onUpdate = actions.filter((action) => action.startsWith('onUpdate'))

export const impossibleTriggers: readonly Impossible[] = [
  [
    'An update deletes no row.',
    ['update', 'updateMany', 'upsert', 'nested update', 'nested updateMany'],
    onDelete,
  ],
  [
    'A deleted row gets no other key.',
    ['delete', 'deleteMany', 'nested delete', 'nested deleteMany'],
    onUpdate,
  ],
  ['No model has a list of shelves.', ['nested deleteMany'], ['onDelete SetDefault']],
  [
    "An account is nobody's to delete.",
    ['nested delete', 'nested deleteMany'],
    ['onDelete Restrict'],
  ],
  ['No model has a list of accounts.', ['nested updateMany'], ['onUpdate Restrict']],
]

export type ActionRow = Row<Trigger, Action>

export function actionCases(rows: readonly ActionRow[]): Case[] {
  return casesOf('referential actions', rows)
}

/** The cells of a table that neither a case fills nor a reason explains, and those that both do. */
export function openCells(
  filled: readonly (readonly [column: string, row: string])[],
  columns: readonly string[],
  rows: readonly string[],
  impossible: readonly Impossible[],
): string[] {
  const isNamed = (column: string, row: string) =>
    impossible.some((cell) => cell[1].includes(column) && cell[2].includes(row))
  return rows.flatMap((row) =>
    columns.flatMap((column) => {
      const isFilled = filled.some((cell) => cell[0] === column && cell[1] === row)
      if (isFilled !== isNamed(column, row)) return []
      return [`${row} x ${column}: ${isFilled ? 'filled, though impossible' : 'no case'}`]
    }),
  )
}

import { type ActionRow, actionCases } from '../dimensions.ts'
import { byDatabase, byPrisma, cyclesAct, linksFollow, setDefault, setNull } from '../places.ts'
import { lines } from '../table.ts'

/** What goes with book 1; the links of it come on top. */
const belowBook1 = [
  'delete Chapter [1,1]',
  'delete Chapter [1,2]',
  'delete Note 1',
  'delete Note 2',
  'delete Loan [2,1]',
  'delete Loan [3,1]',
]

const linksOfBook1 = lines(
  linksFollow,
  'unlink Book 1 genres: g1, g2',
  'unlink Genre g1 books: 1',
  'unlink Genre g2 books: 1',
)

const withoutShelf2 = [
  lines(setDefault, 'update Book 1 shelfId: 2 -> 1', 'update Book 3 shelfId: 2 -> 1'),
  lines(setNull, 'update Book 1 shelfId: 2 -> null', 'update Book 3 shelfId: 2 -> null'),
]

const cascade: ActionRow[] = [
  [
    'delete',
    'onDelete Cascade',
    (p) => p.book.delete({ where: { id: 1 } }),
    ['delete Book 1', ...belowBook1, linksOfBook1],
  ],
  [
    'deleteMany',
    'onDelete Cascade',
    (p) => p.book.deleteMany({ where: { authorId: 1 } }),
    [
      'delete Book 1',
      ...belowBook1,
      'delete Book 2',
      'delete Chapter [2,1]',
      'delete Loan [2,2]',
      lines(
        linksFollow,
        'unlink Book 1 genres: g1, g2',
        'unlink Book 2 genres: g2',
        'unlink Genre g1 books: 1',
        'unlink Genre g2 books: 1, 2',
      ),
    ],
  ],
  [
    'nested delete',
    'onDelete Cascade',
    (p) => p.person.update({ where: { id: 1 }, data: { rank: 5, written: { delete: { id: 1 } } } }),
    ['update Person 1 rank: 0 -> 5', 'delete Book 1', ...belowBook1, linksOfBook1],
  ],
  [
    'nested deleteMany',
    'onDelete Cascade',
    (p) =>
      p.person.update({ where: { id: 1 }, data: { written: { deleteMany: { title: 'b1' } } } }),
    [
      lines(byPrisma, 'delete Note 1'),
      'delete Book 1',
      ...belowBook1.filter((line) => line !== 'delete Note 1'),
      lines(byDatabase, 'delete Note 1'),
      linksOfBook1,
    ],
  ],
  [
    'delete',
    'onDelete Cascade',
    (p) => p.person.delete({ where: { id: 2 } }),
    [
      'delete Person 2',
      'update Badge 2 personId: 2 -> null',
      'delete Passport p2',
      'delete Mail 2',
      'delete Book 3',
      'update Book 1 reviewerId: 2 -> null',
      'delete Loan [2,1]',
      'delete Loan [2,2]',
      lines(linksFollow, 'unlink Person 2 friendOf: 1', 'unlink Person 1 friends: 2'),
    ],
    { note: 'beside SetNull; one row on two ways' },
  ],
  [
    'delete',
    'onDelete Cascade',
    (p) => p.person.delete({ where: { id: 1 } }),
    [
      'delete Person 1',
      'update Person 2 managerId: 1 -> null',
      'update Person 3 managerId: 1 -> null',
      'update Badge 1 personId: 1 -> null',
      'delete Passport p1',
      'delete Mail 1',
      'delete Book 1',
      ...belowBook1,
      'delete Book 2',
      'delete Chapter [2,1]',
      'delete Loan [2,2]',
      'unlink Person 1 friends: 2',
      'unlink Person 2 friendOf: 1',
      'unlink Book 1 genres: g1, g2',
      'unlink Book 2 genres: g2',
      'unlink Genre g1 books: 1',
      'unlink Genre g2 books: 1, 2',
    ],
    { note: 'of everything', where: cyclesAct },
  ],
  [
    'delete',
    'onDelete Cascade',
    (p) => p.person.delete({ where: { id: 404 } }),
    [],
    { note: 'of nothing', fails: 'P2025' },
  ],
]

const letGo: ActionRow[] = [
  [
    'delete',
    'onDelete SetNull',
    (p) => p.person.delete({ where: { email: 'fay@x' } }),
    ['delete Person 6', 'update Badge 4 personId: 6 -> null'],
  ],
  [
    'deleteMany',
    'onDelete SetNull',
    (p) => p.person.deleteMany({ where: { id: 6 } }),
    ['delete Person 6', 'update Badge 4 personId: 6 -> null'],
  ],
  [
    'nested delete',
    'onDelete SetNull',
    (p) => p.person.update({ where: { id: 4 }, data: { reports: { delete: { id: 6 } } } }),
    ['delete Person 6', 'update Badge 4 personId: 6 -> null'],
  ],
  [
    'nested deleteMany',
    'onDelete SetNull',
    (p) => p.person.update({ where: { id: 4 }, data: { rank: 5, reports: { deleteMany: {} } } }),
    ['update Person 4 rank: 0 -> 5', 'delete Person 6', 'update Badge 4 personId: 6 -> null'],
  ],
  [
    'delete',
    'onDelete SetDefault',
    (p) => p.shelf.delete({ where: { id: 2 } }),
    ['delete Shelf 2', ...withoutShelf2],
  ],
  [
    'deleteMany',
    'onDelete SetDefault',
    (p) => p.shelf.deleteMany({ where: { label: 's2' } }),
    ['delete Shelf 2', ...withoutShelf2],
  ],
  [
    'nested delete',
    'onDelete SetDefault',
    (p) => p.book.update({ where: { id: 3 }, data: { shelf: { delete: true } } }),
    [
      lines(setDefault, 'update Book 3 shelfId: 2 -> 1', 'update Book 1 shelfId: 2 -> 1'),
      lines(setNull, 'update Book 3 shelfId: 2 -> null', 'update Book 1 shelfId: 2 -> null'),
      'delete Shelf 2',
    ],
  ],
]

export const deleteCases = actionCases([...cascade, ...letGo])

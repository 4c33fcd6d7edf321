import { type ActionRow, actionCases } from '../dimensions.ts'
import { linksFollow } from '../places.ts'
import { lines } from '../table.ts'

const linksOfG2 = lines(
  linksFollow,
  'unlink Genre g2 books: 1, 2',
  'unlink Book 1 genres: g2',
  'unlink Book 2 genres: g2',
)

const g2ToG7 = [
  'update Genre g2 code: g2 -> g7',
  'update Genre g7 code: g2 -> g7',
  lines(
    linksFollow,
    'unlink Genre g2 books: 1, 2',
    'link Genre g7 books: 1, 2',
    'unlink Book 1 genres: g2',
    'link Book 1 genres: g7',
    'unlink Book 2 genres: g2',
    'link Book 2 genres: g7',
  ),
]

const links: ActionRow[] = [
  [
    'delete',
    'onDelete of links',
    (p) => p.genre.delete({ where: { code: 'g2' } }),
    ['delete Genre g2', linksOfG2],
  ],
  [
    'deleteMany',
    'onDelete of links',
    (p) => p.genre.deleteMany(),
    [
      'delete Genre g1',
      'delete Genre g2',
      'delete Genre g3',
      lines(
        linksFollow,
        'unlink Genre g1 books: 1',
        'unlink Genre g2 books: 1, 2',
        'unlink Book 1 genres: g1, g2',
        'unlink Book 2 genres: g2',
      ),
    ],
  ],
  [
    'nested delete',
    'onDelete of links',
    (p) => p.book.update({ where: { id: 1 }, data: { genres: { delete: { code: 'g2' } } } }),
    ['delete Genre g2', linksOfG2],
  ],
  [
    'nested deleteMany',
    'onDelete of links',
    (p) => p.book.update({ where: { id: 2 }, data: { pages: 5, genres: { deleteMany: {} } } }),
    ['update Book 2 pages: 0 -> 5', 'delete Genre g2', linksOfG2],
  ],
  [
    'update',
    'onUpdate of links',
    (p) => p.genre.update({ where: { code: 'g2' }, data: { code: 'g7' } }),
    [...g2ToG7],
  ],
  [
    'updateMany',
    'onUpdate of links',
    (p) => p.genre.updateMany({ where: { label: 'g2' }, data: { code: 'g7' } }),
    [...g2ToG7],
  ],
  [
    'upsert',
    'onUpdate of links',
    (p) =>
      p.genre.upsert({
        where: { code: 'g2' },
        create: { code: 'g7', label: 'x' },
        update: { code: 'g7' },
      }),
    [...g2ToG7],
  ],
  [
    'nested update',
    'onUpdate of links',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { genres: { update: { where: { code: 'g2' }, data: { code: 'g7' } } } },
      }),
    [...g2ToG7],
  ],
  [
    'nested updateMany',
    'onUpdate of links',
    (p) =>
      p.book.update({
        where: { id: 2 },
        data: { genres: { updateMany: { where: {}, data: { code: 'g7' } } } },
      }),
    [...g2ToG7],
  ],
]

export const linkCases = actionCases(links)

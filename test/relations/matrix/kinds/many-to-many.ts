import { nestedCases } from '../dimensions.ts'
import { newBook, newGenre } from '../fixture.ts'
import { linksFollow } from '../places.ts'
import { lines } from '../table.ts'

/** Books and genres, linked by a table without a model. */
export const manyToMany = nestedCases('n-m', [
  [
    'create',
    'create',
    (p) =>
      p.book.create({
        data: { title: 'x', author: { connect: { id: 1 } }, genres: { create: newGenre } },
      }),
    ['create Book new', 'create Genre g9', 'link Book new genres: g9', 'link Genre g9 books: new'],
  ],
  [
    'create',
    'update',
    (p) =>
      p.genre.update({
        where: { code: 'g1' },
        data: { label: 'x', books: { create: [{ ...newBook, authorId: 1 }] } },
      }),
    [
      'update Genre g1 label: g1 -> x',
      'create Book 9',
      'link Genre g1 books: 9',
      'link Book 9 genres: g1',
    ],
  ],
  [
    'create',
    'create',
    (p) =>
      p.genre.create({ data: { ...newGenre, books: { create: { title: 'x', authorId: 1 } } } }),
    ['create Genre g9', 'create Book new', 'link Genre g9 books: new', 'link Book new genres: g9'],
    { note: 'with a key that the database makes' },
  ],
  [
    'connect',
    'create',
    (p) => p.genre.create({ data: { ...newGenre, books: { connect: [{ id: 1 }, { id: 2 }] } } }),
    [
      'create Genre g9',
      'link Genre g9 books: 1, 2',
      'link Book 1 genres: g9',
      'link Book 2 genres: g9',
    ],
  ],
  [
    'connect',
    'update',
    (p) => p.genre.update({ where: { code: 'g1' }, data: { books: { connect: { id: 3 } } } }),
    ['link Genre g1 books: 3', 'link Book 3 genres: g1'],
  ],
  [
    'connect',
    'update',
    (p) =>
      p.genre.update({
        where: { code: 'g1' },
        data: { books: { connect: [{ id: 1 }, { id: 3 }] } },
      }),
    ['link Genre g1 books: 3', 'link Book 3 genres: g1'],
    { note: 'of which one is linked' },
  ],
  [
    'connect',
    'update',
    (p) => p.genre.update({ where: { code: 'g1' }, data: { books: { connect: { id: 1 } } } }),
    [],
    { note: 'of what is linked' },
  ],
  [
    'connect',
    'update',
    (p) =>
      p.genre.update({
        where: { code: 'g1' },
        data: { label: 'x', books: { connect: [{ id: 3 }, { id: 404 }] } },
      }),
    [],
    { note: 'of a row that is not there', fails: 'P2025' },
  ],
  [
    'connect',
    'depth 2',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            update: { where: { id: 1 }, data: { pages: 5, genres: { connect: { code: 'g3' } } } },
          },
        },
      }),
    ['update Book 1 pages: 0 -> 5', 'link Book 1 genres: g3', 'link Genre g3 books: 1'],
  ],
  [
    'connectOrCreate that connects',
    'update',
    (p) =>
      p.book.update({
        where: { id: 3 },
        data: {
          pages: 5,
          genres: { connectOrCreate: { where: { code: 'g1' }, create: newGenre } },
        },
      }),
    ['update Book 3 pages: 0 -> 5', 'link Book 3 genres: g1', 'link Genre g1 books: 3'],
  ],
  [
    'connectOrCreate that creates',
    'create',
    (p) =>
      p.genre.create({
        data: {
          ...newGenre,
          books: {
            connectOrCreate: [
              { where: { id: 9 }, create: { ...newBook, authorId: 1 } },
              { where: { id: 1 }, create: { title: 'y', authorId: 1 } },
            ],
          },
        },
      }),
    [
      'create Genre g9',
      'create Book 9',
      'link Genre g9 books: 1, 9',
      'link Book 9 genres: g9',
      'link Book 1 genres: g9',
    ],
    { note: 'as a list of which one connects' },
  ],
  [
    'disconnect',
    'update',
    (p) => p.genre.update({ where: { code: 'g2' }, data: { books: { disconnect: { id: 1 } } } }),
    ['unlink Genre g2 books: 1', 'unlink Book 1 genres: g2'],
  ],
  [
    'disconnect',
    "upsert's update",
    (p) =>
      p.genre.upsert({
        where: { code: 'g2' },
        create: newGenre,
        update: { books: { disconnect: [{ id: 1 }, { id: 2 }] } },
      }),
    ['unlink Genre g2 books: 1, 2', 'unlink Book 1 genres: g2', 'unlink Book 2 genres: g2'],
    { note: 'as a list' },
  ],
  [
    'disconnect',
    'update',
    (p) => p.genre.update({ where: { code: 'g3' }, data: { books: { disconnect: { id: 1 } } } }),
    [],
    { note: 'of what is not linked' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.genre.update({ where: { code: 'g2' }, data: { books: { set: [{ id: 2 }, { id: 3 }] } } }),
    [
      'unlink Genre g2 books: 1',
      'unlink Book 1 genres: g2',
      'link Genre g2 books: 3',
      'link Book 3 genres: g2',
    ],
  ],
  [
    'set',
    'update',
    (p) => p.genre.update({ where: { code: 'g2' }, data: { books: { set: [] } } }),
    ['unlink Genre g2 books: 1, 2', 'unlink Book 1 genres: g2', 'unlink Book 2 genres: g2'],
    { note: 'to nothing' },
  ],
  [
    'set',
    'update',
    (p) =>
      p.genre.update({ where: { code: 'g2' }, data: { books: { set: [{ id: 1 }, { id: 2 }] } } }),
    [],
    { note: 'to what it is' },
  ],
  [
    'update',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { genres: { update: { where: { code: 'g1' }, data: { label: 'x' } } } },
      }),
    ['update Genre g1 label: g1 -> x'],
  ],
  [
    'update',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { pages: 5, genres: { update: { where: { code: 'g3' }, data: { label: 'x' } } } },
      }),
    [],
    { note: 'of what is not linked', fails: 'P2025' },
  ],
  [
    'disconnect',
    'depth 2',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            update: {
              where: { id: 1 },
              data: { genres: { disconnect: { code: 'g1' }, connect: { code: 'g3' } } },
            },
          },
        },
      }),
    [
      'unlink Book 1 genres: g1',
      'unlink Genre g1 books: 1',
      'link Book 1 genres: g3',
      'link Genre g3 books: 1',
    ],
    { note: 'beside a connect' },
  ],
  [
    'updateMany',
    'update',
    (p) =>
      p.genre.update({
        where: { code: 'g2' },
        data: { label: 'x', books: { updateMany: { where: {}, data: { pages: 5 } } } },
      }),
    [
      'update Genre g2 label: g2 -> x',
      'update Book 1 pages: 0 -> 5',
      'update Book 2 pages: 0 -> 5',
    ],
  ],
  [
    'upsert that creates',
    "upsert's update",
    (p) =>
      p.genre.upsert({
        where: { code: 'g1' },
        create: newGenre,
        update: {
          books: { upsert: { where: { id: 9 }, create: { ...newBook, authorId: 1 }, update: {} } },
        },
      }),
    ['create Book 9', 'link Genre g1 books: 9', 'link Book 9 genres: g1'],
  ],
  [
    'upsert that updates',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: {
          genres: { upsert: { where: { code: 'g1' }, create: newGenre, update: { label: 'x' } } },
        },
      }),
    ['update Genre g1 label: g1 -> x'],
  ],
  [
    'delete',
    'update',
    (p) => p.book.update({ where: { id: 1 }, data: { genres: { delete: { code: 'g1' } } } }),
    ['delete Genre g1', lines(linksFollow, 'unlink Genre g1 books: 1', 'unlink Book 1 genres: g1')],
  ],
  [
    'deleteMany',
    'update',
    (p) =>
      p.book.update({
        where: { id: 1 },
        data: { pages: 5, genres: { deleteMany: { code: 'g2' } } },
      }),
    [
      'update Book 1 pages: 0 -> 5',
      'delete Genre g2',
      lines(
        linksFollow,
        'unlink Genre g2 books: 1, 2',
        'unlink Book 1 genres: g2',
        'unlink Book 2 genres: g2',
      ),
    ],
  ],
  [
    'deleteMany',
    'depth 2',
    (p) =>
      p.person.update({
        where: { id: 1 },
        data: {
          written: {
            update: {
              where: { id: 1 },
              data: { genres: { deleteMany: [{ code: 'g1' }, { code: 'g3' }] } },
            },
          },
        },
      }),
    ['delete Genre g1', lines(linksFollow, 'unlink Genre g1 books: 1', 'unlink Book 1 genres: g1')],
  ],
  [
    'unchecked',
    "upsert's create",
    (p) =>
      p.book.upsert({
        where: { id: 9 },
        update: {},
        create: { ...newBook, authorId: 1, genres: { connect: [{ code: 'g1' }, { code: 'g2' }] } },
      }),
    [
      'create Book 9',
      'link Book 9 genres: g1, g2',
      'link Genre g1 books: 9',
      'link Genre g2 books: 9',
    ],
  ],
])

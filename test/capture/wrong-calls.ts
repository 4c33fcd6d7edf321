import type { Calls } from './transparent-calls.ts'

/** Calls that the database refuses, on the rows of `seed`. */
export const refusedCalls: Calls = {
  'update of a missing row': ({ user }) => user.update({ where: { id: 404 }, data: { name: 'x' } }),
  'update whose condition does not hold': ({ user }) =>
    user.update({ where: { id: 1, role: 'ADMIN' }, data: { name: 'x' } }),
  'delete of a missing row': ({ user }) => user.delete({ where: { email: 'nobody' } }),
  'delete whose condition does not hold': ({ user }) =>
    user.delete({ where: { id: 1, name: 'x' }, select: { id: true } }),
  'update that connects a missing row': ({ post }) =>
    post.update({ where: { id: 1 }, data: { author: { connect: { id: 404 } } } }),
  'create of a duplicate': ({ user }) => user.create({ data: { id: 9, email: '1@b.c' } }),
  'create of a duplicate with a relation': ({ user }) =>
    user.create({ data: { id: 9, email: '1@b.c', posts: { create: { title: 'T' } } } }),
  'createMany of a duplicate': ({ user }) => user.createMany({ data: [{ id: 9, email: '1@b.c' }] }),
  'update to a duplicate': ({ user }) =>
    user.update({ where: { id: 1 }, data: { email: '2@b.c' } }),
  'updateMany to a duplicate': ({ user }) =>
    user.updateMany({ where: { id: { gt: 1 } }, data: { email: '1@b.c' } }),
  'upsert to a duplicate': ({ user }) =>
    user.upsert({ where: { id: 1 }, create: { email: 'x' }, update: { email: '2@b.c' } }),
  'upsert that creates a duplicate': ({ user }) =>
    user.upsert({ where: { id: 404 }, create: { id: 404, email: '2@b.c' }, update: {} }),
  'create under a missing parent': ({ post }) =>
    post.create({ data: { title: 'T', authorId: 404 } }),
  'update to a missing parent': ({ post }) =>
    post.update({ where: { id: 1 }, data: { authorId: 404 } }),
  'updateMany to a missing parent': ({ post }) => post.updateMany({ data: { authorId: 404 } }),
  'createMany under a missing parent': ({ post }) =>
    post.createMany({ data: [{ title: 'T', authorId: 404 }] }),
  'delete of a parent in use': ({ category }) => category.delete({ where: { id: 1 } }),
  'deleteMany of a parent in use': ({ category }) => category.deleteMany(),
  'a number that does not fit': ({ order }) =>
    order.update({ where: { id: 1 }, data: { order: { increment: 2 ** 31 - 1 }, select: 'x' } }),
}

type Args = Readonly<Record<string, unknown>>

const where = { id: 1 }
const data = { email: 'x@b.c' }

const valid = {
  create: { data },
  createMany: { data: [data] },
  createManyAndReturn: { data: [data] },
  update: { where, data },
  updateMany: { where, data },
  updateManyAndReturn: { where, data },
  upsert: { where, create: data, update: data },
  delete: { where },
  deleteMany: { where },
} satisfies Record<string, Args>

export type Operation = keyof typeof valid
export const operations = Object.keys(valid) as Operation[]

const listed = (operation: Operation, value: Args) =>
  operation.startsWith('createMany') ? [value] : value

/** Arguments of an operation of `User` which Prisma refuses before it sends anything. */
export function wrongArguments(operation: Operation): unknown[] {
  const args: Args = valid[operation]
  const dataNames = ['data', 'create', 'update'].filter((name) => name in args)
  const wrongData = [
    { nickname: 'x' },
    { email: 5 },
    { email: 'x', role: 'PIRATE' },
    { email: null },
    { email: 'x', credit: 'a lot' },
    { email: 'x', lastSeenAt: 'yesterday' },
    { email: 'x', id: 2 ** 31 },
    { email: 'x', settings: null },
    ...(operation.includes('Many') ? [] : [{ email: 'x', posts: { create: { nope: 1 } } }]),
  ]
  const wrongWheres = [{ nickname: 'x' }, { id: 'one' }, { id: 2 ** 53 }, null]
  const missing =
    operation.endsWith('Many') || operation.endsWith('Return') ? dataNames : Object.keys(args)
  return [
    ...dataNames.flatMap((name) =>
      [...wrongData, null].map((each) => ({ ...args, [name]: each && listed(operation, each) })),
    ),
    ...('where' in args ? wrongWheres.map((each) => ({ ...args, where: each })) : []),
    ...missing.map((name) => ({ ...args, [name]: undefined })),
    { ...args, nope: true },
    { ...args, select: { nope: true } },
    { ...args, select: {}, include: {} },
    { ...args, omit: { nope: true } },
    { ...args, include: { nope: true } },
    { ...args, limit: 'one' },
  ]
}

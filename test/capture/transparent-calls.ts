import type { PrismaClient } from '../generated/postgresql/client/client.ts'

/** Calls whose outcome has to be the same with and without audit(), on the rows of {@link seed}. */
export type Calls = Readonly<Record<string, (client: PrismaClient) => unknown>>

export async function seed(client: PrismaClient): Promise<void> {
  const ids = [1, 2, 3]
  await client.user.createMany({
    data: ids.map((id) => ({ id, email: `${id}@b.c`, credit: '1.50', settings: { id } })),
  })
  await client.post.createMany({
    data: ids.map((id) => ({ id, title: `Post ${id}`, authorId: id < 3 ? 1 : 2 })),
  })
  await Promise.all([
    client.profile.createMany({ data: { id: 1, bio: 'Mathematician', userId: 1 } }),
    client.order.createMany({ data: ids.map((id) => ({ id, select: '*', from: `${id}` })) }),
    client.ledgerEntry.createMany({ data: { id: 2n ** 60n, amount: -1n } }),
    client.category.createMany({ data: { id: 1, name: 'Tools' } }),
  ])
  await client.product.createMany({
    data: { id: 1, sku: 'S', name: 'Saw', price: 1, categoryId: 1 },
  })
}

const one = { id: 1 }
const data = { id: 100, email: 'new@b.c', password: 'secret' }
const change = { name: 'Ada', credit: { increment: 2 }, settings: { a: [null, 1] } }
const posts = { orderBy: { id: 'desc' }, select: { title: true, author: true } } as const
const upserts = { create: data, update: change }

/** What a call is asked to answer. */
const answers = {
  'all columns': {},
  'selected columns': { select: { email: true, id: true } },
  'no key among the selected columns': { select: { name: true, role: false } },
  'a relation only': { select: { posts: { orderBy: { id: 'asc' } } } },
  'a count only': { select: { _count: true } },
  'columns, relations and counts': {
    select: { _count: { select: { posts: true } }, posts, profile: true, settings: true },
  },
  'omitted columns': { omit: { email: true, id: true, password: true } },
  'a column that is not omitted': { omit: { password: false, credit: true } },
  'included relations': { include: { profile: true, posts, reviews: false } },
  'included counts': { include: { _count: true }, omit: { name: true } },
} as const

export const singleCalls: Calls = Object.fromEntries(
  Object.entries(answers).flatMap(([name, answer]): [string, Calls[string]][] => [
    [`create: ${name}`, ({ user }) => user.create({ data, ...answer })],
    [`update: ${name}`, ({ user }) => user.update({ where: one, data: change, ...answer })],
    [`update of nothing: ${name}`, ({ user }) => user.update({ where: one, data: {}, ...answer })],
    [
      `upsert, creating: ${name}`,
      (c) => c.user.upsert({ where: { id: 9 }, ...upserts, ...answer }),
    ],
    [`upsert, updating: ${name}`, (c) => c.user.upsert({ where: one, ...upserts, ...answer })],
    [`delete: ${name}`, ({ user }) => user.delete({ where: one, ...answer })],
  ]),
)

export const fluentCalls: Calls = {
  'create().profile()': ({ user }) => user.create({ data }).profile(),
  'create().posts()': ({ user }) => user.create({ data }).posts(),
  'create().author()': ({ post }) => post.create({ data: { title: 'T', authorId: 2 } }).author(),
  'update().posts()': ({ user }) => user.update({ where: one, data: change }).posts(posts),
  'update().user().posts()': ({ profile }) =>
    profile
      .update({ where: one, data: { bio: null } })
      .user()
      .posts({ orderBy: { id: 'asc' } }),
  'update().profile()': ({ user }) => user.update({ where: { id: 2 }, data: change }).profile(),
  'upsert().posts()': ({ user }) => user.upsert({ where: one, ...upserts }).posts(posts),
  'delete().profile()': ({ user }) => user.delete({ where: one }).profile(),
  'delete().posts()': ({ user }) => user.delete({ where: one }).posts(posts),
  'update().profile() of nobody': ({ user }) =>
    user.update({ where: { id: 404 }, data: change }).profile(),
}

const many = [data, { id: 101, email: 'other@b.c', name: 'Bea', settings: {} }]
const matching = { where: { id: { in: [1, 3] } } }

export const manyCalls: Calls = {
  createMany: ({ user }) => user.createMany({ data: many }),
  'createMany of one': ({ user }) => user.createMany({ data }),
  'createMany of none': ({ user }) => user.createMany({ data: [] }),
  updateMany: ({ user }) => user.updateMany({ ...matching, data: change }),
  'updateMany of all': ({ user }) => user.updateMany({ data: { name: null } }),
  'updateMany of nothing': ({ user }) => user.updateMany({ ...matching, data: {} }),
  'updateMany of undefined': ({ user }) => user.updateMany({ data: { name: undefined } as object }),
  'updateMany, nothing matched': ({ user }) => user.updateMany({ where: { id: 9 }, data: change }),
  'updateMany by relation': (client) =>
    client.user.updateMany({ where: { posts: { some: {} } }, data: change }),
  'updateMany, limited': ({ order }) => order.updateMany({ data: { order: 1 }, limit: 2 }),
  'updateMany, limited to none': ({ order }) => order.updateMany({ data: { order: 1 }, limit: 0 }),
  deleteMany: ({ user }) => user.deleteMany(matching),
  'deleteMany of all': ({ user }) => user.deleteMany(),
  'deleteMany, nothing matched': ({ user }) => user.deleteMany({ where: { id: { in: [] } } }),
  'deleteMany by relation': ({ user }) => user.deleteMany({ where: { posts: { none: {} } } }),
  'deleteMany, limited': ({ order }) => order.deleteMany({ limit: 2 }),
  'deleteMany, limited to none': ({ order }) => order.deleteMany({ limit: 0 }),
  'a date as text': async ({ tick }) => {
    await tick.create({ data: { at: '2026-02-03T04:05:06.789+01:00', value: 1 } })
    return tick.update({ where: { at: '2026-02-03T03:05:06.789Z' }, data: { value: 2 } })
  },
  'bytes as a buffer': async ({ attachment }) => {
    await attachment.create({ data: { digest: Buffer.from([1, 255]), name: '', size: 0 } })
    return attachment.update({ where: { digest: Buffer.from([1, 255]) }, data: { size: 1 } })
  },
  'a bigint as a number': async ({ ledgerEntry }) => {
    await ledgerEntry.create({ data: { id: 5, amount: 1 } })
    return ledgerEntry.upsert({
      where: { id: 5 },
      create: { id: 5, amount: 0 },
      update: { amount: 2 },
    })
  },
  'a bigint': ({ ledgerEntry }) =>
    ledgerEntry.update({ where: { id: 2n ** 60n }, data: { amount: { multiply: 2n ** 61n } } }),
}

export const returningCalls: Calls = {
  createManyAndReturn: ({ user }) => user.createManyAndReturn({ data: many }),
  'createManyAndReturn of none': ({ user }) => user.createManyAndReturn({ data: [] }),
  'createManyAndReturn, select': ({ user }) =>
    user.createManyAndReturn({ data: many, select: { name: true } }),
  'createManyAndReturn, omit': ({ user }) =>
    user.createManyAndReturn({ data: many, omit: { id: true, password: false } }),
  'createManyAndReturn, include': ({ post }) =>
    post.createManyAndReturn({
      data: { id: 9, title: 'T', authorId: 1 },
      include: { author: true },
    }),
  updateManyAndReturn: ({ user }) => user.updateManyAndReturn({ ...matching, data: change }),
  'updateManyAndReturn of nothing': ({ user }) => user.updateManyAndReturn({ data: {} }),
  'updateManyAndReturn, nothing matched': ({ user }) =>
    user.updateManyAndReturn({ where: { id: 9 }, data: change }),
  'updateManyAndReturn, select': ({ user }) =>
    user.updateManyAndReturn({ ...matching, data: change, select: { role: true } }),
  'updateManyAndReturn, omit': ({ user }) =>
    user.updateManyAndReturn({ data: change, omit: { settings: true } }),
  'updateManyAndReturn, include': ({ post }) =>
    post.updateManyAndReturn({ data: { views: { divide: 2 } }, include: { author: true } }),
  'updateManyAndReturn, limited': ({ order }) =>
    order.updateManyAndReturn({ data: { update: true }, limit: 2 }),
}

export const nestedCalls: Calls = {
  'nested create': ({ user }) =>
    user.create({
      data: { ...data, posts: { create: { id: 9, title: 'T' } } },
      include: { posts },
    }),
  'nested connect': (client) =>
    client.post.update({
      where: one,
      data: { author: { connect: { id: 2 } } },
      include: { author: true },
    }),
  'nested update and delete': ({ user }) =>
    user.update({
      where: one,
      data: { posts: { delete: one, update: { where: { id: 2 }, data: { views: 2 } } } },
      select: { posts: true },
    }),
  'nested many-to-many': ({ post }) =>
    post.update({
      where: one,
      data: { tags: { connectOrCreate: { where: { name: 'a' }, create: { id: 1, name: 'a' } } } },
      include: { tags: true },
    }),
}

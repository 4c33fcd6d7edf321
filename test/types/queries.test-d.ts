import { expectTypeOf } from 'vitest'
import { type ActivityEntry, type AuditEntry, audit, type Page } from '../../src/index.ts'
import type {
  Membership,
  Prisma,
  PrismaClient,
  User,
} from '../generated/postgresql/client/client.ts'
import type { PrismaClient as PrismaClientJs } from '../generated/postgresql/client-js/client.js'

declare const client: PrismaClient
declare const clientJs: PrismaClientJs

const audited = client.$extends(audit())
const auditedJs = clientJs.$extends(audit())
const where = { id: 1 }
const at = new Date()
type Item<List> = List extends readonly (infer Each)[] ? Each : never

// `asOf` takes a unique key and a time, and answers a row of the model.
expectTypeOf(audited.user.asOf({ where, at })).resolves.toEqualTypeOf<User | null>()
expectTypeOf(audited.user.asOf({ where: { email: '' }, at })).resolves.toEqualTypeOf<User | null>()
expectTypeOf(
  audited.membership.asOf({ where: { member: { userId: 1, teamId: 2 } }, at }),
).resolves.toEqualTypeOf<Membership | null>()
const rowJs = await auditedJs.user.asOf({ where, at })
expectTypeOf(rowJs?.email).toEqualTypeOf<string | undefined>()
// @ts-expect-error The id is a number.
audited.user.asOf({ where: { id: 'one' }, at })
// @ts-expect-error A name is not unique.
audited.user.asOf({ where: { name: 'Ada' }, at })
// @ts-expect-error A moment is a Date.
audited.user.asOf({ where, at: '2026-01-01' })
// @ts-expect-error `at` says when.
audited.user.asOf({ where })
// @ts-expect-error All columns are answered.
audited.user.asOf({ where, at, select: { id: true } })

// `asOfMany` takes conditions on columns, and pages.
const { rows, nextCursor } = await audited.user.asOfMany({ at, take: 10, cursor: null })
expectTypeOf(rows).toEqualTypeOf<User[]>()
expectTypeOf(nextCursor).toEqualTypeOf<string | null>()
audited.user.asOfMany({ at, where: { id: { in: [1, 2], gt: 0 } } })
audited.membership.asOfMany({ at, where: { userId: 1, teamId: { lte: 5 } } })
// @ts-expect-error The id is a number.
audited.user.asOfMany({ at, where: { id: { in: ['one'] } } })
// @ts-expect-error There is no such field.
audited.user.asOfMany({ at, where: { nickname: 'ada' } })
// @ts-expect-error A relation is no part of a key.
audited.user.asOfMany({ at, where: { posts: { some: {} } } })
// @ts-expect-error There is no such condition.
auditedJs.user.asOfMany({ at, where: { OR: [] } })

// `fieldHistory` knows the fields and their types.
const changes = await audited.user.fieldHistory({ where, field: 'credit', take: 5, cursor: 1n })
type Change = Item<typeof changes.entries>
expectTypeOf<Change['from']>().toEqualTypeOf<Prisma.Decimal | undefined>()
expectTypeOf<Change['to']>().toEqualTypeOf<Prisma.Decimal | undefined>()
expectTypeOf<Change['entry']>().toEqualTypeOf<ActivityEntry<typeof audited.user>>()
expectTypeOf(changes.nextCursor).toEqualTypeOf<bigint | null>()
expectTypeOf(audited.user.fieldHistory({ where, field: 'name' })).resolves.toMatchTypeOf<{
  entries: { from: string | null | undefined }[]
}>()
// @ts-expect-error There is no such field.
audited.user.fieldHistory({ where, field: 'nickname' })
// @ts-expect-error There is no such field.
auditedJs.user.fieldHistory({ where, field: 'nickname' })
// @ts-expect-error A relation is no field of its own.
audited.user.fieldHistory({ where, field: 'posts' })
// @ts-expect-error There is no such option.
audited.user.fieldHistory({ where, field: 'name', limit: 5 })

// `activity` includes relations, whose entries are of other models.
expectTypeOf(
  audited.user.activity({ where, include: { posts: true, profile: false } }),
).resolves.toEqualTypeOf<Page<AuditEntry>>()
expectTypeOf(audited.user.activity({ where })).resolves.toEqualTypeOf<
  Page<ActivityEntry<typeof audited.user>>
>()
// @ts-expect-error There is no such relation.
audited.user.activity({ where, include: { post: true } })
// @ts-expect-error A column is no relation.
auditedJs.user.activity({ where, include: { email: true } })
// @ts-expect-error The number of related rows has no history.
audited.user.activity({ where, include: { _count: true } })
// @ts-expect-error The history of a relation is whole.
audited.user.activity({ where, include: { posts: { take: 1 } } })
// @ts-expect-error The model has no relations.
audited.setting.activity({ where: { key: '' }, include: { posts: true } })

// All of it is there in a transaction, and under extensions of others.
audited.$transaction(async (tx) => {
  expectTypeOf(tx.user.asOf({ where, at })).resolves.toEqualTypeOf<User | null>()
  // @ts-expect-error There is no such field.
  await tx.user.fieldHistory({ where, field: 'nickname' })
})
const extended = audited.$extends({ client: { $greet: () => 'hello' } })
expectTypeOf(extended.user.asOf({ where, at })).resolves.toEqualTypeOf<User | null>()

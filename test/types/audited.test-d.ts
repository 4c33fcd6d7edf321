import { expectTypeOf } from 'vitest'
import { type ActivityEntry, type AuditEntry, audit, type Page } from '../../src/index.ts'
import type { Prisma, PrismaClient, User } from '../generated/postgresql/client/client.ts'
import type {
  PrismaClient as PrismaClientJs,
  User as UserJs,
} from '../generated/postgresql/client-js/client.js'

declare const client: PrismaClient
declare const clientJs: PrismaClientJs

const audited = client.$extends(audit())
const auditedJs = clientJs.$extends(audit())
const where = { id: 1 }

// `activity` takes what `findUnique` takes, and answers entries of the model.
const { entries } = await audited.user.activity({ where: { email: 'a@b.c' }, take: 5, cursor: 1n })
const { entries: entriesJs } = await auditedJs.user.activity({ where })
type Item<List> = List extends readonly (infer Each)[] ? Each : never
declare const entry: Item<typeof entries>
declare const entryJs: Item<typeof entriesJs>
expectTypeOf(entry.before).toEqualTypeOf<Partial<User> | null>()
expectTypeOf(entry.after).toEqualTypeOf<Partial<User> | null>()
expectTypeOf(entryJs.after).toEqualTypeOf<Partial<UserJs> | null>()
expectTypeOf(entry.seq).toEqualTypeOf<bigint>()
expectTypeOf(entry.changed).toEqualTypeOf<readonly string[]>()
expectTypeOf(entry).toEqualTypeOf<ActivityEntry<typeof audited.user>>()
expectTypeOf(
  audited.membership.activity({ where: { member: { userId: 1, teamId: 2 } } }),
).resolves.toMatchTypeOf<{ entries: { after: { role?: string } | null }[] }>()
// @ts-expect-error There is no such field.
audited.user.activity({ where: { nickname: 'ada' } })
// @ts-expect-error There is no such field.
auditedJs.user.activity({ where: { nickname: 'ada' } })
// @ts-expect-error The id is a number.
audited.user.activity({ where: { id: 'one' } })
// @ts-expect-error A name is not unique.
audited.user.activity({ where: { name: 'Ada' } })
// @ts-expect-error There is no such option.
audited.user.activity({ where, limit: 5 })
// @ts-expect-error There is no such option.
auditedJs.user.activity({ where, limit: 5 })
// @ts-expect-error `where` says whose history it is.
audited.user.activity({ take: 5 })

// `$audit` filters by known fields.
expectTypeOf(audited.$audit.entries()).resolves.toEqualTypeOf<Page<AuditEntry>>()
audited.$audit.entries({ where: { entity: ['User', 'Post'], since: new Date() }, take: 5 })
// @ts-expect-error There is no such field.
audited.$audit.entries({ where: { model: 'User' } })
// @ts-expect-error A moment is a Date.
audited.$audit.entries({ where: { since: '2026-01-01' } })
// @ts-expect-error There is no such option.
auditedJs.$audit.entries({ limit: 5 })

// Results have the types that they have without audit().
const args = { where, data: { name: 'Ada' }, select: { id: true, role: true } } as const
const omit = { where, omit: { password: true } } as const
expectTypeOf(audited.user.update(args)).resolves.toEqualTypeOf<Pick<User, 'id' | 'role'>>()
expectTypeOf(auditedJs.user.update(args)).resolves.toEqualTypeOf<Pick<UserJs, 'id' | 'role'>>()
expectTypeOf(audited.user.delete(omit)).resolves.toEqualTypeOf<Omit<User, 'password'>>()
expectTypeOf(audited.user.create({ data: { email: '' } })).resolves.toEqualTypeOf<User>()
expectTypeOf(audited.user.createMany({ data: [] })).resolves.toEqualTypeOf<Prisma.BatchPayload>()
expectTypeOf(audited.user.update(args).posts()).resolves.toMatchTypeOf<{ title: string }[]>()
// @ts-expect-error There is no such field.
audited.user.update({ where, data: { nickname: 'ada' } })
// @ts-expect-error There is no such field.
auditedJs.user.create({ data: { email: '' }, select: { nickname: true } })

// `$transaction` keeps its own types, and its client has what the audited client has.
const array = audited.$transaction([
  audited.user.update(args),
  audited.user.count(),
  audited.$queryRaw<{ one: number }[]>`SELECT 1 AS one`,
])
expectTypeOf(array).resolves.toEqualTypeOf<[Pick<User, 'id' | 'role'>, number, { one: number }[]]>()
const callback = audited.$transaction(
  async (tx) => {
    expectTypeOf(tx.$audit.entries()).resolves.toEqualTypeOf<Page<AuditEntry>>()
    const page = await tx.user.activity({ where })
    expectTypeOf<Item<typeof page.entries>['before']>().toEqualTypeOf<Partial<User> | null>()
    // @ts-expect-error There is no such field.
    await tx.user.activity({ where: { nickname: 'ada' } })
    return tx.user.findUniqueOrThrow({ where, select: { email: true } })
  },
  { isolationLevel: 'Serializable', timeout: 1 },
)
expectTypeOf(callback).resolves.toEqualTypeOf<{ email: string }>()
expectTypeOf(auditedJs.$transaction(async (tx) => tx.$audit.entries())).resolves.toEqualTypeOf<
  Page<AuditEntry>
>()
// @ts-expect-error There is no such option.
audited.$transaction(async () => 1, { retries: 3 })
// @ts-expect-error An array holds Prisma promises.
audited.$transaction([1])

// audit() knows its options.
audit({ include: ['User'], snapshots: 'changed', actor: { id: 7n, type: 'service' } })
audit({ redact: { fields: { '*': { email: 'hash' } }, hashKey: 'a secret of the tests' } })
// @ts-expect-error There is no such option.
audit({ models: ['User'] })
// @ts-expect-error There is no such redaction.
audit({ redact: { fields: { User: { email: 'hide' } } } })
// @ts-expect-error There is no such type of actor.
audit({ actor: { id: 1, type: 'robot' } })
// @ts-expect-error There is no such way.
audit({ onError: 'log' })

// Other extensions keep their types on either side.
const extended = client
  .$extends({ client: { $greet: () => 'hello' } })
  .$extends(audit())
  .$extends({
    result: { user: { label: { needs: { email: true }, compute: ({ email }) => `<${email}>` } } },
  })
expectTypeOf(extended.$greet()).toBeString()
expectTypeOf(extended.user.update({ ...args, select: { label: true } })).resolves.toEqualTypeOf<{
  label: string
}>()
expectTypeOf(extended.user.activity({ where })).resolves.toHaveProperty('nextCursor')

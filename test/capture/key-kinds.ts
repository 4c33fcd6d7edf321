import type { PrismaClient } from '../generated/postgresql/client/client.ts'

export type Values = Readonly<Record<string, unknown>>

/** A model for each kind of key that Prisma knows. */
export interface KeyKind {
  readonly name: string
  readonly entity: string
  /** The n-th row, its key given. */
  readonly row: (n: number) => Values
  /** The fields of the key, and what `where` calls them together. */
  readonly key: readonly string[]
  readonly keyName?: string
  /** As the trail has it. */
  readonly entityId: (row: Values) => string
  /** A change of the row that leaves its key as it is. */
  readonly change: (n: number) => Values
  /** Other ways to name the same row in a `where`. */
  readonly others?: (row: Values) => Values[]
  /** Another unique key by itself. */
  readonly unique?: string
  /** Whether the client or the database makes the key where it is left out. */
  readonly isGenerated?: boolean
  readonly prepare?: (plain: PrismaClient) => Promise<unknown>
}

const byId = { key: ['id'], entityId: ({ id }: Values) => String(id) }
const uuid = (n: number) => `0190c5a0-0000-7000-8000-${String(n).padStart(12, '0')}`

export const keyKinds: readonly KeyKind[] = [
  {
    ...byId,
    name: 'an Int',
    entity: 'User',
    row: (n) => ({ id: 1000 + n, email: `${n}@example.com` }),
    change: (n) => ({ name: `name ${n}` }),
    unique: 'email',
    others: ({ id, email }) => [
      { email },
      { email, role: 'MEMBER' },
      { id, role: 'MEMBER', NOT: { email: '' } },
      { id, email },
    ],
    isGenerated: true,
  },
  {
    ...byId,
    name: 'a BigInt',
    entity: 'LedgerEntry',
    row: (n) => ({ id: 9_007_199_254_740_993n + BigInt(n), amount: 1n }),
    change: (n) => ({ memo: `memo ${n}` }),
    others: ({ id }) => [{ id, amount: { gt: 0n } }],
  },
  {
    ...byId,
    name: 'a uuid()',
    entity: 'Document',
    row: (n) => ({ id: uuid(n), title: `title ${n}` }),
    change: (n) => ({ body: `body ${n}` }),
    isGenerated: true,
  },
  {
    ...byId,
    name: 'a cuid()',
    entity: 'Ticket',
    row: (n) => ({ id: `ticket ${n}`, subject: '' }),
    change: (n) => ({ subject: `subject ${n}` }),
    isGenerated: true,
  },
  {
    ...byId,
    name: 'a native UUID, by default of the database where it can',
    entity: 'Device',
    row: (n) => ({ id: uuid(n), name: '' }),
    change: (n) => ({ name: `name ${n}` }),
    isGenerated: true,
  },
  {
    name: 'a composite id with a name of its own',
    entity: 'Membership',
    row: (n) => ({ userId: n, teamId: n + 1 }),
    key: ['userId', 'teamId'],
    keyName: 'member',
    entityId: ({ userId, teamId }) => `[${userId},${teamId}]`,
    change: (n) => ({ role: n % 2 ? 'ADMIN' : 'AUDITOR' }),
    prepare: async (plain) => {
      const ids = [1, 2, 3, 4, 5]
      await plain.user.createMany({ data: ids.map((id) => ({ id, email: `${id}@b.c` })) })
      await plain.team.createMany({ data: ids.map((id) => ({ id, name: `${id}` })) })
    },
  },
  {
    name: 'a composite id',
    entity: 'Price',
    row: (n) => ({ tenantId: 'a"b', code: `A/${n}`, amount: 1 }),
    key: ['tenantId', 'code'],
    entityId: ({ code }) => `["a\\"b","${code}"]`,
    change: (n) => ({ currency: `C${n}` }),
    others: ({ tenantId, code }) => [{ tenantId_code: { tenantId, code }, amount: { gte: 0 } }],
  },
  {
    name: 'a unique field in place of an id',
    entity: 'Setting',
    row: (n) => ({ key: `limit ${n}`, value: {} }),
    key: ['key'],
    entityId: ({ key }) => String(key),
    change: (n) => ({ note: `note ${n}` }),
  },
  {
    name: 'unique fields in place of an id',
    entity: 'Translation',
    row: (n) => ({ locale: 'de', key: `hello ${n}`, text: '' }),
    key: ['locale', 'key'],
    entityId: ({ key }) => `["de","${key}"]`,
    change: (n) => ({ text: `Hallo ${n}` }),
  },
  {
    name: 'a DateTime',
    entity: 'Tick',
    row: (n) => ({ at: new Date(Date.UTC(2026, 1, 2, 3, 4, 5, n)), value: 0 }),
    key: ['at'],
    entityId: ({ at }) => (at as Date).toISOString(),
    change: (n) => ({ value: n }),
  },
  {
    name: 'unique Bytes',
    entity: 'Attachment',
    row: (n) => ({ digest: Uint8Array.of(n, 0, 255), name: '', size: 0 }),
    key: ['digest'],
    entityId: ({ digest }) => Buffer.from(digest as Uint8Array).toString('base64'),
    change: (n) => ({ size: n }),
  },
  {
    ...byId,
    name: 'an Int in another database schema',
    entity: 'Invoice',
    row: (n) => ({ id: 1000 + n, number: `2026/${n}` }),
    change: (n) => ({ status: n % 2 ? 'PAID' : 'VOID' }),
    unique: 'number',
    others: ({ number }) => [{ number }, { number, total: 0 }],
    isGenerated: true,
  },
  {
    ...byId,
    name: 'an Int beside reserved words',
    entity: 'Order',
    row: (n) => ({ id: 1000 + n, select: '*', from: `${n}` }),
    change: (n) => ({ order: n, where: `where ${n}` }),
    others: ({ id, from }) => [{ id, from, select: '*' }],
    isGenerated: true,
  },
]

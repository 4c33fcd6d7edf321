import { beforeAll, describe, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import { Statements } from '../database/statements.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const timeout = 60_000

type Writer = Pick<AuditedClient, 'setting' | 'category'>
type Write = (client: Writer) => Promise<unknown>

const key = 'first'
const value = { changed: true }

const operations: Readonly<Record<string, Write>> = {
  create: async ({ setting }) => setting.create({ data: { key: 'new', value } }),
  createMany: async ({ setting }) =>
    setting.createMany({ data: ['a', 'b'].map((key) => ({ key, value })) }),
  update: async ({ setting }) => setting.update({ where: { key }, data: { value } }),
  updateMany: async ({ setting }) => setting.updateMany({ data: { value } }),
  'upsert of a missing row': async ({ setting }) =>
    setting.upsert({ where: { key: 'new' }, create: { key: 'new', value }, update: {} }),
  'upsert of a row': async ({ setting }) =>
    setting.upsert({ where: { key }, create: { key, value }, update: { value } }),
  delete: async ({ setting }) => setting.delete({ where: { key } }),
  deleteMany: async ({ setting }) => setting.deleteMany(),
  'deleteMany of a tree': async ({ category }) => category.deleteMany(),
  'a nested create': async ({ category }) =>
    category.create({ data: { name: 'a', children: { create: [{ name: 'b' }, { name: 'c' }] } } }),
  'a nested update': async ({ category }) =>
    category.updateMany({ where: { parentId: null }, data: { name: 'parent' } }).then(async () => {
      const { id } = await category.findFirstOrThrow({ where: { parentId: null } })
      const children = { updateMany: { where: {}, data: { name: 'new' } }, create: { name: 'd' } }
      return category.update({ where: { id }, data: { name: 'other', children } })
    }),
  'a delete with dependants': async ({ category }) => {
    const { id } = await category.findFirstOrThrow({ where: { parentId: null } })
    return category.delete({ where: { id } })
  },
}

describeEachEngine('A statement that fails', (db) => {
  const recorder = new Statements()
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db, {}, { poolSize: 2, statements: recorder })
  })

  const caught = (promise: Promise<unknown>) => promise.catch(() => undefined)

  const modes: Readonly<Record<string, (write: Write) => Promise<unknown>>> = {
    standalone: (write) => write(client),
    'in a transaction': (write) => client.$transaction((tx) => write(tx as unknown as Writer)),
    'in a savepoint': (write) =>
      client.$transaction(async (tx) => {
        await caught(tx.$transaction((nested) => write(nested as unknown as Writer)))
        await tx.setting.create({ data: { key: 'after', value } })
      }),
    // There only the database itself ends a transaction, and it knows nothing of this failure.
    ...(db.provider !== 'postgresql' && {
      'in a transaction that goes on': (write: Write) =>
        client.$transaction(async (tx) => {
          await caught(write(tx as unknown as Writer))
          await tx.setting.create({ data: { key: 'after', value } })
        }),
    }),
  }

  async function prepare() {
    recorder.reset()
    await db.clear()
    await client.setting.createMany({
      data: [key, 'second'].map((key) => ({ key, value: 'old' })),
    })
    const { id } = await client.category.create({ data: { name: 'root' } })
    await client.category.create({ data: { name: 'child', parentId: id } })
    recorder.clear()
  }

  describe.each(Object.entries(modes))('%s', (_, run) => {
    test.each(Object.entries(operations))(
      'leaves no change of %s without its row, whichever it is',
      { timeout },
      async (_, write) => {
        await prepare()
        await run(write)
        const statements = recorder.sent.map(({ sql }) => sql)
        for (const n of statements.keys()) {
          await prepare()
          recorder.fail(/(?:)/, { nth: n + 1 })
          await caught(run(write))
          recorder.reset()
          await expectFaithful(plain, 'Setting', 'Category').catch((cause) => {
            throw new Error(`After statement ${n} had failed: ${statements[n]}`, { cause })
          })
        }
        expect(statements.length).toBeGreaterThan(db.can.ownStatements ? 2 : 0)
      },
    )
  })
})

import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeDatabase } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

type Writer = Pick<AuditedClient, 'tag'>

const writes = {
  update: async (client, id) => client.tag.update({ where: { id }, data: { name: 'late' } }),
  upsert: async (client, id) =>
    client.tag.upsert({ where: { id }, create: { id, name: 'late' }, update: { name: 'late' } }),
  delete: async (client, id) => client.tag.delete({ where: { id } }),
  updateMany: async (client, id) =>
    client.tag.updateMany({ where: { id }, data: { name: 'late' } }),
  deleteMany: async (client, id) => client.tag.deleteMany({ where: { id } }),
} satisfies Record<string, (client: Writer, id: number) => Promise<unknown>>

// InnoDB reads from the snapshot of the transaction, and writes to the rows as they are.
describeDatabase('mysql', 'A transaction that reads an old snapshot', (db) => {
  let plain: PrismaClient
  let client: AuditedClient

  beforeAll(() => {
    plain = db.client({ poolSize: 1 })
    client = auditedClient(db)
  })
  beforeEach(() => db.clear())

  test.each(Object.entries(writes))(
    'records what %s did to a row deleted since',
    async (_, write) => {
      const { id } = await client.tag.create({ data: { name: 'early' } })
      await client
        .$transaction(async (tx) => {
          expect(await tx.tag.count()).toBe(1)
          await client.tag.delete({ where: { id } })
          await write(tx as unknown as Writer, id)
        })
        .catch(() => undefined)
      await expectFaithful(plain, 'Tag')
    },
  )

  test.each(Object.entries(writes))(
    'records what %s did to a row changed since',
    async (_, write) => {
      const { id } = await client.tag.create({ data: { name: 'early' } })
      await client.$transaction(async (tx) => {
        expect(await tx.tag.count()).toBe(1)
        await client.tag.update({ where: { id }, data: { name: 'meanwhile' } })
        await write(tx as unknown as Writer, id)
      })
      const trail = await expectFaithful(plain, 'Tag')
      expect(trail).toHaveLength(3)
      expect(trail[2]).toMatchObject({ before: { name: 'meanwhile' } })
    },
  )

  test.each(Object.entries(writes))(
    'records what %s did to a row added since',
    async (_, write) => {
      await client
        .$transaction(async (tx) => {
          expect(await tx.tag.count()).toBe(0)
          const { id } = await client.tag.create({ data: { name: 'meanwhile' } })
          await write(tx as unknown as Writer, id)
        })
        .catch(({ code }) => expect(code).toMatch(/P2002|P2025/))
      await expectFaithful(plain, 'Tag')
    },
  )
})

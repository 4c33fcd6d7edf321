import { beforeEach, expect, test } from 'vitest'
import type { RedactOptions } from '../../src/index.ts'
import { findHistory } from '../../src/query/history.ts'
import { auditedClient, hashKey } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'
import { sourceOf } from './source.ts'

type Fields = NonNullable<RedactOptions['fields']>

describeEachDatabase('A relation whose values are hashed', (db) => {
  beforeEach(() => db.clear())

  const variants: readonly (readonly [string, Fields])[] = [
    ['on both sides', { Profile: { userId: 'hash' }, User: { id: 'hash' } }],
    [
      'where they are referred to',
      { User: { id: 'hash', email: 'hash' }, Price: { code: 'hash' } },
    ],
    [
      'on both sides of a unique key',
      { Subscription: { userEmail: 'hash' }, User: { email: 'hash' } },
    ],
    ['in a part of a composite key', { PriceChange: { code: 'hash' }, Price: { code: 'hash' } }],
    [
      'on one side as a whole, on the other in part',
      { PriceChange: { code: 'hash' }, Price: { code: 'hash', tenantId: 'hash' } },
    ],
    [
      'as a whole composite key',
      {
        PriceChange: { code: 'hash', tenantId: 'hash' },
        Price: { code: 'hash', tenantId: 'hash' },
      },
    ],
  ]

  test.each(variants)('%s leads to what it refers to', async (_, fields) => {
    const redact = { hashKey, fields }
    const prisma = auditedClient(db, { redact })
    const source = sourceOf(db, null, { redact })
    const entitiesOf = async (entity: string, entityId: number, name: string) => {
      const found = await findHistory(source, { entity, entityId }, { include: { [name]: true } })
      return found.entries.map((entry) => `${entry.action} ${entry.entity}`).toSorted()
    }
    for (const id of [1, 2]) {
      const [email, tenantId, code] = [`${id}@x`, `t${id}`, `c${id}`]
      await prisma.user.create({ data: { id, email } })
      await prisma.profile.create({ data: { id, userId: id } })
      await prisma.subscription.create({ data: { id, plan: 'x', userEmail: email } })
      await prisma.price.create({ data: { tenantId, code, amount: 1 } })
      await prisma.priceChange.create({ data: { id, tenantId, code, reason: 'x' } })
    }
    expect(await entitiesOf('Profile', 1, 'user')).toEqual(['create Profile', 'create User'])
    expect(await entitiesOf('Subscription', 1, 'user')).toEqual([
      'create Subscription',
      'create User',
    ])
    expect(await entitiesOf('PriceChange', 1, 'price')).toEqual([
      'create Price',
      'create PriceChange',
    ])
  })
})

import { expect, test } from 'vitest'
import { describeBesideAudit } from './beside-audit.ts'
import { ownTrailOf, trailOf } from './trail.ts'

describeBesideAudit('Extensions of results and queries', ({ plain, compose }) => {
  test('a computed field gets what it needs, whatever is selected or omitted', async () => {
    const client = compose((base) =>
      base.$extends({
        result: {
          user: {
            label: {
              needs: { name: true, email: true },
              compute: ({ name, email }) => `${name} <${email}>`,
            },
          },
        },
      }),
    )
    const label = { label: true } as object
    const { user } = client
    const data = { name: 'Ada', email: 'a@b.c' }
    const selected = await user.create({ data, select: label })
    expect(Object.entries(selected)).toEqual([['label', 'Ada <a@b.c>']])
    const update = { where: { email: 'a@b.c' }, data: { name: 'Eve' } }
    const omitted = await user.update({ ...update, omit: { email: true, name: true } })
    expect(omitted).toMatchObject({ label: 'Eve <a@b.c>', role: 'MEMBER' })
    expect(Object.keys(omitted)).not.toContain('email')
    const without = await user.update({ ...update, omit: label })
    expect(Object.keys(without)).not.toContain('label')
    const [created, updated] = await trailOf(plain())
    expect(created?.after).toMatchObject(data)
    expect(created?.after).not.toHaveProperty('label')
    expect(updated).toMatchObject({ before: data, after: { ...data, name: 'Eve' } })
  })

  test('a result that is masked is recorded as it is', async () => {
    const client = compose((base) =>
      base.$extends({
        query: {
          user: {
            async $allOperations({ args, query }) {
              const result = await query(args)
              const mask = (row: unknown) => ({ ...(row as object), name: '***' })
              return Array.isArray(result) ? result.map(mask) : mask(result)
            },
          },
        },
      }),
    )
    const created = await client.user.create({ data: { email: 'a@b.c', name: 'Ada' } })
    await client.user.update({ where: { email: 'a@b.c' }, data: { name: 'Eve' } })
    await client.user.delete({ where: { email: 'a@b.c' } })
    expect(created.name).toBe('***')
    expect(await trailOf(plain())).toMatchObject([
      { action: 'create', after: { name: 'Ada' } },
      { action: 'update', before: { name: 'Ada' }, after: { name: 'Eve' } },
      { action: 'delete', before: { name: 'Eve' } },
    ])
  })

  test('data that is changed is recorded as it was written', async () => {
    const client = compose((base) =>
      base.$extends({
        query: {
          team: {
            create: ({ args, query }) =>
              query({ ...args, data: { ...args.data, name: args.data.name.toUpperCase() } }),
            updateMany: ({ args, query }) => query({ ...args, data: { name: 'CHANGED' } }),
          },
        },
      }),
    )
    await client.team.create({ data: { name: 'Ada' } })
    await client.team.updateMany({ data: { name: 'Eve' } })
    expect(await trailOf(plain())).toMatchObject([
      { after: { name: 'ADA' } },
      { before: { name: 'ADA' }, after: { name: 'CHANGED' } },
    ])
  })

  test('a condition that is added keeps other rows from being written and recorded', async () => {
    const client = compose((base) =>
      base.$extends({
        query: {
          price: {
            async $allOperations({ args, operation, query }) {
              if (operation.startsWith('create')) return query(args)
              const { where } = args as { where?: object }
              return query({ ...args, where: { ...where, tenantId: 'mine' } } as typeof args)
            },
          },
        },
      }),
    )
    const data = ['mine', 'theirs'].map((tenantId) => ({ tenantId, code: 'A', amount: 1 }))
    await plain().price.createMany({ data })
    await client.price.updateMany({ data: { amount: 2 } })
    const where = { tenantId_code: { tenantId: 'theirs', code: 'A' } }
    const error = await client.price.update({ where, data: { amount: 3 } }).catch((e) => e)
    expect(error.code).toBe('P2025')
    await client.price.deleteMany({ where: { code: 'A' } })
    expect(await plain().price.findMany()).toMatchObject([{ tenantId: 'theirs' }])
    expect(await ownTrailOf(plain())).toMatchObject([
      { action: 'update', after: { tenantId: 'mine', amount: '2' } },
      { action: 'delete', before: { tenantId: 'mine' } },
    ])
  })
})

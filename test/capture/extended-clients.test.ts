import { expect, test } from 'vitest'
import { Prisma, type PrismaClient } from '../generated/postgresql/client/client.ts'
import { describeBesideAudit } from './beside-audit.ts'
import { trailOf } from './trail.ts'

describeBesideAudit('Extensions that act by themselves', ({ side, can, plain, compose }) => {
  test('a call that is answered without a query is not recorded', async () => {
    const client = compose((base) =>
      base.$extends({
        query: { team: { create: async () => ({ id: 1, name: 'nobody' }) } },
      }),
    )
    expect(await client.team.create({ data: { name: 'a' } })).toEqual({ id: 1, name: 'nobody' })
    expect(await client.team.findMany()).toEqual([])
    expect(await trailOf(plain())).toEqual([])
  })

  test('a delete that becomes an update is recorded as an update', async () => {
    const client = compose((base) => {
      const softDelete = ({ args }: { args: Prisma.DocumentDeleteArgs }) =>
        base.document.update({ ...args, data: { body: 'deleted' } })
      return base.$extends({
        query: { document: { delete: softDelete } },
      })
    })
    const { id } = await client.document.create({ data: { title: 'T' } })
    expect(await client.document.delete({ where: { id } })).toMatchObject({ body: 'deleted' })
    const story = (await trailOf(plain())).map(({ action }) => action)
    // What an extension before audit() calls is its own client, without audit().
    const isTold = side === 'after' || !can.unauditedClients
    expect(story).toEqual(isTold ? ['create', 'update'] : ['create'])
  })

  test('methods on the client and on models work, and what they write is recorded', async () => {
    const client = compose((base) =>
      base.$extends({
        client: { $greet: () => 'hello' },
        model: {
          team: {
            async sign(this: unknown, name: string) {
              const context = Prisma.getExtensionContext(this) as unknown as PrismaClient['team']
              return context.create({ data: { name } })
            },
          },
        },
      }),
    ) as unknown as PrismaClient & {
      $greet(): string
      team: { sign(name: string): Promise<{ name: string }> }
    }
    expect(client.$greet()).toBe('hello')
    expect(await client.team.sign('Ada')).toMatchObject({ name: 'Ada' })
    await client.$transaction(async (tx) => {
      await (tx as typeof client).team.sign('Eve')
    })
    expect(await trailOf(plain())).toMatchObject([
      { after: { name: 'Ada' } },
      { after: { name: 'Eve' } },
    ])
  })

  test('an array of calls is one transaction', async () => {
    const client = compose((base) =>
      base.$extends({
        query: { team: { create: ({ args, query }) => query(args) } },
      }),
    )
    const [first, count, rows] = await client.$transaction([
      client.team.create({ data: { name: 'a' } }),
      client.team.updateMany({ data: { name: 'b' } }),
      client.team.findMany({ select: { name: true } }),
    ])
    expect([first.name, count, rows]).toEqual(['a', { count: 1 }, [{ name: 'b' }]])
    const undone = client.$transaction([
      client.team.create({ data: { name: 'c' } }),
      client.user.update({ where: { id: 404 }, data: { name: 'x' } }),
    ])
    await expect(undone).rejects.toMatchObject({ code: 'P2025' })
    expect(await plain().team.count()).toBe(1)
    expect(await trailOf(plain())).toMatchObject([{ action: 'create' }, { action: 'update' }])
  })
})

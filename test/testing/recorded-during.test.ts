import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type AuditEntry, withAudit } from '../../src/index.ts'
import { recordedDuring } from '../../src/testing/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

const undone = new Error('undone')

describeEachEngine('recordedDuring', (db) => {
  let prisma: AuditedClient
  /** Another client, as another process has one. */
  let foreign: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
    foreign = auditedClient(db, { actor: { id: 'foreign' } })
  })
  beforeEach(() => db.clear())

  const storyOf = (entries: readonly AuditEntry[]) =>
    entries.map(({ action, entity }) => `${action} ${entity}`)

  test('answers what the function does, and what it recorded, oldest first', async () => {
    await prisma.team.create({ data: { name: 'before' } })
    const { result, entries } = await recordedDuring(prisma, async () => {
      const { id } = await prisma.team.create({ data: { name: 'a' } })
      await prisma.team.update({ where: { id }, data: { name: 'b' } })
      await prisma.team.delete({ where: { id } })
      return id
    })
    await prisma.team.create({ data: { name: 'after' } })
    expectTypeOf(result).toEqualTypeOf<number>()
    expectTypeOf(entries).toEqualTypeOf<readonly AuditEntry[]>()
    expect(storyOf(entries)).toEqual(['create Team', 'update Team', 'delete Team'])
    expect(entries.map(({ entityId }) => entityId)).toEqual(Array(3).fill(String(result)))
    expect(entries[1]).toMatchObject({ diff: { updated: { name: 'b' } }, changed: ['name'] })
  })

  test('starts a Prisma promise that the function answers', async () => {
    const { result, entries } = await recordedDuring(prisma, () =>
      prisma.ledgerEntry.create({ data: { id: 1n, amount: 5n } }),
    )
    expect(result).toMatchObject({ amount: 5n })
    expect(entries).toMatchObject([{ action: 'create', after: { id: 1n, amount: 5n } }])
  })

  test('answers an empty list where nothing was recorded', async () => {
    const { entries } = await recordedDuring(prisma, () => prisma.team.count())
    expect(entries).toEqual([])
  })

  test('reads all pages', async () => {
    await prisma.tag.create({ data: { name: 'before' } })
    const data = Array.from({ length: 2001 }, (_, i) => ({ name: `tag ${i}` }))
    const { entries } = await recordedDuring(prisma, () => prisma.tag.createMany({ data }))
    expect(entries.map(({ after }) => after?.name)).toEqual(data.map(({ name }) => name))
  })

  test('tells of a run and of what it changes', async () => {
    const { entries } = await recordedDuring(prisma, () =>
      prisma.$audit.run('deploy', { entity: 'Team', entityId: 7 }, async () => {
        await prisma.team.create({ data: { name: 'a' } })
      }),
    )
    const [started, create, ended] = entries
    expect(storyOf(entries)).toEqual(['deploy Team', 'create Team', 'deploy Team'])
    expect([started?.outcome, ended?.outcome]).toEqual(['started', 'success'])
    expect(create).toMatchObject({ traceId: started?.id, parentId: started?.id })
  })

  test('tells of what outlives a rollback, and not of what was rolled back', async () => {
    const { entries } = await recordedDuring(prisma, async () => {
      const transaction = prisma.$transaction(async (tx) => {
        await tx.team.create({ data: { name: 'a' } })
        await tx.$audit.run('deploy', { entity: 'Team' }, () => Promise.reject(undone))
      })
      await expect(transaction).rejects.toBe(undone)
    })
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'deploy started',
      'deploy failure',
    ])
  })

  test('tells of the reads within it, and not of those before it', async () => {
    const reading = auditedClient(db, { reads: { Team: true } })
    await reading.team.create({ data: { name: 'a' } })
    await reading.team.findMany()
    const { entries } = await recordedDuring(reading, () => reading.team.findFirst())
    expect(storyOf(entries)).toEqual(['read Team'])
  })

  test('reads within the transaction of a transaction client', async () => {
    const transaction = prisma.$transaction(async (tx) => {
      await tx.team.create({ data: { name: 'a' } })
      const { entries } = await recordedDuring(tx, () => tx.tag.create({ data: { name: 'b' } }))
      expect(storyOf(entries)).toEqual(['create Tag'])
      throw undone
    })
    await expect(transaction).rejects.toBe(undone)
  })

  test('rejects with what the function throws', async () => {
    await expect(recordedDuring(prisma, () => Promise.reject(undone))).rejects.toBe(undone)
    const thrown = recordedDuring(prisma, () => {
      throw undone
    })
    await expect(thrown).rejects.toBe(undone)
  })

  describe('while others write', () => {
    test('tells of what they commit too', async () => {
      await foreign.tag.create({ data: { name: 'before' } })
      const { entries } = await recordedDuring(prisma, async () => {
        await prisma.team.create({ data: { name: 'a' } })
        await foreign.tag.create({ data: { name: 'meanwhile' } })
      })
      await foreign.tag.create({ data: { name: 'after' } })
      expect(storyOf(entries)).toEqual(['create Team', 'create Tag'])
    })

    test('tells of its own only, by `where`', async () => {
      const where = { actorId: 'ada', entity: ['Team', 'Tag'] }
      const write = async () => {
        await foreign.tag.create({ data: { name: 'b' } })
        await withAudit({ actor: { id: 'ada' } }, () => prisma.team.create({ data: { name: 'a' } }))
      }
      const { entries } = await recordedDuring(prisma, write, { where })
      expect(storyOf(entries)).toEqual(['create Team'])
      const { entries: theirs } = await recordedDuring(prisma, () =>
        foreign.team.create({ data: { name: 'c' } }),
      )
      expect(theirs).toMatchObject([{ actorId: 'foreign' }])
    })

    test.runIf(db.can.concurrentWriters)(
      'tells of a transaction by the time of its entries, if it is committed by the end',
      async () => {
        const early = held(foreign, 'early')
        await early.written
        await prisma.team.create({ data: { name: 'before' } })
        const { result: late, entries } = await recordedDuring(prisma, async () => {
          const late = held(foreign, 'late')
          const whole = held(foreign, 'whole')
          await Promise.all([late.written, whole.written])
          await Promise.all([early.commit(), whole.commit()])
          await prisma.team.create({ data: { name: 'own' } })
          return late
        })
        await late.commit()
        const names = entries.map(({ after }) => after?.name)
        // The entry of `early` was inserted before it began, that of `late` is not committed yet.
        expect(names).toEqual(['whole', 'own'])
        expect(await prisma.tag.count()).toBe(3)
      },
    )
  })

  describe('refuses', () => {
    test('a client without audit()', async () => {
      const refused = recordedDuring(db.client() as never, () => undefined)
      await expect(refused).rejects.toMatchObject({ code: 'OPTION_INVALID' })
      await expect(refused).rejects.toThrow('.$extends(audit())')
    })

    test('a promise in place of a function', async () => {
      const refused = recordedDuring(prisma, Promise.resolve() as never)
      await expect(refused).rejects.toMatchObject({ code: 'OPTION_INVALID' })
      await expect(refused).rejects.toThrow('recordedDuring() was given `a promise` to run')
    })

    test('an unknown option, and an unknown condition', async () => {
      const unknown = recordedDuring(prisma, () => undefined, { were: {} } as never)
      await expect(unknown).rejects.toThrow('recordedDuring() has no option `were`')
      const where = { model: 'Team' } as never
      await expect(recordedDuring(prisma, () => undefined, { where })).rejects.toMatchObject({
        code: 'QUERY_INVALID',
      })
    })
  })
})

/** A transaction that has written a tag once `written` resolves, and then waits for `commit()`. */
function held(client: AuditedClient, name: string) {
  let go = () => {}
  const released = new Promise<void>((resolve) => {
    go = resolve
  })
  let tell = () => {}
  const written = new Promise<void>((resolve) => {
    tell = resolve
  })
  const transaction = client.$transaction(async (tx) => {
    await tx.tag.create({ data: { name } })
    tell()
    await released
  })
  const commit = () => {
    go()
    return transaction
  }
  return { written: Promise.race([written, transaction]), commit }
}

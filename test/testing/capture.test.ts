import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import {
  type Capture,
  captureEntries,
  type RecordedEntry,
  recordedDuring,
  sequentialIds,
  writtenDuring,
} from '../../src/testing/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'

const undone = new Error('undone')
const storyOf = (entries: readonly RecordedEntry[]) =>
  entries.map(({ action, entity }) => `${action} ${entity}`)

describeEachDatabase('captureEntries', (db) => {
  let prisma: AuditedClient
  let capture: Capture
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(async () => {
    await db.clear()
    capture = captureEntries()
  })
  afterEach(() => capture.stop())

  test('holds what is written, in its order, without reading the table', async () => {
    const amount = 9007199254740993n
    await withAudit({ actor: { id: 7 }, tags: { ticket: 'OPS-7' } }, async () => {
      await prisma.ledgerEntry.create({ data: { id: 1n, amount } })
      await prisma.ledgerEntry.update({ where: { id: 1n }, data: { amount: 5n } })
      await prisma.ledgerEntry.delete({ where: { id: 1n } })
    })
    expect(storyOf(capture.entries)).toEqual([
      'create LedgerEntry',
      'update LedgerEntry',
      'delete LedgerEntry',
    ])
    expect(capture.entries[1]).toMatchObject({
      entityId: '1',
      actorId: '7',
      before: { amount: '9007199254740993' },
      after: { amount: '5' },
      changed: ['amount'],
      tags: { ticket: 'OPS-7' },
    })
  })

  test('holds the rows of bulk calls and of runs', async () => {
    await prisma.$audit.run('import', { entity: 'Tag' }, () =>
      prisma.tag.createMany({ data: [{ name: 'a' }, { name: 'b' }] }),
    )
    expect(storyOf(capture.entries)).toEqual([
      'import Tag',
      'create Tag',
      'create Tag',
      'import Tag',
    ])
  })

  test('holds the rows of a transaction that is rolled back, which the table never has', async () => {
    const { entries } = await recordedDuring(prisma, async () => {
      const transaction = prisma.$transaction(async (tx) => {
        await tx.team.create({ data: { name: 'a' } })
        throw undone
      })
      await expect(transaction).rejects.toBe(undone)
    })
    expect(entries).toEqual([])
    expect(storyOf(capture.entries)).toEqual(['create Team'])
  })

  test('does not hold what could not be written', async () => {
    const duplicate = auditedClient(db, { id: () => '1'.padStart(32, '0') })
    await duplicate.team.create({ data: { name: 'a' } })
    const refused = duplicate.team.create({ data: { name: 'b' } })
    await expect(refused).rejects.toMatchObject({ code: 'WRITE_FAILED' })
    expect(storyOf(capture.entries)).toEqual(['create Team'])
  })

  test('holds the rows of all clients, or those that a filter lets pass', async () => {
    const a = auditedClient(db, { id: sequentialIds('a') })
    const b = auditedClient(db, { id: sequentialIds('b') })
    using ofA = captureEntries({ filter: ({ id }) => id.startsWith('a') })
    using ofTags = captureEntries({ filter: ({ entity }) => entity === 'Tag' })
    await a.team.create({ data: { name: 'a' } })
    await b.tag.create({ data: { name: 'b' } })
    await a.tag.create({ data: { name: 'c' } })
    expect(storyOf(capture.entries)).toEqual(['create Team', 'create Tag', 'create Tag'])
    expect(ofA.entries.map(({ id }) => id)).toEqual([
      'a0000000000000000000000000000001',
      'a0000000000000000000000000000002',
    ])
    expect(ofTags.entries.map(({ after }) => after?.name)).toEqual(['b', 'c'])
  })

  test('forgets, and stops', async () => {
    await prisma.team.create({ data: { name: 'a' } })
    capture.clear()
    expect(capture.entries).toEqual([])
    await prisma.tag.create({ data: { name: 'b' } })
    capture.stop()
    capture.stop()
    await prisma.team.create({ data: { name: 'c' } })
    expect(storyOf(capture.entries)).toEqual(['create Tag'])
  })

  test('stops at the end of a block with `using`', async () => {
    const entries = await (async () => {
      using inner = captureEntries()
      await prisma.team.create({ data: { name: 'a' } })
      return inner.entries
    })()
    await prisma.team.create({ data: { name: 'b' } })
    expect(entries).toHaveLength(1)
    expect(capture.entries).toHaveLength(2)
  })

  describe('writtenDuring', () => {
    test('holds what the function writes, and what it starts', async () => {
      const { result, entries } = await writtenDuring(async () => {
        const started = prisma.$transaction(async (tx) => tx.tag.create({ data: { name: 'a' } }))
        await prisma.$transaction([
          prisma.team.create({ data: { name: 'b' } }),
          prisma.team.updateMany({ data: { name: 'c' } }),
        ])
        return (await started).name
      })
      expectTypeOf(result).toEqualTypeOf<string>()
      expect(result).toBe('a')
      expect(storyOf(entries).toSorted()).toEqual(['create Tag', 'create Team', 'update Team'])
    })

    test('holds nothing of what others write at the same time, with the same client', async () => {
      const writes = Array.from({ length: 20 }, (_, i) =>
        writtenDuring(async () => {
          await prisma.team.create({ data: { name: `team ${i}` } })
          await prisma.tag.create({ data: { name: `tag ${i}` } })
        }),
      )
      const names = (await Promise.all(writes)).map(({ entries }) =>
        entries.map(({ after }) => after?.name),
      )
      expect(names).toEqual(writes.map((_, i) => [`team ${i}`, `tag ${i}`]))
      expect(capture.entries).toHaveLength(40)
    })

    test('can be nested', async () => {
      const outer = await writtenDuring(async () => {
        await prisma.team.create({ data: { name: 'a' } })
        return writtenDuring(() => prisma.tag.create({ data: { name: 'b' } }))
      })
      expect(storyOf(outer.entries)).toEqual(['create Team', 'create Tag'])
      expect(storyOf(outer.result.entries)).toEqual(['create Tag'])
    })

    test('holds no more once the function is done, and rejects with what it throws', async () => {
      const { entries } = await writtenDuring(() => prisma.team.create({ data: { name: 'a' } }))
      await prisma.team.create({ data: { name: 'b' } })
      expect(entries).toHaveLength(1)
      await expect(writtenDuring(() => Promise.reject(undone))).rejects.toBe(undone)
    })
  })

  test('refuses what is no filter, an unknown option, and a promise to run', async () => {
    const code = 'OPTION_INVALID'
    expect(() => captureEntries({ filter: 'Team' as never })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('`Team`') }),
    )
    expect(() => captureEntries({ fliter: () => true } as never)).toThrow('no option `fliter`')
    const refused = writtenDuring(Promise.resolve() as never)
    await expect(refused).rejects.toMatchObject({ code })
  })
})

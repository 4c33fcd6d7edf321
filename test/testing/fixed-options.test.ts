import { beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { fixedClock, fixedOptions, recordedDuring, sequentialIds } from '../../src/testing/index.ts'
import { auditedClient } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'

describeEachDatabase('fixedOptions', (db) => {
  beforeEach(() => db.clear())

  /** Some work, and its entries without `seq`, which goes on when a table is emptied. */
  async function entriesOfSomeWork() {
    const prisma = auditedClient(db, { ...fixedOptions({ stepMs: 1000 }), include: ['Price'] })
    const { entries } = await recordedDuring(prisma, () =>
      withAudit({ actor: { id: 'ada' }, tags: { ticket: 'OPS-7' } }, async () => {
        const key = { tenantId: 'acme', code: 'A' }
        await prisma.price.create({ data: { ...key, amount: 1 } })
        await prisma.price.update({ where: { tenantId_code: key }, data: { amount: 2 } })
        await prisma.$audit.record({ action: 'approve', entity: 'Price', entityId: ['acme', 'A'] })
        await prisma.price.deleteMany()
      }),
    )
    return entries.map(({ seq, ...entry }) => entry)
  }

  test('make the entries of two runs equal', async () => {
    const first = await entriesOfSomeWork()
    await db.clear()
    expect(await entriesOfSomeWork()).toEqual(first)
    expect(first).toHaveLength(4)
  })

  test('make entries that a snapshot can hold', async () => {
    const [, update] = await entriesOfSomeWork()
    expect({ ...update, before: null, after: null, diff: null }).toMatchInlineSnapshot(`
      {
        "action": "update",
        "actorId": "ada",
        "actorName": null,
        "actorType": "user",
        "after": null,
        "before": null,
        "changed": [
          "amount",
        ],
        "createdAt": 2026-01-01T00:00:01.000Z,
        "diff": null,
        "entity": "Price",
        "entityId": "["acme","A"]",
        "id": "00000000000000000000000000000002",
        "onBehalfOf": null,
        "outcome": "success",
        "parentId": null,
        "reason": null,
        "request": {},
        "source": "client",
        "tags": {
          "ticket": "OPS-7",
        },
        "tenantId": null,
        "traceId": "00000000000000000000000000000002",
        "version": 1,
      }
    `)
  })

  test('keep the ids of several clients of one table apart by prefix', async () => {
    const a = auditedClient(db, fixedOptions({ prefix: 'a' }))
    const b = auditedClient(db, fixedOptions({ prefix: 'b' }))
    const { entries } = await recordedDuring(a, async () => {
      await a.team.create({ data: { name: 'a' } })
      await b.team.create({ data: { name: 'b' } })
      await a.tag.createMany({ data: [{ name: 'c' }, { name: 'd' }] })
    })
    expect(entries.map(({ id }) => `${id[0]} ${id.slice(-2)}`)).toEqual([
      'a 01',
      'b 01',
      'a 02',
      'a 03',
    ])
  })
})

describe('fixedClock', () => {
  test('stands still', () => {
    const now = fixedClock()
    expect([now(), now()]).toEqual(Array(2).fill(new Date('2026-01-01T00:00:00.000Z')))
    now().setFullYear(1999)
    expect(now().getFullYear()).toBe(2026)
  })

  test('goes on by a step from any start', () => {
    const now = fixedClock('2020-02-29T12:00:00Z', 500)
    expect([now(), now(), now()].map((time) => time.toISOString())).toEqual([
      '2020-02-29T12:00:00.000Z',
      '2020-02-29T12:00:00.500Z',
      '2020-02-29T12:00:01.000Z',
    ])
    expect(fixedClock(new Date(5))().getTime()).toBe(5)
  })

  test('refuses what is no time and what is no step', () => {
    expect(() => fixedClock('yesterday')).toThrow('`start` of fixedClock() is `yesterday`')
    expect(() => fixedClock(new Date(Number.NaN))).toThrow('`Invalid Date`')
    expect(() => fixedClock(undefined, -1)).toThrow('`stepMs` of fixedClock() is `-1`')
    expect(() => fixedClock(undefined, 0.5)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
    expect(() => fixedOptions({ step: 5 } as never)).toThrow('no option `step`')
  })
})

describe('sequentialIds', () => {
  test('count in valid ids, ascending as text', () => {
    const id = sequentialIds()
    const ids = Array.from({ length: 1000 }, () => id())
    expect(ids[0]).toBe('00000000000000000000000000000001')
    expect(ids[999]).toBe('00000000000000000000000000001000')
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true)
    expect(ids.toSorted()).toEqual(ids)
  })

  test('begin with a prefix', () => {
    expect(sequentialIds('cafe')()).toBe('cafe0000000000000000000000000001')
    expect(sequentialIds('f'.repeat(20))()).toBe('ffffffffffffffffffff000000000001')
  })

  test.each(['xyz', 'A', 'f'.repeat(21), ' ', 7 as never])('refuse the prefix `%s`', (prefix) => {
    expect(() => sequentialIds(prefix)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringContaining(`\`${prefix}\``),
      }),
    )
  })
})

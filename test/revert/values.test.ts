import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { AuditOptions } from '../../src/index.ts'
import { plainValue } from '../capture/plain-value.ts'
import { everythingData, listsData, nativeData, optionalFields } from '../capture/random-values.ts'
import type { Client } from '../capture/run-units.ts'
import { describeEachEngine } from '../database/each.ts'
import { lastEntry, openReverting, type Reverting } from './reverting.ts'

const numRuns = Math.min(Number(process.env.AUDIT_TEST_RUNS ?? 6), 100)

describeEachEngine('A revert gives back', (db) => {
  for (const snapshots of ['full', 'changed'] as const) {
    const options: AuditOptions = { snapshots }
    const shapes = {
      everything: everythingData(db.provider),
      native: nativeData(db.provider),
      ...(db.can.lists && { lists: listsData() }),
    }
    for (const [model, shape] of Object.entries(shapes)) {
      test(`any values of \`${model}\`, with ${snapshots} snapshots`, async () => {
        const reverting = openReverting(db, options)
        const prisma: Client = reverting.prisma
        const data = fc.record(shape, {
          requiredKeys: Object.keys(shape).filter((name) => !optionalFields(shape).includes(name)),
        })
        const property = fc.asyncProperty(data, data, async (first, second) => {
          await db.clear()
          const where = { id: 1 }
          // Prisma answers the same for both of the nulls that a JSON column has.
          const texts = async () => (await db.sql(`SELECT * FROM ${tableName(model)}`)).map(parsed)
          await prisma[model].create({ data: { ...first, ...where } })
          const created = plainValue(await texts())
          await prisma[model].update({ where, data: second })
          const updated = plainValue(await texts())
          const update = await lastEntry(reverting)
          if (update.action === 'update') {
            await reverting.undo({ id: update.id })
            expect(plainValue(await texts())).toEqual(created)
            const redone = await prisma.$audit.entries({ where: { action: 'update' }, take: 1 })
            await reverting.undo({ id: redone.entries[0].id })
            expect(plainValue(await texts())).toEqual(updated)
          }
          await prisma[model].delete({ where })
          await reverting.undo({ id: (await lastEntry(reverting)).id })
          expect(plainValue(await texts())).toEqual(updated)
        })
        await fc.assert(property, { numRuns })
      }, 120_000)
    }
  }

  /** The order of keys in a JSON object is not kept. */
  function parsed(row: Record<string, unknown>): Record<string, unknown> {
    const columns = Object.entries(row).map(([name, value]) => {
      if (!/json/i.test(name) || typeof value !== 'string') return [name, value]
      return [name, { json: JSON.parse(value) }]
    })
    return Object.fromEntries(columns)
  }

  function tableName(model: string): string {
    const name = model.charAt(0).toUpperCase() + model.slice(1)
    return db.provider === 'mysql' ? `\`${name}\`` : `"${name}"`
  }
})

describeEachEngine('A revert', (db) => {
  let reverting: Reverting
  let prisma: Reverting['prisma']
  beforeAll(() => {
    reverting = openReverting(db)
    prisma = reverting.prisma
  })
  beforeEach(() => db.clear())

  test('finds rows by keys of any kind', async () => {
    const models: Record<string, object> = {
      tick: { at: new Date('2026-01-02T03:04:05.678Z'), value: 0.1 },
      attachment: { digest: new Uint8Array([0, 255, 7]), name: 'a', size: 1 },
      ledgerEntry: { id: 9_007_199_254_740_993n, amount: -1n },
      device: { id: '0b9a3a3e-6a1c-4f0e-9d7e-2f1f7c9d1e11', name: 'a' },
      setting: { key: 'a"b', value: { $json: null } },
      translation: { locale: 'de', key: '["x"]', text: 'a' },
      invoice: { id: 4, number: 'n', total: '1.25', status: 'PAID' },
    }
    for (const [model, data] of Object.entries(models)) {
      const delegate = (prisma as Client)[model]
      await delegate.create({ data })
      const [row] = await delegate.findMany()
      const { id } = await lastEntry(reverting)
      await reverting.undo({ id })
      expect(await delegate.findMany()).toEqual([])
      const { entries } = await prisma.$audit.entries({ where: { action: 'delete' }, take: 1 })
      await reverting.undo({ id: entries[0]?.id as string })
      expect(await delegate.findMany()).toEqual([row])
    }
  })

  test('leaves redacted fields as they are, and says so', async () => {
    const data = { label: 'a', password: 'p', token: 't', iban: 'i', nationalId: 'n', notes: 'x' }
    await prisma.credential.create({ data: { id: 1, ...data } })
    const where = { id: 1 }
    const later = { label: 'b', password: 'q', token: null, iban: 'j', nationalId: 'o', notes: 'y' }
    await prisma.credential.update({ where, data: later })
    const { id } = await lastEntry(reverting)
    const result = await reverting.undo({ id })
    expect(result.steps[0]?.patch).toEqual({ label: { from: 'b', to: 'a' } })
    expect(result.unrestorable.map(({ field }) => field).toSorted()).toEqual(
      ['iban', 'nationalId', 'notes', 'password', 'token'].toSorted(),
    )
    expect(await prisma.credential.findMany()).toMatchObject([{ ...later, label: 'a' }])
  })

  test('of only redacted fields has nothing to put back', async () => {
    await prisma.credential.create({ data: { id: 1, label: 'a', password: 'p' } })
    await prisma.credential.update({ where: { id: 1 }, data: { password: 'q' } })
    const { id } = await lastEntry(reverting)
    await expect(reverting.undo({ id })).rejects.toMatchObject({
      code: 'REVERT_INVALID',
      message: expect.stringContaining('`Credential.password` (redacted)'),
    })
  })

  test('does not create a row again without what it has to have', async () => {
    await prisma.credential.create({ data: { id: 1, label: 'a', password: 'p' } })
    await prisma.credential.delete({ where: { id: 1 } })
    const { id } = await lastEntry(reverting)
    await expect(reverting.undo({ id })).rejects.toMatchObject({
      code: 'REVERT_INVALID',
      message: expect.stringMatching(/`Credential`.*its `password`,/),
    })
    expect(await prisma.credential.count()).toBe(0)
  })

  test('gives a generated key back, and new rows others', async () => {
    const { id } = await prisma.team.create({ data: { name: 'a' } })
    await prisma.team.delete({ where: { id } })
    await reverting.undo({ id: (await lastEntry(reverting)).id })
    const next = await prisma.team.create({ data: { name: 'b' } })
    expect(await prisma.team.findMany({ orderBy: { name: 'asc' } })).toEqual([
      { id, name: 'a' },
      { id: next.id, name: 'b' },
    ])
  })

  test('of a changed key moves the row back, whichever of its entries is named', async () => {
    for (const index of [0, 1]) {
      await db.clear()
      await prisma.invoice.create({
        data: { id: 1, number: 'n', lines: { create: { text: 'a', amount: 1 } } },
      })
      await prisma.invoice.update({ where: { id: 1 }, data: { id: 2 } })
      const { entries } = await prisma.$audit.entries({
        where: { entity: 'Invoice', action: 'update' },
      })
      expect(entries).toHaveLength(2)
      const result = await reverting.undo({ id: entries[index]?.id as string })
      expect(result.reverts.toSorted()).toEqual(entries.map(({ id }) => id).toSorted())
      expect(await prisma.invoice.findMany({ include: { lines: true } })).toMatchObject([
        { id: 1, lines: [{ invoiceId: 1 }] },
      ])
    }
  })

  test('of many rows takes few statements', async () => {
    const statementsFor = async (rows: number) => {
      await db.clear()
      const data = Array.from({ length: rows }, (_, i) => ({ id: i + 1, name: `t${i}` }))
      await prisma.team.createMany({ data })
      const { traceId } = await lastEntry(reverting)
      db.statements().clear()
      const { traceId: reverted } = await reverting.undo({ traceId })
      expect(await prisma.team.count()).toBe(0)
      await reverting.undo({ traceId: reverted as string })
      const count = db.statements().count()
      expect(await prisma.team.findMany({ orderBy: { id: 'asc' } })).toEqual(data)
      return count
    }
    const few = await statementsFor(20)
    expect(await statementsFor(1000)).toBeLessThan(3 * few)
  })

  test('of many rows with a composite key takes parts that every database can bear', async () => {
    const data = Array.from({ length: 600 }, (_, i) => ({
      ...{ tenantId: 't', code: String(i), currency: 'EUR' },
      amount: '1',
    }))
    await prisma.price.createMany({ data })
    const { traceId } = await lastEntry(reverting)
    const { traceId: reverted } = await reverting.undo({ traceId })
    expect(await prisma.price.count()).toBe(0)
    await reverting.undo({ traceId: reverted as string })
    expect(await prisma.price.count()).toBe(600)
  })
})

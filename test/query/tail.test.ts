import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { isTransactionError } from '../../src/prisma.ts'
import type { Filter } from '../../src/query/filter.ts'
import type { TailedEntry, TailOptions } from '../../src/query/queries.ts'
import { readRows } from '../../src/query/rows.ts'
import type { Source } from '../../src/query/source.ts'
import { column, sql } from '../../src/query/sql.ts'
import { findTailPosition, tailEntries } from '../../src/query/tail.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { type Database, describeEachEngine } from '../database/each.ts'
import { sourceOf } from './source.ts'

const everything: Filter = { terms: [] }
const only = (key: 'entity' | 'action', text: string): Filter => ({
  terms: [{ kind: 'field', key, values: [{ text }] }],
})

describeEachEngine('tail', (db) => {
  let prisma: AuditedClient
  let source: Source
  beforeAll(async () => {
    prisma = auditedClient(db)
    source = sourceOf(db)
    await prisma.$connect()
  })
  beforeEach(() => db.clear())

  const tail = (options: TailOptions = {}, filter = everything, from = source) =>
    tailEntries(from, filter, { interval: 1, ...options })[Symbol.asyncIterator]()

  test('hands out what comes in, and goes on after any position', async () => {
    await prisma.tag.create({ data: { name: 'before' } })
    const begin = await findTailPosition(source)
    await prisma.tag.create({ data: { name: 'a' } })
    await prisma.tag.create({ data: { name: 'b' } })
    const all = tail({ after: begin })
    const first = await pull(all)
    const second = await pull(all)
    expect(nameOf(first)).toBe('a')
    expect(nameOf(second)).toBe('b')
    expect(nameOf(await pull(tail({ after: first.position })))).toBe('b')
    const waiting = pull(all)
    await prisma.tag.create({ data: { name: 'c' } })
    const third = await waiting
    expect(nameOf(third)).toBe('c')
    expect(third.entry).toEqual((await prisma.$audit.entries({ take: 1 })).entries[0])
    await all.return?.()
  })

  test('begins with what is committed after its first look', async () => {
    await prisma.tag.create({ data: { name: 'before' } })
    const fromNow = tail()
    const pulled = pull(fromNow)
    // Its first look has been taken once the second one is about to be.
    const { reached, release } = db.statements().hold(/SELECT/i, { nth: 2 })
    await reached
    release()
    await prisma.tag.create({ data: { name: 'after' } })
    expect(nameOf(await pulled)).toBe('after')
    await fromNow.return?.()
  })

  test('hands out what the filter and the scope leave, with fields masked', async () => {
    await prisma.tag.create({ data: { name: 'before' } })
    const begin = await findTailPosition(source)
    const scope = { tenants: ['acme'], masked: { Tag: ['name'] } }
    const scoped = tail({ after: begin }, only('action', 'create'), { ...source, scope })
    await withAudit({ actor: { id: 'eve' }, tenant: 'other' }, () =>
      prisma.tag.create({ data: { name: 'secret' } }),
    )
    await withAudit({ actor: { id: 'ada' }, tenant: 'acme' }, async () => {
      const { id } = await prisma.tag.create({ data: { name: 'x' } })
      await prisma.tag.update({ where: { id }, data: { name: 'y' } })
      await prisma.tag.create({ data: { name: 'z' } })
    })
    const found = [await pull(scoped), await pull(scoped)]
    expect(found.map(({ entry }) => entry.tenantId)).toEqual(['acme', 'acme'])
    expect(found.map(({ entry }) => entry.after?.name)).toEqual(['[masked]', '[masked]'])
    // What may not be seen is no gap.
    expect(found.map(({ position }) => position)).toEqual(found.map(({ entry }) => `${entry.seq}`))
    await scoped.return?.()
  })

  test('reads a long trail in pieces, in order', async () => {
    const begin = await findTailPosition(source)
    await prisma.tag.createMany({ data: named(2_600) })
    let iterator = tail({ after: begin })
    const names: (string | undefined)[] = []
    while (names.length < 2_600) {
      const pulled = await pull(iterator)
      names.push(nameOf(pulled))
      if (names.length % 700 === 0) {
        await iterator.return?.()
        iterator = tail({ after: pulled.position })
      }
    }
    await iterator.return?.()
    expect(names).toEqual(named(2_600).map(({ name }) => name))
  })

  test('hands out each entry once, in whatever order they are committed', async () => {
    let base = 1_000_000
    const plans = fc
      .array(fc.record({ rank: fc.nat(), isMatch: fc.boolean(), isCut: fc.boolean() }), {
        minLength: 1,
        maxLength: 25,
      })
      .map((rows) => rows.map((row, i) => ({ ...row, seq: i + 1 })))
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 8 }))
    const property = fc.asyncProperty(plans, sizes, async (plan, size) => {
      base += 1_000
      let iterator = tail({ after: String(base) }, only('entity', 'Wanted'))
      const committed = plan.toSorted((a, b) => a.rank - b.rank)
      while (committed.length > 0) {
        const batch = committed.splice(0, size.next().value).sort((a, b) => a.seq - b.seq)
        const entityOf = (isMatch: boolean) => (isMatch ? 'Wanted' : 'Other')
        await insert(
          db,
          batch.map(({ seq, isMatch }) => ({ seq: base + seq, entity: entityOf(isMatch) })),
        )
        for (const { seq, isCut } of batch.filter(({ isMatch }) => isMatch)) {
          const { entry, position } = await pull(iterator)
          expect(Number(entry.seq)).toBe(base + seq)
          if (!isCut) continue
          await iterator.return?.()
          iterator = tail({ after: position }, only('entity', 'Wanted'))
        }
      }
      await iterator.return?.()
    })
    await fc.assert(property, { numRuns: 20 })
  })

  test('finds what fills many gaps, more than it hands out at a time', async () => {
    const odd = Array.from({ length: 1_500 }, (_, i) => 2_000_001 + 2 * i)
    await insert(
      db,
      [...odd].map((seq) => ({ seq: seq + 1, entity: 'Even' })),
    )
    let iterator = tail({ after: '2000000' })
    let position = ''
    for (const seq of odd) {
      const pulled = await pull(iterator)
      expect(Number(pulled.entry.seq)).toBe(seq + 1)
      position = pulled.position
    }
    await insert(
      db,
      odd.map((seq) => ({ seq, entity: 'Odd' })),
    )
    await insert(db, [{ seq: 2_003_001, entity: 'Even' }])
    for (const seq of odd) {
      const pulled = await pull(iterator)
      expect(Number(pulled.entry.seq)).toBe(seq)
      if (seq % 500 === 1) {
        await iterator.return?.()
        iterator = tail({ after: pulled.position })
      }
    }
    const last = await pull(iterator)
    expect(last).toMatchObject({ entry: { seq: 2_003_001n }, position: '2003001' })
    expect(position.length).toBeLessThan(10_000)
    await iterator.return?.()
  })

  describe('gives gaps up', () => {
    afterEach(() => void vi.useRealTimers())

    test('ten minutes after it first saw them, and not before it looked once more', async () => {
      const start = Date.now()
      await insert(
        db,
        [3, 5].map((i) => ({ seq: 3_000_000 + i, entity: 'Late' })),
      )
      const iterator = tail({ after: '3000002' })
      const seen = [await pull(iterator), await pull(iterator)]
      const seconds = Math.floor(start / 1000)
      expect(seen[1]?.position).toMatch(new RegExp(`^3000005~${String(seconds).slice(0, 8)}..:1$`))
      await iterator.return?.()
      vi.useFakeTimers({ toFake: ['Date'], now: start + 601_000 })
      await insert(db, [{ seq: 3_000_004, entity: 'Late' }])
      const again = tail({ after: seen[1]?.position })
      expect((await pull(again)).entry.seq).toBe(3_000_004n)
      await insert(db, [{ seq: 3_000_009, entity: 'Late' }])
      expect((await pull(again)).position).toMatch(/^3000009~\d+:1-2$/)
      const pending = pull(again)
      // The look that finds nothing is the one after which they are given up.
      const nothing = db.statements().hold(/SELECT/i, { nth: 3 })
      await nothing.reached
      vi.setSystemTime(start + 1_300_000)
      nothing.release()
      const next = db.statements().hold(/SELECT/i, { nth: 5 })
      await next.reached
      next.release()
      await insert(
        db,
        [7, 10].map((i) => ({ seq: 3_000_000 + i, entity: 'Late' })),
      )
      expect(await pending).toMatchObject({ entry: { seq: 3_000_010n }, position: '3000010' })
      await again.return?.()
    })
  })

  test('ends when it is told to, also while it waits', async () => {
    const stop = new AbortController()
    const waiting = tail({ interval: 3_600_000, signal: stop.signal }).next()
    const { reached, release } = db.statements().hold(/SELECT/i)
    await reached
    release()
    stop.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await tail({ signal: stop.signal }).next()).toMatchObject({ done: true })
  })

  test('throws what a look throws', async () => {
    const iterator = tail()
    db.statements().fail(/SELECT/i, { nth: 3, error: new Error('gone') })
    await expect(iterator.next()).rejects.toThrow('gone')
    db.statements().reset()
  })

  test.each<[TailOptions, string]>([
    [{ after: 'x' }, '`after` is `x`'],
    [{ interval: 0 }, '`interval` is `0`'],
    [{ interval: 1.5 }, '1 to 3600000 milliseconds'],
  ])('refuses %j', (options, message) => {
    const refused = expect.objectContaining({
      code: 'QUERY_INVALID',
      message: expect.stringContaining(message),
    })
    expect(() => tailEntries(source, everything, options)).toThrow(refused)
  })

  test('refuses to be on a transaction', () => {
    const transaction = { kind: 'itx', id: 'x' } as const
    expect(() => tailEntries({ ...source, transaction }, everything, {})).toThrow('on the client')
  })

  test('shows every tail each committed entry once, those of an entity in order', async () => {
    const runs = fc.asyncProperty(plan(db), async (writers) => {
      await db.clear()
      const ids = await createTags(prisma)
      const begin = await findTailPosition(source)
      const stop = new AbortController()
      const end = 'the last one'
      const follow = async (from: Source, filter: Filter, pieces: Iterator<number>) => {
        const seen: TailedEntry[] = []
        let after = begin
        while (true) {
          let left = pieces.next().value as number
          const options = { after, interval: 25, signal: stop.signal }
          for await (const tailed of tailEntries(from, filter, options)) {
            seen.push(tailed)
            after = tailed.position
            if (tailed.entry.reason === end) return seen
            if (--left === 0) break
          }
          if (stop.signal.aborted) return seen
        }
      }
      const tails = [
        follow(sourceOf(db), everything, forever(Number.POSITIVE_INFINITY)),
        follow(sourceOf(db), everything, forever(1)),
        follow(sourceOf(db), everything, forever(3, 1, 7, 2)),
        follow(sourceOf(db), only('action', 'update'), forever(2, 5)),
        follow(sourceOf(db, { tenants: ['acme'] }), everything, forever(1, 20)),
      ]
      try {
        await Promise.all(writers.map((transactions) => write(db, prisma, ids, transactions)))
      } catch (error) {
        stop.abort()
        throw error
      }
      await withAudit({ actor: { id: 'ada' }, tenant: 'acme', reason: end }, () =>
        prisma.tag.update({ where: { id: ids[0] ?? 0 }, data: { name: end } }),
      )
      const seen = await Promise.all(tails)
      const committed = await committedSince(source, begin)
      const expected = [
        committed,
        committed,
        committed,
        committed.filter(({ action }) => action === 'update'),
        committed.filter(({ tenantId }) => tenantId === 'acme'),
      ]
      for (const [i, tailed] of seen.entries()) {
        const told = tailed.map(({ entry }) => entry.seq)
        const all = (expected[i] ?? []).map(({ seq }) => seq)
        expect(told.toSorted(ascending)).toEqual(all)
        for (const entityId of new Set(tailed.map(({ entry }) => entry.entityId))) {
          const own = tailed.filter(({ entry }) => entry.entityId === entityId)
          const seqs = own.map(({ entry }) => entry.seq)
          expect(seqs).toEqual(seqs.toSorted(ascending))
        }
      }
    })
    await fc.assert(runs, { numRuns: 2, endOnFailure: true })
  }, 90_000)
})

async function pull(iterator: AsyncIterator<TailedEntry>): Promise<TailedEntry> {
  const { value, done } = await iterator.next()
  if (done) throw new Error('The tail has ended')
  return value
}

function nameOf({ entry }: TailedEntry): string | undefined {
  return entry.after?.name as string | undefined
}

function named(count: number): { name: string }[] {
  return Array.from({ length: count }, (_, i) => ({ name: `n${i}` }))
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function* forever(...values: readonly number[]): Generator<number, number> {
  while (true) yield* values
}

/** Entries as if they were committed now, with a `seq` that was given out before. */
async function insert(
  db: Database,
  rows: readonly { readonly seq: number; readonly entity: string }[],
): Promise<void> {
  const quote = db.provider === 'mysql' ? '`' : '"'
  const names = ['seq', 'id', 'traceId', 'action', 'entity'].map((name) => quote + name + quote)
  const values = rows.map(({ seq, entity }) => {
    const id = String(seq).padStart(32, '0')
    return `(${seq}, '${id}', '${id}', 'told', '${entity}')`
  })
  await db.sql(
    `INSERT INTO ${quote}AuditLog${quote} (${names.join(', ')}) VALUES ${values.join(', ')}`,
  )
}

interface Step {
  /** Which entity is updated; `null` creates another one. */
  readonly entity: number | null
  /** Turns of the event loop before the next step. */
  readonly pause: number
}

interface PlannedTransaction {
  readonly tenant: string
  readonly steps: readonly Step[]
  readonly isRolledBack: boolean
}

const entities = 6

/** What several writers do at once, each one transaction after the other. */
function plan(db: Database): fc.Arbitrary<PlannedTransaction[][]> {
  const step = fc.record({
    entity: fc.option(fc.nat({ max: entities - 1 })),
    pause: fc.nat({ max: 30 }),
  })
  const transaction = fc.record({
    tenant: fc.constantFrom('acme', 'other'),
    // In one order of locks, so that writers wait for each other and not in a circle.
    steps: fc
      .array(step, { minLength: 1, maxLength: 8 })
      .map((steps) => steps.toSorted((a, b) => (a.entity ?? -1) - (b.entity ?? -1))),
    isRolledBack: fc.nat({ max: 4 }).map((n) => n === 0),
  })
  const writers = db.can.concurrentWriters ? 6 : 1
  const transactions = fc.array(transaction, { minLength: 8, maxLength: 16 })
  return fc.array(transactions, { minLength: writers, maxLength: writers })
}

async function createTags(prisma: AuditedClient): Promise<number[]> {
  const ids: number[] = []
  for (let i = 0; i < entities; i++) {
    ids.push((await prisma.tag.create({ data: { name: `entity ${i}` } })).id)
  }
  return ids
}

async function write(
  db: Database,
  prisma: AuditedClient,
  ids: readonly number[],
  transactions: readonly PlannedTransaction[],
): Promise<void> {
  for (const { tenant, steps, isRolledBack } of transactions) {
    const work = () =>
      prisma.$transaction(
        async (tx) => {
          for (const { entity, pause } of steps) {
            const name = `${Math.random()}`
            if (entity === null) await tx.tag.create({ data: { name } })
            else await tx.tag.update({ where: { id: ids[entity] ?? 0 }, data: { name } })
            for (let turn = 0; turn < pause; turn++) await setImmediate()
          }
          if (isRolledBack) throw new RolledBack()
        },
        { maxWait: 30_000, timeout: 30_000 },
      )
    const ended = withAudit({ actor: { id: 'ada' }, tenant }, work)
    await ended.catch((error: unknown) => {
      // Some are given up by the database in favour of others.
      const isExpected = error instanceof RolledBack || isTransactionError(error)
      if (!isExpected || (!db.can.concurrentWriters && !isRolledBack)) throw error
    })
  }
}

class RolledBack extends Error {}

function committedSince(source: Source, position: string) {
  const orderBy = column(source.settings, 'seq')
  const where = [sql`${orderBy} > ${Number(position.split('~')[0])}`]
  return readRows(source, { where, orderBy, take: 1_000_000 })
}

import { isDeepStrictEqual } from 'node:util'
import fc, { type Arbitrary } from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { type Database, describeDatabase, describeEachEngine } from '../database/each.ts'
import { Prisma } from '../generated/postgresql/client/client.ts'
import { auditedClient } from './audited.ts'
import { everythingData, listsData, nativeData, optionalFields } from './random-values.ts'

type Row = Record<string, unknown>
interface Entry {
  readonly action: string
  readonly before: Row | null
  readonly after: Row | null
  readonly changed: readonly string[]
}
interface Delegate {
  create(args: { data: Row }): Promise<Row>
  update(args: { where: { id: unknown }; data: Row }): Promise<Row>
  delete(args: { where: { id: unknown } }): Promise<Row>
  findUniqueOrThrow(args: { where: { id: unknown } }): Promise<Row>
  activity(args: { where: { id: unknown } }): Promise<{ entries: Entry[] }>
}
type ModelName = 'everything' | 'native' | 'lists'

/** A row as a plain client reads it, and whose JSON null tells itself from NULL. */
function readRow(row: Row, written: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null && written[name] === Prisma.JsonNull ? Prisma.JsonNull : value,
    ]),
  )
}

/** Decimals as text, which is what two equal ones have in common. */
function comparable(value: unknown): unknown {
  if (Prisma.Decimal.isDecimal(value)) return `decimal ${value.toFixed()}`
  if (Array.isArray(value)) return value.map(comparable)
  return value
}

function comparableRow(row: Row | null): Row | null {
  return (
    row && Object.fromEntries(Object.entries(row).map(([name, value]) => [name, comparable(value)]))
  )
}

/** Creates, updates and deletes random rows: every snapshot is what a plain client read. */
async function checkLossless(
  db: Database,
  name: ModelName,
  data: Readonly<Record<string, Arbitrary<unknown>>>,
  optional: readonly string[],
): Promise<void> {
  const plain = db.client()
  const audited = auditedClient(db)
  const model = audited[name] as unknown as Delegate
  const reader = plain[name] as unknown as Delegate
  const required = Object.keys(data).filter((field) => !optional.includes(field))
  const creation = fc.record(data, { requiredKeys: required })
  const change = fc.record(data, { requiredKeys: [] })
  const property = fc.asyncProperty(creation, change, async (first, second) => {
    const { id } = await model.create({ data: first })
    const where = { id }
    const created = readRow(await reader.findUniqueOrThrow({ where }), first)
    await model.update({ where, data: second })
    const updated = readRow(await reader.findUniqueOrThrow({ where }), { ...first, ...second })
    await model.delete({ where })

    const { entries } = await model.activity({ where })
    const [x, y] = [comparableRow(created) as Row, comparableRow(updated) as Row]
    const changed = Object.keys(x).filter((field) => !isDeepStrictEqual(x[field], y[field]))
    const update = { action: 'update', before: x, after: y, changed }
    const expected = [
      { action: 'delete', before: y, after: null, changed: [] },
      ...(changed.length > 0 ? [update] : []),
      { action: 'create', before: null, after: x, changed: [] },
    ]
    const found = entries.map(({ action, before, after, changed }) => ({
      action,
      before: comparableRow(before),
      after: comparableRow(after),
      changed,
    }))
    expect(found).toEqual(expected)
  })
  await fc.assert(property, { numRuns: 50 })
}

describeEachEngine('Values in snapshots', (db) => {
  beforeEach(() => db.clear())

  test('of every scalar type come back as a plain client reads them', async () => {
    const data = everythingData(db.provider)
    await checkLossless(db, 'everything', data, optionalFields(data))
  })

  test('of native types come back as a plain client reads them', async () => {
    const data = nativeData(db.provider)
    await checkLossless(db, 'native', data, Object.keys(data))
  })

  test('are the same in the `after` of one row and the `before` of the next', async () => {
    const plain = db.client()
    const audited = auditedClient(db)
    const data = everythingData(db.provider)
    const property = fc.asyncProperty(fc.record(data), async (values) => {
      const { id } = await audited.everything.create({
        data: values as Prisma.EverythingCreateInput,
      })
      await audited.everything.update({ where: { id }, data: { string: `${values.string}!` } })
      const entries = await plain.auditLog.findMany({
        where: { entity: 'Everything', entityId: String(id) },
        orderBy: { seq: 'asc' },
      })
      expect(entries.map(({ changed }) => changed)).toEqual([null, ['string']])
      expect(entries[1]?.before).toEqual(entries[0]?.after)
    })
    await fc.assert(property, { numRuns: 30 })
  })

  test('are named by field, with the names that enums have in Prisma', async () => {
    const plain = db.client()
    const audited = auditedClient(db)
    const { id } = await audited.user.create({ data: { email: 'a@b.c', role: 'AUDITOR' } })
    await audited.user.updateMany({ where: { id }, data: { role: 'ADMIN' } })
    const [entry] = await plain.auditLog.findMany({ orderBy: { seq: 'desc' }, take: 1 })
    const { lastSeenAt, ...columns } = await plain.user.findUniqueOrThrow({ where: { id } })
    expect(lastSeenAt).toBeNull()
    expect(Object.keys(entry?.after as Row).toSorted()).toEqual(Object.keys(columns).toSorted())
    expect(entry?.before).toMatchObject({ role: 'AUDITOR' })
    expect(entry?.after).toMatchObject({ role: 'ADMIN' })
  })
})

describeDatabase('postgresql', 'Values in snapshots', (db) => {
  test('of lists come back as a plain client reads them', async () => {
    const data = listsData()
    await checkLossless(db, 'lists', data, Object.keys(data))
  })

  test('leave columns out that the client cannot read', async () => {
    const audited = auditedClient(db)
    const { id } = await audited.article.create({ data: { title: 'News' } })
    await db.sql(`UPDATE "Article" SET search = 'news', place = '(1,2)'`)
    await audited.article.update({ where: { id }, data: { title: 'Old news' } })
    await audited.article.delete({ where: { id } })
    const { entries } = await audited.article.activity({ where: { id } })
    expect(entries.map(({ before, after }) => [before, after])).toEqual([
      [{ id, title: 'Old news' }, null],
      [
        { id, title: 'News' },
        { id, title: 'Old news' },
      ],
      [null, { id, title: 'News' }],
    ])
  })
})

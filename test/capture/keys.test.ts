import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeEachEngine } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { type AuditedClient, auditedClient } from './audited.ts'
import { type KeyKind, keyKinds, type Values } from './key-kinds.ts'
import { ownTrailOf } from './trail.ts'

interface Delegate {
  create(args: Values): Promise<Values>
  createMany(args: Values): Promise<{ count: number }>
  update(args: Values): Promise<Values>
  updateMany(args: Values): Promise<{ count: number }>
  upsert(args: Values): Promise<Values>
  delete(args: Values): Promise<Values>
  deleteMany(args: Values): Promise<{ count: number }>
  findMany(): Promise<Values[]>
  activity(args: Values): Promise<{ entries: { action: string; entityId: string }[] }>
}

/** The `where` of a row, by its key. */
function whereOf({ key, keyName }: KeyKind, row: Values): Values {
  const values = Object.fromEntries(key.map((name) => [name, row[name]]))
  return key.length === 1 ? values : { [keyName ?? key.join('_')]: values }
}

describeEachEngine('Keys of every kind', (db) => {
  let plain: PrismaClient
  let audited: AuditedClient
  beforeAll(() => {
    plain = db.client()
    audited = auditedClient(db)
  })
  beforeEach(() => db.clear())

  function modelOf({ entity }: KeyKind): Delegate {
    const name = entity.charAt(0).toLowerCase() + entity.slice(1)
    return (audited as unknown as Record<string, Delegate>)[name] as Delegate
  }
  async function trailOf(kind: KeyKind): Promise<string[]> {
    const entries = await ownTrailOf(plain)
    expect(new Set(entries.map(({ entity }) => entity))).toEqual(new Set([kind.entity]))
    return entries.map(({ action, entityId }) => `${action} ${entityId}`)
  }

  describe.each(keyKinds)('$name', (kind) => {
    const { entityId, row, change } = kind
    const [id1, id2, id3] = [entityId(row(1)), entityId(row(2)), entityId(row(3))]

    test('one call on one row is one row under its id', async () => {
      const model = modelOf(kind)
      await kind.prepare?.(plain)
      const where = whereOf(kind, row(1))
      await model.create({ data: row(1) })
      const wheres = [where, ...(kind.others?.(row(1)) ?? [])]
      for (const [i, each] of wheres.entries()) {
        await model.update({ where: each, data: change(i + 1) })
      }
      await model.upsert({ where, create: row(1), update: change(10) })
      await model.upsert({ where: whereOf(kind, row(2)), create: row(2), update: change(10) })
      await model.delete({ where: wheres.at(-1) })
      const updates = wheres.map(() => `update ${id1}`)
      const expected = [`create ${id1}`, ...updates, `update ${id1}`, `delete ${id1}`]
      expect((await trailOf(kind)).filter((line) => line.endsWith(id1))).toEqual(expected)
      expect((await trailOf(kind)).filter((line) => !line.endsWith(id1))).toEqual([`create ${id2}`])
      const { entries } = await model.activity({ where })
      expect(entries.map(({ action }) => `${action} ${id1}`).toReversed()).toEqual(expected)
    })

    test.skipIf(!kind.unique)('a deleted row is found by another unique key', async () => {
      const model = modelOf(kind)
      await model.create({ data: row(1) })
      await model.delete({ where: whereOf(kind, row(1)) })
      await model.create({ data: row(2) })
      const unique = kind.unique as string
      const { entries } = await model.activity({ where: { [unique]: row(1)[unique] } })
      expect(entries.map(({ action }) => action)).toEqual(['delete', 'create'])
    })

    test('one call on many rows is one row for each', async () => {
      const model = modelOf(kind)
      await kind.prepare?.(plain)
      const ids = [id1, id2, id3].toSorted()
      await model.createMany({ data: [row(1), row(2), row(3)] })
      await model.updateMany({ data: change(1) })
      await model.updateMany({ where: { NOT: change(1) }, data: change(2) })
      await model.deleteMany({ where: { OR: [whereFields(kind, 1), whereFields(kind, 3)] } })
      await model.deleteMany({})
      const lines = await trailOf(kind)
      expect(lines.slice(0, 3).toSorted()).toEqual(ids.map((id) => `create ${id}`))
      expect(lines.slice(3, 6).toSorted()).toEqual(ids.map((id) => `update ${id}`))
      const gone = ids.filter((id) => id !== id2).map((id) => `delete ${id}`)
      expect(lines.slice(6, 8).toSorted()).toEqual(gone)
      expect(lines.slice(8)).toEqual([`delete ${id2}`])
    })

    test.skipIf(!kind.isGenerated)('ids that are made on insertion are recorded', async () => {
      const model = modelOf(kind)
      const made = (n: number) => ({ ...row(n), id: undefined })
      await model.create({ data: made(1) })
      await model.createMany({ data: [made(2), made(3)] })
      await model.createMany({ data: [made(4), row(900_009), made(6), row(900_005)] })
      const ids = (await model.findMany()).map((each) => `create ${entityId(each)}`)
      expect(ids).toHaveLength(7)
      expect((await trailOf(kind)).toSorted()).toEqual(ids.toSorted())
    })

    test.skipIf(!db.can.skipDuplicates)('rows that are there already are skipped', async () => {
      const model = modelOf(kind)
      await kind.prepare?.(plain)
      await model.createMany({ data: [row(1)] })
      const data = [row(1), row(2), row(2), row(3)]
      expect(await model.createMany({ data, skipDuplicates: true })).toEqual({ count: 2 })
      expect(await model.createMany({ data, skipDuplicates: true })).toEqual({ count: 0 })
      expect(await trailOf(kind)).toEqual([`create ${id1}`, `create ${id2}`, `create ${id3}`])
    })

    test('a changed key is recorded under both ids', async () => {
      const model = modelOf(kind)
      await kind.prepare?.(plain)
      const keyOf = (n: number) => kind.key.map((name) => [name, row(n)[name]] as const)
      await model.create({ data: row(1) })
      await model.update({ where: whereOf(kind, row(1)), data: Object.fromEntries(keyOf(2)) })
      const set = keyOf(3).map(([name, value]) => [name, { set: value }])
      await model.updateMany({ where: whereFields(kind, 2), data: Object.fromEntries(set) })
      const moves = [`update ${id1}`, `update ${id2}`, `update ${id2}`, `update ${id3}`]
      expect(await trailOf(kind)).toEqual([`create ${id1}`, ...moves])
      const lengths = [1, 2, 3].map(async (n) => {
        const { entries } = await model.activity({ where: whereOf(kind, row(n)) })
        return entries.length
      })
      expect(await Promise.all(lengths)).toEqual([2, 2, 1])
    })
  })

  test('keys that many rows pass on to each other are recorded under both ids', async () => {
    const kind = keyKinds[1] as KeyKind
    const model = modelOf(kind)
    await model.createMany({ data: [2n, 3n, 4n].map((id) => ({ id, amount: id })) })
    await model.updateMany({ where: { id: { gt: 0n } }, data: { id: { decrement: 1n } } })
    const moves = [2, 3, 4].flatMap((id) => [`update ${id}`, `update ${id - 1}`])
    expect((await trailOf(kind)).slice(3)).toEqual(moves)
    const entries = await plain.auditLog.findMany({ where: { action: 'update' } })
    for (const { before, after, changed } of entries) {
      const amount = (before as Values).amount
      expect(after).toEqual({ ...(before as Values), id: String(Number(amount) - 1) })
      expect(changed).toEqual(['id'])
    }
  })
})

/** A row by the fields of its key, as `updateMany` and `deleteMany` take them. */
function whereFields({ key, row }: KeyKind, n: number): Values {
  return Object.fromEntries(key.map((name) => [name, row(n)[name]]))
}

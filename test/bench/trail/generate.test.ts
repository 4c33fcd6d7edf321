import { expect, it } from 'vitest'
import { type GeneratedRow, generateRows, type TrailRow } from './generate.ts'

const trail = [...generateRows(5_000)]
const rows = trail.map(({ row }) => row)

it('makes the same trail every time', () => {
  expect([...generateRows(5_000)]).toEqual(trail)
})

it('counts up without gaps, and goes on in time', () => {
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 1))
  expect(rows.every(({ createdAt }, i) => createdAt >= (rows[i - 1]?.createdAt ?? 0))).toBe(true)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(5_000)
  expect(rows.every(({ id, traceId }) => /^[0-9a-f]{64}$/.test(id + traceId))).toBe(true)
})

it('has traces of 1 to 20 rows, each begun by its root and with one actor', () => {
  const traces = grouped(({ traceId }) => traceId)
  const lengths = [...traces.values()].map(({ length }) => length)
  expect(Math.min(...lengths)).toBe(1)
  expect(Math.max(...lengths)).toBe(20)
  for (const [traceId, own] of traces) {
    expect(own[0]).toMatchObject({ id: traceId, parentId: null })
    expect(new Set(own.map(({ actorId }) => actorId)).size).toBe(1)
  }
})

it('has entities of one tenant each, few of which have most rows', () => {
  const entities = grouped(({ entity, entityId }) => `${entity} ${entityId}`)
  const lengths = [...entities.values()].map(({ length }) => length).sort((a, b) => b - a)
  expect(lengths[0]).toBeGreaterThan(20)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(5)
  for (const own of entities.values()) {
    expect(new Set(own.map(({ tenantId }) => tenantId)).size).toBe(1)
  }
})

it('needs no escapes, and tells its tags twice', () => {
  for (const { row, tags } of trail) {
    const texts = Object.values(row).filter((value) => typeof value === 'string')
    for (const text of texts) expect(text).not.toMatch(/['\\\t\n]/)
    expect(JSON.parse(row.tags)).toEqual(Object.fromEntries(tags.map(pair)))
    for (const state of [row.before, row.after])
      if (state) expect(JSON.parse(state)).toBeTypeOf('object')
  }
})

function pair({ key, value }: GeneratedRow['tags'][number]): [string, string] {
  return [key, value]
}

function grouped(keyOf: (row: TrailRow) => string): Map<string, TrailRow[]> {
  const groups = new Map<string, TrailRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return groups
}

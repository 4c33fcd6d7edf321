import { expect, test } from 'vitest'
import type { HistogramJson } from '../../src/http/client.ts'
import { barsOf, piecesOf, summedCounts, ticksOf } from '../../src/ui/chart/bars.ts'
import { en } from '../../src/ui/messages/en.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { cut, shortValue } from '../../src/ui/shown/value.ts'

const shared = { text: en, locale: 'en', zone: 'utc' } as Shared

test('a long text is cut, and no character in half', () => {
  expect(cut('short')).toBe('short')
  expect(cut('abcdef', 4)).toBe('abc…')
  expect(cut('ab😀def', 4)).toBe('ab…')
})

test('a value is one short line', () => {
  expect(shortValue(shared, 'a\nb')).toBe('a b')
  expect(shortValue(shared, '')).toBe('""')
  expect(shortValue(shared, null)).toBe('null')
  expect(shortValue(shared, { $json: null })).toBe('null')
  expect(shortValue(shared, { seats: 5, names: ['a', true] })).toBe(
    '{seats: 5, names: ["a", true]}',
  )
  expect(shortValue(shared, 'x'.repeat(1_000_000))).toHaveLength(40)
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, at]))
  expect(shortValue(shared, wide)).toHaveLength(40)
})

test('a value that is not shown is said to be redacted, or hidden', () => {
  expect(shortValue(shared, '[redacted]')).toBe('redacted')
  expect(shortValue(shared, `hmac-sha256:${'0f'.repeat(32)}`)).toBe('redacted')
  expect(shortValue(shared, '[masked]')).toBe('hidden')
})

test('a value with parts inside parts is looked at no further than it is shown', () => {
  let deep: unknown = 1
  for (let at = 0; at < 50_000; at++) deep = [deep]
  expect(shortValue(shared, deep)).toHaveLength(40)
})

test('bars have a piece for each class of action, and what is rare is seen', () => {
  const bucket = (counts: Record<string, number>) => ({
    since: '2026-11-20T00:00:00.000Z',
    until: '2026-11-20T01:00:00.000Z',
    counts,
    isExact: true,
  })
  const bars = barsOf({
    since: '',
    until: '',
    knownSince: null,
    buckets: [bucket({ update: 997, approve: 2, sync: 1, delete: 0 }), bucket({ delete: 500 })],
  } satisfies HistogramJson)
  expect(summedCounts(bars)).toEqual({ update: 997, create: 0, other: 3, delete: 500, total: 1500 })
  const [first, second] = bars as [(typeof bars)[number], (typeof bars)[number]]
  expect(first.actions.map(([action]) => action)).toEqual(['update', 'approve', 'sync'])
  const pieces = piecesOf(first, 1000, 50)
  expect(pieces.map(({ name }) => name)).toEqual(['update', 'other'])
  expect(pieces.every(({ height, y }) => height > 0 && y >= 0)).toBe(true)
  expect(piecesOf(second, 1000, 50)).toEqual([{ name: 'delete', y: 25, height: 25 }])
})

test('the axis names a few bars, each where another day begins', () => {
  const hours = Array.from({ length: 84 }, (_, at) => String(at))
  expect(ticksOf(hours, 6)).toEqual([0, 14, 28, 42, 56, 70])
  const days = Array.from({ length: 84 }, (_, at) => `day ${Math.floor((at + 10) / 12)}`)
  expect(ticksOf(days, 8)).toEqual([2, 14, 26, 38, 50, 62, 74])
  expect(ticksOf([], 6)).toEqual([])
})

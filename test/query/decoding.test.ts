import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueJson } from '../../src/query/entry-json.ts'
import { decodeSnapshot, decodeValue, encodeValue } from '../../src/serialize.ts'

const field = (type: string) => ({ type, isList: false })

/** What a column may have held while its type was another one. */
const misfits = [
  ['BigInt', ['', ' ', '5 ', '0x1f', '1.5', 'x', true, ['5'], { toString: 1 }]],
  ['Decimal', ['', ' ', ' 5 ', '\n5', '0x1f', '0b1', '1_000', 'x', true, ['5'], { toString: 1 }]],
  ['Float', ['', ' ', ' 5 ', '\t', '0x1f', '0b1', 'x', true, ['5'], { valueOf: 1 }]],
  ['DateTime', [' ', '5', 'Room 5', '2030-13-01T00:00:00.000Z', '12:00', 5, true, ['2030']]],
  ['Bytes', [' ', 'abc', 'ab cd', 'A===', 'a-b_', 5, true, ['AP8=']]],
] as const

test.each(misfits)('A value that is no %s is left as it is', (type, values) => {
  for (const value of values) expect(decodeValue(field(type), value as never)).toEqual(value)
})

test('A value of another number type is the same number', () => {
  expect(decodeValue(field('BigInt'), 5)).toBe(5n)
  expect(String(decodeValue(field('Decimal'), 1.5))).toBe('1.5')
  expect(decodeValue(field('Float'), '-12.50')).toBe(-12.5)
  expect(decodeValue(field('Float'), '.5')).toBe(0.5)
})

const types = [
  'String',
  'Boolean',
  'Int',
  'BigInt',
  'Float',
  'Decimal',
  'DateTime',
  'Bytes',
  'Json',
]

test('Any stored value can be read by any type, and is the same when it is stored again', () => {
  const numeric = fc.string({ unit: fc.constantFrom(...'0123456789-+.eEx_ \n') })
  const json = fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text))
  const value = fc.oneof(json, numeric, fc.base64String())
  fc.assert(
    fc.property(fc.constantFrom(...types), value, (type, stored) => {
      const decoded = decodeValue(field(type), stored as never)
      const again = valueJson(decoded)
      if (['Decimal', 'BigInt', 'Float'].includes(type) && typeof decoded !== typeof stored) {
        expect(Number(again)).toBe(Number(stored))
      } else if (stored !== null) expect(again).toEqual(stored)
    }),
  )
})

test.each([
  ['DateTime', new Date(-1)],
  ['DateTime', new Date(8.64e15)],
  ['DateTime', new Date(-8.64e15)],
  ['Bytes', new Uint8Array(100).fill(255)],
  ['Float', -0],
  ['Float', Number.NEGATIVE_INFINITY],
  ['Float', 5e-324],
  ['BigInt', -(2n ** 63n)],
])('A %s is the same again: %s', (type, value) => {
  expect(decodeValue(field(type), encodeValue(field(type), value))).toEqual(value)
})

test("A state keeps what has the name of an object's prototype", () => {
  const state = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2 }')
  expect(Object.entries(decodeSnapshot(undefined, state) ?? {})).toEqual(Object.entries(state))
})

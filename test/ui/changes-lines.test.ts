import { expect, test } from 'vitest'
import type { JsonValue } from '../../src/http/client.ts'
import { MASK, MASKED } from '../../src/mask.ts'
import { fieldChanges, foldedFields } from '../../src/ui/changes/field-changes.ts'
import { fieldLines } from '../../src/ui/changes/field-lines.ts'
import { shownLines } from '../../src/ui/changes/shown-lines.ts'
import { shownValue } from '../../src/ui/changes/shown-value.ts'
import type { Piece } from '../../src/ui/changes/word-changes.ts'

/** `[a] b`: a is marked. */
function text(pieces: readonly Piece[] | null): string | null {
  const one = ({ text, isMarked, kind, omitted }: Piece) => {
    const shown = omitted ? `<${omitted}>` : kind && kind !== 'text' ? `(${kind})` : text
    return isMarked ? `[${shown}]` : shown
  }
  return pieces?.map(one).join('') ?? null
}

function linesOf(before: JsonValue | undefined, after: JsonValue | undefined) {
  const side = (value: JsonValue | undefined) => (value === undefined ? {} : { field: value })
  const [field] = fieldChanges(side(before), side(after))
  if (!field) throw new Error('There is no field.')
  return fieldLines(field)
}

function pairs(before: JsonValue | undefined, after: JsonValue | undefined) {
  return linesOf(before, after).pairs.map((pair) => [text(pair.before), text(pair.after)])
}

const folding = { isFolding: true, isUnfolded: () => false, steps: 0 }

test('tells what became of each field, in the order of the states', () => {
  const before = { id: 1, role: 'member', gone: true, limits: { a: 1, b: 2 } }
  const after = { id: 1, role: 'admin', limits: { b: 2, a: 1 }, __proto__own: 1, constructor: 'x' }
  const kinds = fieldChanges(before, after).map(({ name, kind }) => `${name} ${kind}`)
  expect(kinds).toEqual([
    'id same',
    'role changed',
    'gone removed',
    'limits same',
    '__proto__own added',
    'constructor added',
  ])
})

test('shows values that are not to be seen as hidden, and as changed where that is known', () => {
  const hash = `hmac-sha256:${'0123456789abcdef'.repeat(4)}`
  expect(shownValue(MASK)).toEqual({ kind: 'redacted', text: '' })
  expect(shownValue(MASKED)).toEqual({ kind: 'masked', text: '' })
  expect(shownValue(hash)).toEqual({ kind: 'redacted', text: '01234567' })
  const [password] = fieldChanges({ password: MASK }, { password: MASK }, ['password'])
  expect(password).toMatchObject({ kind: 'changed', isHidden: true })
})

test('tells NULL, the null of a Json field, empty texts and texts of a number apart', () => {
  expect(pairs(null, { $json: null })).toEqual([['(null)', '(jsonNull)']])
  expect(pairs('', 'null')).toEqual([['(empty)', 'null']])
  expect(pairs('5', 5)).toEqual([['["]5["]', '5']])
  expect(shownValue({ $json: { $json: 1 } }).text).toBe('{\n  "$json": 1\n}')
})

test('marks the words that differ, in any script', () => {
  expect(pairs('member', 'admin')).toEqual([['[member]', '[admin]']])
  expect(pairs('the quick brown fox', 'the slow red fox')).toEqual([
    ['the [quick brown] fox', 'the [slow red] fox'],
  ])
  expect(pairs('审计日志页面', '审计记录页面')).toEqual([['审计[日志]页面', '审计[记录]页面']])
  expect(pairs('старый текст здесь', 'новый текст здесь')).toEqual([
    ['[старый] текст здесь', '[новый] текст здесь'],
  ])
})

test('aligns lines, and folds those that are far from a change', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`)
  const changed = lines.with(20, 'another thing')
  const { items, hasMore } = shownLines(linesOf(lines.join('\n'), changed.join('\r\n')), folding)
  expect(hasMore).toBe(false)
  expect(items.map((item) => ('folded' in item ? item.folded : text(item.pair.after)))).toEqual([
    17,
    'line 17',
    'line 18',
    'line 19',
    'another thing',
    'line 21',
    'line 22',
    'line 23',
    16,
  ])
  const unfolded = { ...folding, isUnfolded: (at: number) => at === 0, steps: 1 }
  expect(shownLines(linesOf(lines.join('\n'), changed.join('\n')), unfolded).items).toHaveLength(25)
})

test('quotes texts that differ in the ends of their lines alone', () => {
  expect(pairs('a\r\nb', 'a\nb')).toEqual([['"a\\[r\\]nb"', '"a\\nb"']])
  expect(pairs('a\nb', 'a\nb\n')).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    [null, ''],
  ])
})

test('compares what is added or removed as a whole with nothing', () => {
  expect(pairs(undefined, { a: [1] })).toEqual([
    [null, '{'],
    [null, '  "a": ['],
    [null, '    1'],
    [null, '  ]'],
    [null, '}'],
  ])
})

test('shows a little of a huge value, and more in bounded steps', () => {
  const huge = 'x'.repeat(1_000_000)
  const lines = linesOf(undefined, huge)
  const lengthAt = (steps: number) => {
    const { items, hasMore } = shownLines(lines, { ...folding, steps })
    expect(hasMore).toBe(true)
    return items.map((item) => ('pair' in item ? text(item.pair.after) : '')).join('').length
  }
  expect(lengthAt(0)).toBe(1500)
  expect(lengthAt(1)).toBe(51_500)
})

test('finds the change in values that are too large to be compared closely', () => {
  const [start, end] = ['a '.repeat(60_000), 'b '.repeat(60_000)]
  const lines = linesOf(`${start}old${end}`, `${start}new${end}`)
  expect(lines.rough).toEqual([240_003, 240_003])
  const [item] = shownLines(lines, folding).items
  expect(item && 'pair' in item && text(item.pair.after)).toMatch(
    /^<119920>(a ){40}\[new\](b ){40}<119920>$/,
  )
  const many = Array.from({ length: 50_000 }, (_, index) => `line ${index}`)
  const story = shownLines(linesOf(many.join('\n'), many.with(300, 'x').join('\n')), folding).items
  expect(story.map((item) => ('folded' in item ? item.folded : '·')).join(' ')).toBe(
    '297 · · · · · · · 49696',
  )
})

test('folds runs of unchanged fields, but none whose value is hidden', () => {
  const state = { a: 1, b: 2, password: MASK, c: 3, d: 4 }
  const items = foldedFields(fieldChanges(state, { ...state, c: 5 }), (first) => first === 'd')
  const story = items.map((item) => ('folded' in item ? item.folded : item.field.name))
  expect(story).toEqual([2, 'password', 'c', 'd'])
})

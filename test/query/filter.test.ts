import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AuditError } from '../../src/errors.ts'
import { checkFilter } from '../../src/query/check-filter.ts'
import {
  FILTER_KEYS,
  type Filter,
  type FilterKey,
  type FilterTerm,
  type FilterValue,
  filterLimits,
} from '../../src/query/filter.ts'
import { instantOf } from '../../src/query/filter-date.ts'
import { parseFilter } from '../../src/query/parse-filter.ts'
import { printFilter } from '../../src/query/print-filter.ts'
import { filterErrors } from './filter-errors.ts'

const field = (key: FilterKey, ...texts: string[]): FilterTerm => ({
  kind: 'field',
  key,
  values: texts.map((text) => ({ text })),
})
const tag = (key: string, ...texts: string[]): FilterTerm => ({
  kind: 'tag',
  key,
  values: texts.map((text) => ({ text })),
})
const free = (text: string): FilterTerm => ({ kind: 'text', text })
const not = (term: FilterTerm): FilterTerm => ({ ...term, isNegated: true })
const prefixed = (term: FilterTerm): FilterTerm =>
  term.kind === 'text'
    ? term
    : { ...term, values: term.values.map((value) => ({ ...value, isPrefix: true })) }
const id = 'ab12'.repeat(8)

describe('a filter as text', () => {
  const examples: [text: string, terms: FilterTerm[], printed?: string][] = [
    ['', []],
    ['  \t\n', [], ''],
    ['entity:User', [field('entity', 'User')]],
    [
      'entity:User action:update namespace:billing -actor:system',
      [
        field('entity', 'User'),
        field('action', 'update'),
        tag('namespace', 'billing'),
        not(field('actor', 'system')),
      ],
    ],
    [
      '\u00a0entity:User\n\naction:read ',
      [field('entity', 'User'), field('action', 'read')],
      'entity:User action:read',
    ],
    ['action:create,update,delete', [field('action', 'create', 'update', 'delete')]],
    ['-action:read,"sign in"', [not(field('action', 'read', 'sign in'))]],
    ['"entity":"User"', [tag('entity', 'User')], '"entity":User'],
    ['"Entity":x', [tag('Entity', 'x')]],
    ['"a b:c":x', [tag('a b:c', 'x')]],
    ['-"team":core', [not(tag('team', 'core'))], '-team:core'],
    ['"":x', [tag('', 'x')]],
    ['name:"a \\"b\\" \\\\ c"', [tag('name', 'a "b" \\ c')]],
    ['path:C:\\temp', [tag('path', 'C:\\temp')]],
    ['at:12:30', [tag('at', '12:30')]],
    ['link:http://x/?a=b&c', [tag('link', 'http://x/?a=b&c')]],
    ['ip:::1,10.0.0.1', [field('ip', '::1', '10.0.0.1')]],
    ['note:""', [tag('note', '')]],
    ['note:-x', [tag('note', '-x')]],
    ['team:bill*', [prefixed(tag('team', 'bill'))]],
    ['team:*', [prefixed(tag('team', ''))]],
    ['-team:*', [not(prefixed(tag('team', '')))]],
    ['team:""*', [prefixed(tag('team', ''))], 'team:*'],
    ['team:"foo bar"*', [prefixed(tag('team', 'foo bar'))]],
    ['team:"bill*"', [tag('team', 'bill*')]],
    [
      'team:"a*"*,b',
      [{ kind: 'tag', key: 'team', values: [{ text: 'a*', isPrefix: true }, { text: 'b' }] }],
    ],
    ['outcome:fail*', [prefixed(field('outcome', 'fail'))]],
    ['outcome:failure,denied', [field('outcome', 'failure', 'denied')]],
    ['invoice', [free('invoice')]],
    ['-invoice', [not(free('invoice'))]],
    ['a-b', [free('a-b')]],
    ['Smith, John', [free('Smith,'), free('John')]],
    ['"two words"', [free('two words')]],
    ['"entity:User"', [free('entity:User')]],
    ['"-x"', [free('-x')]],
    ['-"-x"', [not(free('-x'))]],
    ['"bill*"', [free('bill*')]],
    ['"line\nfeed"', [free('line\nfeed')]],
    ['größe:ü*', [prefixed(tag('größe', 'ü'))]],
    ['__proto__:x constructor', [tag('__proto__', 'x'), free('constructor')]],
    [`trace:${id}`, [field('trace', id)]],
    ['since:7d until:2026-01-31', [field('since', '7d'), field('until', '2026-01-31')]],
    ['since:2026-01-31T10:00:00+02:00', [field('since', '2026-01-31T10:00:00+02:00')]],
    ['since:"2026-01-31 10:00"', [field('since', '2026-01-31 10:00')]],
  ]
  test.each(examples)('%s', (text, terms, printed = text) => {
    const filter = parseFilter(text)
    expect(filter).toStrictEqual({ terms })
    expect(printFilter(filter)).toBe(printed)
    expect(checkFilter(filter)).toStrictEqual(filter)
  })

  test.each(filterErrors)('refuses %j', (marked, message) => {
    const start = marked.indexOf('‹')
    const end = marked.indexOf('›') - 1
    const error = errorOf(() => parseFilter(marked.replace(/[‹›]/g, '')))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'FILTER_INVALID', position: { start, end } })
  })

  test('of any content is read, or refused with a position inside of it', () => {
    const piece = fc.constantFrom(
      ...['"', '\\', ':', ',', '*', '-', ' ', '\n', 'a', 'entity', 'Since', 'since', '7d', 'trace'],
      ...['\0', '\ud800', '\udc00', '\u202e', 'ü', '\u2028', '""', '\\"', '"a b":', 'outcome:'],
    )
    const texts = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
      fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const filter = parsed(text)
        if (filter instanceof AuditError) {
          const { start, end } = filter.position ?? { start: -1, end: -1 }
          expect(filter.code).toBe('FILTER_INVALID')
          expect(start >= 0 && start < end && end <= text.length).toBe(true)
          return
        }
        const printed = printFilter(filter)
        expect(printed.length).toBeLessThanOrEqual(text.length)
        expect(checkFilter(filter)).toStrictEqual(filter)
        expect(parseFilter(printed)).toStrictEqual(filter)
        expect(printFilter(parseFilter(printed))).toBe(printed)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('a filter as data', () => {
  test('comes back from its text as it was', () => {
    fc.assert(
      fc.property(filters(), (filter) => {
        const checked = checkFilter(filter)
        expect(checked).toStrictEqual(filter)
        expect(parseFilter(printFilter(checked))).toStrictEqual(checked)
      }),
      { numRuns: 3_000 },
    )
  })

  test('loses what says nothing', () => {
    const values = [
      { text: 'a', isPrefix: false },
      { text: 'b', isPrefix: undefined },
    ]
    expect(
      checkFilter({ terms: [{ kind: 'tag', key: 'k', values, isNegated: false }] }),
    ).toStrictEqual({
      terms: [tag('k', 'a', 'b')],
    })
  })

  test('is not the one that was given, which may change later', () => {
    const given = { terms: [{ kind: 'tag', key: 'k', values: [{ text: 'a' }] }] }
    const checked = checkFilter(given)
    given.terms.length = 0
    expect(checked).toStrictEqual({ terms: [tag('k', 'a')] })
  })

  const value = { text: 'a' }
  const many = (count: number) => Array.from({ length: count }, () => value)
  const errors: [value: unknown, message: string][] = [
    [null, 'The filter: It is `null`, but has to be an object with terms.'],
    [[], 'The filter: It is `[...]`'],
    [7, 'The filter: It is `7`'],
    [{}, '`terms`: It is `undefined`, but has to be a list.'],
    [{ terms: [], limit: 1 }, 'The filter: It has `limit`, which is unknown.'],
    [{ terms: [undefined] }, '`terms[0]`: It is `undefined`'],
    [{ terms: Array(1) }, '`terms[0]`: It is `undefined`'],
    [{ terms: [{ kind: 'or' }] }, '`terms[0].kind`: It is `or`'],
    [{ terms: [free('x'), { ...free('y'), negated: true }] }, '`terms[1]`: It has `negated`'],
    [
      { terms: [{ ...free('y'), key: 'k' }] },
      '`terms[0]`: A term of the kind `text` has no `key`.',
    ],
    [{ terms: [{ ...tag('k', 'v'), text: 'k' }] }, 'A term of the kind `tag` has no `text`.'],
    [{ terms: [free('')] }, '`terms[0].text`: Free text is empty'],
    [{ terms: [free('\ud800')] }, '`terms[0].text`: It has a NUL or half'],
    [{ terms: [{ ...free('y'), isNegated: 1 }] }, '`terms[0].isNegated`: It is `1`'],
    [
      { terms: [{ kind: 'field', key: 'entityId', values: [value] }] },
      '`terms[0].key`: It is `entityId`, but has to be one of entity, id,',
    ],
    [{ terms: [{ kind: 'field', key: ['id'], values: [value] }] }, '`terms[0].key`: It is `[...]`'],
    [{ terms: [{ kind: 'tag', key: '\0', values: [value] }] }, '`terms[0].key`: It has a NUL'],
    [
      { terms: [{ kind: 'tag', key: 'k', values: [] }] },
      '`terms[0].values`: It is `[...]`, but has to be a list of at least one',
    ],
    [
      { terms: [{ kind: 'tag', key: 'k', values: Array(1) }] },
      '`terms[0].values[0]`: It is `undefined`',
    ],
    [{ terms: [{ kind: 'tag', key: 'k', values: ['a'] }] }, '`terms[0].values[0]`: It is `a`'],
    [
      { terms: [{ kind: 'tag', key: 'k', values: [{ text: 7 }] }] },
      '`terms[0].values[0].text`: It is `7`',
    ],
    [
      { terms: [{ kind: 'tag', key: 'k', values: [{ text: '\0' }] }] },
      '`terms[0].values[0]`: It has a NUL',
    ],
    [{ terms: [field('since', 'soon')] }, '`terms[0].values[0]`: `since:soon` is no time'],
    [{ terms: [field('since', '1d', '2d')] }, '`terms[0]`: `since` takes one time'],
    [{ terms: [not(field('until', '1d'))] }, '`terms[0]`: `until` cannot be negated'],
    [{ terms: [prefixed(field('ip', '1'))] }, '`terms[0].values[0]`: `ip:1*` asks for a prefix'],
    [{ terms: [field('trace', 'x')] }, '`trace:x` is no trace id'],
    [{ terms: Array(filterLimits.terms + 1).fill(free('x')) }, 'The filter has more than 50 terms'],
    [{ terms: [{ kind: 'tag', key: 'k', values: many(101) }] }, 'more than 100 values'],
    [{ terms: [free('x'.repeat(2_001))] }, 'The filter has 2001 characters'],
  ]
  test.each(errors)('is refused as %j', (value, message) => {
    const error = errorOf(() => checkFilter(value))
    expect(error.message).toContain(message)
    expect(error.code).toBe('FILTER_INVALID')
    expect(error.position).toBeUndefined()
  })

  test('of any shape is taken, or refused', () => {
    const part = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true })
    const term = fc.record(
      {
        kind: fc.oneof(fc.constantFrom('field', 'tag', 'text'), part),
        key: part,
        values: part,
        text: part,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(part, fc.record({ terms: fc.array(fc.oneof(term, part)) })), (value) => {
        try {
          checkFilter(value)
        } catch (error) {
          expect(error).toMatchObject({ code: 'FILTER_INVALID' })
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a time in a filter', () => {
  const now = new Date('2026-03-01T12:00:00.000Z')
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-01-31T10:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00Z', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31 10:00:59', '2026-01-31T10:00:59.000Z'],
    ['2026-01-31T10:00:59.5+02:00', '2026-01-31T08:00:59.500Z'],
    ['2026-01-31T10:00:59.123456789-0330', '2026-01-31T13:30:59.123Z'],
    ['30m', '2026-03-01T11:30:00.000Z'],
    ['24h', '2026-02-28T12:00:00.000Z'],
    ['7d', '2026-02-22T12:00:00.000Z'],
    ['2w', '2026-02-15T12:00:00.000Z'],
    ['0d', '2026-03-01T12:00:00.000Z'],
  ])('%s', (text, expected) => expect(instantOf(text, now)?.toISOString()).toBe(expected))

  test.each([
    ...['', ' 7d', '7 d', '-7d', '7D', '7y', '1.5h', '100000d', '99999w', 'now', '1767225600'],
    ...['2026', '2026-01', '2026-1-31', '2026-13-01', '2026-00-01', '2026-02-29', '2026-04-31'],
    ...[
      '2026-01-31T24:00',
      '2026-01-31T10:60',
      '2026-01-31T10:00:60',
      '2026-01-31T10',
      '0099-01-01',
    ],
    ...[
      '2026-01-31Z',
      '2026-01-31T10:00+24:00',
      '2026-01-31T10:00+01:60',
      '2026-01-31T10:00 +01:00',
    ],
    ...['0050-01-01', '0999-12-31', '+012026-01-31', '9999-12-31T23:59-01:00', '2026-01-31T10:00z'],
  ])('is not %j', (text) => expect(instantOf(text, now)).toBeUndefined())
})

function filters(): fc.Arbitrary<Filter> {
  const piece = fc.constantFrom(
    '"',
    '\\',
    ':',
    ',',
    '*',
    '-',
    ' ',
    '\n',
    '\u001b',
    '\u202e',
    '😀',
    'a',
    'entity',
    'Id',
  )
  const text = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.array(piece, { maxLength: 5 }).map((all) => all.join('')),
    )
    .map((all) => all.replaceAll('\0', ''))
  const prefix = fc.constantFrom({}, { isPrefix: true })
  const values = (one: fc.Arbitrary<FilterValue>, maxLength = 4) =>
    fc.array(one, { minLength: 1, maxLength })
  const anyValue = fc
    .tuple(text, prefix)
    .map(([all, flag]): FilterValue => ({ text: all, ...flag }))
  const fixed = (...all: string[]) => fc.constantFrom(...all.map((one) => ({ text: one })))
  const byKey: Record<FilterKey, fc.Arbitrary<FilterValue>> = {
    ...(Object.fromEntries(FILTER_KEYS.map((key) => [key, anyValue])) as Record<
      FilterKey,
      typeof anyValue
    >),
    ip: text.map((all) => ({ text: all })),
    request: text.map((all) => ({ text: all })),
    field: text.map((all) => ({ text: all })),
    outcome: fixed('success', 'denied'),
    source: fixed('client', 'api'),
    trace: fixed(id, '0'.repeat(32)),
    since: fixed('7d', '2026-01-31 10:00', '2026-01-31T10:00:00+02:00'),
    until: fixed('30m', '2026-01-31'),
  }
  const isTime = (key: FilterKey) => key === 'since' || key === 'until'
  const negation = fc.constantFrom({}, { isNegated: true })
  const fieldTerm = fc
    .constantFrom(...FILTER_KEYS)
    .chain((key) =>
      fc
        .tuple(values(byKey[key], isTime(key) ? 1 : 4), isTime(key) ? fc.constant({}) : negation)
        .map(([all, flag]): FilterTerm => ({ kind: 'field', key, values: all, ...flag })),
    )
  const tagTerm = fc
    .tuple(
      fc.oneof(text, fc.constantFrom(...FILTER_KEYS, 'Entity', '__proto__')),
      values(anyValue),
      negation,
    )
    .map(([key, all, flag]): FilterTerm => ({ kind: 'tag', key, values: all, ...flag }))
  const textTerm = fc
    .tuple(
      text.filter((all) => all !== ''),
      negation,
    )
    .map(([all, flag]): FilterTerm => ({ kind: 'text', text: all, ...flag }))
  return fc
    .array(fc.oneof(fieldTerm, tagTerm, textTerm), { maxLength: 8 })
    .map((terms) => ({ terms }))
}

function parsed(text: string): Filter | AuditError {
  try {
    return parseFilter(text)
  } catch (error) {
    if (error instanceof AuditError) return error
    throw error
  }
}

function errorOf(call: () => unknown): AuditError {
  try {
    call()
  } catch (error) {
    if (error instanceof AuditError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

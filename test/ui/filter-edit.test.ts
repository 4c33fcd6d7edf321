import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FilterTerm } from '../../src/query/filter.ts'
import { parseFilter } from '../../src/query/parse-filter.ts'
import {
  filterText,
  partsOf,
  rangeOf,
  withoutTerm,
  withRange,
  withTerm,
  withTimes,
} from '../../src/ui/filter/filter-edit.ts'

const term = (text: string) => parseFilter(text).terms[0] as FilterTerm
const including = (filter: string, text: string) => withTerm(filter, term(text), false)
const excluding = (filter: string, text: string) => withTerm(filter, term(text), true)

describe('A term that is added', () => {
  test('is there once, quoted where it has to be', () => {
    expect(including('', 'team:"on call"')).toBe('team:"on call"')
    expect(including('entity:User', 'action:update')).toBe('entity:User action:update')
    expect(including('entity:User team:a', 'entity:User')).toBe('team:a entity:User')
    expect(including('invoice', 'invoice')).toBe('invoice')
  })

  test('narrows: of a field to the one value, of a tag to both', () => {
    expect(including('action:create,update', 'action:update')).toBe('action:update')
    expect(including('actor:ann', 'actor:bob')).toBe('actor:bob')
    expect(including('team:a', 'team:b')).toBe('team:a team:b')
    expect(including('team:a,b', 'team:b')).toBe('team:b')
    expect(including('since:7d', 'since:24h')).toBe('since:24h')
  })

  test('is left out where it is excluded, together with what already is', () => {
    expect(excluding('', 'action:read')).toBe('-action:read')
    expect(excluding('-action:read', 'action:login')).toBe('-action:read,login')
    expect(excluding('-team:a', 'team:b')).toBe('-team:a,b')
    expect(excluding('action:create,update', 'action:create')).toBe('action:update')
    expect(excluding('action:cre*,update', 'action:create')).toBe(
      'action:cre*,update -action:create',
    )
    expect(excluding('team:a,b', 'team:a')).toBe('team:b -team:a')
    expect(excluding('', '-action:read')).toBe('action:read')
  })

  test('takes the place of its opposite', () => {
    expect(including('-action:read', 'action:read')).toBe('action:read')
    expect(including('-action:read,login', 'action:read')).toBe('-action:login action:read')
    expect(excluding('action:read', 'action:read')).toBe('-action:read')
    expect(excluding('invoice', 'invoice')).toBe('-invoice')
  })

  test('says in the filter what it says alone, whatever the filter is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (filter, isExcluded) => {
        const { terms, rest } = partsOf(withTerm(filter, term('team:"a b"'), isExcluded))
        const found = terms.filter((one) => one.kind === 'tag' && one.key === 'team')
        expect(found.map(({ isNegated = false }) => isNegated)).toContain(isExcluded)
        expect(rest).toBe(partsOf(filter).rest)
      }),
    )
  })
})

describe('What the parser does not understand', () => {
  test('is kept as it is, at the end', () => {
    expect(including('entity:User "not closed action:x', 'team:a')).toBe(
      'entity:User team:a "not closed action:x',
    )
    expect(withoutTerm('outcome:maybe entity:User team:a', 0)).toBe('team:a outcome:maybe')
    expect(withRange('since:7d a"b', null, null)).toBe('a"b')
    expect(rangeOf('since:never', new Date())).toEqual({ since: null, until: null })
  })

  test('is all that is no term: every filter that parses has its terms and no rest', () => {
    const text = 'entity:User -"a b":"c,d",e* "free \\" text" "a:b" at:12:30 field:a.b id:""'
    expect(partsOf(text)).toEqual({ ...parseFilter(text), rest: '' })
    expect(filterText(partsOf(text))).toBe(text)
  })
})

describe('The span of time', () => {
  const now = new Date('2026-11-22T12:00:00Z')

  test('is what all terms allow', () => {
    expect(rangeOf('since:7d since:2026-11-20T10:00+01:00 until:1h', now)).toEqual({
      since: new Date('2026-11-20T09:00:00Z'),
      until: new Date('2026-11-22T11:00:00Z'),
    })
  })

  test('is set, and removed, without touching other terms', () => {
    const since = new Date('2026-11-20T09:00:00Z')
    const until = new Date('2026-11-20T09:00:00.005Z')
    expect(withRange('since:7d entity:User until:1h', since, null)).toBe(
      'entity:User since:2026-11-20T09:00Z',
    )
    expect(withRange('', since, until)).toBe(
      'since:2026-11-20T09:00Z until:2026-11-20T09:00:00.005Z',
    )
    expect(rangeOf(withRange('', since, until), now)).toEqual({ since, until })
    expect(withRange('since:7d entity:User', null, null)).toBe('entity:User')
    expect(withTimes('since:7d entity:User', '24h', null)).toBe('entity:User since:24h')
  })
})

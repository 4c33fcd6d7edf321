import fc from 'fast-check'
import { expect, test } from 'vitest'
import { problemOf } from '../../src/ui/filter/filter-error.ts'
import { zh } from '../../src/ui/messages/zh.ts'
import { filterErrors } from '../query/filter-errors.ts'

test.each(filterErrors)('what is wrong with %j is said in Chinese', (marked) => {
  const text = marked.replace(/[‹›]/g, '')
  const { message = '' } = problemOf(text) ?? {}
  const said = zh.filter.problem(message)
  expect(said).not.toBe(message)
  // Nothing that was quoted is lost, and no place was left open.
  expect(said).not.toMatch(/\{\d\}|undefined/)
  expect(quotedIn(said).toSorted()).toEqual(quotedIn(message).toSorted())
})

test('what is wrong with any text without a backquote is said in Chinese', () => {
  const parts = fc.constantFrom(
    'a',
    'since',
    'Entity',
    'outcome',
    ':',
    ',',
    '*',
    '-',
    '"',
    '\\',
    ' ',
    '1',
    '\0',
  )
  fc.assert(
    fc.property(fc.string({ unit: parts, maxLength: 12 }), (text) => {
      const { message = '' } = problemOf(text) ?? {}
      if (message !== '') expect(zh.filter.problem(message)).not.toBe(message)
    }),
    { numRuns: 2_000 },
  )
})

test('what is not known is said as it was', () => {
  expect(zh.filter.problem('A new problem with `{0}`.')).toBe('A new problem with `{0}`.')
})

function quotedIn(text: string): string[] {
  return text.match(/`[^`]*`/g) ?? []
}

import type { Filter, FilterTerm, FilterValue } from './filter.ts'
import { isPlain, quoted, reservedKeyOf } from './filter-rules.ts'

/**
 * A filter as text, with no more quotes than are needed: `parseFilter` answers the same filter again.
 *
 * @example
 * printFilter({ terms: [{ kind: 'tag', key: 'team', values: [{ text: 'on call' }], isNegated: true }] })
 * // -team:"on call"
 */
export function printFilter({ terms }: Filter): string {
  return terms.map((term) => `${term.isNegated ? '-' : ''}${termText(term)}`).join(' ')
}

function termText(term: FilterTerm): string {
  if (term.kind === 'text') return isPlain.text(term.text) ? term.text : quoted(term.text)
  const isTaken = term.kind === 'tag' && reservedKeyOf(term.key) !== undefined
  const key = isPlain.key(term.key) && !isTaken ? term.key : quoted(term.key)
  return `${key}:${term.values.map(valueText).join(',')}`
}

function valueText({ text, isPrefix }: FilterValue): string {
  if (isPrefix) return `${text === '' || isPlain.value(text) ? text : quoted(text)}*`
  return isPlain.value(text) ? text : quoted(text)
}

import type { FilterTerm } from '../../query/filter.ts'
import { printFilter } from '../../query/print-filter.ts'
import type { Messages } from '../messages/messages.ts'

/** How a chip shows a term. */
export interface ChipText {
  readonly key: string
  /** `is`, `not`, … */
  readonly relation: string
  readonly value: string
  /** All of it, in a line, cut where it is endless. */
  readonly whole: string
  /** In the filter language. */
  readonly text: string
}

export function chipText(term: FilterTerm, { filter }: Messages): ChipText {
  const isText = term.kind === 'text'
  const key = isText ? filter.text : term.key
  const relation = term.isNegated ? filter.not : isText ? filter.has : filter.is
  const value = isText ? term.text : term.values.map((one) => valueText(one, filter.any)).join(', ')
  const text = printFilter({ terms: [term] })
  const whole = cut(`${key} ${relation} ${value}`, 300)
  return { key: cut(key, 40), relation, value: cut(value, 80), whole, text }
}

function valueText(
  { text, isPrefix }: { readonly text: string; readonly isPrefix?: boolean },
  any: string,
): string {
  if (isPrefix) return text === '' ? any : `${text}*`
  return text === '' ? '""' : text
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

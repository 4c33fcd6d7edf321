import type { FieldTerm, FilterTerm, FilterValue, TagTerm } from '../../query/filter.ts'
import { instantOf } from '../../query/filter-date.ts'
import { parseFilter } from '../../query/parse-filter.ts'
import { printFilter } from '../../query/print-filter.ts'

/*
 * Changes of a filter as text. What the parser does not understand is kept, at the end, for its writer to
 * put right: nothing here throws.
 */

/** The terms of a filter, and the words that are none. */
export interface FilterParts {
  readonly terms: readonly FilterTerm[]
  readonly rest: string
}

/** What stands between white space, outside of quotes; a quote that is not closed takes all that follows. */
const words = /(?:"(?:[^"\\]|\\.)*"?|[^\s"])+/gs

export function partsOf(filter: string): FilterParts {
  const terms: FilterTerm[] = []
  const rest: string[] = []
  for (const word of filter.match(words) ?? []) {
    const parsed = parsedWord(word)
    if (parsed) terms.push(parsed)
    else rest.push(word)
  }
  return { terms, rest: rest.join(' ') }
}

function parsedWord(word: string): FilterTerm | undefined {
  try {
    return parseFilter(word).terms[0]
  } catch {
    return undefined
  }
}

export function filterText({ terms, rest }: FilterParts): string {
  return [printFilter({ terms }), rest].filter((text) => text !== '').join(' ')
}

/**
 * The filter with one term more; where it already asks for the same key, so that the entry on which the term
 * was chosen is still found, or, excluded, no longer is.
 */
export function withTerm(filter: string, term: FilterTerm, isExcluded: boolean): string {
  const { terms, rest } = partsOf(filter)
  const isNegated = isExcluded !== (term.isNegated === true)
  return filterText({ terms: added(terms, signed(term, isNegated)), rest })
}

/** The filter without the term at this index. */
export function withoutTerm(filter: string, index: number): string {
  const { terms, rest } = partsOf(filter)
  return filterText({ terms: terms.toSpliced(index, 1), rest })
}

/** The span of time that a filter asks for; `null` for a side that is open. */
export function rangeOf(
  filter: string,
  now: Date,
): { readonly since: Date | null; readonly until: Date | null } {
  const times = (key: 'since' | 'until') =>
    timesOf(partsOf(filter).terms, key).flatMap((text) => instantOf(text, now)?.getTime() ?? [])
  const [since, until] = [times('since'), times('until')]
  return {
    since: since.length > 0 ? new Date(Math.max(...since)) : null,
    until: until.length > 0 ? new Date(Math.min(...until)) : null,
  }
}

/** The filter for another span of time; `null` removes a side. */
export function withRange(filter: string, since: Date | null, until: Date | null): string {
  return withTimes(filter, since && timeText(since), until && timeText(until))
}

/** As {@link withRange}, by what the filter language takes for times: `7d`, for example. */
export function withTimes(filter: string, since: string | null, until: string | null): string {
  const { terms, rest } = partsOf(filter)
  const time = (key: 'since' | 'until', text: string | null): FieldTerm[] =>
    text === null ? [] : [{ kind: 'field', key, values: [{ text }] }]
  const others = terms.filter((term) => !isTime(term))
  return filterText({ terms: [...others, ...time('since', since), ...time('until', until)], rest })
}

export function isTime(term: FilterTerm): boolean {
  return term.kind === 'field' && (term.key === 'since' || term.key === 'until')
}

/** What is written for a side of the span of time. */
export function timesOf(terms: readonly FilterTerm[], key: 'since' | 'until'): string[] {
  return terms.flatMap((term) =>
    term.kind === 'field' && term.key === key ? term.values.map(({ text }) => text) : [],
  )
}

/** The term turned to this side; times have no other side. */
export function signed(term: FilterTerm, isNegated: boolean): FilterTerm {
  const { isNegated: _, ...positive } = term
  return isNegated && !isTime(term) ? { ...positive, isNegated } : positive
}

function added(terms: readonly FilterTerm[], term: FilterTerm): FilterTerm[] {
  if (term.kind === 'text') {
    const others = terms.filter((other) => other.kind !== 'text' || other.text !== term.text)
    return [...others, term]
  }
  const isSame = (other: FilterTerm): other is FieldTerm | TagTerm =>
    other.kind === term.kind && other.key === term.key
  const isNegated = term.isNegated === true
  const result: FilterTerm[] = []
  let next: FieldTerm | TagTerm = term
  for (const other of terms) {
    if (!isSame(other)) {
      result.push(other)
    } else if ((other.isNegated === true) !== isNegated) {
      const values = other.values.filter((value) => !has(term.values, value))
      if (values.length > 0) result.push({ ...other, values })
    } else if (isNegated) {
      // To leave out one thing and another is to leave out either.
      next = { ...next, values: union(other.values, next.values) }
    } else if (isMany(other) && !next.values.some((value) => has(other.values, value))) {
      result.push(other)
    }
  }
  // Excluded from a choice of several, the others are left, and say the same.
  const isChoice = isNegated && !isMany(term) && result.some((o) => isSame(o) && !o.isNegated)
  const hasPrefix = result.some((other) => isSame(other) && other.values.some((v) => v.isPrefix))
  return isChoice && !hasPrefix ? result : [...result, next]
}

/** Whether an entry may have several values of it, so that asking for two is no contradiction. */
function isMany(term: FieldTerm | TagTerm): boolean {
  return term.kind === 'tag' || term.key === 'field'
}

function union(some: readonly FilterValue[], more: readonly FilterValue[]): FilterValue[] {
  return [...some, ...more.filter((value) => !has(some, value))]
}

function has(values: readonly FilterValue[], { text, isPrefix = false }: FilterValue): boolean {
  return values.some((value) => value.text === text && (value.isPrefix ?? false) === isPrefix)
}

/** ISO 8601 in UTC, no longer than it has to be. */
export function timeText(time: Date): string {
  return time.toISOString().replace(/(?::00)?\.000Z$/, 'Z')
}

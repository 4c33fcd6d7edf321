import { isId } from '../id.ts'
import { FILTER_KEYS, type FilterKey, type FilterValue, filterLimits } from './filter.ts'
import { instantOf, timeForms } from './filter-date.ts'

/*
 * What holds for every filter, given as text or as data. Each function answers what is wrong, and what to
 * write instead; `undefined` where nothing is.
 */

/** White space, as the filter language has it between terms. */
export const isSpace = (character: string): boolean => /^\s$/.test(character)

/** Whether a word can stand without quotes where it is. */
export const isPlain = {
  key: (text: string) => /^(?!-)[^\s:",*]+$/.test(text),
  value: (text: string) => /^[^\s",*]+$/.test(text),
  text: (text: string) => /^(?!-)[^\s:"*]+$/.test(text),
} as const

/** The text in quotes. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

export function isFilterKey(key: string): key is FilterKey {
  return (FILTER_KEYS as readonly string[]).includes(key)
}

/** The key that is meant by `Entity` or `ENTITY`; without quotes these are taken for mistakes. */
export function reservedKeyOf(key: string): FilterKey | undefined {
  const lower = key.toLowerCase()
  return isFilterKey(lower) ? lower : undefined
}

/** Of a tag's key, a value, or free text. */
export function contentProblem(text: string): string | undefined {
  if (text.isWellFormed() && !text.includes('\0')) return undefined
  return 'It has a NUL or half of a surrogate pair, which no entry has. Remove that.'
}

/** Of free text. */
export function textProblem(text: string): string | undefined {
  if (text === '') return 'Free text is empty. Write what to look for, or leave it out.'
  return contentProblem(text)
}

/** Of a field as a whole. */
export function fieldProblem(
  key: FilterKey,
  count: number,
  isNegated: boolean,
): string | undefined {
  if (key !== 'since' && key !== 'until') return undefined
  const other = key === 'since' ? 'until' : 'since'
  if (isNegated)
    return `\`${key}\` cannot be negated. Use \`${other}\` for the time on the other side.`
  return count > 1 ? `\`${key}\` takes one time, and not ${count}. Leave one.` : undefined
}

const whole: ReadonlySet<string> = new Set(['ip', 'request', 'field', 'trace', 'since', 'until'])

const known: Readonly<Record<string, readonly string[]>> = {
  outcome: ['success', 'failure', 'denied', 'started'],
  source: ['client', 'database', 'api'],
}

/** Of one value of a field. */
export function valueProblem(key: FilterKey, { text, isPrefix }: FilterValue): string | undefined {
  const shown = `\`${key}:${isPlain.value(text) ? text : quoted(text)}${isPrefix ? '*' : ''}\``
  if (isPrefix && whole.has(key)) {
    return `${shown} asks for a prefix, but \`${key}\` is compared as a whole. Leave the \`*\` out.`
  }
  if (key === 'since' || key === 'until') {
    return instantOf(text, new Date()) ? undefined : `${shown} is no time. Write ${timeForms}.`
  }
  if (key === 'trace' && !isId(text)) {
    return `${shown} is no trace id. Write its 32 lowercase hex characters.`
  }
  const values = known[key]
  if (values && !isPrefix && !values.includes(text)) {
    return `${shown} matches nothing. Write one of ${values.map((value) => `\`${value}\``).join(', ')}.`
  }
  return contentProblem(text)
}

/** Of the number of terms, and of values of all terms. */
export function sizeProblem(terms: number, values: number): string | undefined {
  if (terms > filterLimits.terms) return tooMany('terms', filterLimits.terms)
  return values > filterLimits.values ? tooMany('values', filterLimits.values) : undefined
}

/** Of the text of a filter; what is given as data is measured as it would be printed. */
export function lengthProblem(length: number): string | undefined {
  if (length <= filterLimits.length) return undefined
  return `The filter has ${length} characters, and may have ${filterLimits.length}. Ask for less at once.`
}

function tooMany(what: string, limit: number): string {
  return `The filter has more than ${limit} ${what}. Ask for less at once.`
}

import type { Facets } from '../../http/client.ts'
import { FILTER_KEYS, type FilterTerm } from '../../query/filter.ts'
import { contentProblem, isFilterKey } from '../../query/filter-rules.ts'
import { printFilter } from '../../query/print-filter.ts'
import type { Messages } from '../messages/messages.ts'

/** What is being typed at the caret, and what of the text its completion replaces. */
export interface Typed {
  readonly start: number
  readonly end: number
  /** Of a value; `null` while it is a key, or free text. */
  readonly key: { readonly name: string; readonly isTag: boolean } | null
  readonly isNegated: boolean
  /** Without its quotes, up to the caret. */
  readonly text: string
}

export interface Option {
  readonly text: string
  readonly hint: string
  readonly count: number | null
  /** What takes the place of what was typed. */
  readonly insert: string
  /** Whether a term is whole by it; after a key its value is next. */
  readonly isWhole: boolean
}

/** A value of this length leaves no room for anything else in a filter. */
const longest = 500

const wordAt = /(?:"(?:[^"\\]|\\.)*"?|[^\s"])+/gs
const keyOf = /^-?("(?:[^"\\]|\\.)*"|[^\s:"]+):/s

export function typedAt(text: string, caret: number): Typed {
  const word = [...text.matchAll(wordAt)].find(
    ({ index, 0: found }) => index <= caret && caret <= index + found.length,
  )
  if (!word) return { start: caret, end: caret, key: null, isNegated: false, text: '' }
  const isNegated = word[0].startsWith('-')
  const [start, end] = [word.index + (isNegated ? 1 : 0), word.index + word[0].length]
  const [head = '', key = ''] = keyOf.exec(word[0]) ?? []
  if (!head || caret < word.index + head.length) {
    return { start, end, key: null, isNegated, text: plain(text.slice(start, caret)) }
  }
  const value = valueAt(text, word.index + head.length, end, caret)
  const name = plain(key)
  const isTag = key.startsWith('"') || !isFilterKey(name)
  const typed = plain(text.slice(value.start, caret))
  return { ...value, key: { name, isTag }, isNegated, text: typed }
}

/** The one of several values that the caret is in. */
function valueAt(text: string, from: number, to: number, caret: number) {
  let [start, isQuoted] = [from, false]
  for (let at = from; at < to; at++) {
    if (isQuoted && text[at] === '\\') at++
    else if (text[at] === '"') isQuoted = !isQuoted
    else if (text[at] === ',' && !isQuoted) {
      if (at >= caret) return { start, end: at }
      start = at + 1
    }
  }
  return { start, end: to }
}

function plain(text: string): string {
  return text.startsWith('"')
    ? text
        .slice(1)
        .replace(/(?<!\\)"$/, '')
        .replace(/\\(.)/gs, '$1')
    : text.replace(/\*$/, '')
}

/** The keys, those of tags too, and the values of all of them that have what was typed. */
export function keyOptions(typed: Typed, facets: Facets | null, text: Messages): Option[] {
  const isOne = contains(typed.text)
  const fields = FILTER_KEYS.filter(
    (key) => isOne(key) && !(typed.isNegated && (key === 'since' || key === 'until')),
  ).map((key): Option => keyOption(key, false, text.filter.key(key)))
  const tags = (facets?.facets ?? [])
    .filter(({ key, isTag }) => isTag && isOne(key) && isUsable(key))
    .slice(0, 50)
    .map(({ key }) => keyOption(key, true, text.filter.tagKey))
  const keys = [...fields, ...tags]
  if (typed.text === '') return keys
  const beginsSo = (option: Option) =>
    option.text.toLowerCase().startsWith(typed.text.toLowerCase())
  const values = (facets?.facets ?? []).flatMap(({ key, isTag, values }) =>
    values
      .filter(({ value, label = '' }) => (isOne(value) || isOne(label)) && isUsable(value, key))
      .map(({ value, label, count }): Option => {
        const insert = printFilter({ terms: [termOf(key, isTag, value)] })
        return { text: `${key}:${value}`, hint: label ?? '', count, insert, isWhole: true }
      }),
  )
  const most = values.sort((a, b) => (b.count ?? 0) - (a.count ?? 0)).slice(0, 12)
  return [...keys.filter(beginsSo), ...most, ...keys.filter((option) => !beginsSo(option))]
}

function keyOption(key: string, isTag: boolean, hint: string): Option {
  const insert = printFilter({ terms: [termOf(key, isTag, 'x')] }).slice(0, -1)
  return { text: key, hint, count: null, insert, isWhole: false }
}

/** What there is to choose from though no entry may have it. */
const known: Readonly<Record<string, readonly string[]>> = {
  outcome: ['success', 'failure', 'denied', 'started'],
  source: ['client', 'database', 'api'],
  type: ['user', 'service', 'system', 'agent'],
}

export const spans = ['15m', '1h', '24h', '7d', '30d'] as const

/** The values of one key, most frequent first. */
export function valueOptions(
  typed: Typed,
  facets: Facets | null,
  text: Messages,
  now: Date,
): Option[] {
  const { name, isTag } = typed.key ?? { name: '', isTag: true }
  const isOne = contains(typed.text)
  const option = (value: string, hint: string, count: number | null): Option => {
    const printed = printFilter({ terms: [termOf('x', true, value)] }).slice(2)
    return { text: value, hint, count, insert: printed, isWhole: true }
  }
  if (!isTag && (name === 'since' || name === 'until')) {
    const times = spans.map((span) => option(span, text.filter.ago(span), null))
    const day = option(now.toISOString().slice(0, 10), text.filter.dayForm, null)
    const time = option(`${now.toISOString().slice(0, 16)}Z`, text.filter.timeForm, null)
    return [...times, day, time].filter(({ text }) => text.startsWith(typed.text))
  }
  const facet = facets?.facets.find((one) => one.key === name && one.isTag === isTag)
  const found = (facet?.values ?? []).filter(({ value }) => isUsable(value))
  const others = ((!isTag && known[name]) || []).filter(
    (value) => !found.some((one) => one.value === value),
  )
  return [
    ...found
      .filter(({ value, label = '' }) => isOne(value) || isOne(label))
      .map(({ value, label, count }) => option(value, label ?? '', count)),
    ...others.filter(isOne).map((value) => option(value, '', null)),
  ].slice(0, 50)
}

/** Keys whose values the trail can be asked for. */
export function hasFacet({ name, isTag }: NonNullable<Typed['key']>): boolean {
  return (
    isTag || ['entity', 'action', 'outcome', 'actor', 'type', 'tenant', 'source'].includes(name)
  )
}

function termOf(key: string, isTag: boolean, value: string): FilterTerm {
  const values = [{ text: value }]
  return !isTag && isFilterKey(key) ? { kind: 'field', key, values } : { kind: 'tag', key, values }
}

function contains(part: string): (text: string) => boolean {
  const lower = part.toLowerCase()
  return (text) => text.toLowerCase().includes(lower)
}

function isUsable(...texts: readonly string[]): boolean {
  return texts.every((text) => text.length <= longest && !contentProblem(text))
}

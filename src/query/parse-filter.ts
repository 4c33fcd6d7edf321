import { AuditError } from '../errors.ts'
import type { Filter, FilterTerm, FilterValue } from './filter.ts'
import {
  contentProblem,
  fieldProblem,
  isFilterKey,
  isPlain,
  isSpace,
  lengthProblem,
  quoted,
  reservedKeyOf,
  sizeProblem,
  textProblem,
  valueProblem,
} from './filter-rules.ts'

/**
 * Reads the filter language: terms between white space, all of which must hold.
 *
 * `key:value` asks for a field, or for a tag where the key is none of `FILTER_KEYS` or in quotes;
 * `key:a,b` for any of the values, `key:bill*` for what begins so, `key:*` for any value at all. A word
 * alone is free text. `-` before a term negates it. In quotes, `\"` and `\\` stand for `"` and `\`, and
 * every other character for itself. Only the first `:` separates: `at:12:30` has the value `12:30`.
 *
 * @throws {AuditError} `FILTER_INVALID` with the `position` in the text.
 */
export function parseFilter(text: string): Filter {
  refuse(lengthProblem(text.length), 0, text.length)
  return { terms: new Parser(text).terms() }
}

class Parser {
  readonly #text: string
  #at = 0
  #values = 0

  constructor(text: string) {
    this.#text = text
  }

  terms(): FilterTerm[] {
    const terms: FilterTerm[] = []
    for (;;) {
      this.#take(isSpace)
      if (this.#at === this.#text.length) return terms
      const start = this.#at
      terms.push(this.#term())
      refuse(sizeProblem(terms.length, this.#values), start, this.#at)
    }
  }

  #term(): FilterTerm {
    const start = this.#at
    const isNegated = this.#eat('-')
    const negation = isNegated ? { isNegated } : {}
    if (isNegated && (this.#isBoundary() || this.#next() === '-')) {
      const meant = this.#text.slice(start, this.#at) + this.#take((one) => !isSpace(one))
      refuse(
        `\`${meant}\` does not say what to leave out. Write a term right after one \`-\`, or \`${quoted(meant)}\` for the text.`,
        start,
        this.#at,
      )
    }
    const keyStart = this.#at
    if (this.#next() === '"') {
      const text = this.#quoted()
      if (this.#eat(':')) {
        refuse(contentProblem(text), keyStart, this.#at - 1)
        return { kind: 'tag', key: text, values: this.#list(start), ...negation }
      }
      this.#end('The closing quote ends the text')
      refuse(textProblem(text), keyStart, this.#at)
      return { kind: 'text', text, ...negation }
    }
    const word = this.#take((one) => !isSpace(one) && one !== ':' && one !== '"')
    if (this.#eat(':')) return { ...this.#keyed(word, start, keyStart), ...negation }
    this.#unquoted(word, keyStart, isPlain.text)
    refuse(textProblem(word), keyStart, this.#at)
    return { kind: 'text', text: word, ...negation }
  }

  /** What follows `key:`. */
  #keyed(key: string, start: number, keyStart: number): FilterTerm {
    const keyEnd = this.#at - 1
    if (key === '') {
      refuse('There is no key before `:`. Write `key:value`, or quote the text.', start, this.#at)
    }
    if (!isPlain.key(key)) {
      refuse(
        `\`${key}\` is no key. Write \`${quoted(key)}:\` if a tag has this name.`,
        keyStart,
        keyEnd,
      )
    }
    const meant = reservedKeyOf(key)
    if (meant !== undefined && meant !== key) {
      refuse(
        `Keys are lower-case: write \`${meant}:\`, or \`${quoted(key)}:\` for a tag of this name.`,
        keyStart,
        keyEnd,
      )
    }
    if (!isFilterKey(key)) {
      refuse(contentProblem(key), keyStart, keyEnd)
      return { kind: 'tag', key, values: this.#list(start) }
    }
    const values = this.#list(start, (value) => valueProblem(key, value))
    refuse(fieldProblem(key, values.length, keyStart > start), start, this.#at)
    return { kind: 'field', key, values }
  }

  #list(
    start: number,
    problem = ({ text }: FilterValue): string | undefined => contentProblem(text),
  ): FilterValue[] {
    const values: FilterValue[] = []
    do {
      const valueStart = this.#at
      if (this.#isBoundary() || this.#next() === ',') {
        const shown = this.#text.slice(start, this.#at)
        refuse(
          `A value is missing after \`${shown}\`. Write one, or \`""\` for the empty text.`,
          start,
          this.#at,
        )
      }
      const value = this.#value()
      refuse(problem(value), valueStart, this.#at)
      values.push(value)
      this.#values++
    } while (this.#eat(','))
    return values
  }

  #value(): FilterValue {
    if (this.#next() === '"') {
      const text = this.#quoted()
      const prefix = this.#eat('*') ? { isPrefix: true } : {}
      if (this.#next() !== ',') this.#end('The closing quote ends the value')
      return { text, ...prefix }
    }
    const start = this.#at
    const word = this.#take((one) => !isSpace(one) && one !== ',' && one !== '"')
    const isPrefix = word.endsWith('*')
    const text = isPrefix ? word.slice(0, -1) : word
    this.#unquoted(text, start, (value) => value === '' || isPlain.value(value))
    return isPrefix ? { text, isPrefix } : { text }
  }

  /** What is in quotes; the first one is next. */
  #quoted(): string {
    const start = this.#at++
    let text = ''
    for (;;) {
      text += this.#take((one) => one !== '"' && one !== '\\')
      if (this.#eat('"')) return text
      const escaped = this.#text[this.#at + 1]
      if (escaped === undefined) {
        refuse('The quote is not closed. End it with `"`.', start, this.#text.length)
      }
      if (escaped !== '"' && escaped !== '\\') {
        const shown = this.#text.slice(this.#at).match(/^..?/su)?.[0] ?? ''
        const end = this.#at + shown.length
        refuse(
          `\`${shown}\` means nothing in quotes. Write \`\\\\\` for one \`\\\`.`,
          this.#at,
          end,
        )
      }
      text += escaped
      this.#at += 2
    }
  }

  /** Refuses a word that has what it may have in quotes only. */
  #unquoted(word: string, start: number, isFine: (word: string) => boolean): void {
    if (this.#next() === '"') {
      const at = this.#at
      const whole = word + this.#take((one) => !isSpace(one))
      const way = `Quote all of it: \`${quoted(whole)}\`.`
      refuse(`\`${whole}\` has a quote inside of a word. ${way}`, at, at + 1)
    }
    if (!isFine(word)) {
      const problem = `\`${word}\` has a \`*\`, which stands at the end of a value only, for all that begin so.`
      refuse(`${problem} Write \`${quoted(word)}\` for the text itself.`, start, this.#at)
    }
  }

  #end(problem: string): void {
    if (this.#isBoundary()) return
    const start = this.#at
    const rest = this.#take((one) => !isSpace(one))
    refuse(
      `${problem}, but \`${rest}\` follows. Put a space between, or quote all of it.`,
      start,
      this.#at,
    )
  }

  #next(): string | undefined {
    return this.#text[this.#at]
  }

  #isBoundary(): boolean {
    const next = this.#next()
    return next === undefined || isSpace(next)
  }

  #eat(character: string): boolean {
    if (this.#next() !== character) return false
    this.#at++
    return true
  }

  #take(isPart: (character: string) => boolean): string {
    const start = this.#at
    while (this.#at < this.#text.length && isPart(this.#text[this.#at] as string)) this.#at++
    return this.#text.slice(start, this.#at)
  }
}

function refuse(problem: string, start: number, end: number): never
function refuse(problem: string | undefined, start: number, end: number): void
function refuse(problem: string | undefined, start: number, end: number): void {
  if (problem !== undefined) {
    throw new AuditError('FILTER_INVALID', problem, { position: { start, end } })
  }
}

/** A part of a statement, with the parameters in it. */
export interface Fragment {
  readonly text: string
  /** Where it begins in the statement's text. */
  readonly offset: number
  /** The place of its first parameter among those of the statement. */
  readonly firstParameter: number
  readonly parameters: number
}

/** What a statement writes to. */
export interface Target {
  /** The name in the database, without quotes. */
  readonly table: string
  /** The database schema, where the statement names it. */
  readonly namespace: string | null
  /** The table as the statement names it. */
  readonly target: string
}

/** A statement that is none of those whose effect is known. */
export class UnknownStatement extends Error {
  override name = 'UnknownStatement'
}

/** Reads a statement token by token; whatever it does not expect is an unknown form. */
export class Reader {
  readonly #sql: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(sql: string) {
    this.#sql = sql
    this.#tokens = tokensOf(sql)
  }

  /** The first word. */
  get verb(): string | undefined {
    return this.#tokens[0]?.word
  }

  get position(): number {
    return this.#token?.start ?? this.#sql.length
  }

  get previousEnd(): number {
    const token = this.#tokens[this.#next - 1]
    return token ? token.start + token.text.length : 0
  }

  is(word: string): boolean {
    return this.#token?.word === word
  }

  skip(word: string): boolean {
    if (!this.is(word)) return false
    this.#next += 1
    return true
  }

  take(word: string): true {
    return this.skip(word) || this.unknown()
  }

  /** `"schema"."table"` or `"table"`. */
  name(): Target {
    const start = this.position
    const parts = this.#path()
    return {
      table: parts.at(-1) ?? this.unknown(),
      namespace: parts.at(-2) ?? null,
      target: this.#sql.slice(start, this.previousEnd),
    }
  }

  column(): string {
    return this.#path().at(-1) ?? this.unknown()
  }

  /** What stands between parentheses, divided by commas. */
  list(): Fragment[] {
    const { depth } = this.#token ?? this.unknown()
    this.take('(')
    const items: Fragment[] = []
    while (!(this.is(')') && this.#token?.depth === depth)) {
      items.push(this.#until(depth + 1, [',']) ?? this.unknown())
      this.skip(',')
    }
    this.take(')')
    return items
  }

  /** Everything before the first of these words that is not inside of parentheses. */
  until(...words: readonly string[]): Fragment | undefined {
    return this.#until(0, words)
  }

  /** The end of the statement. */
  ending(): { hasReturning: boolean; end: number } {
    const hasReturning = this.skip('RETURNING') && this.until() !== undefined
    if (this.#token) this.unknown()
    return { hasReturning, end: this.previousEnd }
  }

  unknown(): never {
    return unknownForm(this.#sql)
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#next]
  }

  #path(): string[] {
    const parts: string[] = []
    do {
      const { text } = this.#token ?? this.unknown()
      if (!/^["`\w]/.test(text)) this.unknown()
      parts.push(unquoted(text))
      this.#next += 1
    } while (this.skip('.'))
    return parts
  }

  #until(depth: number, words: readonly string[]): Fragment | undefined {
    const first = this.#token
    const begins = this.#next
    while (this.#token && this.#token.depth >= depth) {
      const { word } = this.#token
      if (this.#token.depth === depth && words.includes(word)) break
      this.#next += 1
    }
    if (!first || this.#next === begins) return undefined
    return {
      text: this.#sql.slice(first.start, this.previousEnd),
      offset: first.start,
      firstParameter: first.parameters,
      parameters: (this.#token?.parameters ?? this.#parameters) - first.parameters,
    }
  }

  get #parameters(): number {
    const last = this.#tokens.at(-1)
    return (last?.parameters ?? 0) + (last && /^(\?|\$\d)/.test(last.text) ? 1 : 0)
  }
}

/**
 * A condition, with `clause` at the end of each SELECT in it.
 *
 * @throws {UnknownStatement} where one of them has no end.
 */
export function endingSubqueries(text: string, clause: string): string {
  const tokens = tokensOf(text)
  const ends = tokens
    .filter(({ word }, i) => word === 'SELECT' && tokens[i - 1]?.text === '(')
    .map(({ start, depth }) =>
      tokens.find((token) => token.start > start && token.text === ')' && token.depth < depth),
    )
    .map((end) => end?.start ?? unknownForm(text))
    .sort((a, b) => a - b)
  return [...ends, text.length]
    .map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end))
    .join(` ${clause}`)
}

export function unquoted(text: string): string {
  const quote = text[0]
  if (quote !== '"' && quote !== '`') return text
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}

function unknownForm(sql: string): never {
  throw new UnknownStatement(`A statement of an unknown form: ${sql}`)
}

interface Token {
  readonly text: string
  /** The text in capitals, where it is no quoted name. */
  readonly word: string
  readonly start: number
  /** Of parentheses; an opening one is as deep as what is around it, a closing one too. */
  readonly depth: number
  /** How many parameters there are before it. */
  readonly parameters: number
}

const pattern =
  /\s+|\/\*[\s\S]*?\*\/|--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\$\d+|\w+|[\s\S]/gy

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  let depth = 0
  let parameters = 0
  for (const { 0: text, index: start } of sql.matchAll(pattern)) {
    if (/^(\s|\/\*|--)/.test(text)) continue
    if (text === ')') depth -= 1
    tokens.push({ text, word: text.toUpperCase(), start, depth, parameters })
    if (text === '(') depth += 1
    if (text === '?' || /^\$\d/.test(text)) parameters += 1
  }
  return tokens
}

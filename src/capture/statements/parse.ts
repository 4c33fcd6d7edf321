/** A part of a statement, with the place of its first parameter and their number. */
export interface Fragment {
  readonly text: string
  /** Where it begins in the statement's text. */
  readonly offset: number
  readonly start: number
  readonly count: number
}

/** A statement that writes, as Prisma's query compiler makes them. */
export type WriteStatement = Insert | Update | Delete

interface Common {
  /** The name in the database, without quotes. */
  readonly table: string
  /** The database schema, where the statement names it. */
  readonly namespace: string | null
  /** The table as the statement names it. */
  readonly target: string
  readonly hasReturning: boolean
  /** Where more can be appended: the end, but for comments. */
  readonly end: number
}

export interface Insert extends Common {
  readonly verb: 'insert'
  readonly columns: readonly string[]
  /** A value for each column; a statement without columns has rows without values. */
  readonly rows: readonly (readonly Fragment[])[]
  /** Where the first row begins and the last one ends. */
  readonly rowsStart: number
  readonly rowsEnd: number
  /** What becomes of a row that is there already. */
  readonly onConflict: 'fail' | 'ignore' | ConflictUpdate
}

/** `ON CONFLICT (columns) DO UPDATE SET assignments WHERE where` */
export interface ConflictUpdate {
  /** Where `UPDATE` begins in the statement's text, and where its condition ends. */
  readonly begin: number
  readonly end: number
  readonly columns: readonly string[]
  readonly assignments: ReadonlyMap<string, Fragment>
  readonly where: Fragment | null
}

export interface Update extends Common {
  readonly verb: 'update'
  readonly assignments: ReadonlyMap<string, Fragment>
  /** `null` where every row is meant. */
  readonly where: Fragment | null
}

export interface Delete extends Common {
  readonly verb: 'delete'
  readonly where: Fragment | null
}

/** A statement that is none of those whose effect is known. */
export class UnknownStatement extends Error {
  override name = 'UnknownStatement'
}

/**
 * Reads a statement, as far as it takes to know which rows it writes; `null` for one that writes
 * nothing: a query, or one that controls the transaction.
 *
 * It knows the few forms of Prisma's query compiler, and no other SQL.
 *
 * @throws {UnknownStatement} for every other form, so that none passes unseen.
 */
export function parseStatement(sql: string): WriteStatement | null {
  const tokens = tokensOf(sql)
  const verb = tokens[0]?.word
  if (verb === undefined || harmless.has(verb)) return null
  const reader = new Reader(sql, tokens)
  switch (verb) {
    case 'INSERT':
      return readInsert(reader)
    case 'UPDATE':
      return readUpdate(reader)
    case 'DELETE':
      return readDelete(reader)
    default:
      return reader.unknown()
  }
}

const harmless = new Set([
  ...['SELECT', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'SET', 'PRAGMA'],
])

function readInsert(reader: Reader): Insert {
  reader.take('INSERT')
  const ignores = reader.skip('IGNORE') || (reader.skip('OR') && reader.take('IGNORE'))
  reader.take('INTO')
  const name = reader.name()
  const columns = reader.is('(') ? reader.list().map(({ text }) => unquoted(text)) : []
  if (reader.skip('DEFAULT')) {
    const rowsStart = reader.position
    reader.take('VALUES')
    return {
      verb: 'insert',
      ...name,
      columns: [],
      rows: [[]],
      rowsStart,
      ...insertEnd(reader, ignores),
    }
  }
  reader.take('VALUES')
  const rowsStart = reader.position
  const rows = [reader.list()]
  while (reader.skip(',')) rows.push(reader.list())
  if (rows.some((row) => row.length !== columns.length)) reader.unknown()
  return { verb: 'insert', ...name, columns, rows, rowsStart, ...insertEnd(reader, ignores) }
}

function insertEnd(reader: Reader, ignores: boolean) {
  const rowsEnd = reader.previousEnd
  const onConflict = reader.skip('ON') ? readConflict(reader) : ignores ? 'ignore' : 'fail'
  return { rowsEnd, onConflict, ...reader.ending() }
}

function readConflict(reader: Reader): Insert['onConflict'] {
  reader.take('CONFLICT')
  const columns = reader.is('(') ? reader.list().map(({ text }) => unquoted(text)) : []
  reader.take('DO')
  if (reader.skip('NOTHING')) return 'ignore'
  const begin = reader.position
  reader.take('UPDATE')
  reader.take('SET')
  const assignments = readAssignments(reader)
  const where = readWhere(reader)
  return { begin, end: reader.previousEnd, columns, assignments, where }
}

function readUpdate(reader: Reader): Update {
  reader.take('UPDATE')
  const name = reader.name()
  reader.take('SET')
  const assignments = readAssignments(reader)
  const where = readWhere(reader)
  return { verb: 'update', ...name, assignments, where, ...reader.ending() }
}

function readAssignments(reader: Reader): Map<string, Fragment> {
  const assignments = new Map<string, Fragment>()
  do {
    const column = reader.column()
    reader.take('=')
    const value = reader.until(',', 'WHERE', 'RETURNING', 'LIMIT', 'ORDER')
    assignments.set(column, value ?? reader.unknown())
  } while (reader.skip(','))
  return assignments
}

function readDelete(reader: Reader): Delete {
  reader.take('DELETE')
  reader.take('FROM')
  const name = reader.name()
  return { verb: 'delete', ...name, where: readWhere(reader), ...reader.ending() }
}

function readWhere(reader: Reader): Fragment | null {
  if (!reader.skip('WHERE')) return null
  return reader.until('RETURNING', 'LIMIT', 'ORDER') ?? reader.unknown()
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

function unquoted(text: string): string {
  const quote = text[0]
  if (quote !== '"' && quote !== '`') return text
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}

class Reader {
  readonly #sql: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(sql: string, tokens: readonly Token[]) {
    this.#sql = sql
    this.#tokens = tokens
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
  name(): Pick<Common, 'table' | 'namespace' | 'target'> {
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
  ending(): Pick<Common, 'hasReturning' | 'end'> {
    const hasReturning = this.skip('RETURNING') && this.until() !== undefined
    if (this.#token) this.unknown()
    return { hasReturning, end: this.previousEnd }
  }

  unknown(): never {
    throw new UnknownStatement(`A statement of an unknown form: ${this.#sql}`)
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
      start: first.parameters,
      count: (this.#token?.parameters ?? this.#parameters) - first.parameters,
    }
  }

  get #parameters(): number {
    const last = this.#tokens.at(-1)
    return (last?.parameters ?? 0) + (last && /^(\?|\$\d)/.test(last.text) ? 1 : 0)
  }
}

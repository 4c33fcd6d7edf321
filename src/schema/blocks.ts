import { invalid, readTokens, type Token } from './tokens.ts'

/** A `model X { ... }`, `datasource X { ... }` and so on. */
export interface Block {
  readonly keyword: string
  readonly name: string
  readonly documentation: string | null
  readonly lines: readonly Line[]
}

/** A field, an enum value, a setting or a `@@` attribute, without its comments. */
export interface Line {
  readonly tokens: readonly Token[]
  readonly documentation: string | null
}

/**
 * Splits Prisma schema text into its blocks.
 *
 * @throws AuditError `SCHEMA_INVALID` where braces, quotes or comments do not match.
 */
export function readBlocks(text: string): Block[] {
  const tokens = readTokens(text)
  const blocks: Block[] = []
  const comments = new Comments()
  let before: Token[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token
    if (token.kind === 'comment') comments.add(token)
    else if (token.kind === 'newline') {
      // Prisma takes a comment for a block's own only when no blank line is between them.
      if (tokens[at - 1]?.kind === 'newline') comments.clear()
      before = []
    } else if (token.text === '{') {
      const end = closingBrace(text, tokens, at)
      blocks.push({
        keyword: before.at(-2)?.text ?? '',
        name: before.at(-1)?.text ?? '',
        documentation: comments.take(),
        lines: readLines(tokens.slice(at + 1, end)),
      })
      before = []
      at = end
    } else if (token.text === '}') {
      throw invalid(text, token.start, 'A closing brace `}` has no opening one')
    } else before.push(token)
  }
  return blocks
}

function closingBrace(text: string, tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.text === '{') depth++
    if (token?.text === '}' && --depth === 0) return at
  }
  throw invalid(text, tokens[open]?.start ?? 0, 'An opening brace `{` has no closing one')
}

function readLines(body: readonly Token[]): Line[] {
  const comments = new Comments()
  const lines: Line[] = []
  let line: Token[] = []
  let depth = 0
  let isFirst = true
  const finish = () => {
    const tokens = line.filter((token) => token.kind !== 'comment')
    const first = tokens[0]
    // A comment behind the opening brace belongs to nothing.
    if (isFirst && first === undefined) line = []
    isFirst = false
    // The comments above a `@@` attribute stay those of the next field.
    if (line.length === 0 || first?.text === '@@') comments.close()
    else {
      for (const token of line) {
        if (token.kind === 'comment') comments.add(token)
        else comments.reopen()
      }
    }
    if (first?.text === '@@') lines.push({ tokens, documentation: null })
    else if (first !== undefined) lines.push({ tokens, documentation: comments.take() })
    line = []
  }
  for (const token of body) {
    if (token.text === '(' || token.text === '[') depth++
    if (token.text === ')' || token.text === ']') depth--
    if (token.kind !== 'newline') line.push(token)
    else if (depth <= 0) {
      finish()
      depth = 0
    }
  }
  if (line.length > 0) finish()
  return lines
}

/** The comments that wait for the next block or line. */
class Comments {
  #lines: string[] = []
  #isOpen = false

  /** Plain `//` comments count as part of the same comment, but say nothing. */
  add(token: Token): void {
    if (!this.#isOpen) this.#lines = []
    this.#isOpen = true
    if (token.text.startsWith('///')) this.#lines.push(token.text.slice(3).trimStart())
    else if (token.text.startsWith('/*')) this.#lines.push(token.text.slice(2, -2).trim())
  }

  /** What has been collected stays, unless another comment begins. */
  close(): void {
    this.#isOpen = false
  }

  /** What follows is added to what has been collected. */
  reopen(): void {
    this.#isOpen = true
  }

  clear(): void {
    this.#lines = []
    this.#isOpen = false
  }

  take(): string | null {
    const documentation = this.#lines.length > 0 ? this.#lines.join('\n') : null
    this.clear()
    return documentation
  }
}

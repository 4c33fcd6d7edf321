import { AuditError } from '../errors.ts'

/** A piece of Prisma schema text; `start` and `end` are offsets into it. */
export interface Token {
  readonly kind: 'newline' | 'comment' | 'string' | 'word' | 'symbol'
  readonly text: string
  readonly start: number
  readonly end: number
}

const PATTERN =
  /(\r\n?|\n)|(\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)|("(?:\\[^\r\n]|[^"\\\r\n])*")|([\p{L}\p{N}_][\p{L}\p{N}_-]*)|@@|[^\s\uFEFF]/gu

/** Of the groups of the pattern, in their order. */
const KINDS = ['newline', 'comment', 'string', 'word'] as const

/**
 * Splits Prisma schema text into tokens; spaces are dropped.
 *
 * @throws AuditError `SCHEMA_INVALID` for a string or comment without an end.
 */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(PATTERN)) {
    const kind = KINDS[match.indexOf(match[0], 1) - 1] ?? 'symbol'
    const [found] = match
    const token: Token = { kind, text: found, start: match.index, end: match.index + found.length }
    if (token.text === '"') {
      throw invalid(text, token.start, 'A string has no closing quote')
    }
    if (token.text === '/' && text[token.end] === '*') {
      throw invalid(text, token.start, 'A comment has no closing `*/`')
    }
    tokens.push(token)
  }
  return tokens
}

/** An error that names the line of an offset. */
export function invalid(text: string, offset: number, problem: string): AuditError {
  const line = text.slice(0, offset).split(/\r\n?|\n/).length
  return new AuditError(
    'SCHEMA_INVALID',
    `${problem} on line \`${line}\` of the Prisma schema. Run \`npx prisma validate\`.`,
  )
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** The value of a string token. */
export function unquote(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code: string | undefined, char: string) =>
      code === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
    )
}

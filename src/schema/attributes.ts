import { type Token, unquote } from './tokens.ts'

/** A `@name(...)` or `@@name(...)`. */
export interface Attribute {
  /** Without the `@`; a native type keeps its dot, as in `db.VarChar`. */
  readonly name: string
  readonly args: readonly Argument[]
}

/** An argument of an attribute; a positional one has no name. */
export interface Argument {
  readonly name: string | null
  readonly tokens: readonly Token[]
}

/** Reads all attributes of a line, from its first `@` on. */
export function readAttributes(tokens: readonly Token[]): Attribute[] {
  const attributes: Attribute[] = []
  let at = tokens.findIndex(isMarker)
  while (at >= 0 && at < tokens.length) {
    let name = ''
    for (at++; tokens[at]?.kind === 'word' || tokens[at]?.text === '.'; at++) {
      name += tokens[at]?.text
    }
    let args: Argument[] = []
    if (tokens[at]?.text === '(') {
      const end = closing(tokens, at)
      args = splitArguments(tokens.slice(at + 1, end)).map(readArgument)
      at = end + 1
    }
    attributes.push({ name, args })
    while (at < tokens.length && !isMarker(tokens[at])) at++
  }
  return attributes
}

/** The argument of that name, else the positional one at `position`. */
export function argument(
  attribute: Attribute | undefined,
  name: string,
  position?: number,
): Argument | undefined {
  const args = attribute?.args ?? []
  return (
    args.find((arg) => arg.name === name) ??
    (position === undefined ? undefined : args.filter((arg) => arg.name === null)[position])
  )
}

/** The value of a string argument. */
export function stringValue(arg: Argument | undefined): string | null {
  const token = arg?.tokens[0]
  return token?.kind === 'string' ? unquote(token.text) : null
}

/** The value of an argument that is one word, such as `Cascade`. */
export function wordValue(arg: Argument | undefined): string | null {
  return arg?.tokens[0]?.text ?? null
}

/** The names in `[a, b(sort: Desc)]`. */
export function namesValue(arg: Argument | undefined): string[] {
  const tokens = arg?.tokens ?? []
  const inner = tokens[0]?.text === '[' ? tokens.slice(1, closing(tokens, 0)) : tokens
  return splitArguments(inner).map((item) => item[0]?.text ?? '')
}

/** The argument as it is written in the schema. */
export function rawValue(arg: Argument | undefined, text: string): string | null {
  const [first, last] = [arg?.tokens[0], arg?.tokens.at(-1)]
  return first && last ? text.slice(first.start, last.end) : null
}

function readArgument(tokens: readonly Token[]): Argument {
  const isNamed = tokens[0]?.kind === 'word' && tokens[1]?.text === ':'
  return isNamed
    ? { name: tokens[0]?.text ?? null, tokens: tokens.slice(2) }
    : { name: null, tokens }
}

function splitArguments(tokens: readonly Token[]): Token[][] {
  const args: Token[][] = []
  let depth = 0
  let arg: Token[] = []
  for (const token of tokens) {
    if (token.kind === 'newline') continue
    depth += depthOf(token)
    if (token.text === ',' && depth === 0) {
      args.push(arg)
      arg = []
    } else arg.push(token)
  }
  if (arg.length > 0) args.push(arg)
  return args
}

/** The index of the bracket that closes the one at `open`, else the end. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    depth += depthOf(tokens[at])
    if (depth === 0) return at
  }
  return tokens.length
}

function depthOf(token: Token | undefined): number {
  if (token?.text === '(' || token?.text === '[' || token?.text === '{') return 1
  return token?.text === ')' || token?.text === ']' || token?.text === '}' ? -1 : 0
}

function isMarker(token: Token | undefined): boolean {
  return token?.text === '@' || token?.text === '@@'
}

import type { ArgsDef, CommandDef } from 'citty'
import { AuditError } from '../errors.ts'

/** The arguments of a command, by the names it declares. */
export interface Arguments {
  text(name: string): string | undefined
  /** A positional argument. @throws {AuditError} `OPTION_INVALID` where it was not given. */
  word(name: string): string
  /** All that are no options. */
  readonly words: readonly string[]
  flag(name: string): boolean
}

/**
 * Reads what citty parsed, and refuses what it lets pass: unknown options, stray words, options
 * without their value.
 *
 * @throws AuditError `OPTION_INVALID`
 */
export function readArguments<T extends ArgsDef>(
  command: CommandDef<T>,
  args: Readonly<Record<string, unknown>>,
  { takesWords = false } = {},
): Arguments {
  const declared = command.args as ArgsDef
  const words = (args._ ?? []) as string[]
  const places = Object.values(declared).filter(({ type }) => type === 'positional').length
  const stray = takesWords ? undefined : words[places]
  const known = new Set(Object.keys(declared).flatMap((name) => [name, camelCase(name)]))
  const unknown = Object.keys(args).find((name) => name !== '_' && !known.has(name))
  if (unknown !== undefined) throw invalid(`The option \`--${unknown}\` is unknown`)
  if (stray !== undefined) throw invalid(`The argument \`${stray}\` is not expected`)
  for (const [name, { type }] of Object.entries(declared)) {
    if (type === 'string' && args[name] !== undefined && !args[name]) {
      throw invalid(`The option \`--${name}\` needs a value`)
    }
  }
  const text = (name: string) => (typeof args[name] === 'string' ? args[name] : undefined)
  return {
    text,
    word(name) {
      const given = text(name)
      if (!given) throw invalid(`The argument \`${name.toUpperCase()}\` is missing`)
      return given
    },
    words,
    flag: (name) => args[name] === true,
  }
}

/**
 * The arguments with the options first: words that begin with one dash, as terms of a filter and negative
 * ids do, are no options, since no option is called by a letter.
 */
export function optionsFirst<T extends ArgsDef>(
  command: CommandDef<T>,
  rawArgs: readonly string[],
): string[] {
  const declared = command.args as ArgsDef
  const takesValue = (name: string) =>
    Object.entries(declared).some(
      ([key, { type }]) => type === 'string' && (key === name || camelCase(key) === name),
    )
  const options: string[] = []
  const words: string[] = []
  for (let i = 0; i < rawArgs.length; i++) {
    const arg = rawArgs[i] as string
    if (arg === '--') return [...options, '--', ...words, ...rawArgs.slice(i + 1)]
    if (!arg.startsWith('--')) words.push(arg)
    else if (takesValue(arg.slice(2))) options.push(arg, ...rawArgs.slice(++i, i + 1))
    else options.push(arg)
  }
  return [...options, '--', ...words]
}

/** @throws {AuditError} `OPTION_INVALID` */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw invalid(`\`--${name}\` is \`${text}\`, but it has to be a number from 1`)
  }
  return Number(text)
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function invalid(problem: string): AuditError {
  return new AuditError('OPTION_INVALID', `${problem}. See \`--help\`.`)
}

import type { ArgsDef, CommandDef } from 'citty'
import { AuditError } from '../errors.ts'

/** The arguments of a command, by the names it declares. */
export interface Arguments {
  text(name: string): string | undefined
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
): Arguments {
  const declared = command.args as ArgsDef
  const [stray] = (args._ ?? []) as string[]
  const known = new Set(Object.keys(declared).flatMap((name) => [name, camelCase(name)]))
  const unknown = Object.keys(args).find((name) => name !== '_' && !known.has(name))
  if (unknown !== undefined) throw invalid(`The option \`--${unknown}\` is unknown`)
  if (stray !== undefined) throw invalid(`The argument \`${stray}\` is not expected`)
  for (const [name, { type }] of Object.entries(declared)) {
    if (type === 'string' && args[name] !== undefined && !args[name]) {
      throw invalid(`The option \`--${name}\` needs a value`)
    }
  }
  return {
    text: (name) => (typeof args[name] === 'string' ? args[name] : undefined),
    flag: (name) => args[name] === true,
  }
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function invalid(problem: string): AuditError {
  return new AuditError('OPTION_INVALID', `${problem}. See \`--help\`.`)
}

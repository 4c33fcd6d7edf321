import { inspect } from 'node:util'
import { invalidOption } from '../errors.ts'

/**
 * A misspelt option would have no effect.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function checkOptionNames(caller: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    invalidOption(
      `${caller}() has no option \`${unknown}\`. Its options are ${names.map((name) => `\`${name}\``).join(', ')}.`,
    )
  }
}

/**
 * What is called already, as a promise is, has begun before anything could be observed.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function checkFunction(caller: string, fn: unknown): void {
  if (typeof fn === 'function') return
  const given =
    typeof (fn as { then?: unknown } | null)?.then === 'function' ? 'a promise' : inspect(fn)
  invalidOption(
    `${caller}() was given \`${given}\` to run, but it has to be a function: () => prisma.user.create(...).`,
  )
}

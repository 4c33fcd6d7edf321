import { parseArgs } from 'node:util'
import { type DatabaseName, databases } from './databases.ts'
import { type OperationName, operationNames } from './operations.ts'
import { variants } from './variants.ts'

const variantNames = variants.map(({ name }) => name).filter((name) => name !== 'plain')

const help = `npm run bench -- [options]

  --rounds <n>         Rounds to measure, after one to warm up (default 15, with --quick 3)
  --only <names>       Of ${operationNames.join(', ')}, logging
  --database <names>   Of ${databases.join(', ')}
  --variants <names>   Beside plain, of ${variantNames.join(', ')}
  --callers <numbers>  At once, of 1, 8
  --quick              Fewer calls in a round
  --json               For programs; all times are milliseconds
`

export interface BenchArguments {
  readonly rounds: number
  readonly operations: readonly OperationName[]
  readonly databases: readonly DatabaseName[]
  readonly variants: readonly string[]
  /** How many callers at once, in each setting. */
  readonly callers: readonly number[]
  /** Whether logging is measured, too. */
  readonly logging: boolean
  /** Calls that a caller makes in one round, at most. */
  readonly maxCalls: number
  readonly json: boolean
}

/** Reads the command line; ends the process where it asks for help, or cannot be understood. */
export function readArguments(args: readonly string[]): BenchArguments {
  const { help: wantsHelp, quick = false, json = false, ...values } = parse(args)
  if (wantsHelp) {
    console.log(help)
    process.exit(0)
  }
  const rounds = Number(values.rounds ?? (quick ? 3 : 15))
  if (!Number.isInteger(rounds) || rounds < 1)
    fail(`--rounds ${values.rounds}: not a number from 1`)
  const chosen = choose('--only', values.only, [...operationNames, 'logging' as const])
  return {
    rounds,
    operations: chosen.filter((name) => name !== 'logging'),
    logging: chosen.includes('logging'),
    callers: choose('--callers', values.callers, ['1', '8']).map(Number),
    variants: choose('--variants', values.variants, variantNames),
    databases: choose('--database', values.database, databases),
    maxCalls: quick ? 6 : Number.POSITIVE_INFINITY,
    json,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        only: { type: 'string' },
        database: { type: 'string' },
        variants: { type: 'string' },
        callers: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    return fail((error as Error).message)
  }
}

function choose<T extends string>(
  option: string,
  text: string | undefined,
  names: readonly T[],
): readonly T[] {
  const wanted: readonly string[] = text?.split(',').map((name) => name.trim()) ?? names
  const unknown = wanted.find((name) => !names.some((known) => known === name))
  if (unknown !== undefined) fail(`${option} ${unknown}: is none of ${names.join(', ')}`)
  return names.filter((name) => wanted.includes(name))
}

function fail(message: string): never {
  console.error(`${message}\n\n${help}`)
  process.exit(2)
}

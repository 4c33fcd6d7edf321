import { parseArgs } from 'node:util'
import { type Provider, providers } from '../database/capabilities.ts'
import { type DatabaseName, databases } from './databases.ts'
import { type OperationName, operationNames } from './operations.ts'
import { variants } from './variants.ts'

const variantNames = variants.map(({ name }) => name).filter((name) => name !== 'plain')

const help = `npm run bench -- [options]

  --rounds <n>         Rounds to measure, after one to warm up (default 15, with --quick 3)
  --only <names>       Of ${operationNames.join(', ')}, logging; or
                       queries, page, which are measured only where they are named
  --database <names>   Of ${databases.join(', ')}, and for queries ${providers.join(', ')}
  --variants <names>   Beside plain, of ${variantNames.join(', ')}
  --callers <numbers>  At once, of 1, 8
  --rows <n>           Of the trail that queries are put to (default 100000)
  --keep               Leave that trail for the next run
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
  /** Where queries are measured: nowhere unless they are named. */
  readonly trails: readonly Provider[]
  /** Whether the page is measured: not unless it is named. */
  readonly page: boolean
  /** Of the trail that queries are put to, and the page shows. */
  readonly rows: number
  readonly keep: boolean
  /** Calls that a caller makes in one round, at most. */
  readonly maxCalls: number
  readonly json: boolean
}

/** Reads the command line; ends the process where it asks for help, or cannot be understood. */
export function readArguments(args: readonly string[]): BenchArguments {
  const { help: wantsHelp, quick = false, json = false, keep = false, ...values } = parse(args)
  if (wantsHelp) {
    console.log(help)
    process.exit(0)
  }
  const rounds = Number(values.rounds ?? (quick ? 3 : 15))
  if (!Number.isInteger(rounds) || rounds < 1)
    fail(`--rounds ${values.rounds}: not a number from 1`)
  const rows = Number(values.rows ?? 100_000)
  if (!Number.isInteger(rows) || rows < 1_000) fail(`--rows ${values.rows}: not a number from 1000`)
  const all = [...operationNames, 'logging', 'queries', 'page'] as const
  const chosen = choose('--only', values.only, all)
  const wanted = choose('--database', values.database, providers)
  const isNamed = (name: 'queries' | 'page') => values.only !== undefined && chosen.includes(name)
  return {
    rounds,
    operations: operationNames.filter((name) => chosen.includes(name)),
    logging: chosen.includes('logging'),
    trails: isNamed('queries') ? wanted : [],
    page: isNamed('page'),
    rows,
    keep,
    callers: choose('--callers', values.callers, ['1', '8']).map(Number),
    variants: choose('--variants', values.variants, variantNames),
    databases: databases.filter((name) => wanted.includes(name)),
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
        rows: { type: 'string' },
        keep: { type: 'boolean' },
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

/**
 * What audit() costs: `npm run bench -- --help`.
 */
import { databaseNames } from '../database/capabilities.ts'
import { readArguments } from './arguments.ts'
import { type Cell, measureCell } from './cell.ts'
import { type Contender, openContender } from './contender.ts'
import { type DatabaseName, startServer } from './databases.ts'
import { type LoggingResult, measureLogging, renderLogging } from './logging.ts'
import { renderFailures, renderTable } from './table.ts'
import { measureTrails, renderTrails, type Trail } from './trail/trail.ts'
import { type PageResult, renderPage } from './ui/page-result.ts'
import { type Variant, variants } from './variants.ts'

const settings = readArguments(process.argv.slice(2))
const callersOf = { postgresql: [1, 8], sqlite: [1] } as const satisfies Record<
  DatabaseName,
  readonly number[]
>
const servers: { stop(): Promise<void> }[] = []
const skipped: { database: DatabaseName; variant: string; reason: string }[] = []
let stopping: Promise<void> | undefined

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => stop().finally(() => process.exit(code)))
}

try {
  const cells: Cell[] = []
  if (settings.operations.length > 0) {
    for (const database of settings.databases) cells.push(...(await measureDatabase(database)))
  }
  if (settings.logging) progress('logging')
  const logging = settings.logging ? await measureLogging(settings.rounds) : []
  const own = (server: { stop(): Promise<void> }) => servers.push(server)
  const trails: Trail[] = []
  for (const provider of settings.trails) {
    trails.push(await measureTrails(provider, settings, progress, own))
  }
  const page = settings.page ? await measureInBrowser(own) : undefined
  if (!stopping) print(cells, logging, trails, page)
} catch (error) {
  // Calls that an interruption has cut off fail, and say nothing new.
  if (!stopping) throw error
} finally {
  await stop()
}

async function measureDatabase(database: DatabaseName): Promise<Cell[]> {
  const server = await startServer(database)
  servers.push(server)
  const contenders: Contender[] = []
  for (const variant of variants) {
    if (!isWanted(variant, database)) continue
    try {
      contenders.push(await openContender(database, server, variant))
    } catch (error) {
      if (variant.name === 'plain' || variant.name === 'audited') throw error
      skipped.push({ database, variant: variant.name, reason: reasonOf(error) })
    }
  }
  const cells: Cell[] = []
  for (const callers of callersOf[database].filter((n) => settings.callers.includes(n))) {
    for (const operation of settings.operations) {
      progress(`${title(database, callers)}: ${operation}`)
      const { rounds, maxCalls } = settings
      const setting = { database, callers, operation, rounds, maxCalls }
      const able = contenders.filter(
        ({ variant }) => variant.operations?.includes(operation) ?? true,
      )
      cells.push(await measureCell(able, setting))
    }
  }
  for (const contender of contenders) await contender.close()
  return cells
}

/** Playwright is loaded only where it is needed. */
async function measureInBrowser(
  own: (server: { stop(): Promise<void> }) => void,
): Promise<PageResult> {
  const { measurePage } = await import('./ui/scroll.ts')
  return measurePage(settings, progress, own)
}

function isWanted({ name, databases }: Variant, database: DatabaseName): boolean {
  const isChosen = name === 'plain' || settings.variants.includes(name)
  return isChosen && (databases?.includes(database) ?? true)
}

function stop(): Promise<void> {
  stopping ??= Promise.all(servers.map((server) => server.stop())).then(() => undefined)
  return stopping
}

function print(
  cells: readonly Cell[],
  logging: readonly LoggingResult[],
  trails: readonly Trail[],
  page: PageResult | undefined,
): void {
  if (settings.json) {
    const { rounds } = settings
    console.log(
      JSON.stringify(
        { node: process.version, rounds, skipped, cells, logging, trails, page },
        null,
        2,
      ),
    )
    return
  }
  for (const database of settings.databases) {
    for (const callers of callersOf[database]) {
      const own = cells.filter((cell) => cell.database === database && cell.callers === callers)
      if (own.length > 0) console.log(`\n${title(database, callers)}\n\n${renderTable(own)}`)
    }
  }
  if (logging.length > 0) console.log(`\n${renderLogging(logging)}`)
  if (trails.length > 0) console.log(`\n${renderTrails(trails)}`)
  if (page) console.log(`\n${renderPage(page)}`)
  if (cells.length === 0) return
  const notes = [
    'Times as long as plain: the median of the ratios of one round, the quartiles in brackets.',
    `Of ${settings.rounds} rounds. plain: median time that a caller waits for one call.`,
    'st: statements sent for one call, BEGIN and COMMIT included. rows: answered by the database to',
    'all of them. !: not one audit row for each row written; for a link, not one for both its ends.',
    'createMany, updateMany and deleteMany write 5,000 rows; half of the upserts insert. nestedCreate writes a',
    'row and 10 below it, nestedUpdate a row and one below it. cascade deletes a row, and 1,000 by',
    'ON DELETE CASCADE. link connects two rows of an implicit many-to-many relation. transaction creates',
    '10 rows in an interactive transaction.',
    ...variants.flatMap(({ name, note }) => (note ? [`${name}: ${note}`] : [])),
    ...renderFailures(cells),
    ...skipped.map(
      ({ database, variant, reason }) => `${variant} skipped on ${database}: ${reason}`,
    ),
  ]
  console.log(`\n${notes.join('\n')}`)
}

function title(database: DatabaseName, callers: number): string {
  return `${databaseNames[database]}, ${callers === 1 ? '1 caller' : `${callers} callers at once`}`
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : (message ?? String(error))
}

/**
 * Starts the orchestrator on a new database, lets some people work with it, and tells where to look.
 *
 * `PORT` is where it listens (3000, and the next free one if that is taken; 0 for any). `DEMO_WEEKS` says how
 * many weeks of history there are (4; 0 for none), `DEMO_LIVE=off` that nothing goes on by itself, and
 * `DEMO_STEP_DELAY` how many milliseconds a step of an execution takes (1000).
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp } from './app.ts'
import { type Database, openDatabase } from './database.ts'
import { openExecutor } from './executions.ts'
import { guide } from './guide.ts'
import { listen } from './listen.ts'
import { openLogging } from './logging.ts'
import { seed } from './seed.ts'
import { makeCast } from './story/cast.ts'
import { storyClock } from './story/clock.ts'
import { tellHistory } from './story/history.ts'
import { liveOn } from './story/live.ts'
import { tableOf } from './table.ts'

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
})

const { PORT = '3000', DEMO_LIVE, DEMO_STEP_DELAY = '1000', DEMO_WEEKS = '4' } = process.env
const tenant = 'acme'
const cache = fileURLToPath(new URL('./.cache/', import.meta.url))
await mkdir(cache, { recursive: true })
const folder = await mkdtemp(join(cache, 'run-'))
try {
  await run()
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log('\nStopped, and removed the database.')

async function run(): Promise<void> {
  const clock = storyClock()
  const prisma = await openDatabase(folder, clock.now)
  const logging = openLogging(prisma)
  const token = await tellStory(prisma, clock)
  const pace = { stepDelay: 0 }
  const executor = openExecutor(prisma, logging, pace)
  const { url, close } = await listen(createApp({ prisma, logging, executor, tenant }), PORT)
  let stop: (() => void) | undefined
  try {
    await seed(url, token)
    pace.stepDelay = Number(DEMO_STEP_DELAY)
    await welcome(prisma, url, token)
    if (DEMO_LIVE !== 'off') stop = liveOn({ prisma, logging, executor, tenant })
    await stopped
  } finally {
    stop?.()
    await close()
    await executor.close()
    await logging.log.close()
    await prisma.$disconnect()
  }
}

/** Answers the token of the pipeline. */
async function tellStory(prisma: Database, clock: ReturnType<typeof storyClock>): Promise<string> {
  const days = Number(DEMO_WEEKS) * 7
  if (days > 0) {
    console.log(`Telling ${days} days of history`)
    clock.set(new Date(Date.now() - days * 86_400_000))
  }
  const token = await makeCast(prisma, clock, tenant)
  if (days > 0) await tellHistory(prisma, { clock, tenant })
  clock.release()
  return token
}

async function welcome(prisma: Database, url: string, token: string): Promise<void> {
  const [total, { entries }, { traceId }, made, mistakes] = await Promise.all([
    prisma.auditLog.count(),
    prisma.$audit.entries({ take: 14 }),
    prisma.execution.findFirstOrThrow({ orderBy: { id: 'desc' } }),
    prisma.$audit.search('entity:Resource id:2 action:create'),
    prisma.$audit.search('entity:Resource id:2 action:update actor:3'),
  ])
  const mistake = mistakes.entries.find(({ changed }) => changed.includes('config'))
  const database = relative('', join(folder, 'orchestrator.db'))
  const past = made.entries[0]?.createdAt.toISOString() ?? ''
  const told = { traceId, past, mistake: mistake?.id ?? '', table: tableOf(entries) }
  console.log(guide({ url, database, token, ...told, shown: entries.length, total }))
}

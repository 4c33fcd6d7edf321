/**
 * Starts the orchestrator on a new database, lets some people work with it, and tells where to look.
 *
 * `PORT` is where it listens (3000, and the next free one if that is taken; 0 for any).
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp } from './app.ts'
import { type Database, openDatabase } from './database.ts'
import { guide } from './guide.ts'
import { listen } from './listen.ts'
import { openLogging } from './logging.ts'
import { seed } from './seed.ts'
import { tableOf } from './table.ts'

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
})

const cache = fileURLToPath(new URL('./.cache/', import.meta.url))
await mkdir(cache, { recursive: true })
const folder = await mkdtemp(join(cache, 'run-'))
try {
  const prisma = await openDatabase(folder)
  const logging = openLogging(prisma)
  const app = createApp(prisma, logging, 'acme')
  const { url, close } = await listen(app, process.env.PORT || '3000')
  try {
    await welcome(prisma, url)
    await stopped
  } finally {
    await close()
    await logging.log.close()
    await prisma.$disconnect()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log('\nStopped, and removed the database.')

async function welcome(prisma: Database, url: string): Promise<void> {
  const token = await seed(prisma, url)
  const [total, { entries }, { traceId }] = await Promise.all([
    prisma.auditLog.count(),
    prisma.$audit.entries({ take: 14 }),
    prisma.execution.findFirstOrThrow({ orderBy: { id: 'desc' } }),
  ])
  const database = relative('', join(folder, 'orchestrator.db'))
  const table = tableOf(entries)
  console.log(guide({ url, database, token, traceId, table, shown: entries.length, total }))
}

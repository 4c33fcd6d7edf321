/**
 * The audited client that the examples of this folder share, on a SQLite database of their own.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PrismaLibSql } from '@prisma/adapter-libsql'
// An application writes: import { audit } from 'prisma-extension-audit'
import { audit } from '../../src/index.ts'
import { PrismaClient } from './generated/client.ts'

/** The audited client. */
export type Database = Awaited<ReturnType<typeof openDatabase>>['prisma']

/** Opens a new database; `close` removes it. */
export async function openDatabase() {
  const cache = fileURLToPath(new URL('./.cache/', import.meta.url))
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'run-'))
  const url = pathToFileURL(join(folder, 'example.db')).href
  const prisma = connect(await migrated(new PrismaLibSql({ url })))
  const close = async () => {
    await prisma.$disconnect()
    await rm(folder, { recursive: true, force: true })
  }
  return { prisma, url, close }
}

/** A client of a database that is there. */
export function openExisting(url: string) {
  return connect(new PrismaLibSql({ url }))
}

function connect(adapter: PrismaLibSql) {
  return new PrismaClient({ adapter }).$extends(audit())
}

/** What `prisma migrate deploy` does for an application. */
async function migrated(adapter: PrismaLibSql): Promise<PrismaLibSql> {
  const migration = new URL('./prisma/migrations/0_init/migration.sql', import.meta.url)
  const connection = await adapter.connect()
  await connection.executeScript(await readFile(migration, 'utf8'))
  await connection.dispose()
  return adapter
}

/**
 * The Prisma client of the application, and the one line that makes it audited.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaLibSql } from '@prisma/adapter-libsql'
// An application writes: import { audit } from 'prisma-extension-audit'
import { audit } from '../../src/index.ts'
import { PrismaClient } from './generated/client.ts'

/** The audited client. */
export type Database = Awaited<ReturnType<typeof openDatabase>>

/** Opens a new SQLite database in `folder`. */
export async function openDatabase(folder: string) {
  const adapter = new PrismaLibSql({ url: pathToFileURL(join(folder, 'orchestrator.db')).href })
  await migrate(adapter)
  return new PrismaClient({
    adapter,
    omit: { user: { passwordHash: true }, serviceAccount: { tokenHash: true } },
  }).$extends(
    audit({
      requireActor: true,
      ignore: { '*': ['updatedAt'] },
      actions: ['deploy', 'restart', 'destroy'],
    }),
  )
}

/** What `prisma migrate deploy` does for an application. */
async function migrate(adapter: PrismaLibSql): Promise<void> {
  const migration = new URL('./prisma/migrations/0_init/migration.sql', import.meta.url)
  const connection = await adapter.connect()
  await connection.executeScript(await readFile(migration, 'utf8'))
  await connection.dispose()
}

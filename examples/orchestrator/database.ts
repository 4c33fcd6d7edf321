/**
 * The Prisma client of the application, and the one line that makes it audited.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaLibSql } from '@prisma/adapter-libsql'
// An application writes: import { audit, defineAuditConfig } from 'prisma-extension-audit'
import { audit, defineAuditConfig } from '../../src/index.ts'
import { PrismaClient } from './generated/client.ts'

/** The audited client. */
export type Database = Awaited<ReturnType<typeof openDatabase>>

export const auditOptions = defineAuditConfig({
  requireActor: true,
  ignore: { '*': ['updatedAt'] },
  actions: ['deploy', 'restart', 'destroy', 'backup', 'approve', 'sign-in'],
})

/** Opens a new SQLite database in `folder`. An application has no clock of its own. */
export async function openDatabase(folder: string, now?: () => Date) {
  const { href } = pathToFileURL(join(folder, 'orchestrator.db'))
  await migrate(new PrismaLibSql({ url: href }))
  return connect(href, now)
}

/** An audited client of a database that is there. */
export function connect(url: string, now?: () => Date) {
  return new PrismaClient({
    adapter: new PrismaLibSql({ url }),
    omit: { user: { passwordHash: true }, serviceAccount: { tokenHash: true } },
  }).$extends(audit({ ...auditOptions, ...(now && { now }) }))
}

/** What `prisma migrate deploy` does for an application. */
async function migrate(adapter: PrismaLibSql): Promise<void> {
  const migration = new URL('./prisma/migrations/0_init/migration.sql', import.meta.url)
  const connection = await adapter.connect()
  await connection.executeScript(await readFile(migration, 'utf8'))
  await connection.dispose()
}

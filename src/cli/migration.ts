import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AuditError } from '../errors.ts'
import { writeFileAtomically } from './write-file.ts'

/** A migration of Prisma Migrate that is to be written. */
export interface MigrationOptions {
  /** The project's folder. */
  readonly cwd: string
  /** The folder of the migrations, absolute. */
  readonly folder: string
  /** What follows the time in the migration's name. */
  readonly name: string
  readonly sql: string
  /** How all migrations begin that the same command has written. */
  readonly mark: string
}

/** The file of the migration, relative to the project's folder. */
export interface MigrationResult {
  readonly status: 'written' | 'unchanged'
  readonly file: string
}

/**
 * Writes a migration, unless the newest of the same command says the same.
 *
 * @throws {AuditError} `OPTION_INVALID` for a name that no folder should have, or a file that cannot be
 * written.
 */
export async function writeMigration(options: MigrationOptions): Promise<MigrationResult> {
  const { cwd, folder, name, sql, mark } = options
  if (!/^[\w-]{1,100}$/.test(name)) {
    throw new AuditError(
      'OPTION_INVALID',
      `\`${name}\` cannot be the name of a migration. Give letters, digits, \`_\` and \`-\`.`,
    )
  }
  const names = (await readdir(folder).catch(() => [])).filter((one) => /^\d{14}_/.test(one)).sort()
  const newest = await newestOf(folder, names, mark)
  if (newest?.text === sql) return { status: 'unchanged', file: relative(cwd, newest.path) }
  const path = join(folder, `${timeAfter(names.at(-1))}_${name}`, 'migration.sql')
  const file = relative(cwd, path)
  try {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFileAtomically(path, Buffer.from(sql))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AuditError('OPTION_INVALID', `\`${file}\` cannot be written: ${reason}`, { cause })
  }
  return { status: 'written', file }
}

async function newestOf(folder: string, names: readonly string[], mark: string) {
  for (const name of names.toReversed()) {
    const path = join(folder, name, 'migration.sql')
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.startsWith(mark)) return { path, text }
  }
  return undefined
}

/** Now in UTC; migrations run in the order of their names, and the last may be of this very second. */
function timeAfter(last: string | undefined): string {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const previous = last?.slice(0, 14) ?? ''
  return now > previous ? now : String(BigInt(previous) + 1n)
}

import { installScript, removeScript } from '../database/install.ts'
import type { EngineSettings } from '../database/sql/names.ts'
import { invalidOption } from '../errors.ts'
import { type AppliedTable, applyInstallation, applyKeys, applyRemoval } from './apply.ts'
import { connected } from './connect.ts'
import { type MigrationResult, writeMigration } from './migration.ts'
import { engineSettings, type ProjectOptions, readProject } from './project.ts'
import { findMigrations } from './schema-files.ts'

/** What `install` takes. Without `migration`, `apply` and `keys` it only makes the script. */
export interface InstallationOptions extends ProjectOptions {
  /** Roles of the application. @default none */
  readonly roles?: readonly string[] | undefined
  /** The script is to take everything back. @default false */
  readonly remove?: boolean | undefined
  /** Write the script as a migration of this name. */
  readonly migration?: string | undefined
  /** The folder of migrations. @default that of Prisma */
  readonly migrations?: string | undefined
  /** Run the script. @default false */
  readonly apply?: boolean | undefined
  /** Store the keys. @default false */
  readonly keys?: boolean | undefined
  /** @default the variable `DATABASE_URL` */
  readonly url?: string | undefined
}

/** What `install` did. */
export interface InstallResult {
  /** What was, or is to be, run; the keys are no part of it. */
  readonly sql: string
  readonly isRemoval: boolean
  readonly migration: MigrationResult | null
  /** What was applied; `null` where nothing was. */
  readonly tables: readonly AppliedTable[] | null
  /** The names of the keys that were stored. */
  readonly storedKeys: readonly string[]
  /** The names of the keys that the options have. */
  readonly keys: readonly string[]
}

/** How migrations of this command begin, whatever they do. */
const mark = '-- Made by `npx prisma-extension-audit install'

/**
 * Makes the SQL of the database engine for the user's schema and options, and prints, writes or runs it.
 *
 * @throws {AuditError} `OPTION_INVALID` and what `audit()` throws; `SCHEMA_INVALID`;
 * `NOT_INSTALLED` or `DATABASE_UNREACHABLE`, in which case nothing has been changed.
 */
export async function install(options: InstallationOptions = {}): Promise<InstallResult> {
  checkCombination(options)
  const { roles = [], remove = false, migration, apply = false, keys = false } = options
  const project = await readProject(options)
  const settings = engineSettings(project)
  const sql = remove
    ? `${mark} --remove\`.\n${removeScript(settings)}`
    : installScript(settings, { roles })
  const known = keyNames(settings)
  if (keys && known.length === 0) {
    invalidOption(
      'The options have no key to store: neither `redact.hashKey` nor `database.signingKey`.',
    )
  }
  const nothing = { migration: null, tables: null, storedKeys: [] }
  const result = { sql, isRemoval: remove, keys: known, ...nothing }
  if (migration !== undefined) {
    const { cwd } = project
    const folder = await findMigrations(cwd, project.schema, options.migrations)
    return {
      ...result,
      migration: await writeMigration({ cwd, folder, name: migration, sql, mark }),
    }
  }
  if (!apply && !keys) return result
  return connected(options.url, async (connection) => {
    if (remove) return { ...result, tables: await applyRemoval(connection, settings, sql) }
    const stored = { ...result, storedKeys: keys ? known : [] }
    if (apply) {
      const tables = await applyInstallation(connection, settings, { roles, withKeys: keys })
      return { ...stored, tables }
    }
    await applyKeys(connection, settings)
    return stored
  })
}

function keyNames({ hashKey, database }: EngineSettings): string[] {
  return [
    ...(hashKey === undefined ? [] : ['hash']),
    ...(database.signingKey === undefined ? [] : ['signing']),
  ]
}

function checkCombination(options: InstallationOptions): void {
  const { migration, migrations, apply, keys, remove } = options
  if (migration !== undefined && (apply || keys)) {
    invalidOption(
      '`--migration` goes without `--apply` and `--keys`: keys are not to be in a file.',
    )
  }
  if (migrations !== undefined && migration === undefined) {
    invalidOption('`--migrations` goes with `--migration`.')
  }
  if (keys && remove) invalidOption('`--keys` goes without `--remove`, which takes the keys too.')
}

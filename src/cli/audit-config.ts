import { stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { createJiti } from 'jiti'
import { AuditError } from '../errors.ts'
import type { AuditOptions } from '../options.ts'

/** The options of `audit()` that the command line works with. */
export interface AuditConfig {
  /** Relative to the project's folder; `null` where there is no such file. */
  readonly file: string | null
  readonly options: AuditOptions
}

const FILES = ['audit.config', join('.config', 'audit')].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
)

/**
 * Runs the file at `given`, else the project's `audit.config`, and answers its default export.
 *
 * @throws {AuditError} `OPTION_INVALID` where it cannot be run, or exports something else.
 */
export async function readAuditConfig(cwd: string, given?: string): Promise<AuditConfig> {
  const path = given === undefined ? await findConfig(cwd) : resolve(cwd, given)
  if (path === null) return { file: null, options: {} }
  const file = relative(cwd, path)
  if (!(await isFile(path))) throw invalid(`There is no file \`${file}\`.`)
  const options = defaultExport(await load(cwd, path, file))
  if (typeof options !== 'object' || options === null) {
    throw invalid(
      `\`${file}\` has no options as its default export. Write \`export default defineAuditConfig({ ... })\`.`,
    )
  }
  return { file, options }
}

async function load(cwd: string, path: string, file: string): Promise<unknown> {
  const tsconfig = join(cwd, 'tsconfig.json')
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    // To translate the runtime of Prisma would take seconds; and one copy of this package is enough.
    nativeModules: ['@prisma/client', 'prisma-extension-audit'],
    tsconfigPaths: (await isFile(tsconfig)) ? tsconfig : false,
  })
  try {
    return await jiti.import(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw invalid(`\`${file}\` cannot be run: ${reason}`, cause)
  }
}

function defaultExport(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module
    ? module.default
    : undefined
}

async function findConfig(cwd: string): Promise<string | null> {
  for (const name of FILES) {
    const path = join(cwd, name)
    if (await isFile(path)) return path
  }
  return null
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

function invalid(message: string, cause?: unknown): AuditError {
  return new AuditError('OPTION_INVALID', message, { cause })
}

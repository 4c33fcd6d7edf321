import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { AuditError } from '../errors.ts'

/** A file of the user's schema. */
export interface SchemaFile {
  /** Absolute. */
  readonly path: string
  /** As messages call it: relative to the working directory. */
  readonly label: string
  readonly text: string
}

/** The user's schema: one file, or all `.prisma` files of a folder. */
export interface SchemaFiles {
  readonly isFolder: boolean
  readonly label: string
  readonly files: readonly SchemaFile[]
}

const CONFIGS = ['prisma.config', join('.config', 'prisma')].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
)

const DEFAULTS = [join('prisma', 'schema.prisma'), join('prisma', 'schema'), 'schema.prisma']

/**
 * Reads the schema at `given`, else the one that the project's `prisma.config`, `package.json` or
 * Prisma's usual places name.
 *
 * @throws AuditError `SCHEMA_INVALID` where there is none, or it cannot be read.
 */
export async function readSchemaFiles(cwd: string, given?: string): Promise<SchemaFiles> {
  const path = given === undefined ? await findSchema(cwd) : resolve(cwd, given)
  const label = labelOf(cwd, path)
  const found = await attempt(label, () => stat(path))
  if (!found.isDirectory()) {
    return { isFolder: false, label, files: [await readSchemaFile(cwd, path)] }
  }
  const names = await attempt(label, () => readdir(path, { recursive: true }))
  const paths = names.filter((name) => name.endsWith('.prisma')).map((name) => join(path, name))
  if (paths.length === 0) throw refusal(`The folder \`${label}\` has no \`.prisma\` file`)
  const files: SchemaFile[] = []
  for (const one of paths.sort()) files.push(await readSchemaFile(cwd, one))
  return { isFolder: true, label, files }
}

async function readSchemaFile(cwd: string, path: string): Promise<SchemaFile> {
  const label = labelOf(cwd, path)
  // A file of another encoding must not pass, or what is appended to it would be garbage.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const text = await attempt(label, async () => decoder.decode(await readFile(path)))
  return { path, label, text }
}

async function findSchema(cwd: string): Promise<string> {
  const named = (await pathOfConfig(cwd, 'schema')) ?? (await schemaOfPackage(cwd))
  if (named !== null) return named
  for (const name of DEFAULTS) {
    const path = join(cwd, name)
    if (await exists(path)) return path
  }
  throw refusal(`There is no schema at ${DEFAULTS.map((name) => `\`${name}\``).join(', ')}`)
}

/**
 * The folder of the migrations: `given`, else what the project's `prisma.config` names, else `migrations`
 * beside the file with the datasource.
 *
 * @throws AuditError `SCHEMA_INVALID` where the config cannot be read.
 */
export async function findMigrations(
  cwd: string,
  { files }: SchemaFiles,
  given?: string,
): Promise<string> {
  if (given !== undefined) return resolve(cwd, given)
  const named = await pathOfConfig(cwd, 'migrations')
  if (named !== null) return named
  const main = files.find(({ text }) => /^\s*datasource\s/m.test(text)) ?? files[0]
  return join(dirname(main?.path ?? cwd), 'migrations')
}

/** What names a path in `prisma.config`, up to its value. */
const SETTINGS = {
  schema: /(?<![\w.$])["']?schema["']?\s*:\s*([^\n]*)/g,
  migrations: /(?<![\w.$])["']?migrations["']?\s*:\s*\{[^}]*?\bpath["']?\s*:\s*([^\n]*)/g,
}

/** The file is only looked at, never run: it may do anything, and need what is not installed. */
async function pathOfConfig(cwd: string, name: keyof typeof SETTINGS): Promise<string | null> {
  for (const file of CONFIGS) {
    const path = join(cwd, file)
    if (!(await exists(path))) continue
    const text = withoutComments(await attempt(file, () => readFile(path, 'utf8')))
    const settings = [...text.matchAll(SETTINGS[name])]
    const [setting] = settings
    if (setting === undefined) continue
    const value = literalPath(setting[1] ?? '')
    if (value === null || settings.length > 1) {
      throw refusal(`The \`${name}\` in \`${file}\` is not one plain text`, name)
    }
    return resolve(dirname(path), value)
  }
  return null
}

async function schemaOfPackage(cwd: string): Promise<string | null> {
  const path = join(cwd, 'package.json')
  if (!(await exists(path))) return null
  const text = await attempt('package.json', () => readFile(path, 'utf8'))
  const content = await attempt('package.json', async () => JSON.parse(text) as unknown)
  const prisma = property(content, 'prisma')
  const schema = property(prisma, 'schema')
  return typeof schema === 'string' ? resolve(cwd, schema) : null
}

/** The value of `'a/b'` or `path.join('a', 'b')`. */
function literalPath(code: string): string | null {
  const literal = /^(["'`])([^"'`$\\]*)\1\s*(?:[,}]|$)/.exec(code)
  if (literal) return literal[2] ?? null
  const call = /^(?:path\.)?join\(((?:\s*(["'`])[^"'`$\\]*\2\s*,?)+)\)/.exec(code)
  const parts = [...(call?.[1] ?? '').matchAll(/["'`]([^"'`]*)["'`]/g)].map((part) => part[1] ?? '')
  return call ? join(...parts) : null
}

function withoutComments(code: string): string {
  return code.replace(
    /(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (match, quote: string | undefined) => (quote === undefined ? ' ' : match),
  )
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined
}

function labelOf(cwd: string, path: string): string {
  return relative(cwd, path) || '.'
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function attempt<T>(label: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AuditError('SCHEMA_INVALID', `\`${label}\` cannot be read: ${reason}`, { cause })
  }
}

function refusal(problem: string, name: keyof typeof SETTINGS = 'schema'): AuditError {
  const way = { schema: '`--schema <file or folder>`', migrations: '`--migrations <folder>`' }
  return new AuditError('SCHEMA_INVALID', `${problem}. Name the ${name} with ${way[name]}.`)
}

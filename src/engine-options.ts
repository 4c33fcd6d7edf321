import type { Dialect } from './dialect.ts'
import { invalidOption } from './errors.ts'

/**
 * What records a change: `client`, the extension, in a transaction with the call; or `database`,
 * triggers of PostgreSQL, in the statement itself, whoever sends it.
 */
export type Engine = 'client' | 'database'

/** What `audit({ database })` takes; each has a default. */
export interface DatabaseOptions {
  /** The schema of the engine's functions. @default 'prisma_audit' */
  readonly schema?: string
  /** The schema of tables whose model has no `@@schema`. @default 'public' */
  readonly tables?: string
  /**
   * How the context gets to the triggers: as a comment at the end of each statement, or as a setting
   * of the transaction, which costs a statement a call, and a transaction for a call without one.
   * @default 'comment'
   */
  readonly context?: 'comment' | 'setting'
  /**
   * Signs the context by HMAC-SHA-256, so that nobody who merely can send SQL can make one. At least
   * 16 characters, and stored in the database by `npx prisma-extension-audit install --keys`.
   * @default not signed
   */
  readonly signingKey?: string | undefined
  /** Whether a model without triggers of this version fails the first write. @default 'refuse' */
  readonly onUncovered?: 'refuse' | 'warn'
}

/** The same with every default filled in. */
export interface DatabaseSettings {
  readonly schema: string
  readonly tables: string
  readonly context: 'comment' | 'setting'
  readonly signingKey: string | undefined
  readonly onUncovered: 'refuse' | 'warn'
}

interface EngineOptions {
  readonly engine?: Engine
  readonly database?: DatabaseOptions
  readonly onError?: unknown
  readonly id?: unknown
  readonly transaction?: unknown
  readonly onWarning?: unknown
}

/**
 * The settings of the database engine; `null` for the client engine.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function databaseSettings(
  options: EngineOptions,
  { provider }: Dialect,
): DatabaseSettings | null {
  const { database = {} } = options
  if (options.engine !== 'database') {
    if (options.database)
      invalidOption("`database` is for the database engine: `engine: 'database'`.")
    return null
  }
  if (provider !== 'postgresql') {
    invalidOption(
      `\`engine: 'database'\` needs PostgreSQL, and this client has ${provider}, which has no triggers that ` +
        'see all rows of a statement. Leave `engine` out: the client engine records the same rows.',
    )
  }
  if (options.onError === 'ignore') {
    invalidOption(
      "`onError: 'ignore'` is not for `engine: 'database'`: the entry is written by the user's own statement, " +
        'which fails with it.',
    )
  }
  for (const name of ['id', 'transaction'] as const) {
    if (options[name] === undefined) continue
    invalidOption(`\`${name}\` is not for \`engine: 'database'\`: the database sees to it.`)
  }
  const { onUncovered = 'refuse' } = database
  if (onUncovered === 'warn' && !options.onWarning) {
    invalidOption(
      "`database.onUncovered: 'warn'` needs `onWarning`, a function that is told what is not recorded.",
    )
  }
  return {
    schema: database.schema ?? 'prisma_audit',
    tables: database.tables ?? 'public',
    context: database.context ?? 'comment',
    signingKey: database.signingKey,
    onUncovered,
  }
}

/** What `database` has to be, where it is not. */
export function databaseShape(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an object'
  for (const [name, given] of Object.entries(value)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name as keyof DatabaseOptions] : undefined
    if (!shape) return `an object with ${Object.keys(shapes).join(', ')}, without \`${name}\``
    if (given !== undefined && !shape.fits(given)) return `with \`${name}\` ${shape.text}`
  }
  return undefined
}

const oneOf = (...values: string[]) => ({
  fits: (value: unknown) => values.includes(value as string),
  text: `one of ${values.join(', ')}`,
})

const shapes: Readonly<
  Record<keyof DatabaseOptions, { fits: (value: unknown) => boolean; text: string }>
> = {
  // It is a part of the names of settings, too, which take no others.
  schema: {
    fits: (value) => typeof value === 'string' && /^[a-z_][a-z0-9_]{0,39}$/.test(value),
    text: 'of up to 40 lowercase letters, digits and underscores',
  },
  tables: {
    fits: (value) => typeof value === 'string' && value !== '',
    text: 'the name of a schema',
  },
  context: oneOf('comment', 'setting'),
  signingKey: {
    fits: (value) => typeof value === 'string' && value.length >= 16,
    text: 'of at least 16 characters',
  },
  onUncovered: oneOf('refuse', 'warn'),
}

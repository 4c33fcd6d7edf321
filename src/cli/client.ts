import { AuditError } from '../errors.ts'
import type { AuditQueries } from '../query/queries.ts'
import type { Revert, RevertOptions } from '../revert/revert.ts'
import type { RevertTarget } from '../revert/target.ts'
import { readAuditConfig } from './audit-config.ts'

/** What the command line asks the trail by: `$audit` of the application's client. */
export interface AuditAnswers extends AuditQueries {
  revert(target: RevertTarget, options?: RevertOptions): Promise<Revert>
}

/** The argument of a command that asks the trail. */
export const configArgument = {
  config: {
    type: 'string',
    description: 'File with the options of audit() and the client (audit.config.ts)',
    valueHint: 'path',
  },
} as const

/**
 * Asks the trail by the client that `client` of `audit.config` answers, and disconnects it at the end.
 *
 * @throws {AuditError} `OPTION_INVALID` where there is no such client; `DATABASE_UNREACHABLE` with what
 *   Prisma says; what `work` throws.
 */
export async function asking<T>(
  config: string | undefined,
  work: (audit: AuditAnswers) => Promise<T>,
): Promise<T> {
  const { file, options } = await readAuditConfig(process.cwd(), config)
  if (!options.client)
    throw invalid(
      `${file === null ? 'There is no file `audit.config.ts`' : `\`${file}\` has no \`client\``}. ${wayOut}`,
    )
  const client = clientIn(await answer(options.client, file), file)
  try {
    return await work(client.$audit)
  } catch (error) {
    throw isOfPrisma(error) ? unreachable(error) : error
  } finally {
    await client.$disconnect()
  }
}

interface Client {
  readonly $audit: AuditAnswers
  $disconnect(): Promise<void>
}

const wayOut = `The command line asks the trail by your own client, so tell it where that is:

  // audit.config.ts
  export default defineAuditConfig({
    client: () => import('./src/database.ts'), // exports a client with .$extends(audit(...))
  })`

async function answer(client: () => unknown, file: string | null): Promise<unknown> {
  try {
    return await client()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw invalid(`\`client\` in \`${file}\` failed: ${reason}`, cause)
  }
}

/** The client itself, or the one that a module exports, under whatever name. */
function clientIn(answered: unknown, file: string | null): Client {
  if (isAudited(answered)) return answered
  // What a CommonJS module exports may be in the default only.
  const all = [
    ...membersOf(answered),
    ...membersOf((answered as { default?: unknown } | null)?.default),
  ]
  const [client, another] = new Set(all.filter(isAudited))
  if (client && !another) return client
  throw invalid(
    client
      ? `\`client\` in \`${file}\` answers a module with several audited clients. Answer one of them: ` +
          "`client: (): unknown => import('./src/database.ts').then((module) => module.prisma)`."
      : `\`client\` in \`${file}\` answers neither an audited client nor a module that exports one. ${wayOut}`,
  )
}

function membersOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

function isAudited(value: unknown): value is Client {
  if (typeof value !== 'object' || value === null) return false
  const { $audit } = value as { $audit?: Partial<AuditAnswers> }
  return typeof $audit === 'object' && typeof $audit?.search === 'function'
}

function isOfPrisma(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith('PrismaClient')
}

/** Prisma tells of the call first, and last of what went wrong. */
function unreachable(cause: Error): AuditError {
  const lines = cause.message.split('\n').filter((line) => line.trim() !== '')
  return new AuditError('DATABASE_UNREACHABLE', `The database refused: ${lines.at(-1)}`, { cause })
}

function invalid(message: string, cause?: unknown): AuditError {
  return new AuditError('OPTION_INVALID', message, { cause })
}

/**
 * A target for `pino.transport()` that stores the lines of units of work from pino's worker thread,
 * by an audited Prisma client of its own:
 *
 * ```ts
 * pino({ mixin: auditMixin() }, pino.transport({
 *   target: 'prisma-extension-audit/pino-transport',
 *   options: { client: new URL('./database.js', import.meta.url).href },
 * }))
 * ```
 */
import { resolve } from 'node:path'
import type { Transform } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import build from 'pino-abstract-transport'
import { errorSummary } from '../error-summary.ts'
import { AuditError } from '../errors.ts'
import {
  type ExecutionLog,
  type ExecutionLogOptions,
  executionLog,
  type LogLine,
} from '../execution-log.ts'
import { type PinoConfig, type PinoLineOptions, parsePinoLine } from './pino.ts'

/** Plain data: they are sent to another thread. */
export interface PinoTransportOptions
  extends Omit<ExecutionLogOptions, 'onLost'>,
    Omit<PinoLineOptions, 'messageKey'> {
  /**
   * The module that exports the audited Prisma client: a `file:` URL, or a path from the working
   * directory. It is loaded a second time, in the worker, so it must not create the logger as well.
   */
  readonly client: string
  /** Which of its exports: the client, a promise of it, or a function that answers either. @default 'prisma' */
  readonly export?: string | undefined
}

/** The client, as far as the transport needs it. */
type Client = Parameters<typeof executionLog>[0] & { readonly $disconnect: () => Promise<void> }

/**
 * Lines are stored in order, and while too many wait the worker takes no more from pino.
 * `logger.flush(callback)` calls back when all lines before it are stored; `transport.end()` stores
 * what is left and disconnects the client.
 *
 * Lines that the database does not take are lost, with a warning of the process. Options that cannot
 * work are an `error` event of the transport, which ends an application that does not listen to it.
 */
export default async function pinoTransport(options: PinoTransportOptions): Promise<Transform> {
  // Not the rest of them: pino adds options of its own.
  const { batch, interval, limit, highWaterMark, levelKey, nestedKey } = options
  const logOptions = { batch, interval, limit, highWaterMark, onLost: warn }
  const opened = openClient(options).then((client) => ({
    client,
    log: executionLog(client, logOptions),
  }))
  // It is told where the lines are read, which may be later.
  opened.catch(() => undefined)
  const stream: Transform & PinoConfig = await build(
    async (lines) => storeLines(lines, (await opened).log),
    {
      expectPinoConfig: true,
      metadata: false,
      parseLine: (line) => parsePinoLine(line, stream, { levelKey, nestedKey }),
      close: async (error) => {
        const { client, log } = await opened
        await log.close()
        await client.$disconnect()
        if (error) throw error
      },
    },
  )
  return Object.assign(stream, { flush: async () => flush(stream, (await opened).log) })
}

async function storeLines(lines: AsyncIterable<LogLine>, log: ExecutionLog): Promise<void> {
  for await (const line of lines) {
    if (!log.write(line)) await log.drained()
  }
}

/** Waits until all lines that the stream has taken are read, and then until they are stored. */
async function flush(stream: Transform, log: ExecutionLog): Promise<void> {
  do await setImmediate()
  while (!stream.destroyed && stream.writableLength + stream.readableLength > 0)
  await log.flush()
}

async function openClient(options: PinoTransportOptions): Promise<Client> {
  const { client: module, export: name = 'prisma' } = options
  const exports = await load(module)
  if (!(name in exports)) {
    const names = Object.keys(exports).map((each) => `\`${each}\``)
    invalid(
      `The module \`${module}\` has no export \`${name}\`, but ${names.join(', ') || 'none at all'}. ` +
        'Name the one that is the audited Prisma client with the option `export`.',
    )
  }
  const exported = exports[name]
  const client = (await (typeof exported === 'function' ? exported() : exported)) as Client
  if (typeof client?.$audit?.executionLog === 'function') return client
  return invalid(
    `The export \`${name}\` of \`${module}\` is no audited Prisma client, and answers none. ` +
      'Export the client that $extends(audit()) returned.',
  )
}

async function load(module: unknown): Promise<Readonly<Record<string, unknown>>> {
  try {
    const text = module as string
    return await import(text.startsWith('file:') ? text : pathToFileURL(resolve(text)).href)
  } catch (cause) {
    return invalid(
      `The option \`client\` is \`${String(module)}\`, which could not be loaded: ${String(cause)}. ` +
        'It has to be a module that exports the audited Prisma client: the URL ' +
        "new URL('./database.js', import.meta.url).href, or a path from the working directory.",
      cause,
    )
  }
}

function warn(lines: number, cause: unknown): void {
  const { name, message } = errorSummary(cause)
  process.emitWarning(`${lines} lines of execution logs are lost. ${name}: ${message}`)
}

function invalid(message: string, cause?: unknown): never {
  throw new AuditError('OPTION_INVALID', message, { cause })
}

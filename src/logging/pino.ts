/**
 * pino: a mixin that gives each line the audit context, and a stream that stores the lines of units
 * of work. `pino-transport.ts` stores them from pino's worker thread instead.
 */
import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { LevelMapping, Logger } from 'pino'
import type { ExecutionLog, LogLine } from '../execution-log.ts'
import { checkLog, logFields, traceOf } from './fields.ts'

/** A function that pino's option `mixin` takes. */
type Mixin<CustomLevels extends string> = (
  mergeObject: object,
  level: number,
  logger: Logger<CustomLevels>,
) => object

/**
 * pino's option `mixin`: each line carries the {@link LogFields} of the code that logs it.
 *
 * What a mixin of your own answers wins over them, and what is given with the line wins over both.
 */
export function auditMixin<CustomLevels extends string = never>(
  own?: Mixin<CustomLevels>,
): Mixin<CustomLevels> {
  if (!own) return logFields
  return (mergeObject, level, logger) => Object.assign(logFields(), own(mergeObject, level, logger))
}

/** How the logger was set up, where it differs from pino's defaults. */
export interface PinoLineOptions {
  /** Where `formatters.level` puts the level. @default 'level' */
  readonly levelKey?: string | undefined
  /** pino's `messageKey`. @default what the logger tells, otherwise 'msg' */
  readonly messageKey?: string | undefined
  /** pino's `nestedKey`: under which the fields of a line are. */
  readonly nestedKey?: string | undefined
}

/** What pino tells its stream about itself, in a `message` event. */
export interface PinoConfig {
  readonly levels?: LevelMapping | undefined
  readonly messageKey?: string | undefined
}

/**
 * A stream that stores lines in `log`: pino's second argument, or one of `pino.multistream`.
 *
 * It goes by the lines alone: those without a `trace_id` are counted as untraced, and what is stored
 * has gone through pino's `redact` and serializers.
 *
 * pino waits for no stream. Lines go to `log` at once and nothing is held here, so what finds no room
 * is lost and counted there. For a source that can be paused, such as the output of a child process,
 * `write` answers `false` and `drain` follows, as of any stream. `end()` flushes `log`, and leaves it
 * open for others.
 *
 * @throws {AuditError} `OPTION_INVALID` when `log` is no execution log.
 */
export function executionLogStream(log: ExecutionLog, options: PinoLineOptions = {}): Writable {
  checkLog(log)
  return new ExecutionLogStream(log, options)
}

/** Characters; a source that ends no line must not fill the memory. */
const longestLine = 1_000_000

class ExecutionLogStream extends Writable {
  readonly #log: ExecutionLog
  readonly #options: PinoLineOptions
  readonly #decoder = new StringDecoder('utf8')
  #config: PinoConfig = {}
  /** The beginning of a line whose end has not come yet. */
  #rest = ''
  #isFull = false

  constructor(log: ExecutionLog, options: PinoLineOptions) {
    // It holds nothing, so the stream's own mark must never be reached.
    super({ decodeStrings: false, highWaterMark: Number.MAX_SAFE_INTEGER })
    this.#log = log
    this.#options = options
    this.on('message', (message: { readonly code?: string; readonly config?: PinoConfig }) => {
      if (message.code === 'PINO_CONFIG') this.#config = message.config ?? {}
    })
  }

  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    // An application that shuts down may log after the end, which must not be what breaks it.
    if (this.writableEnded || this.destroyed) this.#take(chunk as string | Uint8Array)
    else super.write(chunk, encoding as BufferEncoding, callback as () => void)
    return !this.#isFull
  }

  override _write(chunk: string | Uint8Array, _encoding: string, callback: () => void): void {
    this.#take(chunk)
    callback()
  }

  override _final(callback: () => void): void {
    this.#take(`${this.#decoder.end()}\n`)
    this.flush(callback)
  }

  /** What `logger.flush()` calls. */
  flush(callback: () => void = () => {}): void {
    this.#log.flush().then(callback, callback)
  }

  #take(chunk: string | Uint8Array): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)
    const lines = (this.#rest + text).split('\n')
    const rest = lines.pop() ?? ''
    const isEndless = rest.length > longestLine
    if (isEndless) lines.push(rest)
    this.#rest = isEndless ? '' : rest
    for (const line of lines) {
      if (line.trim() !== '' && !this.#log.write(this.#parse(line))) this.#wait()
    }
  }

  #parse(line: string): LogLine {
    return parsePinoLine(line, this.#config, this.#options)
  }

  #wait(): void {
    if (this.#isFull) return
    this.#isFull = true
    this.#log.drained().then(() => {
      this.#isFull = false
      this.emit('drain')
    })
  }
}

/** pino's own levels; of other loggers' levels, the number is all that a line tells. */
const levelNames: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** One line of JSON as pino writes it. A line that cannot be read becomes the message; never throws. */
export function parsePinoLine(
  text: string,
  config: PinoConfig = {},
  { levelKey = 'level', messageKey = config.messageKey ?? 'msg', nestedKey }: PinoLineOptions = {},
): LogLine {
  // Most lines of an application belong to no trace, and need not be parsed to know that.
  if (!text.includes('"trace_id"')) return { message: text, traceId: '' }
  const line = parsed(text)
  if (!line) return { message: text, ...brokenTrace(text) }
  const { time, name, pid, hostname, [levelKey]: level, [messageKey]: message, ...rest } = line
  const { trace_id, parent_id, ...fields } = flattened(rest, nestedKey)
  return {
    level: levelText(level, config.levels),
    message: messageText(message),
    ...traceOf({ trace_id, parent_id, trace_flags: fields.trace_flags }),
    logger: typeof name === 'string' ? name : undefined,
    loggedAt: timeOf(time),
    fields: name === undefined || typeof name === 'string' ? fields : { name, ...fields },
  }
}

/** The fields of a line that are below `nestedKey`, next to the bindings of the logger, which are not. */
function flattened(fields: Fields, nestedKey: string | undefined): Fields {
  if (nestedKey === undefined) return fields
  const { [nestedKey]: nested, ...bindings } = fields
  return isObject(nested) ? { ...bindings, ...nested } : fields
}

type Fields = Readonly<Record<string, unknown>>

function parsed(text: string): Fields | undefined {
  try {
    const line: unknown = JSON.parse(text)
    return isObject(line) ? line : undefined
  } catch {
    return undefined
  }
}

/** Of a line that was cut off, or that something was written into. */
function brokenTrace(text: string) {
  const [, trace_id] = /"trace_id":"([0-9a-f]{32})"/.exec(text) ?? []
  const [, parent_id] = /"parent_id":"([0-9a-f]{32})"/.exec(text) ?? []
  return traceOf({ trace_id, parent_id, trace_flags: /"trace_flags":"\w+"/.exec(text)?.[0] })
}

function levelText(level: unknown, levels: LevelMapping | undefined): string | undefined {
  if (typeof level === 'number') {
    return levels?.labels[level] ?? levelNames[level] ?? String(level)
  }
  return typeof level === 'string' ? level : undefined
}

function messageText(message: unknown): string {
  if (typeof message === 'string') return message
  return message === undefined ? '' : JSON.stringify(message)
}

/** pino's `epochTime` in milliseconds, `unixTime` in seconds, or ISO 8601. */
function timeOf(time: unknown): Date | undefined {
  // As milliseconds, what is below would be before 1973.
  if (typeof time === 'number') return new Date(time < 1e11 ? time * 1000 : time)
  return typeof time === 'string' ? new Date(time) : undefined
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

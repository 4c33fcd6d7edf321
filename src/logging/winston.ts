/**
 * winston: a format that gives each line the audit context, and a transport that stores the lines of
 * units of work.
 */
import { AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import type { Logform, Logger } from 'winston'
import Transport from 'winston-transport'
import type { ExecutionLog, LogLine } from '../execution-log.ts'
import { checkLog, hasSpan, type LogFields, logFields, traceOf } from './fields.ts'

type Info = Logform.TransformableInfo

/** Where winston keeps the level without colors, and the line as it is written (`triple-beam`). */
const levelKey = Symbol.for('level')
const messageKey = Symbol.for('message')

/**
 * A format of the logger, not of a transport: each line carries the {@link LogFields} of the code that
 * logs it. What is given with the line wins over them.
 *
 * It reads the running code's context, so the logger needs {@link keepContext}, unless it has an
 * {@link ExecutionLogTransport}.
 */
export function auditFormat(): Logform.Format {
  return { transform: (info) => withFields(info) }
}

/** A copy: the object may be the application's own, and be logged again in another context. */
function withFields(info: Info): Info {
  const fields = logFields()
  const { trace_id } = fields
  // Not `{ ...fields, ...info }`, which takes twice as long.
  const line = Object.assign(info instanceof Error ? errorLike(info, fields) : fields, info)
  // A span's `trace_id` was not given with the line, but by OpenTelemetry's instrumentation.
  if (trace_id === undefined || !hasSpan(info)) return line
  return Object.assign(line, { trace_id, otel_trace_id: info.trace_id })
}

/** An error in the eyes of other formats, with what an error has that is not enumerable. */
function errorLike(error: Error, fields: LogFields): LogFields {
  const { message, stack } = error
  const hidden = { writable: true, configurable: true }
  const copy = Object.create(Object.getPrototypeOf(error), {
    message: { value: message, ...hidden },
    stack: { value: stack, ...hidden },
  })
  return Object.assign(copy, fields)
}

const isKept = Symbol.for('prisma-extension-audit.winston')

/**
 * Makes a logger format each line in the context where it was logged, and answers the logger.
 *
 * While one of its transports is slow, a file for example, winston keeps lines back, and formats them
 * later in the context of whatever goes on then: a line would carry the trace of another request.
 */
export function keepContext<L extends Logger>(logger: L): L {
  if (isKept in logger) return logger
  let root: Logger = logger
  // A child hands its lines to the logger that it was made of.
  while (Object.hasOwn(root, 'write')) root = Object.getPrototypeOf(root)
  const { write, _transform: transform } = root
  // An object can be logged again while it waits.
  const contexts = new WeakMap<object, AsyncResource[]>()
  const kept: Pick<Logger, 'write' | '_transform'> = {
    write: (info: unknown, ...rest: unknown[]) => {
      const own = new AsyncResource('WinstonLine')
      if (isObject(info)) contexts.set(info, [...(contexts.get(info) ?? []), own])
      return Reflect.apply(write, root, [info, ...rest])
    },
    _transform: (info, ...rest) => {
      const context = contexts.get(info)?.shift()
      if (!context) return transform.call(root, info, ...rest)
      return context.runInAsyncScope(transform, root, info, ...rest)
    },
  }
  Object.assign(root, kept, { [isKept]: true })
  return logger
}

/** Those of every winston transport, and where the lines go. */
export interface ExecutionLogTransportOptions
  extends Omit<Transport.TransportStreamOptions, 'log' | 'logv' | 'close'> {
  readonly log: ExecutionLog
}

/**
 * A transport that stores lines in an execution log. It goes by the lines alone: those without a
 * `trace_id` are counted as untraced. Its logger gets {@link keepContext}.
 *
 * What is stored is what the logger writes: of a line that `format.json()` made, that JSON, so that a
 * `replacer` has its say; otherwise the fields that the formats have left.
 *
 * It never makes winston wait, which would hold up the other transports and keep any number of lines
 * in memory: what finds no room is lost and counted by the log. `logger.end()` flushes the log, and
 * leaves it open for others.
 */
export class ExecutionLogTransport extends Transport {
  readonly #log: ExecutionLog

  /** @throws {AuditError} `OPTION_INVALID` when `log` is no execution log. */
  constructor({ log, ...options }: ExecutionLogTransportOptions) {
    super(options)
    checkLog(log)
    this.#log = log
    this.on('pipe', (source: unknown) => {
      if (isLogger(source)) keepContext(source)
    })
  }

  override log(info: Info, next: () => void): void {
    try {
      this.#log.write(lineOf(info))
    } catch (error) {
      // A getter that throws. An `error` would end an application that does not listen to it.
      this.emit('warn', error)
    }
    if (this.listenerCount('logged') > 0) setImmediate(() => this.emit('logged', info))
    next()
  }

  override _final(callback: () => void): void {
    this.#log.flush().then(callback, callback)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isLogger(source: unknown): source is Logger {
  return ['_transform', 'levels'].every((name) => name in Object(source))
}

/** Other names of the levels that all logs share; further ones of winston's are kept. */
const levelNames: Readonly<Record<string, string>> = {
  silly: 'trace',
  warning: 'warn',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
}

function lineOf(info: Info): LogLine {
  const { level, message, timestamp, label, trace_id, parent_id, ...fields } =
    writtenJson(info) ?? info
  const name = String(info[levelKey] ?? level)
  const loggedAt = timeOf(timestamp)
  return {
    level: levelNames[name] ?? name,
    message: textOf(info instanceof Error ? info.message : message),
    ...traceOf(info),
    logger: typeof label === 'string' ? label : undefined,
    loggedAt,
    fields: {
      ...fields,
      ...(typeof label !== 'string' && { label }),
      ...(!loggedAt && { timestamp }),
      ...(info instanceof Error && { stack: info.stack }),
    },
  }
}

/** What `format.json()` made of a line. */
function writtenJson(info: Info): Readonly<Record<string, unknown>> | undefined {
  const text = info[messageKey]
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** ISO 8601, as `format.timestamp()` writes by default. */
function timeOf(timestamp: unknown): Date | undefined {
  if (typeof timestamp !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(timestamp)) return undefined
  const time = new Date(timestamp)
  return Number.isNaN(time.getTime()) ? undefined : time
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message
  return message === undefined ? '' : inspect(message)
}

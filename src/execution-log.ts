import { DbNull } from '@prisma/client/runtime/client'
import { Batcher } from './batcher.ts'
import { currentAudit } from './context.ts'
import { AuditError } from './errors.ts'
import { isId } from './id.ts'
import type { Settings } from './options.ts'
import type { RootClient } from './prisma.ts'
import type { JsonValue } from './serialize.ts'
import { storableJson, storableTextOrNull } from './storable.ts'

/** How lines are stored. */
export interface ExecutionLogOptions {
  /** The most lines of one write. @default 500 */
  readonly batch?: number | undefined
  /** Milliseconds until an incomplete batch is written. @default 500 */
  readonly interval?: number | undefined
  /** The most lines that wait to be written; what comes then is lost, and counted. @default 10,000 */
  readonly limit?: number | undefined
  /** From so many waiting lines on, `write()` answers `false`. @default 2,000 */
  readonly highWaterMark?: number | undefined
  /** Is told of lines that could not be written. @default nothing: see `stats` */
  readonly onLost?: ((lines: number, cause: unknown) => void) | undefined
}

/** One line of an execution log, as an application or a logger gives it. */
export interface LogLine {
  /** @default 'info' */
  readonly level?: string | undefined
  readonly message: string
  /** The name of the logger. */
  readonly logger?: string | undefined
  /** When it was logged. @default now */
  readonly loggedAt?: Date | undefined
  /** What else the line says; anything that JSON can hold. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  /** The trace that it belongs to. @default that of the running code */
  readonly traceId?: string | undefined
  readonly parentId?: string | null | undefined
}

/** Counted in lines. */
export interface ExecutionLogStats {
  readonly written: number
  readonly pending: number
  /** Could not be written, or found no room. */
  readonly lost: number
  /** Were logged outside of any trace, and are not kept. */
  readonly untraced: number
}

/** Stores the lines that are logged by units of work, next to their audit entries. */
export interface ExecutionLog {
  /**
   * Takes a line, and never throws. Answers `false` while more lines wait than the high-water mark:
   * a source that can be paused waits for {@link ExecutionLog.drained}.
   */
  write(line: LogLine): boolean
  /** Resolves once there is room again. */
  drained(): Promise<void>
  /** Resolves once all lines of now are written, or given up. Never rejects. */
  flush(): Promise<void>
  /** Flushes, and takes no more lines. */
  close(): Promise<void>
  readonly stats: ExecutionLogStats
}

/** A line as it is stored. */
export interface StoredLine {
  readonly seq: bigint
  readonly traceId: string
  readonly parentId: string | null
  readonly loggedAt: Date
  readonly level: string
  readonly message: string
  readonly logger: string | null
  readonly fields: JsonValue
}

/** Longer messages are cut, so that one line cannot fill the table. */
const longestMessage = 16_000

/** An audited client, as far as a log needs it. */
interface AuditedClient {
  readonly $audit: { executionLog(options?: ExecutionLogOptions): ExecutionLog }
}

/**
 * A writer for execution logs: `executionLog(prisma)`.
 *
 * @throws {AuditError} `AUDIT_MODEL_MISSING` where the schema has no model for it, `OPTION_INVALID`.
 */
export function executionLog(prisma: AuditedClient, options?: ExecutionLogOptions): ExecutionLog {
  return prisma.$audit.executionLog(options)
}

/**
 * Opens the writer of execution logs.
 *
 * @throws {AuditError} `AUDIT_MODEL_MISSING` where the schema has no model for it, `OPTION_INVALID`.
 */
export function openExecutionLog(
  root: RootClient,
  { executionLogModel: model, now }: Settings,
  options: ExecutionLogOptions = {},
): ExecutionLog {
  if (!model) {
    throw new AuditError(
      'AUDIT_MODEL_MISSING',
      'The Prisma schema has no model for execution logs. Add it with ' +
        '`npx prisma-extension-audit init --execution-logs`, then migrate and generate.',
    )
  }
  const { batch, interval, limit, highWaterMark } = checkedOptions(options)
  const batcher = new Batcher<Omit<StoredLine, 'seq'>>({
    batch,
    interval,
    limit,
    highWaterMark,
    onLost: options.onLost,
    write: async (lines) => {
      await root.delegate(model.name).createMany({ data: lines.map(rowOf) })
    },
  })
  let untraced = 0
  return {
    write: (line) => {
      const stored = storedLine(line, now)
      if (stored) return batcher.add(stored)
      untraced += 1
      return true
    },
    drained: () => batcher.drained(),
    flush: () => batcher.flush(),
    close: () => batcher.close(),
    get stats() {
      return { ...batcher.stats, untraced }
    },
  }
}

/** `null` for a line that belongs to no trace. Nothing that a line holds can make it throw. */
function storedLine(line: LogLine, now: () => Date): Omit<StoredLine, 'seq'> | null {
  const trace = line.traceId === undefined ? currentAudit()?.trace : undefined
  const traceId = line.traceId ?? trace?.traceId
  if (!isId(traceId)) return null
  const { loggedAt } = line
  const isTime = loggedAt instanceof Date && !Number.isNaN(loggedAt.getTime())
  return {
    traceId,
    parentId: line.parentId ?? trace?.parentId ?? null,
    loggedAt: isTime ? loggedAt : now(),
    level: storableTextOrNull(line.level) ?? 'info',
    message: (storableTextOrNull(line.message) ?? '').slice(0, longestMessage),
    logger: storableTextOrNull(line.logger),
    fields: fieldsOf(line.fields),
  }
}

function fieldsOf(fields: LogLine['fields']): JsonValue {
  if (!fields || Object.keys(fields).length === 0) return null
  try {
    return storableJson(fields)
  } catch {
    // A circle, or a getter that throws.
    return { unreadable: Object.keys(fields) }
  }
}

/** With every column: rows that lack some would be inserted apart from the others, out of order. */
function rowOf({ fields, ...line }: Omit<StoredLine, 'seq'>) {
  return { ...line, fields: fields ?? DbNull }
}

function checkedOptions(options: ExecutionLogOptions) {
  const checked = { batch: 500, interval: 500, limit: 10_000, highWaterMark: 2_000 }
  for (const name of Object.keys(checked) as (keyof typeof checked)[]) {
    const value = options[name]
    if (value === undefined) continue
    if (!Number.isInteger(value) || value < 1) {
      throw new AuditError(
        'OPTION_INVALID',
        `The option \`${name}\` of an execution log is \`${String(value)}\`, but it has to be a number of at least 1.`,
      )
    }
    checked[name] = value
  }
  return checked
}

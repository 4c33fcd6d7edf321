import type { JsonValue } from './serialize.ts'

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

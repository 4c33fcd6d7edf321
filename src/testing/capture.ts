import { AsyncLocalStorage } from 'node:async_hooks'
import type { EntryRow } from '../entry.ts'
import { invalidOption } from '../errors.ts'
import { written } from '../store.ts'
import { checkFunction, checkOptionNames } from './arguments-check.ts'

export interface CaptureOptions {
  /** The rows to keep: those of one tenant, of ids with the prefix of one client. @default all */
  readonly filter?: ((row: EntryRow) => boolean) | undefined
}

/** Rows as they were written, in that order. */
export interface Capture {
  /** `before` and `after` are in their stored form: dates and decimals are text. */
  readonly entries: readonly EntryRow[]
  /** Forgets the rows until now. */
  clear(): void
  /** Captures no more. The rows stay. */
  stop(): void
  [Symbol.dispose](): void
}

/**
 * Captures the rows that audited clients write in this process, of all clients and databases, without
 * reading a table. Those of a transaction that is rolled back later are among them. Stop it, or have
 * `using` do so.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function captureEntries(options: CaptureOptions = {}): Capture {
  checkOptionNames('captureEntries', options, ['filter'])
  const { filter } = options
  if (filter !== undefined && typeof filter !== 'function') {
    invalidOption(
      `\`filter\` of captureEntries() is \`${String(filter)}\`, but it has to be a function of a row.`,
    )
  }
  const entries: EntryRow[] = []
  const keep = (rows: unknown) => {
    for (const row of rows as readonly EntryRow[]) {
      if (!filter || filter(row)) entries.push(row)
    }
  }
  const clear = () => {
    entries.length = 0
  }
  const stop = () => {
    written.unsubscribe(keep)
  }
  written.subscribe(keep)
  return { entries, clear, stop, [Symbol.dispose]: stop }
}

/**
 * Captures like {@link captureEntries}, but only what `fn` writes, and what it calls and starts: tests
 * that run at the same time do not meet.
 *
 * A server that answers requests of `fn` runs by itself, so what it writes is not among the rows.
 * Entries of reads are written later, in batches, and are not either.
 *
 * @throws {AuditError} `OPTION_INVALID`
 * @throws what `fn` throws
 */
export async function writtenDuring<T>(
  fn: () => T | PromiseLike<T>,
): Promise<{ readonly result: T; readonly entries: readonly EntryRow[] }> {
  checkFunction('writtenDuring', fn)
  const scope = new AsyncLocalStorage<true>()
  const capture = captureEntries({ filter: () => scope.getStore() === true })
  try {
    const result = await scope.run(true, async () => await fn())
    return { result, entries: capture.entries }
  } finally {
    capture.stop()
    scope.disable()
  }
}

import { AuditError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { RootClient, Transaction } from '../prisma.ts'

/**
 * Runs `work` in the transaction of the call, or in one of its own for a standalone call, such that
 * the change and its audit rows are kept or undone together, whatever the caller catches.
 */
export async function inTransaction<T>(
  root: RootClient,
  settings: Settings,
  transaction: Transaction | undefined,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (!transaction) return untilSettled(() => root.transaction(work, settings.transaction))
  if (transaction.kind === 'batch') {
    throw new AuditError(
      'BATCH_UNSUPPORTED',
      'An audited write reached the database in an array `$transaction` of a client without audit(). ' +
        'Call `$transaction` on the client that audit() returned, and apply audit() before extensions that ' +
        'open transactions of their own.',
    )
  }
  const attempt = () => work(transaction)
  return inTurn(transaction.id, () =>
    untilSettled(() =>
      settings.dialect.abortsOnError
        ? attempt()
        : withSavepoint(root, settings, transaction, attempt),
    ),
  )
}

/**
 * Runs `work` between a savepoint and its release; a failure undoes what `work` did, and nothing
 * else, so that a caller who catches it can go on.
 */
export async function withSavepoint<T>(
  root: RootClient,
  settings: Settings,
  transaction: Transaction,
  work: () => Promise<T>,
): Promise<T> {
  await root.execute(transaction, `SAVEPOINT ${savepoint}`)
  try {
    const result = await work()
    // MySQL replaces a savepoint of the same name, others stack them.
    if (settings.dialect.provider !== 'mysql')
      await root.execute(transaction, `RELEASE SAVEPOINT ${savepoint}`)
    return result
  } catch (error) {
    // It fails when the transaction is over, by a timeout or a deadlock: then all is undone anyway.
    await root.execute(transaction, `ROLLBACK TO SAVEPOINT ${savepoint}`).catch(() => undefined)
    throw error
  }
}

const savepoint = 'prisma_extension_audit'

/** The last write of each open transaction. */
const turns = new Map<string, Promise<unknown>>()

/**
 * One write of a transaction at a time: `Promise.all` in an interactive transaction mixes
 * the statements of its calls, and the row read for one would be changed by another before it is.
 */
export async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
  const previous = turns.get(id)
  const current = (previous ?? Promise.resolve()).then(work, work)
  const settled = current.catch(() => undefined)
  turns.set(id, settled)
  try {
    return await current
  } finally {
    if (turns.get(id) === settled) turns.delete(id)
  }
}

/** Thrown to undo an attempt at capturing a call, and to make another. */
class Retry {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/**
 * To be thrown where another transaction turns out to have come in between reading and writing,
 * inside of {@link undoable}. An error that may have other causes is given along: it is thrown
 * after the third attempt.
 */
export function retry(cause?: unknown): never {
  throw new Retry(cause)
}

export function isRetry(error: unknown): boolean {
  return error instanceof Retry
}

/**
 * Runs a part of a capture that may end in {@link retry}. What it did is undone: by the end of the
 * call's own transaction, by the savepoint that the call has anyway, or by one made here.
 */
export async function undoable<T>(call: UndoableCall, part: () => Promise<T>): Promise<T> {
  const { root, settings, transaction, isStandalone } = call
  if (isStandalone || !settings.dialect.abortsOnError) return part()
  return withSavepoint(root, settings, transaction, part)
}

interface UndoableCall {
  readonly root: RootClient
  readonly settings: Settings
  readonly transaction: Transaction
  readonly isStandalone: boolean
}

/** Makes attempts while they end in {@link retry}; each sees what others have committed since. */
async function untilSettled<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 0; attempts < 10; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Retry)) throw error
      if (error.cause !== undefined && attempts >= 2) throw error.cause
    }
  }
  throw new AuditError(
    'CAPTURE_FAILED',
    'Other transactions changed the same rows during ten attempts. Retry the call, or lock what it changes first.',
  )
}

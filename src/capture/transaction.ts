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
  if (!transaction) return root.transaction(work, settings.transaction)
  if (transaction.kind === 'batch') {
    throw new AuditError(
      'BATCH_UNSUPPORTED',
      'An audited write reached the database in an array `$transaction` of a client without audit(). ' +
        'Call `$transaction` on the client that audit() returned, and apply audit() before extensions that ' +
        'open transactions of their own.',
    )
  }
  return inTurn(transaction.id, () =>
    settings.dialect.abortsOnError
      ? work(transaction)
      : withSavepoint(root, settings, transaction, () => work(transaction)),
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

/** Thrown inside of {@link untilSettled} to undo an attempt and make another. */
const again = Symbol('again')

/**
 * Repeats `attempt` while it finds that another transaction came in between its reading and its
 * writing. Each attempt is undone by a savepoint, so the next one sees what the other committed.
 *
 * @throws {AuditError} `CAPTURE_FAILED` after ten attempts.
 */
export async function untilSettled<T>(
  root: RootClient,
  settings: Settings,
  transaction: Transaction,
  attempt: (retry: () => never) => Promise<T>,
): Promise<T> {
  for (let attempts = 0; attempts < 10; attempts++) {
    try {
      return await withSavepoint(root, settings, transaction, () =>
        attempt(() => {
          throw again
        }),
      )
    } catch (error) {
      if (error !== again) throw error
    }
  }
  throw new AuditError(
    'CAPTURE_FAILED',
    'Other transactions changed the same rows during ten attempts. Retry the call, or lock what it changes first.',
  )
}

import { AuditError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { RootClient, Transaction } from '../prisma.ts'
import { inTurn } from '../turns.ts'

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
  ).catch((error: unknown) => {
    throw error instanceof Kept ? error.cause : error
  })
}

/**
 * Thrown where a call failed in the middle, in a transaction that goes on: what it had written
 * until then stays, as it does without the extension, and is recorded.
 */
export class Kept {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/**
 * Ends a transaction by a statement that fails, where the database takes that as its end: so a
 * caller that catches an error cannot commit a change that was not recorded.
 */
export async function endTransaction({
  root,
  settings,
  transaction,
}: Omit<CallPlace, 'isStandalone'>): Promise<void> {
  if (!settings.dialect.abortsOnError) return
  await root.execute(transaction, 'SELECT 1 / 0').catch(() => undefined)
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
  const release = async () => {
    // MySQL replaces a savepoint of the same name, others stack them.
    if (settings.dialect.provider === 'mysql') return
    await root.execute(transaction, `RELEASE SAVEPOINT ${savepoint}`)
  }
  try {
    const result = await work()
    await release()
    return result
  } catch (error) {
    if (error instanceof Kept) {
      await release()
      throw error
    }
    // It fails when the transaction is over, by a timeout or a deadlock: then all is undone anyway.
    await root.execute(transaction, `ROLLBACK TO SAVEPOINT ${savepoint}`).catch(() => undefined)
    throw error
  }
}

const savepoint = 'prisma_extension_audit'

/** Runs `work`, and undoes what it did to the database. */
export async function undone<T>(
  { root, transaction }: Pick<CallPlace, 'root' | 'transaction'>,
  work: () => Promise<T>,
): Promise<T> {
  // Not of the name above: MySQL would forget that one.
  const trial = `${savepoint}_trial`
  await root.execute(transaction, `SAVEPOINT ${trial}`)
  const result = await work()
  await root.execute(transaction, `ROLLBACK TO SAVEPOINT ${trial}`)
  return result
}

/** Thrown to undo an attempt at capturing a call, and to make another. */
class Retry {}

/**
 * To be thrown where another transaction changed what a statement was about to write, between the
 * moment when it was locked and the statement: the attempt is undone and made again, or, where it
 * cannot be undone alone, the transaction ends as by a conflict that the database finds.
 */
export function conflict({ root, isStandalone, settings }: CallPlace): never {
  if (isStandalone || !settings.dialect.abortsOnError) throw new Retry()
  throw root.writeConflict()
}

export function isRetry(error: unknown): boolean {
  return error instanceof Retry
}

/** Where a call runs. */
interface CallPlace {
  readonly root: RootClient
  readonly settings: Settings
  readonly transaction: Transaction
  readonly isStandalone: boolean
}

/** Makes attempts while they end in a {@link conflict}; each sees what others have committed since. */
async function untilSettled<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 0; attempts < 10; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Retry)) throw error
    }
  }
  throw new AuditError(
    'CAPTURE_FAILED',
    'Other transactions changed the same rows during ten attempts. Retry the call, or lock what it changes first.',
  )
}

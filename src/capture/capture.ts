import type { AuditContext } from '../context.ts'
import { type Change, entriesOf, type LinkChange, originOf } from '../entry.ts'
import { AuditError } from '../errors.ts'
import { activeSpan, linkSpan } from '../opentelemetry.ts'
import { isWrite } from '../operations.ts'
import type { AuditedModel, Settings } from '../options.ts'
import {
  type Execute,
  followDataPath,
  type Interceptor,
  type RootClient,
  type Transaction,
} from '../prisma.ts'
import type { Store } from '../store.ts'
import { inTurn } from '../turns.ts'
import { captureCreateMany, captureMany } from './bulk.ts'
import { type Call, runner } from './call.ts'
import { recorded } from './record.ts'
import { endTransaction, inTransaction, isRetry, Kept, withSavepoint } from './transaction.ts'

/** How each operation that writes is captured. */
const operations: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  create: captureOne,
  createMany: captureCreateMany,
  createManyAndReturn: captureCreateMany,
  update: captureOne,
  updateMany: captureMany,
  updateManyAndReturn: captureMany,
  upsert: captureOne,
  delete: captureOne,
  deleteMany: captureMany,
}

/** As the user wrote it. */
function captureOne(call: Call): Promise<unknown> {
  return recorded(call, () => call.run())
}

/**
 * What happens to one audited call once its final arguments are known: its transaction is opened or
 * joined, the call is captured, its audit rows are written.
 *
 * @throws {AuditError} `ACTOR_REQUIRED` at once, before anything is sent.
 */
export function capturing(
  root: RootClient,
  settings: Settings,
  store: Store,
  model: AuditedModel,
  operation: string,
  context: AuditContext | undefined,
): Interceptor {
  const origin = originOf(settings, context, `${model.model.name}.${operation}`)
  const span = activeSpan()
  return (request, execute) =>
    inTransaction(root, settings, request.transaction, (transaction) => {
      let { traceId } = origin
      const record = async (changes: readonly (Change | LinkChange)[]) => {
        const rows = entriesOf(settings, { ...origin, traceId }, changes)
        traceId ??= rows[0]?.id ?? null
        await store.write(transaction, rows)
        if (traceId) linkSpan(span, traceId)
      }
      return keptTogether(root, settings, transaction, execute, async (watched) => {
        const run = runner(request, transaction, watched)
        const isStandalone = request.transaction === undefined
        const call: Call = {
          root,
          settings,
          model,
          request,
          transaction,
          isStandalone,
          run,
          record,
        }
        const operate = operations[request.action]
        const answer = await (operate ? tolerating(call, () => operate(call)) : run())
        return followDataPath(answer, request.dataPath)
      })
    })
}

/**
 * A call that the audit does not record, but that writes: inside of a transaction it waits for its
 * turn too, else a failing audited write would take it back with its savepoint.
 */
export const inTurnOnly: Interceptor = (request, execute) =>
  request.transaction?.kind === 'itx'
    ? inTurn(request.transaction.id, () => execute(request))
    : execute(request)

/**
 * Where a failed statement ends the transaction, nothing guards a write whose audit failed outside
 * of the database, say by its `id` option: the caller could catch that and commit. So the
 * transaction is ended by a statement that fails.
 */
async function keptTogether<T>(
  root: RootClient,
  settings: Settings,
  transaction: Transaction,
  execute: Execute,
  work: (execute: Execute) => Promise<T>,
): Promise<T> {
  let wrote = false
  try {
    return await work(async (request) => {
      const answer = await execute(request)
      wrote ||= isWrite(request.action)
      return answer
    })
  } catch (error) {
    const isSettled = isRetry(error) || error instanceof Kept
    if (wrote && !isSettled) await endTransaction({ root, settings, transaction })
    throw error
  }
}

/** With `onError: 'ignore'`, a write whose audit failed is undone and made again without it. */
async function tolerating(call: Call, capture: () => Promise<unknown>): Promise<unknown> {
  const { root, settings, transaction, run } = call
  if (!settings.onIgnoredError) return capture()
  try {
    return await withSavepoint(root, settings, transaction, capture)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    const answer = await run()
    settings.onIgnoredError(error)
    return answer
  }
}

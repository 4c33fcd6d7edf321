import type { Change, LinkChange } from '../entry.ts'
import { isTransactionError } from '../prisma.ts'
import { entityIdOf, keyValues, uniqueCriterion, valuesId } from '../schema/key.ts'
import type { Table } from '../schema/tables.ts'
import type { Call } from './call.ts'
import { changeOf, type RowChange } from './ledger.ts'
import { linkChanges } from './links.ts'
import type { Row } from './rows.ts'
import { TooManyRows } from './statements/lock.ts'
import { type Observation, observing } from './statements/observe.ts'
import { endTransaction, isRetry, Kept } from './transaction.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Runs a part of a call, and records what it changed, in whatever table, with one trace.
 *
 * @throws {TooManyRows} before anything is written, where it writes more than `most` rows.
 */
export async function recorded(
  call: Call,
  work: () => Promise<unknown>,
  most?: number,
): Promise<unknown> {
  const observation = await observing(call, work, most)
  const { outcome, ledger } = observation
  if ('error' in outcome) return recordPartial(call, observation, outcome.error)
  if (ledger.size >= largeCall) warn(call, ledger.size)
  await call.record(changesOf(call, await ledger.settle(), outcome.answer))
  return outcome.answer
}

/** From so many rows on, which take about 10 MB, a call is worth a warning. */
const largeCall = 10_000

function warn({ settings, model, request }: Call, rows: number): void {
  const name = `${model.model.name}.${request.action}`
  settings.onWarning?.({
    code: 'LARGE_CALL',
    message:
      `\`${name}\` changes ${rows} rows by nested writes or referential actions, and holds them in memory ` +
      'until its end. Delete or update the dependants first, by deleteMany or updateMany, which go in chunks.',
    model: model.model.name,
    operation: request.action,
    rows,
  })
}

/**
 * The call failed. In a transaction of the caller it may have written something nevertheless, and
 * the caller may go on from there: Prisma does not take it back, so it has to be recorded. Where
 * that cannot be, nothing is kept.
 */
async function recordPartial(
  call: Call,
  { ledger, isComplete }: Observation<unknown>,
  error: unknown,
): Promise<never> {
  if (call.isStandalone || isRetry(error) || error instanceof TooManyRows) throw error
  if (isComplete && ledger.size === 0) throw error
  if (isComplete && !isTransactionError(error)) {
    const isRecorded = await ledger
      .settle()
      .then((changes) => call.record(changesOf(call, changes)))
      .then(() => true)
      // After a statement that failed, PostgreSQL takes no other one.
      .catch(() => false)
    if (isRecorded) throw new Kept(error)
  }
  await endTransaction(call)
  throw error
}

/** What is recorded of a call, in an order in which it can be replayed. */
function changesOf(
  call: Call,
  changes: readonly RowChange[],
  answer?: unknown,
): (Change | LinkChange)[] {
  const ids = [answeredId(call, answer), criterionId(call)].filter((id) => id !== null)
  const rows = vacatedFirst(rootFirst(call, changes, ids))
    .map((change) => changeOf(call, change))
    .filter((change) => change !== null)
  const isOwn = ({ model, key }: LinkChange) =>
    model === call.model && ids.includes(entityIdOf(key))
  const links = linkChanges(call, changes)
  return [
    ...rows,
    ...['unlink', 'link'].flatMap((action) => {
      const told = links.filter((link) => link.action === action)
      return [...told.filter(isOwn), ...told.filter((link) => !isOwn(link))]
    }),
  ]
}

/** The row that the call is about comes first: its audit row is the trace of all others. */
function rootFirst(
  { model }: Call,
  changes: readonly RowChange[],
  ids: readonly string[],
): RowChange[] {
  const own = changes.filter(({ table }) => table.name === model.model.name)
  const isNamed = (row: Row | null) => row !== null && ids.includes(row.id)
  const root = own.find(({ before, after }) => isNamed(before) || isNamed(after)) ?? own[0]
  return root ? [root, ...changes.filter((change) => change !== root)] : [...changes]
}

/** A key that a row takes over from another one has to be free by then. */
function vacatedFirst(changes: readonly RowChange[]): readonly RowChange[] {
  const isMoved = ({ before, after }: RowChange) => before && after && before.id !== after.id
  if (!changes.some(isMoved)) return changes
  const nameOf = (table: Table, { id }: Row) => JSON.stringify([table.name, id])
  const leaving = new Map<string, RowChange>()
  for (const change of changes) {
    const { table, before, after } = change
    if (before && before.id !== after?.id) leaving.set(nameOf(table, before), change)
  }
  const sorted = new Set<RowChange>()
  const visit = (change: RowChange): void => {
    if (sorted.has(change)) return
    const { table, after } = change
    const vacated = after && isMoved(change) ? leaving.get(nameOf(table, after)) : undefined
    leaving.delete(vacated?.before ? nameOf(table, vacated.before) : '')
    if (vacated) visit(vacated)
    sorted.add(change)
  }
  for (const change of changes) visit(change)
  return [...sorted]
}

/** The id of the row that the call answers, where the answer holds its key. */
function answeredId({ model: { model, key } }: Call, answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null
  const values = keyValues(key, answer as Values)
  return values.includes(undefined) ? null : valuesId(model, key, values)
}

/** The id of the row that the call's `where` names, where it names it by the key. */
function criterionId({ model: { model, key }, request }: Call): string | null {
  const criterion = uniqueCriterion(model, request.args.where)
  return criterion?.key.name === key.name ? valuesId(model, key, criterion.values) : null
}

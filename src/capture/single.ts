import { type Criterion, uniqueCriterion } from '../schema/key.ts'
import { runWhole } from './answer.ts'
import { type Call, runRefused } from './call.ts'
import { created, dataOf, deleted, rowAfter, updated } from './changes.ts'
import { lockRows, type Row } from './rows.ts'
import { selectsRelations } from './selection.ts'
import { retry, undoable } from './transaction.ts'

type Values = Readonly<Record<string, unknown>>

const unreadable = 'the unique key in its `where` could not be read'

/** `create`: what the database answers is the row. */
export async function captureCreate(call: Call): Promise<unknown> {
  const { record, answer } = await runWhole(call)
  const after = await rowAfter(call, record, dataOf(call.request.args))
  if (after) await call.record([created(call, after)])
  return answer
}

/** `update`: lock and read, write, compare. */
export async function captureUpdate(call: Call): Promise<unknown> {
  const criterion = uniqueCriterion(call.model.model, call.request.args.where)
  if (!criterion) return runRefused(call, unreadable)
  const [before] = await lockRows(call, criterion.key, [criterion.values], 'update')
  if (before) return updateLocked(call, before, dataOf(call.request.args))
  return runMissing(call, criterion)
}

/** `delete`: what the database answers is the row that was, where it answers in one statement. */
export async function captureDelete(call: Call): Promise<unknown> {
  const { model, request, settings } = call
  const criterion = uniqueCriterion(model.model, request.args.where)
  if (!criterion) return runRefused(call, unreadable)
  const isOneStatement = settings.dialect.returning && !selectsRelations(model, request.args)
  if (isOneStatement && !hasNullableJson(call)) {
    const { record, answer } = await runWhole(call)
    const before = await rowAfter(call, record, [])
    if (before) await call.record([deleted(call, before)])
    return answer
  }
  const [before] = await lockRows(call, criterion.key, [criterion.values], 'delete')
  if (!before) return runMissing(call, criterion)
  const answer = await call.run()
  await call.record([deleted(call, before)])
  return answer
}

/**
 * `upsert`: the row is locked if there is one; if there is none, another transaction may still
 * insert it before we do, and a native upsert then updates a row whose values we have not read.
 */
export async function captureUpsert(call: Call): Promise<unknown> {
  const { model, request, settings } = call
  const criterion = uniqueCriterion(model.model, request.args.where)
  if (!criterion) return runRefused(call, unreadable)
  const [locked] = await lockExisting(call, criterion)
  const before = locked && (await matchesWhere(call, criterion)) ? locked : undefined
  if (before) return updateLocked(call, before, dataOf(request.args, 'update'))
  // Prisma decides by the snapshot there, which may still have a row that is gone, and write nothing.
  if (settings.dialect.snapshotReads) return captureCreate(asCreate(call))
  if (locked || settings.dialect.provider !== 'postgresql') return upsertUnmatched(call)
  // An upsert could still meet a row that another transaction inserts now; an insert cannot.
  return undoable(call, async () => {
    try {
      return await captureCreate(asCreate(call))
    } catch (error) {
      if ((error as { code?: string }).code !== 'P2002') throw error
      return retry(error)
    }
  })
}

/** Whether the locked row meets what `where` asks beside the key: if not, an upsert inserts. */
async function matchesWhere(call: Call, { key }: Criterion): Promise<boolean> {
  const where = call.request.args.where as Values
  const asksMore = Object.entries(where).some(
    ([name, condition]) => name !== key.name && condition !== undefined,
  )
  return !asksMore || (await findKey(call)) !== null
}

async function findKey(call: Call): Promise<unknown> {
  const { where } = call.request.args
  const select = Object.fromEntries(call.model.key.fields.map((name) => [name, true]))
  return call.run('findUnique', { where, select })
}

/** The call that inserts what an upsert would. */
function asCreate(call: Call): Call {
  const { where: _where, update: _update, create, ...selection } = call.request.args
  const request = { ...call.request, action: 'create', args: { ...selection, data: create } }
  return { ...call, request }
}

/** No row that matches can appear any more: the call inserts, or writes nothing. */
async function upsertUnmatched(call: Call): Promise<unknown> {
  const { record, answer } = await runWhole(call)
  const after = await rowAfter(call, record, dataOf(call.request.args, 'create'))
  if (after) await call.record([created(call, after)])
  return answer
}

async function updateLocked(call: Call, before: Row, data: readonly Values[]): Promise<unknown> {
  const { record, answer } = await runWhole(call)
  const answered = await rowAfter(call, record, data, before)
  if (!answered) return answer
  // Prisma reads the row back from the transaction's snapshot there, which can be older than our lock.
  const after = call.settings.dialect.snapshotReads
    ? (await lockRows(call, call.model.key, [answered.key], 'update'))[0]
    : answered
  if (after) await call.record([updated(call, before, after)])
  return answer
}

/**
 * The row was not there: the call is expected to fail with Prisma's own error. If it does not,
 * another transaction inserted the row meanwhile, and that attempt is undone and made again; or
 * Prisma found the row in the transaction's snapshot only, and wrote nothing.
 */
async function runMissing(call: Call, criterion: Criterion): Promise<unknown> {
  return undoable(call, async () => {
    const answer = await call.run()
    if (call.settings.dialect.snapshotReads && !(await wroteRow(call, criterion))) return answer
    return retry()
  })
}

/** Whether a call on a row that could not be locked changed one nevertheless. */
async function wroteRow(call: Call, { key, values }: Criterion): Promise<boolean> {
  if (call.request.action !== 'delete') {
    return (await lockRows(call, key, [values], 'update')).length > 0
  }
  const [row] = await call.root.query(call.transaction, 'SELECT ROW_COUNT() AS `count`')
  return Number(row?.count) > 0
}

/**
 * Locks the row of an upsert if it exists. InnoDB locks the gap where a row is missing, and two
 * upserts that both hold the gap wait for each other; so there the row is looked up first.
 */
async function lockExisting(call: Call, { key, values }: Criterion): Promise<Row[]> {
  if (call.settings.dialect.snapshotReads && (await findKey(call)) === null) return []
  return lockRows(call, key, [values], 'update')
}

function hasNullableJson({ model }: Call): boolean {
  return model.columns.some(({ type, isRequired }) => type === 'Json' && !isRequired)
}

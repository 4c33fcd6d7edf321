import type { Change } from '../entry.ts'
import { AuditError } from '../errors.ts'
import type { Args } from '../prisma.ts'
import { valuesId } from '../schema/key.ts'
import { runWholeMany } from './answer.ts'
import { type Call, runRefused } from './call.ts'
import { dataOf, keyAfter, rowsAfter, updated } from './changes.ts'
import { forEachChunk } from './matching.ts'
import { type Row, readRows } from './rows.ts'
import { allColumns, selectsMoreThanCount } from './selection.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * `updateMany` and `updateManyAndReturn`, in chunks: lock and read, write only those rows, compare.
 * A row that comes to match in between is not written, as if it had come after the call.
 */
export async function captureUpdateMany(call: Call): Promise<unknown> {
  const [data = {}] = dataOf(call.request.args)
  const isReturning = call.request.action === 'updateManyAndReturn'
  if (!isReturning && selectsMoreThanCount(call.request.args)) {
    return runRefused(call, 'it answers a count only')
  }
  // Without data Prisma writes nothing, and answers what each database makes of that.
  if (Object.values(data).every((value) => value === undefined)) return call.run()
  const answers: unknown[] = []
  let count = 0
  await forEachChunk(call, 'update', async (before, args) => {
    const written = await updateChunk(call, before, args)
    await call.record(changesOf(call, before, written.after))
    answers.push(...written.answers)
    count += written.count
  })
  return isReturning ? answers : { count }
}

interface Written {
  readonly count: number
  readonly answers: readonly unknown[]
  readonly after: readonly Row[]
}

async function updateChunk(call: Call, before: readonly Row[], args: Args): Promise<Written> {
  const { model, request, settings } = call
  if (request.action === 'updateManyAndReturn') {
    const { records, answers } = await runWholeMany(call, args)
    const after = await rowsUpdated(call, before, records)
    return { count: records.length, answers, after }
  }
  if (settings.dialect.returning) {
    const whole = { ...args, select: allColumns(model) }
    const records = (await call.run('updateManyAndReturn', whole)) as Values[]
    return { count: records.length, answers: [], after: await rowsUpdated(call, before, records) }
  }
  return updateByKey(call, before, args)
}

/** Without answers from the database the rows are read again, by the keys that they have then. */
async function updateByKey(call: Call, before: readonly Row[], args: Args): Promise<Written> {
  const { model, request } = call
  const [data = {}] = dataOf(request.args)
  const { count } = (await call.run('updateMany', args)) as { count: number }
  const keys = before.map(({ key }) => keyAfter(model, key, data))
  const after = await readRows(call, model.key, keys, 'update')
  if (changesKey(call) && after.length < before.length) unpaired(call)
  return { count, answers: [], after }
}

function rowsUpdated(
  call: Call,
  before: readonly Row[],
  records: readonly Values[],
): Promise<Row[]> {
  const old = byKeyAfter(call, before)
  return rowsAfter(call, records, dataOf(call.request.args), ({ id }) => old.get(id))
}

function changesOf(call: Call, before: readonly Row[], after: readonly Row[]): Change[] {
  const old = byKeyAfter(call, before)
  return after.map((row) => {
    const previous = old.get(row.id)
    return previous ? updated(call, previous, row) : unpaired(call)
  })
}

/** A change without its row is worse than a refused one. */
function unpaired({ model }: Call): never {
  throw new AuditError(
    'CAPTURE_FAILED',
    `\`${model.model.name}.updateMany\` changes the key \`${model.key.name}\` such that rows cannot be told apart ` +
      'before and after, so it was undone. Set the new keys by single updates.',
  )
}

/** The rows before the write, by the id that each has after it. */
function byKeyAfter({ model, request }: Call, before: readonly Row[]): Map<string, Row> {
  const [data = {}] = dataOf(request.args)
  const isMoved = changesKey({ model, request })
  return new Map(
    before.map((row) => {
      if (!isMoved) return [row.id, row]
      return [valuesId(model.model, model.key, keyAfter(model, row.key, data)), row]
    }),
  )
}

function changesKey({ model, request }: Pick<Call, 'model' | 'request'>): boolean {
  const [data = {}] = dataOf(request.args)
  return model.key.fields.some((name) => data[name] !== undefined)
}

import { isJsonNull } from '@prisma/client/runtime/client'
import type { Change } from '../entry.ts'
import type { AuditedModel } from '../options.ts'
import type { Args } from '../prisma.ts'
import type { KeyValues } from '../schema/key.ts'
import type { Call } from './call.ts'
import { type Row, readRows, rowOf } from './rows.ts'

type Data = Readonly<Record<string, unknown>>

/**
 * The rows that a write answered with. Prisma answers `null` for a JSON null as for NULL: where the
 * call wrote a JSON null the rows are read again, where it left a field alone the field is as before.
 */
export async function rowsAfter(
  call: Call,
  records: readonly Data[],
  data: readonly Data[],
  before: (row: Row) => Row | undefined,
): Promise<Row[]> {
  const { model } = call
  const rows = records.map((record) => rowOf(model, record))
  const json = model.columns.filter(({ type, isRequired }) => type === 'Json' && !isRequired)
  if (json.length === 0) return rows
  const writesJsonNull = json.some(
    (field) => field.default === '"null"' || data.some((values) => isJsonNull(values[field.name])),
  )
  if (writesJsonNull)
    return readRows(
      call,
      model.key,
      rows.map(({ key }) => key),
    )
  return rows.map((row) => {
    const old = before(row)
    if (!old) return row
    const untouched = json.filter(({ name }) => data.every((values) => values[name] === undefined))
    const kept = Object.fromEntries(untouched.map(({ name }) => [name, old.snapshot[name] ?? null]))
    return { ...row, snapshot: { ...row.snapshot, ...kept } }
  })
}

/** The same for one record, where there is one. */
export async function rowAfter(
  call: Call,
  record: Data | null,
  data: readonly Data[],
  before?: Row,
): Promise<Row | undefined> {
  if (!record) return undefined
  const [row] = await rowsAfter(call, [record], data, () => before)
  return row
}

/** The key that a row has after `data` was written to it. */
export function keyAfter(model: AuditedModel, before: KeyValues, data: Data): KeyValues {
  return model.key.fields.map((name, i) => {
    const value = data[name]
    if (value === undefined) return before[i]
    if (typeof value !== 'object' || value === null) return value
    if ('set' in value) return value.set
    const operation = Object.keys(value)[0]
    if (operation === undefined || !Object.hasOwn(arithmetic, operation)) return value
    const operand = (value as Record<string, unknown>)[operation]
    return arithmetic[operation as keyof typeof arithmetic](before[i] as number, operand as number)
  })
}

/** Works on bigints too, where both sides are. */
const arithmetic = {
  increment: (a: number, b: number) => a + b,
  decrement: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
}

export function created({ model }: Call, after: Row): Change {
  return { model, action: 'create', before: null, after: after.snapshot }
}

export function updated({ model }: Call, before: Row, after: Row): Change {
  return { model, action: 'update', before: before.snapshot, after: after.snapshot }
}

export function deleted({ model }: Call, before: Row): Change {
  return { model, action: 'delete', before: before.snapshot, after: null }
}

/** The `data` of a call, which is one object or a list of them; of a wrong one what are objects. */
export function dataOf(args: Args, name = 'data'): readonly Data[] {
  const data = args[name]
  return [data].flat().filter((item): item is Data => typeof item === 'object' && item !== null)
}

import { isObjectEnumValue } from '@prisma/client/runtime/client'
import type { Args } from '../prisma.ts'
import { type KeyValues, keyValues } from '../schema/key.ts'
import type { Field } from '../schema/schema.ts'
import { runWholeMany } from './answer.ts'
import { type Call, runRefused } from './call.ts'
import { created, dataOf, rowsAfter } from './changes.ts'
import { chunksOf, isSelfReferencing } from './matching.ts'
import { type Row, readRows } from './rows.ts'
import { allColumns, selectsMoreThanCount } from './selection.ts'

type Values = Readonly<Record<string, unknown>>

/** `createManyAndReturn`: what the database answers are the rows. */
export async function captureCreateManyAndReturn(call: Call): Promise<unknown> {
  const { records, answers } = await runWholeMany(call)
  const rows = await rowsAfter(call, records, dataOf(call.request.args), () => undefined)
  await call.record(rows.map((row) => created(call, row)))
  return answers
}

/** `createMany`: in chunks, each sent as `createManyAndReturn` where the database can answer it. */
export async function captureCreateMany(call: Call): Promise<unknown> {
  const data = dataOf(call.request.args)
  if (selectsMoreThanCount(call.request.args)) return runRefused(call, 'it answers a count only')
  if (data.length < [call.request.args.data].flat().length)
    return runRefused(call, 'it has no data')
  if (data.length === 0) return call.run()
  let count = 0
  // Rows of a tree can refer to rows of a later chunk.
  for await (const chunk of isSelfReferencing(call) ? [data] : chunksOf(call, data)) {
    const args = { ...call.request.args, data: chunk }
    const rows = call.settings.dialect.returning
      ? await insertReturning(call, args, chunk)
      : await insertAndFind(call, args, chunk)
    await call.record(rows.map((row) => created(call, row)))
    count += rows.length
  }
  return { count }
}

async function insertReturning(call: Call, args: Args, data: readonly Values[]): Promise<Row[]> {
  const select = allColumns(call.model)
  const records = (await call.run('createManyAndReturn', { ...args, select })) as Values[]
  return rowsAfter(call, records, data, () => undefined)
}

/**
 * MySQL does not say which rows it inserted. Their keys are known where the data has them, where we
 * make them (`uuid()`), and where they come from one AUTO_INCREMENT range; otherwise the rows are
 * created one by one.
 */
async function insertAndFind(call: Call, args: Args, data: readonly Values[]): Promise<Row[]> {
  const { model } = call
  const generated = model.key.fields.find((name) => data.some((values) => isAbsent(values[name])))
  if (generated === undefined) return insertByKey(call, args, data)
  const field = model.model.fields.get(generated) as Field
  if (field.default === 'autoincrement()' && model.key.fields.length === 1) {
    if (data.every((values) => isAbsent(values[generated]))) return insertByRange(call, args, field)
    return insertMixed(call, args, data, generated)
  }
  if (/^uuid\((4)?\)$/.test(field.default ?? '')) {
    const filled = data.map((values) =>
      isAbsent(values[generated]) ? { ...values, [generated]: crypto.randomUUID() } : values,
    )
    return insertAndFind(call, { ...args, data: filled }, filled)
  }
  return insertOneByOne(call, args, data)
}

/** With `skipDuplicates` the rows that were there before are not ours. */
async function insertByKey(call: Call, args: Args, data: readonly Values[]): Promise<Row[]> {
  const { key } = call.model
  const keys = data.map((values) => keyValues(key, values))
  const present = args.skipDuplicates ? await existing(call, keys) : new Set<string>()
  await call.run('createMany', args)
  const rows = await readRows(call, key, keys)
  return rows.filter(({ id }) => !present.has(id))
}

async function existing(call: Call, keys: readonly KeyValues[]): Promise<Set<string>> {
  const rows = await readRows(call, call.model.key, keys, 'update')
  return new Set(rows.map(({ id }) => id))
}

/**
 * InnoDB gives one INSERT whose number of rows is known a range of consecutive values, and
 * LAST_INSERT_ID() is the first of them (MySQL manual, "AUTO_INCREMENT Handling in InnoDB").
 */
async function insertByRange(call: Call, args: Args, field: Field): Promise<Row[]> {
  const { root, transaction, model } = call
  const size = (args.data as readonly Values[]).length
  const { count } = (await call.run('createMany', args)) as { count: number }
  if (count === 0) return []
  const [range] = await root.query(
    transaction,
    'SELECT LAST_INSERT_ID() AS `first`, @@auto_increment_increment AS `step`',
  )
  const step = Number(range?.step ?? 1)
  const last = BigInt(range?.first as number | bigint) + BigInt(step * (size - 1))
  const keys = Array.from({ length: size }, (_, i) => {
    const value = last - BigInt(step * (size - 1 - i))
    return [field.type === 'BigInt' ? value : Number(value)]
  })
  return readRows(call, model.key, keys)
}

/** Rows with and without a value of their own are inserted apart: together they have no one range. */
async function insertMixed(
  call: Call,
  args: Args,
  data: readonly Values[],
  generated: string,
): Promise<Row[]> {
  const given = data.filter((values) => !isAbsent(values[generated]))
  const absent = data.filter((values) => isAbsent(values[generated]))
  return [
    ...(await insertAndFind(call, { ...args, data: given }, given)),
    ...(await insertAndFind(call, { ...args, data: absent }, absent)),
  ]
}

async function insertOneByOne(call: Call, args: Args, data: readonly Values[]): Promise<Row[]> {
  const select = allColumns(call.model)
  const keys: KeyValues[] = []
  for (const values of data) {
    try {
      const record = (await call.run('create', { data: values, select })) as Values
      keys.push(keyValues(call.model.key, record))
    } catch (error) {
      const isDuplicate = (error as { code?: unknown }).code === 'P2002'
      if (!(args.skipDuplicates && isDuplicate)) throw error
    }
  }
  return readRows(call, call.model.key, keys)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || isObjectEnumValue(value)
}

import { AuditError } from '../../errors.ts'
import { captureFailed } from '../../failures.ts'
import { type KeyValues, valuesId } from '../../schema/key.ts'
import { decodeColumn, readRows } from '../rows.ts'
import type { Insert } from './parse.ts'
import type { Fragment } from './reader.ts'
import { type Observed, type Sent, sendAsIs, sendReturning } from './send.ts'
import { observeUpsert } from './upsert.ts'

/** An INSERT: the rows that it answers, or those whose keys are known otherwise. */
export async function observeInsert(observed: Observed<Insert>): Promise<Sent> {
  const { call, ledger, table, statement } = observed
  if (typeof statement.onConflict === 'object') {
    return observeUpsert(observed, statement.onConflict)
  }
  if (!ledger.records(table)) return sendAsIs(observed)
  if (!call.settings.dialect.returning) return insertByKey(observed)
  const { sent, rows } = await sendReturning(observed)
  for (const row of rows) ledger.inserted(table, row.key, row)
  return sent
}

/** MySQL does not answer what it inserted: the keys are in the statement, or were generated. */
async function insertByKey(observed: Observed<Insert>): Promise<Sent> {
  const { ledger, table, statement } = observed
  const keys = statement.rows.map((row) => keyOf(observed, row))
  const given = keys.filter((key) => key !== null)
  const isIgnoring = statement.onConflict === 'ignore'
  if (isIgnoring && keys.length > fewRows && given.length === keys.length) {
    return insertMissing(observed, given)
  }
  const isMixed = given.length > 0 && given.length < keys.length
  if (keys.length > 1 && (isMixed || (isIgnoring && given.length > 0))) {
    return insertOneByOne(observed)
  }
  const sent = await sendAsIs(observed)
  const count = isIgnoring ? sent.count : keys.length
  if (count === 0) return sent
  const inserted = given.length > 0 ? given : await generatedKeys(observed, count)
  for (const key of inserted) ledger.inserted(table, key)
  return sent
}

/**
 * Up to so many rows, which may be there already, are inserted one by one: to look for them before
 * locks the gaps where they are missing, and two that hold the same gap wait for each other.
 */
const fewRows = 10

/** Of rows that may be there already, those count that were not there before. */
async function insertMissing(
  observed: Observed<Insert>,
  keys: readonly KeyValues[],
): Promise<Sent> {
  const { call, ledger, table } = observed
  const present = await readRows({ ...call, model: table }, table.key, keys, 'update')
  const ids = new Set(present.map(({ id }) => id))
  const sent = await sendAsIs(observed)
  // Another unique key can have kept out one of the others.
  for (const key of keys) {
    if (!ids.has(valuesId(table.model, table.key, key))) ledger.perhapsInserted(table, key)
  }
  return sent
}

async function insertOneByOne(observed: Observed<Insert>): Promise<Sent> {
  const { statement, query } = observed
  const { sql, args, argTypes } = query
  let sent: Sent | undefined
  for (const row of statement.rows) {
    const start = row[0]?.firstParameter ?? 0
    const end = start + row.reduce((sum, { parameters }) => sum + parameters, 0)
    const values = `(${row.map(({ text }) => text).join(', ')})`
    const one = {
      sql: sql.slice(0, statement.rowsStart) + values + sql.slice(statement.rowsEnd),
      args: args.slice(start, end),
      argTypes: argTypes.slice(start, end),
    }
    const moved = row.map((value) => ({
      ...value,
      firstParameter: value.firstParameter - start,
    }))
    const single = { ...observed, query: one, statement: { ...statement, rows: [moved] } }
    const answer = await insertByKey(single)
    sent = { rows: sent?.rows ?? answer.rows, count: (sent?.count ?? 0) + answer.count }
  }
  return sent ?? sendAsIs(observed)
}

/** The key as the statement gives it; `null` where the database makes it. */
function keyOf(
  { call, table, statement, query }: Observed<Insert>,
  row: readonly Fragment[],
): KeyValues | null {
  const values = table.key.fields.map((name) => {
    const field = table.columns.find((column) => column.name === name)
    const value = row[statement.columns.indexOf(field?.column ?? '')]
    if (!field || value?.text !== '?') return null
    return decodeColumn(call.settings, field, query.args[value.firstParameter])
  })
  return values.includes(null) ? null : values
}

/**
 * InnoDB gives one INSERT whose number of rows is known a range of consecutive values, and
 * LAST_INSERT_ID() is the first of them (MySQL manual, "AUTO_INCREMENT Handling in InnoDB"). A row
 * that IGNORE kept out gives its value to the next one.
 */
async function generatedKeys(
  { call, table, driver }: Observed<Insert>,
  count: number,
): Promise<KeyValues[]> {
  const [name, ...others] = table.key.fields
  const field = table.columns.find((column) => column.name === name)
  if (!field || others.length > 0 || field.default !== 'autoincrement()') {
    throw new AuditError(
      'CAPTURE_FAILED',
      `The key \`${table.key.name}\` of \`${table.name}\` is made by the database, which does not tell it here, so the call ` +
        'was undone. Give the key, or let Prisma make it: `@default(uuid())`.',
    )
  }
  const sql = 'SELECT LAST_INSERT_ID() AS `first`, @@auto_increment_increment AS `step`'
  const answer = await driver
    .queryRaw({ sql, args: [], argTypes: [] })
    .catch(captureFailed(table.model))
  const [first, step] = (answer.rows[0] ?? []).map((value) => BigInt(String(value)))
  return Array.from({ length: count }, (_, i) => {
    const value = (first ?? 0n) + BigInt(i) * (step ?? 1n)
    return [decodeColumn(call.settings, field, value)]
  })
}

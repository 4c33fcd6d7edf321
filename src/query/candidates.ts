import { identifier, type Provider } from '../dialect.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { on } from '../prisma.ts'
import { keyValues } from '../schema/key.ts'
import { compareIds, isIdOf, isNumeric } from './id-order.ts'
import type { Candidate, KeyFilter } from './key-filter.ts'
import { conditions } from './rows.ts'
import type { Source } from './source.ts'
import { column, raw, type Sql, sql, table } from './sql.ts'
import { exactId, fieldOf, idOfRow, isConfidential, isExactly } from './subject.ts'

/**
 * The next so many ids after one, of the trail and of the table, in their order. Not all of them match the
 * filter.
 */
export async function nextCandidates(
  source: Source,
  model: AuditedModel,
  filter: KeyFilter,
  after: string | null,
  take: number,
): Promise<Candidate[]> {
  const compare = compareIds(model)
  if (filter.named) {
    const rest = filter.named.filter(({ id }) => after === null || compare(id, after) > 0)
    return firstOf(rest, compare, take)
  }
  // The table first: what is deleted in between has an entry by then.
  const living = await nextLiving(source, model, filter, after, take)
  const told = await nextTold(source, model, after, take)
  return firstOf([...told.map((id) => ({ id })), ...living], compare, take)
}

/** Each once, in order; what is known of a key is that of the last. */
function firstOf(
  candidates: readonly Candidate[],
  compare: (a: string, b: string) => number,
  take: number,
): Candidate[] {
  const each = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  return [...each.values()].sort((a, b) => compare(a.id, b.id)).slice(0, take)
}

/**
 * Ids of the trail, also of entities that it tells no state of: so the index of entities has all that is
 * asked. But for texts of SQLite, it has another order, and the database looks at all of the model's ids.
 */
async function nextTold(
  source: Source,
  model: AuditedModel,
  after: string | null,
  take: number,
): Promise<string[]> {
  const { settings, store, transaction, timeout } = source
  const entityId = column(settings, 'entityId')
  const where = conditions(source, [
    isExactly(settings, 'entity', model.model.name),
    sql`${entityId} IS NOT NULL`,
  ])
  const ids = sql`SELECT MIN(${entityId}) AS id FROM ${table(settings, settings.auditModel)} e ${where} GROUP BY ${exactId(settings)}`
  const orderOf = isNumeric(model) ? numberOf : bytesOf
  const order = orderOf(settings, sql`ids.id`)
  const bound =
    after === null ? sql`${order} IS NOT NULL` : sql`${order} > ${orderOf(settings, sql`${after}`)}`
  const statement = sql`SELECT ids.id FROM (${ids}) ids WHERE ${bound} ORDER BY ${order} LIMIT ${raw(String(take))}`
  const rows = await store.query(transaction, statement, timeout)
  return rows.map(({ id }) => String(id)).filter((id) => isIdOf(model, id))
}

function numberOf({ dialect }: Settings, text: Sql): Sql {
  return {
    postgresql: sql`CASE WHEN CAST(${text} AS text) ~ '^-?[0-9]+$' THEN CAST(${text} AS numeric) END`,
    mysql: sql`CASE WHEN ${text} REGEXP '^-?[0-9]+$' THEN CAST(${text} AS DECIMAL(65)) END`,
    sqlite: sql`CASE WHEN (${text} GLOB '[0-9]*' OR ${text} GLOB '-[0-9]*') AND ${text} NOT GLOB '?*[^0-9]*' THEN CAST(${text} AS INTEGER) END`,
  }[dialect.provider satisfies Provider]
}

function bytesOf({ dialect }: Settings, text: Sql): Sql {
  return {
    postgresql: sql`CAST(${text} AS text) COLLATE "C"`,
    mysql: sql`CAST(${text} AS BINARY)`,
    sqlite: text,
  }[dialect.provider satisfies Provider]
}

function nextLiving(
  source: Source,
  model: AuditedModel,
  filter: KeyFilter,
  after: string | null,
  take: number,
): Promise<Candidate[]> {
  if (isNumeric(model)) return nextNumbers(source, model, filter, after, take)
  if (isPlainText(model)) return nextTexts(source, model, after, take)
  return nextOthers(source, model, filter, after, take)
}

async function nextNumbers(
  { root, transaction }: Source,
  model: AuditedModel,
  filter: KeyFilter,
  after: string | null,
  take: number,
): Promise<Candidate[]> {
  const [name = ''] = model.key.fields
  const isInt = fieldOf(model, name).type === 'Int'
  const [least, most] = isInt ? [-(2n ** 31n), 2n ** 31n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n]
  const start = after === null ? least : BigInt(after)
  if (start > most) return []
  const bound =
    start < least || after === null ? {} : { [name]: { gt: isInt ? Number(start) : start } }
  const where = { AND: [filter.where, bound] }
  const args = { where, orderBy: { [name]: 'asc' }, take, select: { [name]: true } }
  const rows = await on(transaction, root.delegate(model.model.name).findMany(args))
  return (rows as Record<string, unknown>[]).map((row) => ({
    id: String(row[name]),
    key: [row[name]],
  }))
}

/** Types of texts that the database orders as their text. */
const textTypes: ReadonlySet<string | null> = new Set([null, 'Text', 'VarChar', 'Uuid'])

function isPlainText(model: AuditedModel): boolean {
  const [first = '', ...others] = model.key.fields
  const { type, nativeType } = fieldOf(model, first)
  const isPlain = type === 'String' && textTypes.has(nativeType?.replace(/\(.*/, '') ?? null)
  return isPlain && others.length === 0 && !isConfidential(model)
}

async function nextTexts(
  { settings, store, transaction }: Source,
  { model, key }: AuditedModel,
  after: string | null,
  take: number,
): Promise<Candidate[]> {
  const field = model.fields.get(key.fields[0] ?? '')
  const text = raw(identifier(settings.dialect, field?.column ?? ''))
  const order = bytesOf(settings, text)
  const bound = bytesOf(settings, sql`${after}`)
  const where = after === null ? sql`` : sql`WHERE ${order} > ${bound}`
  const statement = sql`SELECT ${text} AS id FROM ${table(settings, model)} ${where} ORDER BY ${order} LIMIT ${raw(String(take))}`
  const rows = await store.query(transaction, statement)
  return rows.map(({ id }) => ({ id: String(id), key: [id] }))
}

/** Keys of other types: all are looked at, and the first of them kept. */
async function nextOthers(
  { root, settings, transaction }: Source,
  model: AuditedModel,
  filter: KeyFilter,
  after: string | null,
  take: number,
): Promise<Candidate[]> {
  const compare = compareIds(model)
  const { key } = model
  const delegate = root.delegate(model.model.name)
  const select = Object.fromEntries(key.fields.map((name) => [name, true]))
  const args = { where: filter.where, select, take: chunk }
  const orderBy = key.fields.map((name) => ({ [name]: 'asc' }))
  // Prisma finds nothing after a row that is gone.
  const isThere = async (where: object) =>
    (await on(transaction, delegate.findUnique({ where, select }))) !== null
  let first: Candidate[] = []
  let cursor: object | null = null
  while (true) {
    const place: object = cursor ? { cursor, skip: 1 } : {}
    const found = await on(transaction, delegate.findMany({ ...args, orderBy, ...place }))
    const rows = found as Record<string, unknown>[]
    const further = rows
      .map((row) => ({ id: idOfRow(settings, model, row), key: keyValues(key, row) }))
      .filter(({ id }) => after === null || compare(id, after) > 0)
    first = firstOf([...first, ...further], compare, take)
    const last = rows.at(-1)
    if (last && rows.length === chunk) cursor = uniqueOf(model, last)
    else if (cursor && rows.length === 0 && !(await isThere(cursor))) cursor = null
    else return first
  }
}

/** So many keys are read in one go. */
const chunk = 1000

function uniqueOf({ key }: AuditedModel, row: Readonly<Record<string, unknown>>): object {
  const [first = '', ...others] = key.fields
  if (others.length === 0) return { [key.name]: row[first] }
  return { [key.name]: Object.fromEntries(key.fields.map((name) => [name, row[name]])) }
}

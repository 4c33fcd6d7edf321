import { setImmediate } from 'node:timers/promises'
import type { Args } from '../prisma.ts'
import { type KeyValues, keyFilter, keyValues, valuesId } from '../schema/key.ts'
import type { Call } from './call.ts'
import { lockDatabase, type Row, readRows } from './rows.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Hands out the rows that the call's `where` matches, in chunks, locked and read, each with the
 * call's arguments narrowed to just these rows.
 *
 * The original condition stays part of them: it drops the rows that another transaction changed
 * between finding and locking. A condition on related rows can change by our own first chunks, so
 * with several chunks it is settled for all rows before the first is written.
 */
export async function forEachChunk(
  call: Call,
  lock: 'update' | 'delete',
  write: (before: readonly Row[], args: Args) => Promise<void>,
): Promise<void> {
  const { model, request } = call
  const { limit: _, where, ...args } = request.args
  await lockDatabase(call)
  let keys = await matchingKeys(call)
  const isSettled = keys.length > chunkSize(call) && filtersByRelation(call, where)
  if (isSettled) keys = await lockMatching(call, keys, lock)
  // With no rows the call is still sent: its data may be wrong, and the user is to be told.
  for await (const chunk of keys.length === 0 ? [[]] : chunksOf(call, keys)) {
    const before = await readRows(call, model.key, chunk, lock)
    const only = keyFilter(
      model.key,
      before.map(({ key }) => key),
    )
    await write(before, { ...args, where: isSettled || !where ? only : { AND: [where, only] } })
  }
}

/** The keys of the rows that the call's `where` matches, up to its `limit`, in the order of the key. */
export async function matchingKeys(call: Call): Promise<KeyValues[]> {
  const { where, limit } = call.request.args
  const { key } = call.model
  const rows = await call.run('findMany', {
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { take: limit }),
    select: Object.fromEntries(key.fields.map((name) => [name, true])),
    orderBy: key.fields.map((name) => ({ [name]: 'asc' })),
  })
  return (rows as Values[]).map((row) => keyValues(key, row))
}

/** Locks rows, and answers the keys of those that still match once all of them are locked. */
export async function lockMatching(
  call: Call,
  keys: readonly KeyValues[],
  lock: 'update' | 'delete',
): Promise<KeyValues[]> {
  const { model } = call
  const locked = new Set<string>()
  for await (const chunk of chunksOf(call, keys)) {
    for (const { id } of await readRows(call, model.key, chunk, lock)) locked.add(id)
  }
  const matching = await matchingKeys(call)
  return matching.filter((values) => locked.has(valuesId(model.model, model.key, values)))
}

/**
 * Parts of a list that one statement can name by key. Between them the event loop turns: a driver
 * that works synchronously, as those of SQLite do, would keep the process busy and the memory of
 * every statement to the end.
 */
export async function* chunksOf<T>(call: Call, items: readonly T[]): AsyncGenerator<T[]> {
  const size = chunkSize(call)
  for (let start = 0; start < items.length; start += size) {
    if (start > 0) await setImmediate()
    yield items.slice(start, start + size)
  }
}

function chunkSize({ settings, model }: Call): number {
  return Math.floor(settings.dialect.keysPerStatement / model.key.fields.length)
}

function filtersByRelation(call: Call, where: unknown): boolean {
  if (typeof where !== 'object' || where === null) return false
  return Object.entries(where).some(([name, condition]) => {
    if (['AND', 'OR', 'NOT'].includes(name)) {
      return [condition].flat().some((part) => filtersByRelation(call, part))
    }
    return call.model.model.fields.get(name)?.kind === 'relation'
  })
}

/** Whether rows of the model can refer to each other, so that a part of them cannot always stand alone. */
export function isSelfReferencing({ model }: Call): boolean {
  return [...model.model.fields.values()].some(
    ({ relation, type }) => type === model.model.name && relation && relation.fields.length > 0,
  )
}

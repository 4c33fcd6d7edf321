import { setImmediate } from 'node:timers/promises'
import { type KeyValues, keyFilter, keyValues } from '../schema/key.ts'
import type { Table } from '../schema/tables.ts'
import type { Call } from './call.ts'
import { recorded } from './record.ts'
import { reachesItself } from './referential.ts'
import { TooManyRows } from './statements/lock.ts'
import { check, matching } from './statements/observe.ts'

interface Count {
  readonly count: number
}

/**
 * `createMany` and `createManyAndReturn`: of many rows in chunks, each recorded before the next one.
 *
 * Rows of a tree can refer to rows of a later chunk, so they are inserted together.
 */
export async function captureCreateMany(call: Call): Promise<unknown> {
  const { args } = call.request
  const size = chunkSize(call)
  if (!Array.isArray(args.data) || args.data.length <= size || refersToItself(call)) {
    return recorded(call, () => call.run())
  }
  // A mistake in a later chunk is found before the first one is written.
  await check(call)
  return inChunks(call, args.data, (data) => ({ ...args, data }))
}

/**
 * `updateMany`, `updateManyAndReturn` and `deleteMany`: as the user wrote them, unless there are
 * so many rows that they have to be written in chunks.
 *
 * Rows that can be changed by the deletion of others of the same table are deleted together: a part
 * of them cannot always go before the rest.
 */
export async function captureMany(call: Call): Promise<unknown> {
  const { action, args } = call.request
  const { limit, ...unlimited } = args
  const table = call.settings.tables.get(call.model.model.name) as Table
  if (action === 'deleteMany' && limit === undefined && reachesItself(table)) {
    return recorded(call, () => call.run())
  }
  if (limit === undefined) {
    try {
      return await recorded(call, () => call.run(), chunkSize(call))
    } catch (error) {
      if (!(error instanceof TooManyRows)) throw error
    }
  }
  const found = await matching(call)
  if ('answer' in found) return found.answer
  const keys = found.keys ?? (await foundKeys(call))
  // Never with the `limit`: the database would choose other rows each time that it is asked.
  return inChunks(call, keys, (chunk) => ({
    ...unlimited,
    where: keyFilter(call.model.key, chunk),
  }))
}

/** The keys of the rows that `where` matches, where the first write of the call does not tell. */
async function foundKeys(call: Call): Promise<KeyValues[]> {
  const { where, limit } = call.request.args
  const { key } = call.model
  const rows = await call.run('findMany', {
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { take: limit }),
    select: Object.fromEntries(key.fields.map((name) => [name, true])),
    orderBy: key.fields.map((name) => ({ [name]: 'asc' })),
  })
  return (rows as Record<string, unknown>[]).map((row) => keyValues(key, row))
}

/**
 * Sends a call once for each part of a list, and answers as the whole call would. Between the parts
 * the event loop turns: a driver that works synchronously, as those of SQLite do, would keep the
 * process busy and the memory of every statement to the end.
 */
async function inChunks<T>(
  call: Call,
  items: readonly T[],
  argsOf: (chunk: readonly T[]) => Call['request']['args'],
): Promise<unknown> {
  const { action } = call.request
  const size = chunkSize(call)
  const lists: unknown[] = []
  let count = 0
  for (let start = 0; start === 0 || start < items.length; start += size) {
    if (start > 0) await setImmediate()
    const args = argsOf(items.slice(start, start + size))
    const answer = await recorded(call, () => call.run(action, args))
    if (Array.isArray(answer)) lists.push(...answer)
    else count += (answer as Count).count
  }
  return action.endsWith('AndReturn') ? lists : { count }
}

function chunkSize({ settings, model }: Call): number {
  return Math.floor(settings.dialect.keysPerStatement / Math.max(model.key.fields.length, 1))
}

function refersToItself({ model }: Call): boolean {
  return [...model.model.fields.values()].some(
    ({ relation, type }) => type === model.model.name && relation && relation.fields.length > 0,
  )
}

import type { Call } from './call.ts'
import { deleted } from './changes.ts'
import {
  chunksOf,
  forEachChunk,
  isSelfReferencing,
  lockMatching,
  matchingKeys,
} from './matching.ts'
import { lockDatabase, type Row, readRows } from './rows.ts'
import { retry, undoable } from './transaction.ts'

interface Count {
  readonly count: number
}

/** `deleteMany`, in chunks: lock and read, delete only those rows. */
export async function captureDeleteMany(call: Call): Promise<unknown> {
  if (isSelfReferencing(call) && call.request.args.limit === undefined) return deleteTogether(call)
  let total = 0
  await forEachChunk(call, 'delete', async (before, args) => {
    const { count } = (await call.run('deleteMany', args)) as Count
    const gone = count === before.length ? before : await withoutSurvivors(call, before)
    await call.record(gone.map((row) => deleted(call, row)))
    total += count
  })
  return { count: total }
}

/**
 * Rows of a model that refers to itself go in one statement, as the user wrote it: a part of a tree
 * cannot always be deleted before the rest. Where the rows deleted turn out not to be those that
 * were locked and read, all is undone and made again.
 */
async function deleteTogether(call: Call): Promise<unknown> {
  return undoable(call, async () => {
    await lockDatabase(call)
    const keys = await lockMatching(call, await matchingKeys(call), 'delete')
    for await (const chunk of chunksOf(call, keys)) {
      const rows = await readRows(call, call.model.key, chunk)
      await call.record(rows.map((row) => deleted(call, row)))
    }
    const answer = (await call.run()) as Count
    if (answer.count !== keys.length) retry()
    for await (const chunk of chunksOf(call, keys)) {
      if ((await readRows(call, call.model.key, chunk)).length > 0) retry()
    }
    return answer
  })
}

async function withoutSurvivors(call: Call, before: readonly Row[]): Promise<Row[]> {
  const keys = before.map(({ key }) => key)
  const survivors = new Set((await readRows(call, call.model.key, keys)).map(({ id }) => id))
  return before.filter(({ id }) => !survivors.has(id))
}

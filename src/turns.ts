/** The last write of each open transaction. */
const turns = new Map<string, Promise<unknown>>()

/**
 * One write of a transaction at a time: `Promise.all` in an interactive transaction mixes
 * the statements of its calls, and the row read for one would be changed by another before it is.
 */
export async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
  const previous = turns.get(id)
  const current = (previous ?? Promise.resolve()).then(work, work)
  const settled = current.catch(() => undefined)
  turns.set(id, settled)
  try {
    return await current
  } finally {
    if (turns.get(id) === settled) turns.delete(id)
  }
}

import type { EntryRow } from './entry.ts'
import type { Settings } from './options.ts'
import type { Transaction } from './prisma.ts'
import type { Store } from './store.ts'

/** Of one transaction or savepoint that is open. */
interface Level {
  /** Written in it: lost if it is rolled back. */
  readonly written: EntryRow[]
  /** Written in a savepoint that was rolled back. */
  readonly lost: EntryRow[]
}

/**
 * The entries that outlive a rollback: they are written once their transaction is over, since
 * before that its locks would keep them out.
 */
export class Aftermath {
  readonly #settings: Settings
  readonly #store: Store
  /** By the transaction's id; its savepoints have the same. */
  readonly #levels = new Map<string, Level[]>()

  constructor(settings: Settings, store: Store) {
    this.#settings = settings
    this.#store = store
  }

  /** Keeps rows, already written in the transaction or not, for the case that it is rolled back. */
  keep({ id }: Transaction, rows: readonly EntryRow[]): void {
    this.#levels
      .get(id)
      ?.at(-1)
      ?.written.push(...rows)
  }

  /** Tells that a transaction, or a savepoint in it, begins. */
  begin({ id }: Transaction): void {
    const levels = this.#levels.get(id)
    if (levels) levels.push(newLevel())
    else this.#levels.set(id, [newLevel()])
  }

  /** Tells that the innermost is over, and writes what was lost with the outermost. */
  async end({ id }: Transaction, isCommitted: boolean): Promise<void> {
    const levels = this.#levels.get(id)
    const level = levels?.pop()
    if (!levels || !level) return
    const outer = levels.at(-1)
    if (outer) {
      ;(isCommitted ? outer.written : outer.lost).push(...level.written)
      outer.lost.push(...level.lost)
      return
    }
    this.#levels.delete(id)
    await this.#write([...level.lost, ...(isCommitted ? [] : level.written)])
  }

  async #write(rows: readonly EntryRow[]): Promise<void> {
    if (rows.length === 0) return
    try {
      await this.#store.write(undefined, rows)
    } catch (cause) {
      const message = 'A run failed, and was rolled back, and that could not be recorded.'
      this.#settings.onWarning?.({ code: 'FAILURE_LOST', message, entries: rows.length, cause })
    }
  }
}

function newLevel(): Level {
  return { written: [], lost: [] }
}

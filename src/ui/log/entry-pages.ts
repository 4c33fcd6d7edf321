import type { AuditClient, EntryJson } from '../../http/client.ts'
import { rangeOf } from '../filter/filter-edit.ts'
import { isAborted } from '../problems.ts'
import {
  arrived,
  asking,
  begun,
  failed,
  isNewestFirst,
  type LogState,
  loaded,
  merged,
  refreshed,
  type Wanted,
} from './log-state.ts'

/** Entries of a page; the first answer is what one waits for. */
const pageSize = 50

/** Reads the entries page by page. Of two answers only that to the last question counts. */
export class EntryPages {
  readonly #onChange: () => void
  #client: AuditClient | null = null
  #state: LogState = begun({ filter: '', order: 'time', direction: 'desc' })
  #asked = new AbortController()
  /** The highest `seq` of the whole trail when the first page was read. */
  #end: bigint | null = null

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get state(): LogState {
    return this.#state
  }

  /** Where live entries go on; `null` before the first page was read. */
  get end(): bigint | null {
    return this.#state.isKnown ? this.#end : null
  }

  async read(client: AuditClient, wanted: Wanted): Promise<void> {
    const before = this.#state
    // Another client may be of someone who sees less.
    const isSame = this.#client === client
    this.#client = client
    const isAgain =
      isSame &&
      before.isKnown &&
      before.wanted.filter === wanted.filter &&
      !isPassing(wanted.filter) &&
      isNewestFirst(before.wanted)
    this.#set(begun(wanted, isSame ? before : undefined))
    const { signal } = this.#renewed()
    try {
      // What comes in while the page is read is seen as new.
      const [newest, page] = await Promise.all([
        wanted.filter.trim() === '' ? null : client.entries({ take: 1, signal }),
        client.entries({ ...questionOf(wanted), take: pageSize, signal }),
      ])
      const seqs = [...(newest?.entries ?? []), ...page.entries].map(({ seq }) => BigInt(seq))
      this.#end = seqs.reduce((highest, seq) => (seq > highest ? seq : highest), 0n)
      const state = loaded(this.#state, page)
      this.#set(isAgain && isNewestFirst(wanted) ? refreshed(before, state) : state)
    } catch (error) {
      if (!isAborted(error) && !signal.aborted) this.#set(failed(this.#state, error))
    }
  }

  async readMore(client: AuditClient): Promise<void> {
    const { loading, nextCursor: cursor, wanted } = this.#state
    if (loading || cursor === null) return
    this.#set(asking(this.#state))
    const { signal } = this.#renewed()
    try {
      const page = await client.entries({ ...questionOf(wanted), take: pageSize, cursor, signal })
      this.#set(loaded(this.#state, page))
    } catch (error) {
      if (!isAborted(error) && !signal.aborted) this.#set(failed(this.#state, error))
    }
  }

  take(entry: EntryJson): void {
    this.#set(arrived(this.#state, entry))
  }

  /** Shows what came in. */
  merge(): void {
    this.#set(merged(this.#state))
  }

  stop(): void {
    this.#asked.abort()
  }

  #renewed(): AbortController {
    this.#asked.abort()
    this.#asked = new AbortController()
    return this.#asked
  }

  #set(state: LogState): void {
    if (state === this.#state) return
    this.#state = state
    this.#onChange()
  }
}

/** Whether entries cease to match as time goes by: those of the last 15 minutes. */
function isPassing(filter: string): boolean {
  const [then, now] = [new Date(0), new Date()].map((time) => rangeOf(filter, time).since)
  return then?.getTime() !== now?.getTime()
}

function questionOf({ filter, ...order }: Wanted) {
  return { ...order, ...(filter.trim() !== '' && { filter }) }
}

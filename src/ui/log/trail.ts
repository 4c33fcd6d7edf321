import type { AuditClient, Count } from '../../http/client.ts'
import { EntryCount } from './entry-count.ts'
import { EntryPages } from './entry-pages.ts'
import { LiveEntries } from './live-entries.ts'
import { isNewestFirst, type LogState, type Wanted } from './log-state.ts'

/** What is shown of the trail: pages of it, their number, and what comes in meanwhile. */
export class Trail {
  readonly #pages: EntryPages
  readonly #count: EntryCount
  readonly #live: LiveEntries
  #client: AuditClient | null = null
  #isLive = false

  constructor(onChange: () => void) {
    this.#pages = new EntryPages(onChange)
    this.#count = new EntryCount(onChange)
    this.#live = new LiveEntries((entry) => this.#pages.take(entry), onChange)
  }

  get state(): LogState {
    return this.#pages.state
  }

  get count(): Count | null {
    return this.#count.now
  }

  /** Whether new ones are wanted; they are taken as long as the newest are first. */
  get isLive(): boolean {
    return this.#isLive && !this.#live.error
  }

  get isLiveLost(): boolean {
    return this.#live.isLost
  }

  /** Why new ones are not taken any more. */
  get liveError(): unknown {
    return this.#live.error
  }

  get mayBeLive(): boolean {
    return isNewestFirst(this.state.wanted)
  }

  async read(client: AuditClient, wanted: Wanted): Promise<void> {
    this.#client = client
    this.#live.stop()
    void this.#count.read(client, wanted.filter)
    await this.#pages.read(client, wanted)
    this.#listen()
  }

  async readMore(): Promise<void> {
    if (this.#client) await this.#pages.readMore(this.#client)
  }

  merge(): void {
    this.#count.add(this.state.fresh.length)
    this.#pages.merge()
  }

  setLive(isLive: boolean): void {
    this.#isLive = isLive
    this.#live.stop()
    this.#listen()
  }

  stop(): void {
    this.#pages.stop()
    this.#count.stop()
    this.#live.stop()
  }

  /** From where the first page was read, whenever that was. */
  #listen(): void {
    const { end } = this.#pages
    if (!this.#isLive || !this.mayBeLive || end === null || !this.#client) return
    if (this.state.loading === 'first') return
    this.#live.start({ client: this.#client, filter: this.state.wanted.filter, end })
  }
}

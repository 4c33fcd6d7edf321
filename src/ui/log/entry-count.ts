import type { AuditClient, Count } from '../../http/client.ts'

/** How many entries match; it comes when it comes, and is not waited for. */
export class EntryCount {
  readonly #onChange: () => void
  #now: Count | null = null
  #asked = new AbortController()

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get now(): Count | null {
    return this.#now
  }

  async read(client: AuditClient, filter: string): Promise<void> {
    this.stop()
    this.#asked = new AbortController()
    const { signal } = this.#asked
    const query = { ...(filter.trim() !== '' && { filter }), signal }
    // Without a number, the page is as good as it can be: what is wrong is said by the entries.
    const now = await client.count(query).catch(() => null)
    if (signal.aborted) return
    this.#now = now
    this.#onChange()
  }

  add(count: number): void {
    if (this.#now?.isExact) this.#now = { count: this.#now.count + count, isExact: true }
  }

  stop(): void {
    this.#asked.abort()
  }
}

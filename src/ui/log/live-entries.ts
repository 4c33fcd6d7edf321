import type { AuditClient, EntryJson } from '../../http/client.ts'
import { isAborted } from '../problems.ts'

/** So far below the end of the trail entries may still come in: their transactions are open for longer. */
const margin = 200n

export interface LiveOptions {
  readonly client: AuditClient
  readonly filter: string
  /** The highest `seq` that was there when the entries were read. */
  readonly end: bigint
}

/** Takes the entries as they come in, while the page can be seen. */
export class LiveEntries {
  readonly #onEntry: (entry: EntryJson) => void
  readonly #onChange: () => void
  #running: { readonly options: LiveOptions; lastEventId: string } | null = null
  #asked = new AbortController()
  #isLost = false
  #error: unknown = null

  constructor(onEntry: (entry: EntryJson) => void, onChange: () => void) {
    this.#onEntry = onEntry
    this.#onChange = onChange
  }

  get isOn(): boolean {
    return this.#running !== null
  }

  /** Whether it tries to reach the handler again. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Why it was refused. */
  get error(): unknown {
    return this.#error
  }

  start(options: LiveOptions): void {
    this.stop()
    const from = options.end > margin ? options.end - margin : 0n
    this.#running = { options, lastEventId: String(from) }
    this.#error = null
    document.addEventListener('visibilitychange', this.#follow)
    this.#follow()
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#follow)
    this.#asked.abort()
    this.#running = null
    this.#isLost = false
  }

  /** From where it was, once the page is seen again. */
  readonly #follow = (): void => {
    this.#asked.abort()
    this.#asked = new AbortController()
    if (this.#running && !document.hidden) void this.#listen(this.#asked.signal)
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const running = this.#running
    if (!running) return
    const { client, filter } = running.options
    const onConnection = (isOpen: boolean) => {
      if (signal.aborted || this.#isLost !== isOpen) return
      this.#isLost = !isOpen
      this.#onChange()
    }
    try {
      const { lastEventId } = running
      const stream = client.stream({ filter, lastEventId, signal, onConnection })
      for await (const { entry, id } of stream) {
        if (signal.aborted) return
        running.lastEventId = id
        this.#onEntry(entry)
      }
    } catch (error) {
      if (signal.aborted || isAborted(error)) return
      this.stop()
      this.#error = error
      this.#onChange()
    }
  }
}

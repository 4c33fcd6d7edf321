/** How items are gathered and written. */
export interface BatcherOptions<T> {
  /** Writes items in their order, all or none. */
  readonly write: (items: readonly T[]) => Promise<void>
  /** The most items of one write. */
  readonly batch: number
  /** From so many waiting items on, a source that can be paused is asked to wait. */
  readonly highWaterMark: number
  /** The most items that wait; what comes then is lost. */
  readonly limit: number
  /** Milliseconds after which an incomplete batch is written. */
  readonly interval: number
  /** Is told of lost items, in one go while none is taken in between. */
  readonly onLost?: ((items: number, cause: unknown) => void) | undefined
}

/** Counted in items. */
export interface BatcherStats {
  readonly written: number
  readonly pending: number
  readonly lost: number
}

/** Tries to write a batch, with a pause between them that doubles from `firstPause` milliseconds. */
const attempts = 5
const firstPause = 100

/**
 * Writes items behind the back of who adds them: in batches, in order, one write at a time, bounded
 * in memory. What cannot be written is counted, and never thrown.
 */
export class Batcher<T> {
  readonly #options: BatcherOptions<T>
  #waiting: T[] = []
  #inFlight = 0
  #written = 0
  #lost = 0
  #overflowed = 0
  #isClosed = false
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #onRoom: (() => void)[] = []

  constructor(options: BatcherOptions<T>) {
    this.#options = options
  }

  get stats(): BatcherStats {
    const pending = this.#waiting.length + this.#inFlight
    return { written: this.#written, pending, lost: this.#lost }
  }

  /** Takes an item; `false` asks to wait for {@link drained} before the next one. */
  add(item: T): boolean {
    const { batch, highWaterMark, limit } = this.#options
    if (this.#isClosed || this.stats.pending >= limit) {
      this.#overflowed += 1
      this.#lost += 1
      return false
    }
    this.#tellOverflow()
    this.#waiting.push(item)
    if (this.#waiting.length >= batch) this.#start()
    else this.#startLater()
    return this.stats.pending < highWaterMark
  }

  /** Resolves once there is room again. */
  drained(): Promise<void> {
    if (this.stats.pending < this.#options.highWaterMark) return Promise.resolve()
    return new Promise((resolve) => this.#onRoom.push(resolve))
  }

  /** Resolves once all that waits now is written or lost. */
  async flush(): Promise<void> {
    const { written, pending, lost } = this.stats
    const goal = written + lost + pending
    while (this.#written + this.#lost < goal && this.stats.pending > 0) {
      this.#start()
      await this.#writing
    }
    this.#tellOverflow()
  }

  /** Flushes, and takes no more items. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
  }

  #startLater(): void {
    if (this.#timer || this.#writing) return
    this.#timer = setTimeout(() => this.#start(), this.#options.interval)
    // A process that has nothing else to do flushes at its end.
    this.#timer.unref()
    flushAtExit(this)
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writing || this.#waiting.length === 0) return
    this.#writing = this.#writeBatch().finally(() => {
      this.#writing = undefined
      if (this.#waiting.length >= this.#options.batch) this.#start()
      else if (this.#waiting.length > 0) this.#startLater()
      else flushedAtExit.delete(this)
    })
  }

  async #writeBatch(): Promise<void> {
    const items = this.#waiting.slice(0, this.#options.batch)
    this.#waiting = this.#waiting.slice(items.length)
    this.#inFlight = items.length
    const failure = await this.#tryToWrite(items)
    this.#inFlight = 0
    if (failure) {
      this.#lost += items.length
      this.#tell(items.length, failure.cause)
    } else this.#written += items.length
    if (this.stats.pending >= this.#options.highWaterMark) return
    for (const resolve of this.#onRoom.splice(0)) resolve()
  }

  async #tryToWrite(items: readonly T[]): Promise<{ readonly cause: unknown } | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.write(items)
        return undefined
      } catch (cause) {
        if (attempt === attempts) return { cause }
        const pause = firstPause * 2 ** (attempt - 1)
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  }

  #tellOverflow(): void {
    if (this.#overflowed === 0) return
    const items = this.#overflowed
    this.#overflowed = 0
    this.#tell(items, new Error(`More than ${this.#options.limit} waited to be written`))
  }

  #tell(items: number, cause: unknown): void {
    try {
      this.#options.onLost?.(items, cause)
    } catch {
      // Who is told must not stop what is written.
    }
  }
}

/** Those with something left to write when the process has nothing else to do. */
const flushedAtExit = new Set<{ flush(): Promise<void> }>()
let isListening = false

function flushAtExit(batcher: { flush(): Promise<void> }): void {
  flushedAtExit.add(batcher)
  if (isListening) return
  isListening = true
  process.on('beforeExit', () => {
    for (const each of flushedAtExit) void each.flush()
  })
}

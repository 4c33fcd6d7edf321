import type { ReactiveController } from 'lit'
import type { LineJson } from '../../http/answers.ts'
import { type AuditClient, AuditClientError } from '../../http/client.ts'
import type { EntryJson } from '../../query/entry-json.ts'
import type { Part } from '../part.ts'
import { isAborted } from '../problems.ts'
import { isRunning } from './runs.ts'
import { compareSeq } from './trace-tree.ts'

/** Milliseconds between two looks: while something happens, and when nothing has for a while. */
const interval = 1500
const slowInterval = 5000
const longestInterval = 30_000
/** After so many milliseconds without news, it is slower, and then not looked any more. */
const quiet = 120_000
const silent = 600_000
/** So many entries, or lines, are read without being asked for; of what runs, all up to a bound. */
const readAtOnce = 1000
const mostFollowed = 20_000
/** What commits late may have a lower `seq` than what was read: each so many looks go back further. */
const wideEvery = 8
const wide = 400
/** Looks after the end: lines are written some time after they were logged. */
const looksAfterEnd = 2

/** Reads a unit of work page by page, and as long as something of it runs, what comes in. */
export class TraceFeed implements ReactiveController {
  entries: readonly EntryJson[] = []
  lines: readonly LineJson[] = []
  state: 'loading' | 'ready' | 'failed' = 'loading'
  /** Of the last request; what was read before is still there. */
  error: unknown = null
  /** Whether nothing is looked for any more, although something runs. */
  isPaused = false

  readonly #host: Part
  readonly #isSeen: () => boolean
  #client: AuditClient | undefined
  #traceId = ''
  #abort = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** `undefined` before the first page, `null` after the last one. */
  #next: { entries: string | null | undefined; lines: string | null | undefined } = {
    entries: undefined,
    lines: undefined,
  }
  #take: number | undefined = 200
  #lastNews = 0
  #looks = 0
  #looksLeft = 0
  #failures = 0

  constructor(host: Part, isSeen: () => boolean = () => host.checkVisibility()) {
    this.#host = host
    this.#isSeen = isSeen
    host.addController(this)
  }

  /** Whether there are pages that were not read. */
  get hasMore(): boolean {
    return Boolean(this.#next.entries || this.#next.lines)
  }

  get isRunning(): boolean {
    return isRunning(this.entries)
  }

  /** Whether it is known how each run ended, or that it has not. */
  get hasAllEntries(): boolean {
    return this.#next.entries === null
  }

  /** Whether it is of no use to ask once more by itself. */
  get isGivenUp(): boolean {
    const isRefused =
      this.error instanceof AuditClientError && [401, 403, 404].includes(this.error.status)
    return this.error !== null && (isRefused || !this.isRunning)
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#onVisibility)
    if (this.#client) this.#resume()
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#stop()
  }

  /** Reads this unit of work from now on. */
  read(client: AuditClient, traceId: string): void {
    if (client === this.#client && traceId === this.#traceId) return
    this.#stop()
    this.#client = client
    this.#traceId = traceId
    Object.assign(this, { entries: [], lines: [], isPaused: false })
    this.#next = { entries: undefined, lines: undefined }
    this.#looks = 0
    this.#looksLeft = 0
    this.#resume()
  }

  /** Tries again, follows on, or reads the next pages, as there is to do. */
  readonly proceed = (): void => {
    this.isPaused = false
    this.#resume(true)
  }

  #resume(isAsked = false): void {
    this.#stop()
    this.#abort = new AbortController()
    this.#lastNews = Date.now()
    this.#failures = 0
    this.error = null
    void this.#run(isAsked)
  }

  #stop(): void {
    this.#abort.abort()
    clearTimeout(this.#timer)
  }

  async #run(isAsked: boolean): Promise<void> {
    const { signal } = this.#abort
    try {
      if (this.#next.entries === undefined || this.hasMore) await this.#readPages(isAsked)
      else await this.#look()
      this.error = null
      this.#failures = 0
    } catch (error) {
      if (signal.aborted || isAborted(error)) return
      this.error = error
      this.#failures += 1
    }
    if (signal.aborted) return
    const isReady = this.#next.entries !== undefined
    this.state = isReady ? 'ready' : 'failed'
    if (isReady) this.#schedule()
    this.#host.requestUpdate()
  }

  /** What was asked for has to bring something even where much was read before. */
  async #readPages(isAsked: boolean): Promise<void> {
    if (this.#next.entries === undefined) this.state = 'loading'
    this.#host.requestUpdate()
    const bound = () => {
      if (this.hasAllEntries && this.isRunning) return mostFollowed
      return isAsked ? Number.POSITIVE_INFINITY : readAtOnce
    }
    let pages = isAsked ? 5 : Number.POSITIVE_INFINITY
    do {
      const { entries, lines } = this.#next
      const page = await this.#page(
        entries ?? this.entries.at(-1)?.seq,
        lines ?? this.lines.at(-1)?.seq,
      )
      this.#next = page
      this.#host.requestUpdate()
      pages -= 1
    } while (this.hasMore && pages > 0 && this.entries.length + this.lines.length < bound())
  }

  /** What came after what is there, and some of that once more: an answer without any would be a refusal. */
  async #look(): Promise<void> {
    const isWide = !this.isRunning || this.#looks++ % wideEvery === wideEvery - 1
    const back = isWide ? wide : 1
    const from = (rows: readonly { readonly seq: string }[]) => rows.at(-1 - back)?.seq
    let page = await this.#page(from(this.entries), from(this.lines))
    while (page.entries || page.lines) {
      page = await this.#page(
        page.entries ?? this.entries.at(-1)?.seq,
        page.lines ?? this.lines.at(-1)?.seq,
      )
    }
  }

  async #page(
    cursor: string | undefined,
    logsCursor: string | undefined,
  ): Promise<{ entries: string | null; lines: string | null }> {
    const { signal } = this.#abort
    const take = this.#take
    try {
      const found = await (this.#client as AuditClient).trace(this.#traceId, {
        ...{ take, cursor, signal },
        logs: { take, cursor: logsCursor },
      })
      signal.throwIfAborted()
      const isNews = [
        this.#add('entries', found.entries, ({ id }) => id),
        this.#add('lines', found.logs.lines, ({ seq }) => seq),
      ]
      if (isNews.includes(true)) this.#lastNews = Date.now()
      return { entries: found.nextCursor, lines: found.logs.nextCursor }
    } catch (error) {
      // The handler may have a lower limit than most.
      const isRefused = error instanceof AuditClientError && error.status === 400
      if (!isRefused || take === undefined) throw error
      this.#take = undefined
      return this.#page(cursor, logsCursor)
    }
  }

  #add<Row extends EntryJson | LineJson>(
    name: Row extends EntryJson ? 'entries' : 'lines',
    rows: readonly Row[],
    keyOf: (row: Row) => string,
  ): boolean {
    const there = this[name] as unknown as readonly Row[]
    const known = new Set(there.map(keyOf))
    const added = rows.filter((row) => !known.has(keyOf(row)))
    if (added.length === 0) return false
    const all = [...there, ...added].sort((a, b) => compareSeq(a.seq, b.seq))
    Object.assign(this, { [name]: all })
    return true
  }

  #schedule(): void {
    if (this.isGivenUp || (this.hasMore && !this.error)) return
    if (this.isRunning) this.#looksLeft = looksAfterEnd
    else if (this.#looksLeft-- <= 0) return
    const since = Date.now() - this.#lastNews
    this.isPaused = since > silent
    if (this.isPaused || document.hidden) return
    const pace = since > quiet ? slowInterval : interval
    const delay = Math.min(pace * 2 ** this.#failures, longestInterval)
    this.#timer = setTimeout(() => {
      if (this.#isSeen()) void this.#run(false)
      else this.#schedule()
    }, delay)
  }

  readonly #onVisibility = () => {
    if (document.hidden) clearTimeout(this.#timer)
    else if (this.state === 'ready' && this.isRunning && !this.isPaused) this.#resume()
  }
}

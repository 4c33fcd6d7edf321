import type { AuditClient, EntryJson, PageJson } from '../../http/client.ts'
import { VIEWING } from '../../viewing.ts'
import { isAborted } from '../problems.ts'

/** Whose history. */
export interface Subject {
  readonly client: AuditClient
  readonly entity: string
  readonly entityId: string
  readonly include: readonly string[]
}

/** Entries of a page. */
const take = 50

/** What was loaded of one entity's history; it tells whenever that is something else. */
export class EntityHistory {
  /** Newest first. */
  entries: readonly EntryJson[] = []
  nextCursor: string | null = null
  /** The number of the newest version of the entity itself; `null` where it is not known. */
  version: number | null = null
  isLoading = false
  isLoaded = false
  problem: unknown = null
  /** Came in since, and are not shown yet. */
  news: readonly EntryJson[] = []

  readonly #changed: () => void
  #subject: Subject | undefined
  #loading = new AbortController()
  #watching: AbortController | undefined

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** Whether an entry is of the entity itself, and not of what is related to it. */
  isOwn({ entity, entityId }: EntryJson): boolean {
    return entity === this.#subject?.entity && entityId === this.#subject.entityId
  }

  /** Whether it is the history of this entity that was loaded. */
  isOf(subject: Subject | undefined): boolean {
    return this.#subject === subject
  }

  /** Begins with another entity, or with none. */
  async load(subject: Subject | undefined): Promise<void> {
    this.stop()
    this.#subject = subject
    this.entries = []
    this.nextCursor = this.version = this.problem = null
    this.news = []
    this.isLoaded = false
    await this.refresh()
  }

  /** Reads what came in. Where that is more than a page, it begins anew with that page. */
  async refresh(): Promise<void> {
    await this.#read(null, (page, cursor) => {
      const known = new Set(this.entries.map(({ id }) => id))
      const added = page.filter(({ id }) => !known.has(id))
      const isConnected = added.length < page.length
      if (!isConnected || !this.isLoaded) this.nextCursor = cursor
      this.entries = isConnected ? [...added, ...this.entries] : page
      // What came in while the page was on its way is in none.
      const shown = new Set(this.entries.map(({ id }) => id))
      const oldest = BigInt(page.at(-1)?.seq ?? 0)
      this.news = this.news.filter(({ id, seq }) => !shown.has(id) && BigInt(seq) > oldest)
    })
  }

  /** Reads the page after those that are there. */
  async more(): Promise<void> {
    if (this.nextCursor === null) return
    await this.#read(this.nextCursor, (page, cursor) => {
      this.nextCursor = cursor
      this.entries = [...this.entries, ...page]
    })
  }

  /** Collects what comes in until it is stopped. */
  async watch(isNews: (entry: EntryJson) => boolean): Promise<void> {
    const subject = this.#subject
    if (this.#watching || !subject) return
    const watching = new AbortController()
    this.#watching = watching
    const { signal } = watching
    const arrive = (entry: EntryJson): void => {
      const isKnown = [...this.news, ...this.entries].some(({ id }) => id === entry.id)
      if (signal.aborted || isKnown || !isNews(entry)) return
      this.news = [entry, ...this.news]
      this.#changed()
    }
    let isConnected = false
    const onConnection = (isOpen: boolean): void => {
      if (!isOpen || isConnected) return
      isConnected = true
      // The stream begins after what came in since the page was read.
      pageOf(subject, null, signal).then(
        ({ entries }) => entries.toReversed().forEach(arrive),
        () => {},
      )
    }
    try {
      const { printFilter } = await import('../../query/print-filter.ts')
      const term = (key: 'entity' | 'id', text: string) =>
        ({ kind: 'field', key, values: [{ text }] }) as const
      const terms = [term('entity', subject.entity), term('id', subject.entityId)]
      const filter = printFilter({ terms })
      for await (const { entry } of subject.client.stream({ filter, signal, onConnection })) {
        arrive(entry)
      }
    } catch {
      // Where the handler refuses a stream, there is a button to look for what is new.
    } finally {
      if (this.#watching === watching) this.#watching = undefined
    }
  }

  unwatch(): void {
    this.#watching?.abort()
    this.#watching = undefined
  }

  stop(): void {
    this.#loading.abort()
    this.unwatch()
    this.isLoading = false
  }

  async #read(
    cursor: string | null,
    taken: (page: readonly EntryJson[], nextCursor: string | null) => void,
  ): Promise<void> {
    this.#loading.abort()
    this.#loading = new AbortController()
    const { signal } = this.#loading
    const subject = this.#subject
    this.isLoading = subject !== undefined
    this.#changed()
    if (!subject) return
    try {
      const page = await pageOf(subject, cursor, signal)
      if (signal.aborted) return
      const before = this.#newestVersion()
      taken(page.entries, page.nextCursor)
      this.isLoaded = true
      this.problem = null
      if (this.#newestVersion() !== before) await this.#readVersion(subject, signal)
    } catch (error) {
      if (signal.aborted || isAborted(error)) return
      this.problem = error
    }
    if (signal.aborted) return
    this.isLoading = false
    this.#changed()
  }

  #newestVersion(): string | undefined {
    return this.entries.find((entry) => this.isOwn(entry) && entry.action !== VIEWING)?.id
  }

  /** Only the newest is asked for: the others count down from it. */
  async #readVersion({ client }: Subject, signal: AbortSignal): Promise<void> {
    const id = this.#newestVersion()
    this.version = null
    this.#changed()
    if (id === undefined) return
    const { version } = await client.version(id, { signal }).catch(() => ({ version: null }))
    if (!signal.aborted) this.version = version
  }
}

function pageOf(
  { client, entity, entityId, include }: Subject,
  cursor: string | null,
  signal: AbortSignal,
): Promise<PageJson> {
  const related = include.length > 0 ? include : undefined
  return client.activity({ entity, entityId, include: related, take, cursor, signal })
}

import type { AuditClient, Facets } from '../../http/client.ts'
import { filterLimits } from '../../query/filter.ts'
import { printFilter } from '../../query/print-filter.ts'
import { isAborted } from '../problems.ts'
import { hasFacet, type Typed } from './completion.ts'

/** How long the typing rests before the trail is asked, in milliseconds. */
const rest = 150

/** Asks the trail what there is to filter by, one thing at a time. */
export class Suggestions {
  readonly #changed: () => void
  #known = new Map<string, Facets>()
  #asked: string | undefined
  #abort: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #client: AuditClient | undefined

  /** @param changed called where there are others than before */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** What is known by now of what is typed; it is asked for where it is not. */
  of(client: AuditClient, others: string, typed: Typed): Facets | null {
    if (this.#client !== client) this.forget()
    this.#client = client
    if (typed.key && !hasFacet(typed.key)) return null
    const key = typed.key?.name
    const whole = this.#read(others, key)
    const isCut =
      whole && (!whole.isComplete || whole.facets.some(({ values }) => values.length >= most))
    if (!typed.key || !isCut || typed.text === '') return whole
    // What is rare is not amongst the most frequent: only what begins so is asked for.
    const values = [{ text: typed.text, isPrefix: true }]
    const { name, isTag } = typed.key
    const term = isTag
      ? ({ kind: 'tag', key: name, values } as const)
      : ({ kind: 'field', key: name as 'entity', values } as const)
    const narrower = this.#read(`${others} ${printFilter({ terms: [term] })}`.trim(), key)
    return merged(whole, narrower)
  }

  forget(): void {
    this.stop()
    this.#known = new Map()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#abort?.abort()
    this.#asked = undefined
  }

  #read(filter: string, key: string | undefined): Facets | null {
    const id = JSON.stringify([filter, key])
    const known = this.#known.get(id)
    if (known || id === this.#asked || filter.length > filterLimits.length) return known ?? null
    this.stop()
    this.#asked = id
    this.#timer = setTimeout(() => void this.#ask(id, filter, key), this.#known.size ? rest : 0)
    return null
  }

  async #ask(id: string, filter: string, key: string | undefined): Promise<void> {
    const abort = new AbortController()
    this.#abort = abort
    try {
      const query = { filter, signal: abort.signal, take: most, ...(key && { keys: [key] }) }
      const facets = await this.#client?.facets(query)
      if (facets && !abort.signal.aborted) this.#known.set(id, facets)
    } catch (error) {
      if (isAborted(error)) return
      // Completion is a help: without it one can type all the same. It is not asked for again and again.
      this.#known.set(id, { sampled: 0, isComplete: true, facets: [] })
    }
    if (this.#asked === id) this.#asked = undefined
    this.#changed()
  }
}

const most = 50

function merged(whole: Facets, more: Facets | null): Facets {
  if (!more) return whole
  const facets = whole.facets.map((facet) => {
    const others = more.facets.find(({ key, isTag }) => key === facet.key && isTag === facet.isTag)
    const isNew = ({ value }: { value: string }) => !facet.values.some((one) => one.value === value)
    return { ...facet, values: [...facet.values, ...(others?.values ?? []).filter(isNew)] }
  })
  return { ...whole, facets: facets.length > 0 ? facets : more.facets }
}

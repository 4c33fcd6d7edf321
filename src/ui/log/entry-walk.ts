import type { AuditClient } from '../../http/client.ts'
import type { PageAddress } from './page-address.ts'
import type { Trail } from './trail.ts'

/** So many entries before the end, the next page is read. */
const margin = 5

/** The way from one entry to the next one, by keys. */
export class EntryWalk {
  readonly #address: PageAddress
  readonly #trail: Trail
  /** The id of the entry that was come to, while none is open. */
  cursor: string | null = null

  constructor(address: PageAddress, trail: Trail) {
    this.#address = address
    this.#trail = trail
  }

  /** The id of the entry that is open, or was come to. */
  get selected(): string | null {
    return this.#address.now.entry ?? this.cursor
  }

  /** Answers whether there is such an entry. */
  step(by: 1 | -1): boolean {
    const { entries } = this.#trail.state
    const at = entries.findIndex(({ id }) => id === this.selected)
    const next = entries[at < 0 ? 0 : at + by]
    if (at + by >= entries.length - margin) void this.#trail.readMore()
    if (!next) return false
    if (this.#address.now.entry === null) this.cursor = next.id
    else this.#address.change({ entry: next.id }, 'replace')
    return true
  }

  /** Opens the entry that was come to, if none is. */
  open(): boolean {
    if (this.#address.now.entry !== null || this.cursor === null) return false
    this.#address.change({ entry: this.cursor }, 'push')
    return true
  }

  async toVersion(client: AuditClient, which: 'previous' | 'next'): Promise<void> {
    const { entry } = this.#address.now
    if (entry === null) return
    // Where it cannot be asked for, the entry says so.
    const version = await client.version(entry).catch(() => null)
    const id = version?.[which]
    if (id && this.#address.now.entry === entry) this.#address.change({ entry: id }, 'replace')
  }
}

import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { type Address, addressOf, noAddress, searchOf } from './address.ts'

/** The address of the page as the place where the state is, or a state of its own where it may not be. */
export class PageAddress implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly address: 'query' | 'none' }
  readonly #onChange: (before: Address) => void
  #now: Address = noAddress
  /** Whether going back leads to the same page without the entry. */
  #isOpenedOnTop = false

  constructor(
    host: ReactiveControllerHost & { readonly address: 'query' | 'none' },
    onChange: (before: Address) => void,
  ) {
    this.#host = host
    this.#onChange = onChange
    host.addController(this)
  }

  get now(): Address {
    return this.#now
  }

  hostConnected(): void {
    addEventListener('popstate', this.#read)
    if (this.#isWritten) this.#now = addressOf(location.search)
  }

  hostDisconnected(): void {
    removeEventListener('popstate', this.#read)
  }

  /** `push` where going back is to undo it. */
  change(changes: Partial<Address>, way: 'push' | 'replace'): void {
    const before = this.#now
    this.#now = { ...before, ...changes }
    const isOpening = way === 'push' && before.entry === null && this.#now.entry !== null
    const isStepping = way === 'replace' && Object.keys(changes).join() === 'entry'
    this.#isOpenedOnTop = isOpening || (isStepping && this.#isOpenedOnTop)
    if (this.#isWritten && searchOf(before) !== searchOf(this.#now)) this.#write(way)
    this.#onChange(before)
  }

  /** As going back does, where that is what it would do. */
  closeEntry(): void {
    if (this.#now.entry === null) return
    if (this.#isOpenedOnTop && this.#isWritten) history.back()
    else this.change({ entry: null }, 'push')
  }

  get #isWritten(): boolean {
    return this.#host.address !== 'none'
  }

  #write(way: 'push' | 'replace'): void {
    const url = `${location.pathname}${searchOf(this.#now, location.search)}${location.hash}`
    // Routers keep their own state in the entry of the history.
    if (way === 'push') history.pushState(history.state, '', url)
    else history.replaceState(history.state, '', url)
  }

  readonly #read = (): void => {
    if (!this.#isWritten) return
    const before = this.#now
    this.#now = addressOf(location.search)
    this.#isOpenedOnTop = false
    this.#onChange(before)
  }
}

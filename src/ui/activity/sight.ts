import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Tells when an element comes into sight: by scrolling, from a hidden part of the page, with its window. */
export class Sight implements ReactiveController {
  isSeen = false
  readonly #host: Element
  readonly #seen: () => void
  readonly #observer = new IntersectionObserver((changes) => this.#see(changes.at(-1)), {
    // A little before it is there.
    rootMargin: '200px',
  })

  constructor(host: Element & ReactiveControllerHost, seen: () => void) {
    this.#host = host
    this.#seen = seen
    host.addController(this)
  }

  hostConnected(): void {
    this.#observer.observe(this.#host)
    document.addEventListener('visibilitychange', this.#look)
  }

  hostDisconnected(): void {
    this.isSeen = false
    this.#observer.disconnect()
    document.removeEventListener('visibilitychange', this.#look)
  }

  #see(change: IntersectionObserverEntry | undefined): void {
    const wasSeen = this.isSeen
    this.isSeen = change?.isIntersecting ?? false
    if (this.isSeen && !wasSeen) this.#seen()
  }

  readonly #look = () => {
    if (this.isSeen && document.visibilityState === 'visible') this.#seen()
  }
}

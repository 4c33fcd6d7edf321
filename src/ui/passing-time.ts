import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** How long relative times stay as they are, in milliseconds. */
export const halfMinute = 30_000

/** Draws an element again every half a minute: "2 minutes ago" does not stay true. */
export class PassingTime implements ReactiveController {
  readonly #host: ReactiveControllerHost
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.#host.requestUpdate(), halfMinute)
  }

  hostDisconnected(): void {
    clearInterval(this.#timer)
  }
}

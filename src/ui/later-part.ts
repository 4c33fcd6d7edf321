import { html, type ReactiveControllerHost } from 'lit'
import type { Shared } from './shared.ts'

/** A part that is asked for when it is first shown, so that the rest is there at once. */
export class LaterPart {
  readonly #host: ReactiveControllerHost
  readonly #load: () => Promise<unknown>
  #state: 'unknown' | 'asked' | 'failed' = 'unknown'

  constructor(host: ReactiveControllerHost, load: () => Promise<unknown>) {
    this.#host = host
    this.#load = load
  }

  /** What is made of the part, or what is said where it does not come. */
  shown({ text: { common } }: Shared, content: unknown, close?: () => void): unknown {
    if (this.#state === 'unknown') this.#ask()
    if (this.#state !== 'failed') return content
    return html`<div class="failed" role="alert">
      <p>${common.partFailed}</p>
      <button type="button" @click=${this.#ask}>${common.retry}</button>
      ${close && html`<button type="button" @click=${close}>${common.close}</button>`}
    </div>`
  }

  readonly #ask = (): void => {
    this.#state = 'asked'
    this.#host.requestUpdate()
    this.#load().catch(() => {
      this.#state = 'failed'
      this.#host.requestUpdate()
    })
  }
}

import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { remember, remembered } from '../remembered.ts'
import { type Command, commandOf } from './shortcuts.ts'

interface Host extends ReactiveControllerHost, HTMLElement {
  readonly noShortcuts: boolean
}

/** Single keys, unless the application or the viewer has switched them off. */
export class LogKeys implements ReactiveController {
  readonly #host: Host
  /** Answers whether the key did something. */
  readonly #run: (command: Command) => boolean
  #isOn = remembered('shortcuts') !== 'off'

  constructor(host: Host, run: (command: Command) => boolean) {
    this.#host = host
    this.#run = run
    host.addController(this)
  }

  get isOn(): boolean {
    return this.#isOn
  }

  set isOn(isOn: boolean) {
    this.#isOn = isOn
    remember('shortcuts', isOn ? 'on' : 'off')
    this.#host.requestUpdate()
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.#press)
    document.addEventListener('keydown', this.#step, { capture: true })
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.#press)
    document.removeEventListener('keydown', this.#step, { capture: true })
  }

  /** Before the table has them, which knows nothing of an open entry. */
  readonly #step = (event: KeyboardEvent): void => {
    if (event.key !== 'j' && event.key !== 'k') return
    this.#press(event)
    if (event.defaultPrevented) event.stopPropagation()
  }

  readonly #press = (event: KeyboardEvent): void => {
    const command = commandOf(event, this.#host)
    // It may be in a tab of the application that is not shown; the oldest browsers cannot tell.
    if (!command || this.#host.checkVisibility?.() === false) return
    const isOn = this.#isOn && !this.#host.noShortcuts
    // Escape is no character that one types, or that speech input could say.
    if (!isOn && command !== 'close') return
    if (command === 'close' && hasOpenPopover(this.#host)) return
    if (this.#run(command)) event.preventDefault()
  }
}

/** Then Escape closes that. */
function hasOpenPopover(element: Element): boolean {
  const root = element.shadowRoot
  if (!root) return false
  if (root.querySelector(':popover-open')) return true
  return [...root.querySelectorAll('*')].some(hasOpenPopover)
}

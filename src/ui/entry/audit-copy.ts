import { css, html, nothing, type PropertyValues } from 'lit'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'

/** Characters that are offered to be copied by hand. */
const mostByHand = 2000

/** A button that copies a text. Where the browser refuses, it shows the text to be copied by hand. */
export class AuditCopy extends Part {
  static override properties = {
    ...Part.properties,
    value: { attribute: false },
    label: {},
    name: {},
    isPlain: { type: Boolean, attribute: 'plain' },
    state: { state: true },
  }
  static override styles = [
    controls,
    css`
      :host {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
        max-width: 100%;
      }
      button.plain {
        min-height: 24px;
        padding: 0 6px;
        font-size: 12px;
        color: var(--audit-muted);
      }
      .refused {
        flex-basis: 100%;
        font-size: 12px;
      }
      input {
        inline-size: 100%;
      }
    `,
  ]
  declare value: () => string
  /** On the button. @default 'Copy' */
  declare label: string | undefined
  /** What is copied, where the label does not say so. */
  declare name: string | undefined
  declare isPlain: boolean
  declare state: 'ready' | 'copied' | 'refused'

  #text = ''

  constructor() {
    super()
    this.value = () => ''
    this.isPlain = false
    this.state = 'ready'
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('value')) return
    const text = this.value()
    if (text !== this.#text) this.state = 'ready'
    this.#text = text
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('state') && this.state === 'refused') {
      this.renderRoot.querySelector('input')?.select()
    }
  }

  protected override render() {
    const { common, entry } = this.text
    const { state } = this
    const label = this.label ?? common.copy
    return html`<button
        type="button"
        class=${this.isPlain ? 'plain' : ''}
        aria-label=${(state !== 'copied' && this.name) || nothing}
        title=${this.name ?? nothing}
        @click=${this.#copy}
        @blur=${this.#leave}
        @pointerleave=${this.#leave}
      >${state === 'copied' ? `✓ ${common.copied}` : label}</button
      ><span role="status" class=${state === 'refused' ? 'refused muted' : 'visually-hidden'}>${
        state === 'copied' ? common.copied : state === 'refused' ? entry.copyRefused : nothing
      }</span>${
        state === 'refused' && this.value().length <= mostByHand
          ? html`<input readonly aria-label=${entry.toCopy} .value=${this.value()} />`
          : nothing
      }`
  }

  readonly #leave = () => {
    if (this.state === 'copied') this.state = 'ready'
  }

  readonly #copy = async () => {
    const { value } = this
    let state: AuditCopy['state'] = 'copied'
    try {
      // It is not there where the page is not secure.
      await navigator.clipboard.writeText(value())
    } catch {
      state = 'refused'
    }
    if (value === this.value) this.state = state
  }
}

define('audit-copy', AuditCopy)

declare global {
  interface HTMLElementTagNameMap {
    'audit-copy': AuditCopy
  }
}

import { css, html, nothing } from 'lit'
import { download } from '../download.ts'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'
import './audit-copy.ts'

/** Characters that are shown at first, and that each step adds. */
const first = 10_000
const step = 100_000

/** A value as JSON: to be read, copied as a whole, or downloaded. */
export class AuditJson extends Part {
  static override properties = {
    ...Part.properties,
    value: { attribute: false },
    name: {},
    most: { state: true },
  }
  static override styles = [
    controls,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
        margin-block-end: 8px;
      }
      pre {
        margin: 0;
        padding: 8px 10px;
        border: 1px solid var(--audit-border);
        border-radius: var(--audit-radius);
        background: var(--audit-surface);
        font: 12px/1.6 var(--audit-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ]
  declare value: unknown
  /** Of the file, without its ending. */
  declare name: string
  declare most: number

  #given: unknown
  #json = ''
  #copy = () => ''

  constructor() {
    super()
    this.name = 'entry'
    this.most = first
  }

  protected override willUpdate(): void {
    if (this.value === this.#given) return
    this.#given = this.value
    const json = JSON.stringify(this.value, null, 2)
    this.#json = json
    this.#copy = () => json
    this.most = first
  }

  protected override render() {
    const { entry } = this.text
    const { length } = this.#json
    return html`<div class="bar">
        <audit-copy .shared=${this.shared} .value=${this.#copy} .label=${entry.copyAll}></audit-copy>
        <button type="button" @click=${this.#download}>${entry.download}</button>
      </div>
      <pre class="foreign" dir="ltr">${this.#json.slice(0, this.most)}${length > this.most ? '…' : ''}</pre>
      ${
        length > this.most
          ? html`<p><button type="button" @click=${this.#showMore}>${entry.showMore(this.most, length)}</button></p>`
          : nothing
      }`
  }

  readonly #showMore = () => {
    this.most += step
  }

  readonly #download = () => {
    download(new Blob([this.#json], { type: 'application/json' }), `${this.name}.json`)
  }
}

define('audit-json', AuditJson)

declare global {
  interface HTMLElementTagNameMap {
    'audit-json': AuditJson
  }
}

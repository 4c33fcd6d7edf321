import { html, nothing, type PropertyDeclarations } from 'lit'
import { download } from '../download.ts'
import { keepAnchored } from '../filter/anchored.ts'
import { popoverStyles } from '../filter/popover-styles.ts'
import { define, Part } from '../part.ts'
import { isAborted, problemText } from '../problems.ts'
import { controls } from '../styles/controls.ts'
import { exportStyles } from './export-styles.ts'
import type { Wanted } from './log-state.ts'

type Format = 'csv' | 'ndjson'

const formats = { csv: 'CSV', ndjson: 'NDJSON' } as const

/** Downloads exactly what is shown. It draws nothing where the viewer may not. */
export class AuditExport extends Part {
  static override properties: PropertyDeclarations = {
    ...Part.properties,
    wanted: { attribute: false },
    isStreamed: { attribute: false },
    running: { state: true },
    said: { state: true },
  }
  static override styles = [controls, popoverStyles, exportStyles]
  declare wanted: Wanted
  /** Whether it takes what the client adds to its requests: headers, for example. A link has none of them. */
  declare isStreamed: boolean
  declare protected running: boolean
  declare protected said: string
  #asked = new AbortController()

  constructor() {
    super()
    this.wanted = { filter: '', order: 'time', direction: 'desc' }
    this.isStreamed = false
    this.running = false
    this.said = ''
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#asked.abort()
  }

  /** Opens its menu, with the focus in it. */
  open(): void {
    const menu = this.renderRoot.querySelector<HTMLElement>('[popover]')
    menu?.showPopover()
    menu?.querySelector<HTMLElement>('a, button')?.focus()
  }

  override render() {
    if (!this.shared.viewer?.mayExport) return nothing
    const { log } = this.text
    return html`
      <button type="button" popovertarget="menu" ?disabled=${this.running}>
        ${this.running ? log.exporting : log.export}
        <span class="arrow" aria-hidden="true"></span>
      </button>
      <div id="menu" popover @toggle=${this.#place}>
        <p class="muted">${log.exportWhat}</p>
        ${this.#choice('csv')} ${this.#choice('ndjson')}
      </div>
      <span role="status" class=${this.said === log.exported ? 'visually-hidden' : 'said'}>${this.said}</span>
    `
  }

  #choice(format: Format) {
    const text = this.text.log.exportAs(formats[format])
    if (this.isStreamed) {
      return html`<button type="button" @click=${() => this.#stream(format)}>${text}</button>`
    }
    const href = this.shared.client.exportUrl({ ...this.#query, format })
    return html`<a class="button" href=${href} download=${nameOf(format)} @click=${this.#close}>${text}</a>`
  }

  get #query() {
    const { filter, ...order } = this.wanted
    return { ...order, ...(filter.trim() !== '' && { filter }) }
  }

  async #stream(format: Format): Promise<void> {
    this.#close()
    this.#asked.abort()
    this.#asked = new AbortController()
    const { signal } = this.#asked
    const { client } = this.shared
    const query = { ...this.#query, format, signal }
    this.running = true
    this.said = ''
    try {
      const isDone = await saved(nameOf(format), () => client.export(query))
      if (isDone) this.said = this.text.log.exported
    } catch (error) {
      if (!isAborted(error)) this.said = problemText(this.text, error)
    }
    this.running = false
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector<HTMLElement>('[popover]')?.hidePopover()
  }

  readonly #place = (event: ToggleEvent): void => {
    const button = this.renderRoot.querySelector('button')
    if (event.newState === 'open' && button) keepAnchored(event.target as HTMLElement, button)
  }
}

function nameOf(format: Format): string {
  return `audit-log-${new Date().toISOString().slice(0, 10)}.${format}`
}

type Picker = (options: { readonly suggestedName: string }) => Promise<{
  createWritable(): Promise<WritableStream<Uint8Array>>
}>

/** Into a file as it comes, where the browser can; otherwise through memory. `false` where no file was chosen. */
async function saved(
  suggestedName: string,
  open: () => Promise<ReadableStream<Uint8Array>>,
): Promise<boolean> {
  const { showSaveFilePicker } = window as { readonly showSaveFilePicker?: Picker }
  if (showSaveFilePicker) {
    const file = await showSaveFilePicker({ suggestedName })
    const stream = await open()
    await stream.pipeTo(await file.createWritable())
    return true
  }
  download(await new Response(await open()).blob(), suggestedName)
  return true
}

define('audit-export', AuditExport)

declare global {
  interface HTMLElementTagNameMap {
    'audit-export': AuditExport
  }
}

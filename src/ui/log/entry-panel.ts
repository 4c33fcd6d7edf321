import { css, html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { tell } from '../events.ts'
import { LaterPart } from '../later-part.ts'
import { define, Part } from '../part.ts'
import { remember, remembered } from '../remembered.ts'
import { controls } from '../styles/controls.ts'

const [narrowest, usual, widest] = [360, 520, 1200]

/** The entry beside the table, as wide as one likes; over it, where there is no room. */
export class AuditEntryPanel extends Part {
  static override properties: PropertyDeclarations = {
    ...Part.properties,
    entryId: { attribute: false },
    isModal: { attribute: false },
    hasAddress: { attribute: false },
    width: { state: true },
  }
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        min-height: 0;
      }
      section {
        display: flex;
        min-width: 0;
        width: var(--width);
        max-width: 65cqi;
        border-inline-start: 1px solid var(--audit-border);
        background: var(--audit-bg);
      }
      .body {
        flex: 1;
        min-width: 0;
        min-height: 0;
        overflow: auto;
        outline: none;
        scrollbar-width: thin;
      }
      [role='separator'] {
        flex: none;
        width: 8px;
        margin-inline-start: -4px;
        cursor: col-resize;
        touch-action: none;
      }
      [role='separator']:is(:hover, :focus-visible, .is-moved) {
        background: var(--audit-accent);
        opacity: 0.6;
      }
      dialog {
        position: fixed;
        inset: 0;
        width: 100%;
        max-width: none;
        height: 100%;
        max-height: none;
        margin: 0;
        padding: 0;
        border: 0;
        background: var(--audit-bg);
        color: var(--audit-text);
      }
      dialog .body {
        height: 100%;
      }
    `,
  ]
  declare entryId: string | null
  /** Whether it covers what is around it. */
  declare isModal: boolean
  /** Whether the address of the page shows the entry. */
  declare hasAddress: boolean
  /** In pixels. */
  declare protected width: number
  readonly #part = new LaterPart(this, () => import('../entry/audit-entry.ts'))
  /** What had the focus when it was opened. */
  #before: HTMLElement | null = null
  /** Not where the page begins with an entry: its reader begins at the top. */
  #takesFocus = false

  constructor() {
    super()
    this.entryId = null
    this.isModal = false
    this.hasAddress = true
    this.width = within(Number(remembered('entry-width')) || usual)
  }

  /** The focus goes to what is opened, as the keys of its reader do. */
  focusBody(): void {
    this.renderRoot.querySelector<HTMLElement>('.body')?.focus({ preventScroll: true })
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('entryId') && this.entryId !== null && !changed.get('entryId')) {
      this.#before = deepestFocus()
      this.#takesFocus = this.hasUpdated
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.style.setProperty('--width', `${this.width}px`)
    const dialog = this.renderRoot.querySelector('dialog')
    if (dialog && !dialog.open) dialog.showModal()
    if (!changed.has('entryId')) return
    if (this.entryId === null) this.#giveBack()
    else if (!changed.get('entryId')) this.#takesFocus && this.focusBody()
    else this.renderRoot.querySelector('.body')?.scrollTo(0, 0)
  }

  override render() {
    if (this.entryId === null) return nothing
    const { log } = this.text
    const shown = html`<audit-entry
      .shared=${this.shared}
      .entryId=${this.entryId}
      .hrefOf=${this.hasAddress ? undefined : null}
    ></audit-entry>`
    const entry = this.#part.shown(this.shared, shown, this.#close)
    if (this.isModal) {
      return html`<dialog class="entry" aria-label=${log.entry} @cancel=${this.#cancel}>
        <div class="body" tabindex="-1">${entry}</div>
      </dialog>`
    }
    return html`<section aria-label=${log.entry}>
      <div
        role="separator"
        tabindex="0"
        aria-orientation="vertical"
        aria-label=${log.resize}
        aria-valuemin=${narrowest}
        aria-valuemax=${widest}
        aria-valuenow=${this.width}
        @pointerdown=${this.#grab}
        @keydown=${this.#step}
      ></div>
      <div class="body" tabindex="-1">${entry}</div>
    </section>`
  }

  readonly #cancel = (event: Event): void => {
    // It goes once the address says so.
    event.preventDefault()
    if (event.target === event.currentTarget) this.#close()
  }

  readonly #close = (): void => tell(this, 'audit-open', { id: null })

  #giveBack(): void {
    const before = this.#before
    this.#before = null
    // Whoever has gone elsewhere meanwhile stays there.
    const isFree = !document.activeElement || document.activeElement === document.body
    const isHere = deepestFocus()?.getRootNode() === this.renderRoot
    if ((isFree || isHere || this.#isHostFocused) && before?.isConnected) before.focus()
  }

  get #isHostFocused(): boolean {
    const root = this.getRootNode()
    return root instanceof ShadowRoot && [null, this as Element].includes(root.activeElement)
  }

  readonly #grab = (event: PointerEvent): void => {
    const handle = event.currentTarget as HTMLElement
    const [start, width] = [event.clientX, this.width]
    const sign = getComputedStyle(this).direction === 'rtl' ? 1 : -1
    const move = ({ clientX }: PointerEvent) => {
      this.width = within(width + sign * (clientX - start))
    }
    const end = () => {
      handle.classList.remove('is-moved')
      handle.removeEventListener('pointermove', move)
      remember('entry-width', String(this.width))
    }
    handle.setPointerCapture(event.pointerId)
    handle.classList.add('is-moved')
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', end, { once: true })
    event.preventDefault()
  }

  readonly #step = ({ key }: KeyboardEvent): void => {
    const sign = getComputedStyle(this).direction === 'rtl' ? -1 : 1
    const step = { ArrowLeft: 24, ArrowRight: -24 }[key]
    if (step === undefined) return
    this.width = within(this.width + sign * step)
    remember('entry-width', String(this.width))
  }
}

function within(width: number): number {
  return Math.round(Math.min(Math.max(width, narrowest), widest))
}

function deepestFocus(): HTMLElement | null {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at instanceof HTMLElement ? at : null
}

define('audit-entry-panel', AuditEntryPanel)

declare global {
  interface HTMLElementTagNameMap {
    'audit-entry-panel': AuditEntryPanel
  }
}

import { css, html, nothing } from 'lit'
import { LaterPart } from '../later-part.ts'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'

/** An entry over the page, at its edge, for as long as it has the viewer's attention. */
export class AuditEntrySheet extends Part {
  static override properties = { ...Part.properties, entryId: { attribute: false } }
  static override styles = [
    controls,
    css`
      dialog {
        inset-block: 0;
        inset-inline: auto 0;
        width: min(760px, 100vw);
        max-width: none;
        height: 100dvh;
        max-height: none;
        margin: 0;
        padding: 0;
        border: 0;
        border-inline-start: 1px solid var(--audit-border);
        overflow: auto;
        overscroll-behavior: contain;
        background: var(--audit-bg);
        color: var(--audit-text);
        box-shadow: 0 0 40px rgb(0 0 0 / 0.25);
      }
      dialog:focus {
        outline: none;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.35);
      }
      @media (prefers-reduced-motion: no-preference) {
        dialog[open] {
          animation: slide 0.16s ease-out;
        }
        @keyframes slide {
          from {
            opacity: 0;
          }
        }
      }
    `,
  ]
  /** `null` while there is none to show. */
  declare entryId: string | null

  readonly #part = new LaterPart(this, () => import('../entry/audit-entry.ts'))

  constructor() {
    super()
    this.entryId = null
  }

  override render() {
    if (this.entryId === null) return nothing
    const entry = html`<audit-entry
      .shared=${this.shared}
      .entryId=${this.entryId}
      .hrefOf=${null}
    ></audit-entry>`
    return html`<dialog
      aria-label=${this.text.activity.entry}
      @close=${this.#close}
      @click=${this.#leave}
    >
      ${this.#part.shown(this.shared, entry, () => this.#dialog?.close())}
    </dialog>`
  }

  /** Where the dialog is closed, and not only taken away, the browser gives the focus back. */
  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('entryId') && this.entryId === null) this.#dialog?.close()
  }

  override updated(): void {
    if (this.entryId !== null && !this.#dialog?.open) this.#dialog?.showModal()
  }

  get #dialog(): HTMLDialogElement | null | undefined {
    return this.renderRoot?.querySelector('dialog')
  }

  readonly #close = () => {
    if (this.entryId !== null) this.dispatchEvent(new Event('close'))
  }

  /** A click beside it; one within has another target. */
  readonly #leave = ({ target, currentTarget }: Event) => {
    if (target === currentTarget) this.#dialog?.close()
  }
}

define('audit-entry-sheet', AuditEntrySheet)

declare global {
  interface HTMLElementTagNameMap {
    'audit-entry-sheet': AuditEntrySheet
  }
}

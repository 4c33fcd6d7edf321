import { css, html } from 'lit'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'
import { type Command, shortcuts } from './shortcuts.ts'

/** All keys, and a switch for those whose keys mean something else to them: speech input, for example. */
export class AuditShortcuts extends Part {
  static override properties = { ...Part.properties, isOn: { attribute: false } }
  static override styles = [
    controls,
    css`
      dialog {
        width: min(440px, calc(100vw - 32px));
        padding: 18px 20px;
        border: 1px solid var(--audit-border);
        border-radius: 10px;
        background: var(--audit-bg);
        color: var(--audit-text);
        box-shadow: 0 16px 48px rgb(0 0 0 / 28%);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 35%);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      h2 {
        margin: 0;
        font-size: 15px;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 5px 16px;
        margin: 14px 0;
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-width: 24px;
        padding: 0 6px;
        border: 1px solid var(--audit-border);
        border-block-end-width: 2px;
        border-radius: 4px;
        background: var(--audit-surface);
        text-align: center;
        font: 12px/20px var(--audit-mono);
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 24px;
      }
    `,
  ]
  declare isOn: boolean

  constructor() {
    super()
    this.isOn = true
  }

  open(): void {
    const dialog = this.renderRoot.querySelector('dialog')
    if (dialog && !dialog.open) dialog.showModal()
  }

  override render() {
    const { log, common } = this.text
    const rows = Object.entries(shortcuts) as [string, Command][]
    return html`
      <dialog aria-labelledby="title" closedby="any">
        <header>
          <h2 id="title">${log.help}</h2>
          <button type="button" class="plain" aria-label=${common.close} @click=${this.#close}>✕</button>
        </header>
        <dl>
          ${rows.map(([key, command]) => html`<dt><kbd>${key === 'Escape' ? 'Esc' : key}</kbd></dt><dd>${log.shortcuts[command]}</dd>`)}
        </dl>
        <p class="muted">${log.altClick}</p>
        <label><input type="checkbox" .checked=${this.isOn} @change=${this.#switch} />${log.shortcutsOn}</label>
      </dialog>
    `
  }

  readonly #close = (): void => this.renderRoot.querySelector('dialog')?.close()

  readonly #switch = (event: Event): void => {
    const { checked } = event.target as HTMLInputElement
    this.dispatchEvent(new CustomEvent('audit-shortcuts', { detail: { isOn: checked } }))
  }
}

define('audit-shortcuts', AuditShortcuts)

declare global {
  interface HTMLElementTagNameMap {
    'audit-shortcuts': AuditShortcuts
  }
}

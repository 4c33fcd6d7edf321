import { css, html, type PropertyDeclarations } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { tell } from '../events.ts'
import { define, Part } from '../part.ts'
import { remember } from '../remembered.ts'
import { controls } from '../styles/controls.ts'
import { allColumns, type ColumnName, defaultColumns, knownColumns } from './columns.ts'

/** A button, and the columns to choose and to order below it. */
export class AuditColumns extends Part {
  static override properties: PropertyDeclarations = {
    ...Part.properties,
    columns: { attribute: false },
  }
  static override styles = [
    controls,
    css`
      [popover] {
        inset: auto;
        margin: 0;
        padding: 8px;
        border: 1px solid var(--audit-border);
        border-radius: 8px;
        background: var(--audit-bg);
        color: inherit;
        box-shadow: 0 8px 24px rgb(0 0 0 / 0.18);
      }
      ul {
        margin: 0 0 8px;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        gap: 2px;
        align-items: center;
      }
      label {
        display: flex;
        flex: 1;
        gap: 8px;
        align-items: center;
        min-height: 26px;
        padding-inline-end: 24px;
      }
      li button {
        justify-content: center;
        min-width: 26px;
        min-height: 26px;
        padding: 0;
      }
    `,
  ]
  declare columns: readonly string[]

  constructor() {
    super()
    this.columns = defaultColumns
  }

  override render() {
    const { table } = this.text
    const chosen = knownColumns(this.columns)
    const all = [...chosen, ...allColumns.filter((name) => !chosen.includes(name))]
    return html`<button type="button" popovertarget="choice">${table.chooseColumns}</button>
      <div id="choice" popover role="dialog" aria-label=${table.chooseColumns} @toggle=${this.#place}>
        <ul>
          ${repeat(
            all,
            (name) => name,
            (name) => this.#choice(name, chosen),
          )}
        </ul>
        <button type="button" @click=${() => this.#choose(defaultColumns)}>${table.reset}</button>
      </div>`
  }

  #choice(name: ColumnName, chosen: readonly ColumnName[]) {
    const { table } = this.text
    const label = table.columns[name]
    const at = chosen.indexOf(name)
    const toggle = () =>
      this.#choose(at < 0 ? [...chosen, name] : chosen.filter((other) => other !== name))
    const move = (event: Event, to: number) => this.#move(event, chosen, at, to)
    return html`<li>
      <label>
        <input type="checkbox" .checked=${at >= 0} ?disabled=${name === 'time'} @change=${toggle} />
        ${label}
      </label>
      <button type="button" class="plain" aria-label=${table.moveUp(label)} ?disabled=${at < 1} @click=${(event: Event) => move(event, at - 1)}>↑</button>
      <button type="button" class="plain" aria-label=${table.moveDown(label)} ?disabled=${at < 0 || at === chosen.length - 1} @click=${(event: Event) => move(event, at + 1)}>↓</button>
    </li>`
  }

  async #move(event: Event, chosen: readonly ColumnName[], from: number, to: number) {
    const button = event.currentTarget as HTMLButtonElement
    const moved = [...chosen]
    moved.splice(to, 0, ...moved.splice(from, 1))
    this.#choose(moved)
    await this.updateComplete
    // Whatever moves in the document, or is disabled at the end of its way, loses the focus.
    const target = button.disabled ? button.parentElement?.querySelector('button:enabled') : button
    ;(target as HTMLElement | null)?.focus()
  }

  #choose(columns: readonly ColumnName[]): void {
    this.columns = columns
    remember('columns', columns.join(','))
    tell(this, 'audit-columns', { columns })
  }

  /** Below its button, as far as there is room. */
  readonly #place = (event: Event) => {
    const popover = event.currentTarget as HTMLElement
    const button = this.renderRoot.querySelector('button')?.getBoundingClientRect()
    if (!button) return
    const { offsetWidth, offsetHeight } = popover
    const left = Math.min(button.left, innerWidth - offsetWidth - 8)
    const top = Math.min(button.bottom + 4, innerHeight - offsetHeight - 8)
    popover.style.setProperty('left', `${Math.max(8, left)}px`)
    popover.style.setProperty('top', `${Math.max(8, top)}px`)
  }
}

define('audit-columns', AuditColumns)

declare global {
  interface HTMLElementTagNameMap {
    'audit-columns': AuditColumns
  }
}

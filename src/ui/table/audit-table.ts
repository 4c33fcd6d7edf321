import { defaultRangeExtractor, VirtualizerController } from '@tanstack/lit-virtual'
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import type { EntryJson } from '../../http/client.ts'
import { type Order, tell } from '../events.ts'
import { define, Part } from '../part.ts'
import { halfMinute, PassingTime } from '../passing-time.ts'
import { shownStyles } from '../shown/shown.ts'
import { controls } from '../styles/controls.ts'
import { type ColumnName, defaultColumns, knownColumns } from './columns.ts'
import { moveTabStop, rowOfKey } from './row-keys.ts'
import { bonesShown, headerShown, partsOf, RowElements, rowShown, withActive } from './rows.ts'
import { tableStyles } from './styles.ts'

/** Of a row whose height is not known yet, in pixels: two lines. */
const estimate = 57
/** So many entries before the end, more are asked for. */
const margin = 10

/** Entries as rows; only those in sight, and a few around, are in the document. */
export class AuditTable extends Part {
  static override styles = [controls, shownStyles, tableStyles]
  static override properties: PropertyDeclarations = {
    ...Part.properties,
    entries: { attribute: false },
    order: {},
    direction: {},
    columns: { attribute: false },
    selected: {},
    isLoading: { attribute: false },
    hasMore: { attribute: false },
    step: { attribute: false },
  }
  declare entries: readonly EntryJson[]
  declare order: Order
  declare direction: 'asc' | 'desc'
  declare columns: readonly string[]
  /** The id of the entry that is shown elsewhere. */
  declare selected: string | null
  declare isLoading: boolean
  declare hasMore: boolean
  /** How many entries one more page has. */
  declare step: number

  /** The id of the row that the keyboard is at. */
  #active: string | null = null
  /** The id of the row to scroll to, as soon as the entries are there. */
  #sought: string | null = null
  /** The number of entries when more were asked for last. */
  #askedAt = -1
  readonly #elements = new RowElements()
  readonly #virtual: VirtualizerController<HTMLElement, HTMLTableRowElement>

  constructor() {
    super()
    new PassingTime(this)
    this.entries = []
    this.order = 'time'
    this.direction = 'desc'
    this.columns = defaultColumns
    this.selected = null
    this.isLoading = false
    this.hasMore = false
    this.step = 50
    this.#virtual = new VirtualizerController<HTMLElement, HTMLTableRowElement>(this, {
      count: 0,
      getScrollElement: () => this.#region,
      estimateSize: () => estimate,
      getItemKey: (index) => this.entries[index]?.id ?? index,
      overscan: 6,
      // Entries that come in above must not move those that are looked at; the end is no place to stay at.
      anchorTo: 'end',
      scrollEndThreshold: Number.NEGATIVE_INFINITY,
      // The header covers as much as it moves the rows down.
      scrollPaddingEnd: 34,
    })
  }

  /** To the entry that is selected, or the one that the keyboard was at before. */
  override focus(): void {
    this.#goTo(this.#indexOf(this.selected ?? this.#active ?? this.entries[0]?.id ?? null))
  }

  scrollToTop(): void {
    this.#region?.scrollTo({ top: 0 })
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const virtual = this.#virtual.getVirtualizer()
    if (changed.has('columns')) virtual.measure()
    const active = this.#isFocused ? this.#indexOf(this.#active) : -1
    virtual.setOptions({
      ...virtual.options,
      count: this.entries.length,
      // Another function each time: the range is taken for the same as long as it is the same one.
      rangeExtractor: (range) => withActive(defaultRangeExtractor(range), active),
    })
  }

  protected override updated(changed: PropertyValues<this>): void {
    const virtual = this.#virtual.getVirtualizer()
    const before = changed.get('entries')?.[0]
    if (before && !this.entries.some(({ id }) => id === before.id)) {
      this.#askedAt = -1
      this.scrollToTop()
    }
    if (changed.has('selected')) this.#sought = this.selected
    const sought = this.#indexOf(this.#sought)
    if (sought >= 0) {
      this.#active = this.#sought
      this.#sought = null
      virtual.scrollToIndex(sought, { align: 'auto' })
    } else if (!this.isLoading && this.entries.length > 0) {
      // Further below: whoever scrolls there is not to be moved.
      this.#sought = null
    }
    for (const [id, row] of virtual.elementsCache) {
      if (row.dataset.id !== id) virtual.elementsCache.delete(id)
    }
    for (const row of this.#rows) virtual.measureElement(row)
    virtual.measureElement(null)
    this.#rove()
    this.#askForMore()
  }

  override render() {
    const { table } = this.text
    const columns = knownColumns(this.columns)
    const isEmpty = this.entries.length === 0
    return html`
      <p class="visually-hidden" role="status">${
        this.isLoading ? this.text.common.loading : table.loaded(this.entries.length)
      }</p>
      <div
        class="region"
        role="region"
        tabindex="0"
        aria-label=${table.label}
        aria-describedby="keys"
        aria-busy=${this.isLoading ? 'true' : 'false'}
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @focusin=${this.#onFocus}
      >
        <table
          role="table"
          aria-label=${table.label}
          aria-rowcount=${this.hasMore ? -1 : this.entries.length + 1}
          .style=${`--columns: ${columns.length}`}
        >
          <colgroup>${columns.map((name) => html`<col class="in-${name}" />`)}</colgroup>
          <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">${columns.map((name) => headerShown(this.shared, name, this))}</tr>
          </thead>
          <tbody role="rowgroup">${isEmpty ? bonesShown(columns, this.isLoading) : this.#body(columns)}</tbody>
        </table>
        ${isEmpty && !this.isLoading ? html`<div class="nothing"><slot name="nothing">${table.nothing}</slot></div>` : nothing}
        ${isEmpty ? nothing : this.#end()}
        <p class="visually-hidden" id="keys">${table.keys}</p>
      </div>
    `
  }

  /** The rows, and what keeps the place of those that are not there. */
  #body(columns: readonly ColumnName[]) {
    const virtual = this.#virtual.getVirtualizer()
    const items = virtual.getVirtualItems()
    const parts = partsOf(items, virtual.getTotalSize(), this.entries, this.#elements)
    return repeat(
      parts,
      ({ key }) => key,
      ({ index, height }) => {
        const entry = this.entries[index]
        return entry
          ? this.#row(columns, entry, index)
          : html`<tr class="space" aria-hidden="true" .style=${`height: ${height}px`}></tr>`
      },
    )
  }

  /** Drawn again only where something of it is another: while one scrolls, most rows stay as they are. */
  #row(columns: readonly ColumnName[], entry: EntryJson, index: number) {
    const { shared } = this
    const isSelected = entry.id === this.selected
    const shown = [
      shared,
      columns.join(),
      entry,
      index,
      isSelected,
      Math.floor(Date.now() / halfMinute),
    ]
    return guard(shown, () => rowShown(shared, columns, entry, index, isSelected))
  }

  #end() {
    const { table, common } = this.text
    // It stays where it is while it loads: a button that is disabled loses the focus.
    return html`<div class="end">${
      this.hasMore
        ? html`<button type="button" aria-disabled=${this.isLoading ? 'true' : nothing} @click=${this.#more}>${
            this.isLoading ? common.loading : table.loadMore(this.step)
          }</button>`
        : html`<span class="muted">${table.all(this.entries.length)}</span>`
    }</div>`
  }

  get #region(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.region') ?? null
  }

  get #rows(): NodeListOf<HTMLTableRowElement> {
    return this.renderRoot.querySelectorAll('tr.entry')
  }

  get #isFocused(): boolean {
    return this.shadowRoot?.activeElement !== null && this.#active !== null
  }

  #indexOf(id: string | null): number {
    return id === null ? -1 : this.entries.findIndex((entry) => entry.id === id)
  }

  readonly #more = () => {
    if (!this.isLoading) tell(this, 'audit-more', null)
  }

  /** Once for each end: where it fails, the button is left. */
  #askForMore(): void {
    const count = this.entries.length
    const last = this.#virtual.getVirtualizer().range?.endIndex ?? 0
    if (!this.hasMore || this.isLoading || count === 0 || this.#askedAt === count) return
    if (last < count - margin) return
    this.#askedAt = count
    this.#more()
  }

  readonly #onClick = (event: MouseEvent) => {
    const target = event.target as Element
    const row = target.closest<HTMLElement>('tr.entry')
    if (!row || target.closest('a, button:not(.open)')) return
    // Whoever marked some text wants to copy it.
    if (!target.closest('.open') && getSelection()?.isCollapsed === false) return
    this.#active = row.dataset.id ?? null
    tell(this, 'audit-open', { id: this.#active })
  }

  readonly #onFocus = (event: FocusEvent) => {
    const row = (event.target as Element).closest<HTMLElement>('tr.entry')
    if (!row || row.dataset.id === this.#active) return
    this.#active = row.dataset.id ?? null
    this.#rove()
  }

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if ((event.target as Element).closest('th')) return
    const at = this.#indexOf(this.#active)
    const last = this.entries.length - 1
    const index = rowOfKey(event.key, at, last)
    if (index !== undefined && last >= 0) {
      event.preventDefault()
      this.#goTo(index)
    } else if (event.key === 'Enter' && event.target === event.currentTarget && at >= 0) {
      tell(this, 'audit-open', { id: this.#active })
    }
  }

  /** The row is drawn wherever it is, as it is the active one, and then moved into sight. */
  async #goTo(index: number): Promise<void> {
    const entry = this.entries[index]
    if (!entry) return this.#region?.focus()
    this.#active = entry.id
    this.#region?.focus({ preventScroll: true })
    const virtual = this.#virtual.getVirtualizer()
    virtual.scrollToIndex(index, { align: 'auto' })
    this.requestUpdate()
    await this.updateComplete
    const row = [...this.#rows].find(({ dataset }) => dataset.id === entry.id)
    row?.querySelector<HTMLElement>('.open')?.focus({ preventScroll: true })
  }

  #rove(): void {
    // Nothing is asked for that the browser would have to lay the rows out for.
    const virtual = this.#virtual.getVirtualizer()
    const top = virtual.scrollOffset ?? 0
    const first = virtual.getVirtualItems().find(({ start }) => start >= top)?.index
    moveTabStop([...this.#rows], this.#active, first)
  }
}

define('audit-table', AuditTable)

declare global {
  interface HTMLElementTagNameMap {
    'audit-table': AuditTable
  }
}

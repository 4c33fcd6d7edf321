import { html, nothing, type PropertyValues } from 'lit'
import { type PartEvent, tell } from '../events.ts'
import { withTerm } from '../filter/filter-edit.ts'
import { define } from '../part.ts'
import { isForbidden } from '../problems.ts'
import type { Shared } from '../shared.ts'
import { controls } from '../styles/controls.ts'
import { tokens } from '../styles/tokens.ts'
import { rememberedColumns } from '../table/columns.ts'
import { type Address, addressOf, searchOf } from './address.ts'
import { EntryWalk } from './entry-walk.ts'
import { directionOf } from './language.ts'
import { bodyShown } from './log-body.ts'
import { chartShown } from './log-chart.ts'
import { headerShown, headingShown } from './log-header.ts'
import { LogKeys } from './log-keys.ts'
import { LogOptions } from './log-options.ts'
import { logStyles } from './log-styles.ts'
import { filterErrorOf } from './log-views.ts'
import { PageAddress } from './page-address.ts'
import type { Command } from './shortcuts.ts'
import { Trail } from './trail.ts'
import '../chart/audit-chart.ts'
import '../filter/audit-filter-bar.ts'
import '../table/audit-columns.ts'
import '../table/audit-table.ts'
import '../views/audit-views.ts'
import './entry-panel.ts'
import './export-menu.ts'
import './shortcut-sheet.ts'

/** Below this width, in pixels, an entry covers the page. */
const narrow = 900

/** The whole audit log: a filter, a chart, the entries, and one of them beside. */
export class AuditLog extends LogOptions {
  static override properties = {
    ...LogOptions.properties,
    isNarrow: { state: true },
    columns: { state: true },
    said: { state: true },
    revision: { state: true },
  }
  static override styles = [tokens, controls, logStyles]

  declare protected isNarrow: boolean
  declare protected columns: readonly string[]
  declare protected said: string
  /** Another number where the chart has to be read again. */
  declare protected revision: number

  readonly #address = new PageAddress(this, (before) => this.#follow(before))
  readonly #trail = new Trail(() => this.#announce())
  readonly #walk = new EntryWalk(this.#address, this.#trail)
  readonly #keys = new LogKeys(
    this,
    (command) => this.shared && this.#commands()[command]() !== false,
  )
  readonly #size = new ResizeObserver(([entry]) => {
    if (entry) this.isNarrow = entry.contentRect.width < narrow
  })

  constructor() {
    super()
    this.isNarrow = false
    this.columns = rememberedColumns()
    this.said = ''
    this.revision = 0
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const { zone } = this.#address.now
    if (zone) this.zone = zone
    addEventListener('online', this.#retry)
    this.#size.observe(this)
    if (this.shared) this.#read()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('online', this.#retry)
    this.#size.disconnect()
    this.#trail.stop()
  }

  /** While there is nothing to draw by yet, too: then the first question has the filter. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (changed.has('filter') && this.address === 'none') {
      this.#address.change({ filter: this.filter ?? '' }, 'replace')
    }
    return super.shouldUpdate(changed)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('shared')) return
    const before = changed.get('shared') as Shared | undefined
    const { client, zone } = this.shared
    if (before?.client !== client) this.#read()
    const said = zone === 'utc' ? 'utc' : null
    // A link is to show the same times.
    if (before?.zone !== zone && this.#address.now.zone !== said && (before || said)) {
      this.#address.change({ zone: said }, 'replace')
    }
  }

  protected override updated(): void {
    if (!this.setsTitle) return
    const { filter } = this.#address.now
    const { title } = this.text.log
    document.title = filter === '' ? title : `${filter.slice(0, 80)} · ${title}`
  }

  override render() {
    const { shared } = this
    const { now } = this.#address
    return html`
      <div
        class="log"
        lang=${shared.locale}
        dir=${directionOf(this, shared.locale) ?? nothing}
        @audit-filter=${this.#addTerm}
        @audit-filter-change=${this.#changeFilter}
        @audit-sort=${this.#sort}
        @audit-more=${this.#more}
        @audit-columns=${this.#chooseColumns}
        @audit-view=${this.#showView}
        @audit-open=${this.#open}
        @audit-changed=${this.#reload}
      >
        <section class="main" aria-labelledby="title">
          <button type="button" class="skip" @click=${this.#skip}>${this.text.log.toEntries}</button>
          ${headerShown({
            shared,
            trail: this.#trail,
            level: this.headingLevel,
            columns: this.columns,
            query: searchOf({ ...now, entry: null, zone: null }),
            isStreamed: this.client !== undefined,
            toggleLive: this.#toggleLive,
            help: this.#help,
          })}
          <audit-filter-bar
            .shared=${shared}
            .filter=${now.filter}
            .error=${filterErrorOf(this.#trail.state.error)}
          ></audit-filter-bar>
          ${
            isForbidden(this.#trail.state.error)
              ? nothing
              : chartShown(shared, now.filter, this.revision)
          }
          <div class="body">${this.#bodyShown()}</div>
        </section>
        <audit-entry-panel
          .shared=${shared}
          .entryId=${now.entry}
          .isModal=${this.isNarrow}
          .hasAddress=${this.address !== 'none'}
        ></audit-entry-panel>
        <audit-shortcuts
          .shared=${shared}
          .isOn=${this.#keys.isOn}
          @audit-shortcuts=${this.#useKeys}
        ></audit-shortcuts>
        <div role="status" class="visually-hidden">${this.said}</div>
      </div>
    `
  }

  #bodyShown() {
    return bodyShown({
      shared: this.shared,
      trail: this.#trail,
      address: this.#address.now,
      columns: this.columns,
      selected: this.#walk.selected,
      actions: {
        heading: (text) => headingShown(this.headingLevel + 1, text),
        setFilter: this.#setFilter,
        reload: this.#reload,
        merge: this.#merge,
        more: this.#more,
      },
    })
  }

  #read(): void {
    const { filter, order, direction } = this.#address.now
    this.#walk.cursor = null
    void this.#trail.read(this.shared.client, { filter, order, direction })
  }

  #announce(): void {
    const { fresh } = this.#trail.state
    const shown = fresh.length.toLocaleString(this.shared.locale)
    // What is loaded is said by the table.
    this.said = fresh.length > 0 ? this.text.log.fresh(fresh.length, shown) : ''
    this.requestUpdate()
  }

  /** Does what another address asks for. */
  #follow(before: Address): void {
    const { now } = this.#address
    const keys = ['filter', 'order', 'direction'] as const
    if (this.shared && keys.some((key) => now[key] !== before[key])) this.#read()
    if (now.zone !== before.zone) this.zone = now.zone ?? 'local'
    if (before.entry !== null && now.entry === null) this.#walk.cursor = before.entry
    this.requestUpdate()
    if (now.entry !== before.entry) tell(this, 'audit-open', { id: now.entry })
  }

  #commands(): Record<Command, () => unknown> {
    const { client, zone } = this.shared
    const isOpen = this.#address.now.entry !== null
    return {
      help: this.#help,
      filter: () => this.renderRoot.querySelector('audit-filter-bar')?.focus(),
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      open: () => this.#walk.open(),
      close: () => isOpen && this.#address.closeEntry(),
      older: () => isOpen && void this.#walk.toVersion(client, 'previous'),
      newer: () => isOpen && void this.#walk.toVersion(client, 'next'),
      live: this.#toggleLive,
      zone: () => tell(this, 'audit-zone', { zone: zone === 'utc' ? 'local' : 'utc' }),
      export: () => this.renderRoot.querySelector('audit-export')?.open(),
      reload: this.#reload,
    }
  }

  #step(by: 1 | -1): boolean {
    const isReading = this.shadowRoot?.activeElement?.localName === 'audit-entry-panel'
    if (!this.#walk.step(by)) return false
    this.requestUpdate()
    // Whoever reads the entry goes on with it: then the row is only marked.
    if (!isReading) void this.updateComplete.then(this.#skip)
    return true
  }

  readonly #setFilter = (filter: string): void => this.#address.change({ filter }, 'push')

  readonly #addTerm = ({ detail }: PartEvent<'audit-filter'>): void =>
    this.#setFilter(withTerm(this.#address.now.filter, detail.term, detail.isExcluded))

  readonly #changeFilter = ({ detail }: PartEvent<'audit-filter-change'>): void =>
    this.#address.change({ filter: detail.filter }, 'replace')

  readonly #sort = ({ detail: { order, direction } }: PartEvent<'audit-sort'>): void =>
    this.#address.change({ order, direction }, 'push')

  readonly #showView = ({ detail }: PartEvent<'audit-view'>): void => {
    const { filter, order, direction } = addressOf(detail.query)
    this.#address.change({ filter, order, direction }, 'push')
  }

  readonly #open = (event: PartEvent<'audit-open'>): void => {
    // The application is told once the address has it, by whatever way.
    event.stopPropagation()
    const { id } = event.detail
    if (id === null) {
      this.#address.closeEntry()
      return
    }
    // From one row to the next one, going back still closes it; from one entry to another it leads back.
    const isInside = event.composedPath().some((at) => (at as Element).localName === 'audit-entry')
    const isStep = this.#address.now.entry !== null && !isInside
    this.#address.change({ entry: id }, isStep ? 'replace' : 'push')
  }

  readonly #more = (): void => void this.#trail.readMore()

  readonly #merge = (): void => {
    this.#trail.merge()
    this.revision += 1
  }

  readonly #reload = (): void => {
    this.revision += 1
    if (!this.shared.viewer) void this.readViewer()
    this.#read()
  }

  readonly #retry = (): void => {
    if (this.shared && this.#trail.state.error) this.#reload()
  }

  readonly #toggleLive = (): void => {
    this.#trail.setLive(!this.#trail.isLive)
    this.requestUpdate()
  }

  readonly #chooseColumns = ({ detail }: PartEvent<'audit-columns'>): void => {
    this.columns = detail.columns
  }

  readonly #useKeys = ({ detail }: CustomEvent<{ readonly isOn: boolean }>): void => {
    this.#keys.isOn = detail.isOn
  }

  readonly #skip = (): void => this.renderRoot.querySelector<HTMLElement>('audit-table')?.focus()

  readonly #help = (): void => this.renderRoot.querySelector('audit-shortcuts')?.open()
}

define('audit-log', AuditLog)

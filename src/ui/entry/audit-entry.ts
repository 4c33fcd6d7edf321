import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { EntryJson, VersionJson } from '../../http/client.ts'
import { tell } from '../events.ts'
import { define, Part } from '../part.ts'
import { PassingTime } from '../passing-time.ts'
import { isAborted, problemText } from '../problems.ts'
import { cut, shownStyles } from '../shown/shown.ts'
import { controls } from '../styles/controls.ts'
import '../revert/audit-revert.ts'
import '../trace/audit-trace.ts'
import { fieldChanges } from '../changes/field-changes.ts'
import './audit-copy.ts'
import './audit-entry-changes.ts'
import './audit-json.ts'
import { detailsShown } from './entry-details.ts'
import { factsShown, headShown } from './entry-head.ts'
import { entryStyles } from './entry-styles.ts'
import { tabsShown } from './tabs.ts'
import { bearsState } from './versions.ts'

type TabName = 'changes' | 'trace' | 'details' | 'json'

/** One entry: what it changed, what it is a part of, and all that is known of it. */
export class AuditEntry extends Part {
  static override properties = {
    ...Part.properties,
    entryId: { attribute: false },
    hrefOf: { attribute: false },
    entry: { state: true },
    version: { state: true },
    tab: { state: true },
    problem: { state: true },
    isLoading: { state: true },
    isWhole: { state: true },
  }
  static override styles = [controls, shownStyles, entryStyles]

  declare entryId: string | null
  /** The address at which an entry is shown; `null` where there is none. @default this page with `?entry=<id>` */
  declare hrefOf: ((id: string) => string) | null | undefined
  declare entry: EntryJson | null
  declare version: VersionJson | null
  declare tab: TabName
  declare problem: unknown
  declare isLoading: boolean
  /** Whether all tags are shown. */
  declare isWhole: boolean

  #abort = new AbortController()
  /** Whether the viewer has chosen the tab: then it stays for other entries. */
  #isTabChosen = false
  #href = () => ''

  constructor() {
    super()
    new PassingTime(this)
    this.entryId = null
    this.entry = null
    this.version = null
    this.tab = 'changes'
    this.problem = null
    this.isLoading = false
    this.isWhole = false
    this.addEventListener('audit-changed', () => void this.#readVersion(this.#abort.signal))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // It may have been taken away while it waited for its answer.
    if (this.hasUpdated && this.entryId !== this.entry?.id) void this.#read()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#abort.abort()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const client = changed.get('shared')?.client
    const isOther = changed.has('shared') && client !== this.shared.client
    // Another client may be of someone who sees less.
    if (isOther) this.entry = null
    if (changed.has('entryId') || isOther) void this.#read()
  }

  protected override render() {
    const { entry, text } = this
    const said = this.isLoading ? text.common.loading : entry ? this.#loaded(entry) : ''
    return html`<p class="visually-hidden" role="status">${said}</p>${this.#content()}`
  }

  #content(): TemplateResult | typeof nothing {
    const { entry, problem, isLoading, text } = this
    if (problem) {
      return html`<div class="problem" role="alert">
        <p>${problemText(text, problem)}</p>
        <button type="button" @click=${() => void this.#read()}>${text.common.retry}</button>
        <button type="button" @click=${() => tell(this, 'audit-open', { id: null })}>${text.common.close}</button>
      </div>`
    }
    if (!entry)
      return isLoading ? html`<p class="waiting muted">${text.common.loading}</p>` : nothing
    return html`<div class="body" aria-busy=${isLoading}>
      ${headShown(this.shared, entry, this.version, isLoading)}
      ${factsShown(this.shared, entry)}
      ${this.#actionsShown(entry)}
      ${this.#tabsShown(entry)}
    </div>`
  }

  #tabsShown(entry: EntryJson): TemplateResult {
    const { text, tab } = this
    const { changes, trace, details, json, tabs, counted } = text.entry
    const count = countOf(entry)
    const all = [
      { name: 'changes', label: changes, count: count > 0 ? counted(count) : undefined },
      { name: 'trace', label: trace },
      { name: 'details', label: details },
      { name: 'json', label: json },
    ] as const
    return html`${tabsShown<TabName>(tabs, all, tab, (name) => {
      this.tab = name
      this.#isTabChosen = true
    })}
      <div class="panel" id="panel" role="tabpanel" tabindex="0" aria-labelledby="tab-${tab}">${this.#panelShown(entry)}</div>`
  }

  #panelShown(entry: EntryJson): TemplateResult {
    const { shared, tab } = this
    switch (tab) {
      case 'changes':
        return html`<audit-entry-changes
          .shared=${shared}
          .entry=${entry}
          .version=${this.version?.version ?? null}
        ></audit-entry-changes>`
      case 'trace':
        return html`<audit-trace
          .shared=${shared}
          .traceId=${entry.traceId}
          .entryId=${entry.id}
        ></audit-trace>`
      case 'details':
        return detailsShown(shared, entry, this.isWhole, () => {
          this.isWhole = true
        })
      case 'json':
        return html`<audit-json
          .shared=${shared}
          .value=${entry}
          .name=${`entry-${entry.id}`}
        ></audit-json>`
      default:
        return tab satisfies never
    }
  }

  #actionsShown(entry: EntryJson): TemplateResult {
    const { hrefOf, text, shared } = this
    const isRevertible = bearsState(entry) && shared.viewer?.mayRevert
    return html`<div class="actions">
      ${isRevertible ? html`<audit-revert .shared=${shared} .target=${this.#target}></audit-revert>` : nothing}
      ${
        hrefOf === null
          ? nothing
          : html`<audit-copy .shared=${shared} .value=${this.#href} .label=${text.entry.copyLink}></audit-copy>`
      }
    </div>`
  }

  #target: { readonly id: string } = { id: '' }

  #loaded({ action, entity, entityId }: EntryJson): string {
    const number = this.version?.version ?? null
    const name = [action, entity, entityId ?? ''].map((part) => cut(part, 80)).join(' ')
    return this.text.entry.loaded(
      number === null ? name : `${name}, ${this.text.entry.version(number)}`,
    )
  }

  /** Only the last entry that was asked for is shown; until it is there, the one before stays. */
  async #read(): Promise<void> {
    this.#abort.abort()
    this.#abort = new AbortController()
    const { signal } = this.#abort
    const { entryId } = this
    this.problem = null
    this.isLoading = entryId !== null
    if (entryId === null) {
      this.entry = null
      return
    }
    const version = this.#readVersion(signal)
    try {
      const entry = await this.shared.client.entry(entryId, { signal })
      // Their names and what is beside them come together, so that nothing moves.
      const found = await version
      if (!signal.aborted) this.#show(entry, found)
    } catch (error) {
      if (signal.aborted || isAborted(error)) return
      this.problem = error
      this.entry = null
      this.isLoading = false
    }
  }

  /** Without it, the entry is shown nevertheless. */
  async #readVersion(signal: AbortSignal): Promise<VersionJson | null> {
    const { entryId } = this
    if (entryId === null) return null
    try {
      const version = await this.shared.client.version(entryId, { signal })
      if (!signal.aborted && this.entry?.id === entryId) this.version = version
      return version
    } catch {
      return null
    }
  }

  #show(entry: EntryJson, version: VersionJson | null): void {
    this.entry = entry
    this.version = version
    this.isLoading = false
    this.isWhole = false
    this.#target = { id: entry.id }
    const { id } = entry
    this.#href = () => this.hrefOf?.(id) ?? addressOf(id)
    if (!this.#isTabChosen) this.tab = firstTab(entry)
  }
}

/** What is of most interest: of a run, what happens in it; of an event without values, what was told of it. */
function firstTab({ outcome, before, after }: EntryJson): TabName {
  if (outcome === 'started') return 'trace'
  return before || after ? 'changes' : 'details'
}

function countOf({ before, after, changed }: EntryJson): number {
  return fieldChanges(before, after, changed).filter(({ kind }) => kind !== 'same').length
}

function addressOf(id: string): string {
  const url = new URL(location.href)
  url.searchParams.set('entry', id)
  return url.href
}

define('audit-entry', AuditEntry)

declare global {
  interface HTMLElementTagNameMap {
    'audit-entry': AuditEntry
  }
}

import { css, html, nothing, type PropertyValues } from 'lit'
import { live } from 'lit/directives/live.js'
import type { ComparisonJson, EntryJson } from '../../http/client.ts'
import { define, Part } from '../part.ts'
import { isAborted, problemText } from '../problems.ts'
import { controls } from '../styles/controls.ts'
import '../changes/audit-changes.ts'
import { bearsState, isOlder, versionLabel, versionOption, versionsOf } from './versions.ts'

/** What an entry changed, or what differs between its version and another one of the same entity. */
export class AuditEntryChanges extends Part {
  static override properties = {
    ...Part.properties,
    entry: { attribute: false },
    version: { attribute: false },
    others: { state: true },
    otherId: { state: true },
    comparison: { state: true },
    problem: { state: true },
    isLoading: { state: true },
  }
  static override styles = [
    controls,
    css`
      .compare {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
      }
      .compare.is-open {
        flex: 1 0 100%;
        order: -1;
      }
      .compare label {
        display: flex;
        flex: 1 1 240px;
        align-items: center;
        gap: 6px;
        min-width: 0;
        white-space: nowrap;
      }
      select {
        flex: 1;
        min-width: 0;
        text-overflow: ellipsis;
      }
      [role='status']:empty {
        margin-inline-start: -6px;
      }
      .problem {
        color: var(--audit-delete);
      }
      p {
        margin: 0;
      }
    `,
  ]
  declare entry: EntryJson
  declare version: number | null
  /** The entity's entries, newest first; `null` until they are asked for. */
  declare others: readonly EntryJson[] | null
  declare otherId: string
  declare comparison: ComparisonJson | null
  declare problem: unknown
  declare isLoading: boolean

  #cursor: string | null = null
  #abort = new AbortController()

  constructor() {
    super()
    this.version = null
    this.#reset()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#reset()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('entry')) this.#reset()
  }

  protected override render() {
    const { comparison, entry } = this
    const tools = bearsState(entry) ? this.#compareShown() : nothing
    return comparison ? this.#comparisonShown(comparison, tools) : this.#ownShown(tools)
  }

  #ownShown(tools: unknown) {
    const { before, after, changed } = this.entry
    return html`<audit-changes
      .shared=${this.shared}
      .beforeState=${before}
      .afterState=${after}
      .changed=${changed}
      .beforeLabel=${this.#label(-1)}
      .afterLabel=${this.#label(0)}
    >${tools}</audit-changes>`
  }

  /** `Before · v11`; only where there are two sides. */
  #label(step: number): string | undefined {
    const { version, entry, text } = this
    if (!entry.before || !entry.after || version === null) return undefined
    const side = step < 0 ? text.changes.before : text.changes.after
    return `${side} · ${text.entry.shortVersion(version + step)}`
  }

  #comparisonShown({ from, to, before, after }: ComparisonJson, tools: unknown) {
    const versions = this.#versions
    const [beforeLabel, afterLabel] = [from, to].map((entry) =>
      versionLabel(this.shared, entry, versions.get(entry.id)),
    )
    return html`<audit-changes
      .shared=${this.shared}
      .beforeState=${before}
      .afterState=${after}
      .beforeLabel=${beforeLabel}
      .afterLabel=${afterLabel}
    >${tools}</audit-changes>`
  }

  #compareShown() {
    const { others, text, problem, isLoading, otherId } = this
    const choices = others?.filter((other) => bearsState(other) && other.id !== this.entry.id)
    const versions = this.#versions
    return html`<div slot="tools" class="compare ${choices ? 'is-open' : ''}">${
      choices
        ? html`<label>${text.entry.compareWith}
            <select .value=${live(otherId)} @change=${this.#choose}>
              <option value="">${text.entry.ownChange}</option>
              ${choices.map((other) => html`<option value=${other.id} ?selected=${other.id === otherId}>${versionOption(this.shared, other, versions.get(other.id))}</option>`)}
            </select></label>`
        : html`<button type="button" ?disabled=${isLoading} @click=${this.#open}>${text.entry.compare}</button>`
    }${
      choices && this.#cursor !== null
        ? html`<button type="button" ?disabled=${isLoading} @click=${this.#loadMore}>${text.entry.older}</button>`
        : nothing
    }<div role="status">${
      isLoading
        ? html`<p class="muted">${text.common.loading}</p>`
        : choices?.length === 0 && this.#cursor === null
          ? html`<p class="muted">${text.entry.noOthers}</p>`
          : nothing
    }${problem ? html`<p class="problem">${problemText(text, problem)}</p>` : nothing}</div></div>`
  }

  get #versions(): ReadonlyMap<string, number> {
    return versionsOf(this.others ?? [], this.entry.id, this.version)
  }

  readonly #open = async () => {
    await this.#loadMore()
    await this.updateComplete
    this.renderRoot.querySelector('select')?.focus()
  }

  readonly #loadMore = () =>
    this.#ask(async (signal) => {
      const { entity, entityId } = this.entry
      const cursor = this.#cursor
      const query = { entity, entityId: entityId ?? '', take: 50, cursor, signal }
      const { entries, nextCursor } = await this.shared.client.activity(query)
      signal.throwIfAborted()
      this.#cursor = nextCursor
      this.others = [...(this.others ?? []), ...entries]
    })

  readonly #choose = (event: Event) => {
    this.otherId = (event.currentTarget as HTMLSelectElement).value
    this.comparison = null
    const other = this.others?.find(({ id }) => id === this.otherId)
    void this.#ask(async (signal) => {
      if (!other) return
      const [from, to] = isOlder(other, this.entry) ? [other, this.entry] : [this.entry, other]
      const comparison = await this.shared.client.compare(from.id, to.id, { signal })
      signal.throwIfAborted()
      this.comparison = comparison
    })
  }

  /** Only the last question is of interest. */
  async #ask(question: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort.abort()
    this.#abort = new AbortController()
    const { signal } = this.#abort
    this.problem = null
    this.isLoading = true
    try {
      await question(signal)
    } catch (error) {
      if (!signal.aborted && !isAborted(error)) this.problem = error
    }
    if (!signal.aborted) this.isLoading = false
  }

  #reset(): void {
    this.#abort?.abort()
    this.#cursor = null
    this.others = null
    this.otherId = ''
    this.comparison = null
    this.problem = null
    this.isLoading = false
  }
}

define('audit-entry-changes', AuditEntryChanges)

declare global {
  interface HTMLElementTagNameMap {
    'audit-entry-changes': AuditEntryChanges
  }
}

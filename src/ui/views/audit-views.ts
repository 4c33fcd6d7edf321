import { html, type PropertyValues } from 'lit'
import type { SavedViewJson } from '../../http/client.ts'
import { tell } from '../events.ts'
import { keepAnchored, keepEscape } from '../filter/anchored.ts'
import { popoverStyles } from '../filter/popover-styles.ts'
import { define, Part } from '../part.ts'
import { isAborted, problemText } from '../problems.ts'
import { controls } from '../styles/controls.ts'
import { keepViews, keptViews } from './kept-views.ts'
import { viewsStyles } from './views-styles.ts'

/** What was saved under names, to be shown again; kept by the handler, or else by this browser. */
export class AuditViews extends Part {
  static override properties = {
    ...Part.properties,
    query: { attribute: false },
    views: { state: true },
    asked: { state: true },
    name: { state: true },
    said: { state: true },
    problem: { state: true },
    isBusy: { state: true },
  }
  static override styles = [controls, popoverStyles, viewsStyles]
  /** The query string of what is shown now. */
  declare query: string
  /** `null` until they are known. */
  declare private views: readonly SavedViewJson[] | null
  /** The name of the view whose removal is to be confirmed. */
  declare private asked: string | null
  /** What is written in the field for it. */
  declare private name: string
  declare private said: string
  declare private problem: string
  declare private isBusy: boolean

  #abort = new AbortController()

  constructor() {
    super()
    this.query = ''
    this.views = null
    this.asked = null
    this.name = ''
    this.said = ''
    this.problem = ''
    this.isBusy = false
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#abort.abort()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('shared')
    // Of another handler, or another viewer.
    if (before && before.viewer !== this.shared.viewer) this.views = null
  }

  protected override render() {
    const { filter } = this.text
    return html`<button type="button" popovertarget="views" aria-haspopup="dialog"
        >${filter.views}<span class="arrow" aria-hidden="true"></span></button>
      <div id="views" popover role="dialog" aria-label=${filter.views} @toggle=${this.#onToggle} @keydown=${keepEscape}>
        ${this.#list()}
        <form @submit=${this.#onSubmit}>
          <label for="name">${filter.viewName}</label>
          <div class="line">
            <input id="name" type="text" required maxlength="100" autocomplete="off" dir="auto"
              .value=${this.name} aria-describedby="replaces" @input=${this.#onInput} />
            <button type="submit" class="primary" ?disabled=${this.isBusy}
              >${this.#isKnown ? filter.replace : filter.save}</button>
          </div>
          <p id="replaces" class="muted foreign" role="status">${
            this.#isKnown ? filter.replaces(this.#trimmed) : this.said
          }</p>
          <p class="problem" role="alert">${this.problem}</p>
          ${this.#isHere ? html`<p class="muted">${filter.viewsHere}</p>` : ''}
        </form>
      </div>`
  }

  #list() {
    const { common, filter } = this.text
    if (this.views === null) {
      return this.problem ? '' : html`<p class="muted" role="status">${common.loading}</p>`
    }
    if (this.views.length === 0) return html`<p class="muted">${filter.noViews}</p>`
    return html`<ul>${this.views.map((view) => {
      const { name } = view
      const isAsked = name === this.asked
      return html`<li>
        <button type="button" class="plain view" aria-current=${view.query === this.query}
          @click=${() => this.#show(view)}><span class="foreign">${name}</span></button>
        <button type="button" class=${isAsked ? 'danger' : 'plain remove'} ?disabled=${this.isBusy}
          aria-label=${isAsked ? filter.reallyRemoveView(name) : filter.removeView(name)}
          @click=${() => this.#remove(name)} @blur=${this.#forget}
          >${isAsked ? filter.reallyRemove : html`<span aria-hidden="true">×</span>`}</button>
      </li>`
    })}</ul>`
  }

  get #isHere(): boolean {
    return this.shared.viewer?.savesViews !== true
  }

  get #trimmed(): string {
    return this.name.trim()
  }

  get #isKnown(): boolean {
    return this.views?.some(({ name }) => name === this.#trimmed) === true
  }

  #show({ query }: SavedViewJson): void {
    this.renderRoot.querySelector<HTMLElement>('#views')?.hidePopover()
    this.renderRoot.querySelector('button')?.focus()
    tell(this, 'audit-view', { query })
  }

  readonly #onToggle = ({ newState, currentTarget }: ToggleEvent) => {
    if (newState !== 'open') return
    keepAnchored(currentTarget as HTMLElement, this.renderRoot.querySelector('button') ?? this)
    this.asked = null
    this.said = ''
    void this.#try(() => this.#read())
  }

  readonly #onInput = (event: Event) => {
    this.name = (event.currentTarget as HTMLInputElement).value
    this.said = ''
  }

  readonly #forget = () => {
    this.asked = null
  }

  readonly #onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const view = { name: this.#trimmed, query: this.query }
    if (view.name === '' || this.isBusy) return
    const others = (views: readonly SavedViewJson[]) =>
      views.filter(({ name }) => name !== view.name)
    void this.#try(async (signal) => {
      if (this.#isHere) {
        if (!keepViews([...others(keptViews()), view])) {
          this.problem = this.text.filter.viewsFull
          return
        }
      } else await this.shared.client.saveView(view, { signal })
      this.name = ''
      this.said = this.text.filter.saved(view.name)
      await this.#read(signal)
    })
  }

  #remove(name: string): void {
    if (this.asked !== name) {
      this.asked = name
      return
    }
    void this.#try(async (signal) => {
      if (this.#isHere) keepViews(keptViews().filter((view) => view.name !== name))
      else await this.shared.client.removeView(name, { signal })
      this.asked = null
      this.said = this.text.filter.removed(name)
      await this.#read(signal)
      await this.updateComplete
      this.renderRoot.querySelector<HTMLElement>('.view, #name')?.focus()
    })
  }

  async #read(signal: AbortSignal = this.#abort.signal): Promise<void> {
    const views = this.#isHere ? keptViews() : await this.shared.client.views({ signal })
    const byName = new Intl.Collator(this.shared.locale, { numeric: true })
    this.views = views.toSorted((a, b) => byName.compare(a.name, b.name))
  }

  /** One at a time; what goes wrong is said. */
  async #try(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort.abort()
    this.#abort = new AbortController()
    const { signal } = this.#abort
    this.problem = ''
    this.isBusy = true
    try {
      await work(signal)
    } catch (error) {
      if (!isAborted(error)) this.problem = problemText(this.text, error)
    }
    if (this.#abort.signal === signal) this.isBusy = false
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-views': AuditViews
  }
}

define('audit-views', AuditViews)

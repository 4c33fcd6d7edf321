import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import type { HistogramJson } from '../../http/client.ts'
import { tell } from '../events.ts'
import { rangeOf, withRange } from '../filter/filter-edit.ts'
import { define, Part } from '../part.ts'
import { isAborted, problemText } from '../problems.ts'
import { controls } from '../styles/controls.ts'
import { type Bar, barsOf } from './bars.ts'
import { axisShown, barsDrawn, legendShown, tipShown } from './drawing.ts'
import { histogramOf } from './histogram.ts'
import { spanTextOf } from './span-text.ts'
import { chartStyles } from './styles.ts'
import { type ChartView, chosenText, summaryText } from './view.ts'

/** How many entries there were when, by action; a part of it that is marked becomes the filter's range. */
export class AuditChart extends Part {
  static override styles = [controls, chartStyles]
  static override properties: PropertyDeclarations = {
    ...Part.properties,
    filter: {},
    revision: { type: Number },
    found: { state: true },
    error: { state: true },
    isLoading: { state: true },
    cursor: { state: true },
    anchor: { state: true },
    isMarked: { state: true },
  }
  declare filter: string
  /** Another one says that there are other entries. */
  declare revision: number
  declare protected found: HistogramJson | null
  declare protected error: unknown
  declare protected isLoading: boolean
  /** The bar that is looked at. */
  declare protected cursor: number
  /** The bar from which some are marked; `null` where none are. */
  declare protected anchor: number | null
  /** Whether what is looked at is shown as such. */
  declare protected isMarked: boolean

  #bars: readonly Bar[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked: AbortController | undefined
  #isDragging = false
  /** Whether it was folded away when it should have asked. */
  #isBehind = false
  /** The filter before it was zoomed, and after. */
  #zoom: { readonly outer: string; readonly inner: string } | undefined
  readonly #sized = new ResizeObserver(() => {
    if (this.#isBehind && this.clientWidth > 0) this.#ask(0)
  })

  constructor() {
    super()
    this.filter = ''
    this.revision = 0
    this.found = null
    this.error = null
    this.isLoading = true
    this.cursor = -1
    this.anchor = null
    this.isMarked = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#sized.observe(this)
    if (this.hasUpdated) this.#ask(0)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sized.disconnect()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#asked?.abort()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isOther = changed.has('shared') && changed.get('shared')?.client !== this.shared.client
    if (isOther || changed.has('filter')) this.#ask(this.found ? 150 : 0)
    // Entries come in by the dozen while something runs.
    else if (changed.has('revision') && !this.#timer) this.#ask(1500)
  }

  #ask(delay: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#load(), delay)
  }

  async #load(): Promise<void> {
    this.#timer = undefined
    this.#isBehind = this.clientWidth === 0
    if (this.#isBehind) return
    this.#asked?.abort()
    const asked = new AbortController()
    this.#asked = asked
    this.isLoading = true
    try {
      const buckets = Math.min(84, Math.max(30, Math.round(this.clientWidth / 12)))
      const { shared, filter } = this
      const { client } = shared
      const found = await histogramOf({ client, filter, buckets, signal: asked.signal })
      if (this.#asked !== asked) return
      // Whoever marks something wants what was there when it began.
      const isOther = found.since !== this.found?.since
      this.found = found
      this.error = null
      this.#bars = barsOf(found)
      if (isOther && !this.#isDragging) this.#drop()
    } catch (error) {
      if (isAborted(error) || this.#asked !== asked) return
      this.error = error
    }
    this.isLoading = false
  }

  override render() {
    const { chart, common } = this.text
    const view = this.#view
    const isOld = this.isLoading && view !== null
    return html`
      <div
        class="plot ${isOld ? 'is-old' : ''}"
        role="slider"
        tabindex="0"
        aria-label=${chart.label}
        aria-describedby="summary"
        aria-valuemin="1"
        aria-valuemax=${Math.max(1, this.#bars.length)}
        aria-valuenow=${(view?.at ?? 0) + 1}
        aria-valuetext=${view ? chosenText(view) : chart.nothing}
        aria-busy=${this.isLoading ? 'true' : 'false'}
        @pointerdown=${this.#onDown}
        @pointermove=${this.#onMove}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#drop}
        @pointerleave=${this.#onLeave}
        @keydown=${this.#onKey}
        @focus=${this.#onFocus}
        @blur=${this.#drop}
      >
        <svg aria-hidden="true">${view ? barsDrawn(view, this.isMarked) : nothing}</svg>
        ${view && this.isMarked ? tipShown(view) : nothing}
      </div>
      ${this.#said(view)}
      <div class="axis" aria-hidden="true">${
        view ? axisShown(view, this.clientWidth < 500 ? 3 : 6) : nothing
      }</div>
      <div class="under">
        ${view ? legendShown(view) : nothing}
        ${
          this.#isZoomed
            ? html`<button type="button" class="plain reset" @click=${this.#reset}>${chart.reset}</button>`
            : nothing
        }
      </div>
      <p class="visually-hidden" id="summary">${
        view ? `${summaryText(view)} ${chart.keys}` : common.loading
      }</p>
    `
  }

  /** In one line over the bars, so that nothing moves. */
  #said(view: ChartView | null) {
    const { chart, common } = this.text
    if (this.error) {
      return html`<p class="said" role="status">
        <span>${problemText(this.text, this.error)}</span>
        <button type="button" @click=${() => this.#ask(0)}>${common.retry}</button>
      </p>`
    }
    if (!view) return html`<p class="said muted">${common.loading}</p>`
    const isEmpty = view.bars.every(({ total }) => total === 0) && view.found.knownSince === null
    return isEmpty ? html`<p class="said muted">${chart.nothing}</p>` : nothing
  }

  get #view(): ChartView | null {
    const { found, shared } = this
    const bars = this.#bars
    if (!found || bars.length === 0) return null
    const last = bars.length - 1
    const at = this.cursor < 0 ? last : Math.min(this.cursor, last)
    const from = Math.min(this.anchor ?? at, last)
    const chosen = [Math.min(from, at), Math.max(from, at)] as const
    return { shared, found, bars, texts: spanTextOf(shared, bars), at, chosen }
  }

  get #isZoomed(): boolean {
    const { since, until } = rangeOf(this.filter, new Date())
    return since !== null || until !== null
  }

  readonly #drop = () => {
    this.#isDragging = false
    this.anchor = null
    this.cursor = -1
    this.isMarked = false
  }

  #indexAt({ clientX, currentTarget }: PointerEvent): number {
    const { left, width } = (currentTarget as HTMLElement).getBoundingClientRect()
    const share = (clientX - left) / width
    const { length } = this.#bars
    const at = Math.floor((this.matches(':dir(rtl)') ? 1 - share : share) * length)
    return Math.min(length - 1, Math.max(0, at))
  }

  readonly #onDown = (event: PointerEvent) => {
    if (event.button !== 0 || this.#bars.length === 0) return
    this.#isDragging = true
    this.cursor = this.#indexAt(event)
    this.anchor = this.cursor
    this.isMarked = true
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
  }

  readonly #onMove = (event: PointerEvent) => {
    if (this.#bars.length === 0) return
    this.cursor = this.#indexAt(event)
    this.isMarked = true
  }

  readonly #onUp = () => {
    if (this.#isDragging) this.#apply()
  }

  readonly #onLeave = () => {
    if (!this.#isDragging && this.anchor === null) this.isMarked = false
  }

  readonly #onFocus = (event: Event) => {
    this.isMarked = (event.currentTarget as Element).matches(':focus-visible')
  }

  readonly #onKey = (event: KeyboardEvent) => {
    const view = this.#view
    if (event.altKey || event.ctrlKey || event.metaKey || !view) return
    const { at, bars } = view
    const forward = this.matches(':dir(rtl)') ? -1 : 1
    const to: Readonly<Record<string, number>> = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      ArrowUp: at + 1,
      ArrowDown: at - 1,
      Home: 0,
      End: bars.length - 1,
    }
    const index = to[event.key]
    if (index !== undefined) {
      this.anchor = event.shiftKey ? (this.anchor ?? at) : null
      this.cursor = Math.min(bars.length - 1, Math.max(0, index))
      this.isMarked = true
    } else if (event.key === 'Enter') this.#apply()
    else if (event.key === 'Escape' && this.isMarked) this.#drop()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  #apply(): void {
    const view = this.#view
    this.#drop()
    const since = view?.bars[view.chosen[0]]?.since
    const until = view?.bars[view.chosen[1]]?.until
    if (!since || !until) return
    const inner = withRange(this.filter, since, until)
    const outer = this.#zoom?.inner === this.filter ? this.#zoom.outer : this.filter
    this.#zoom = { outer, inner }
    tell(this, 'audit-filter-change', { filter: inner })
  }

  readonly #reset = () => {
    const zoom = this.#zoom
    const isOurs = zoom !== undefined && zoom.inner === this.filter
    this.#zoom = undefined
    // The button goes.
    this.renderRoot.querySelector<HTMLElement>('.plot')?.focus()
    const filter = isOurs ? zoom.outer : withRange(this.filter, null, null)
    tell(this, 'audit-filter-change', { filter })
  }
}

define('audit-chart', AuditChart)

declare global {
  interface HTMLElementTagNameMap {
    'audit-chart': AuditChart
  }
}

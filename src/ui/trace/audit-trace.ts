import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { EntryJson } from '../../query/entry-json.ts'
import { define, Part } from '../part.ts'
import { PassingTime } from '../passing-time.ts'
import { problemText } from '../problems.ts'
import { shownStyles } from '../shown/shown.ts'
import { controls } from '../styles/controls.ts'
import { everyLine, filteredLines, type LineFilter } from './line-filter.ts'
import { lineShown } from './line-shown.ts'
import { nodeShown, outcomeOf } from './node-shown.ts'
import { TraceFeed } from './trace-feed.ts'
import { traceStyles } from './trace-styles.ts'
import { inOrder, isLine, type TraceNode } from './trace-tree.ts'
import { type TraceView, traceView } from './trace-view.ts'
import { drawnOf } from './window.ts'

/** From so many lines on they can be filtered. */
const fewLines = 8
/** Pixels from the end within which the reader is at it. */
const nearEnd = 24
/** So many more are drawn of a long list when they are asked for. */
const batch = 500

/**
 * One unit of work: what was done in it and what was logged, in order, and live while it runs. Its event `ended`
 * has the entry that tells how the run ended.
 */
export class AuditTrace extends Part {
  static override properties = {
    ...Part.properties,
    traceId: { attribute: false },
    entryId: { attribute: false },
    runId: { attribute: false },
    form: {},
    filter: { state: true },
  }
  static override styles = [controls, shownStyles, traceStyles]

  declare traceId: string
  /** The entry that is open beside it, which is marked. */
  declare entryId: string | null
  /** Only this run of it. */
  declare runId: string | null
  /** As a tree, or one line after the other. @default 'tree' */
  declare form: 'tree' | 'log'
  declare filter: LineFilter

  readonly #feed = new TraceFeed(this)
  readonly #unfolded = new Set<string>()
  /** How many more are drawn of which list. */
  readonly #more = new Map<string, number>()
  #view: TraceView = { nodes: [], root: undefined }
  /** What the view was made of. */
  #inputs: readonly unknown[] = []
  #tick: ReturnType<typeof setInterval> | undefined
  #wasRunning = false
  #isAtEnd = true
  #isPlaced = false
  #said: TemplateResult | typeof nothing = nothing

  constructor() {
    super()
    new PassingTime(this)
    this.entryId = null
    this.runId = null
    this.form = 'tree'
    this.filter = everyLine
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#ticks(false)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.shared || !this.traceId) return
    if (changed.has('traceId')) {
      this.#isPlaced = false
      this.#wasRunning = false
      this.#said = nothing
      this.#unfolded.clear()
      this.#more.clear()
    }
    this.#feed.read(this.shared.client, this.traceId)
    const box = this.#box
    if (box) this.#isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearEnd
    this.#look()
    const { root } = this.#view
    const isRunning = root?.state === 'running' && this.#feed.hasAllEntries
    if (this.#wasRunning && root && !isRunning) {
      this.#said = outcomeOf(this.shared, root, true)
      this.dispatchEvent(new CustomEvent('ended', { detail: root.closing }))
    }
    this.#wasRunning = isRunning
  }

  #look(): void {
    const { entries, lines } = this.#feed
    const inputs = [entries, lines, this.filter, this.runId, this.form]
    if (inputs.every((input, index) => input === this.#inputs[index])) return
    this.#inputs = inputs
    this.#view = traceView(entries, filteredLines(lines, this.filter), this.runId, this.form)
  }

  protected override updated(): void {
    const { state, isRunning } = this.#feed
    this.#ticks(isRunning && !this.#feed.isPaused)
    const box = this.#box
    if (!box || state !== 'ready') return
    if (!this.#isPlaced) {
      this.#isPlaced = true
      const marked = this.renderRoot.querySelector<HTMLElement>('[aria-current]')
      if (isRunning) box.scrollTop = box.scrollHeight
      else if (marked) box.scrollTop = marked.offsetTop - box.offsetTop - box.clientHeight / 2
    } else if (this.#isAtEnd && (isRunning || this.#said !== nothing)) {
      box.scrollTop = box.scrollHeight
    }
  }

  protected override render(): unknown {
    const { trace, common } = this.text
    const { state, error, entries, lines } = this.#feed
    if (state === 'failed') return this.#problem(problemText(this.text, error), common.retry)
    if (state === 'loading' && entries.length + lines.length === 0) {
      return html`<p class="muted" role="status">${common.loading}</p>`
    }
    const { nodes, root } = this.#view
    const isFiltered = this.filter.level !== 'all' || this.filter.text !== ''
    const around = this.form === 'log' ? (root?.entry ?? null) : null
    return html`${this.#header()}
      <div class="box" role="group" tabindex="0" aria-label=${trace.label}>
        ${nodes.length > 0 ? this.#list(nodes, around, 0, 'top') : nothing}
        ${root || nodes.length > 0 ? nothing : html`<p class="muted">${trace.empty}</p>`}
        ${this.form === 'log' && lines.length === 0 ? html`<p class="muted">${trace.noLines}</p>` : nothing}
        ${isFiltered && !inOrder(nodes).some(isLine) ? html`<p class="muted">${trace.noneMatch}</p>` : nothing}
      </div>
      ${this.#footer()}
      <p class="visually-hidden" role="status">${this.#said}</p>`
  }

  #header(): TemplateResult {
    const { trace } = this.text
    const { entries, lines, isRunning, isPaused, error, hasAllEntries, hasMore } = this.#feed
    const isLog = this.form === 'log'
    const { nodes, root } = this.#view
    const count = isLog ? nodes.filter(isLine).length : lines.length
    const isOn = isLog ? root?.state === 'running' : isRunning
    const isLive = isOn && hasAllEntries && !isPaused && !error && !hasMore
    const { level, text } = this.filter
    const choose = (event: Event) => this.#filter({ level: valueIn(event) as LineFilter['level'] })
    return html`<header>
      ${isLive ? html`<span class="live">${trace.live}</span>` : nothing}
      ${isLog && root?.state === 'running' ? outcomeOf(this.shared, root, hasAllEntries) : nothing}
      <span class="muted">${isLog ? nothing : html`${trace.entries(entries.length)} · `}${trace.lines(count)}</span>
      ${
        lines.length > fewLines
          ? html`<span class="filters">
              <select aria-label=${trace.level} .value=${level} @change=${choose}>
                ${Object.entries(trace.levels).map(
                  ([name, said]) => html`<option value=${name}>${said}</option>`,
                )}
              </select>
              <input
                type="search"
                aria-label=${trace.search}
                placeholder=${trace.search}
                .value=${text}
                @input=${(event: Event) => this.#filter({ text: valueIn(event) })}
              />
            </span>`
          : nothing
      }
    </header>`
  }

  #footer(): unknown {
    const { trace, common } = this.text
    const { error, hasMore, isPaused, state, entries } = this.#feed
    if (error) {
      const isOver = this.#feed.isGivenUp
      return isOver
        ? this.#problem(problemText(this.text, error), common.retry)
        : html`<footer role="status"><span class="muted">${trace.lost}</span></footer>`
    }
    if (isPaused) return this.#problem(trace.paused, trace.follow)
    if (!hasMore || entries.length === 0) return nothing
    return html`<footer>
      <button type="button" ?disabled=${state === 'loading'} @click=${this.#feed.proceed}>${trace.more}</button>
    </footer>`
  }

  #problem(said: string, action: string): TemplateResult {
    return html`<footer role="status">
      <span>${said}</span>
      <button type="button" @click=${this.#feed.proceed}>${action}</button>
    </footer>`
  }

  /** A long list has its beginning, its end, and what is marked in it. */
  #list(
    nodes: readonly TraceNode[],
    parent: EntryJson | null,
    depth: number,
    key: string,
  ): TemplateResult {
    const marked = nodes.findIndex((node) => this.entryId !== null && isOf(node, this.entryId))
    const drawn = drawnOf(nodes.length, marked, this.#more.get(key))
    const rows = drawn.flatMap(([start, end], index) => {
      const next = drawn[index + 1]
      const shown: (TraceNode | number)[] = nodes.slice(start, end)
      return next ? [...shown, next[0] - end] : shown
    })
    return html`<ul class="depth-${depth}">
      ${repeat(rows, keyOf, (row) =>
        typeof row === 'number'
          ? html`<li><button type="button" class="hidden-some" @click=${() => this.#drawMore(key)}>${this.text.trace.hidden(row)}</button></li>`
          : this.#item(row, parent, depth),
      )}
    </ul>`
  }

  #item(node: TraceNode, parent: EntryJson | null, depth: number): TemplateResult {
    if (isLine(node)) {
      const { seq } = node.line
      const toggle = (isOpen: boolean) => {
        if (isOpen === this.#unfolded.has(seq)) return
        if (isOpen) this.#unfolded.add(seq)
        else this.#unfolded.delete(seq)
        this.requestUpdate()
      }
      return html`<li>${lineShown(this.shared, node.line, this.#unfolded.has(seq), toggle)}</li>`
    }
    const { entry, children } = node
    const surroundings = {
      ...{ entryId: this.entryId, parent },
      isWhole: this.#feed.hasAllEntries,
    }
    return html`<li>
      ${nodeShown(this.shared, node, surroundings)}
      ${children.length > 0 && this.form === 'tree' ? this.#list(children, entry, depth + 1, entry.id) : nothing}
    </li>`
  }

  #filter(given: Partial<LineFilter>): void {
    this.filter = { ...this.filter, ...given }
  }

  #drawMore(key: string): void {
    this.#more.set(key, (this.#more.get(key) ?? 0) + batch)
    this.requestUpdate()
  }

  /** How long something runs is said anew each second. */
  #ticks(isOn: boolean): void {
    if (isOn === (this.#tick !== undefined)) return
    clearInterval(this.#tick)
    this.#tick = isOn
      ? setInterval(() => !document.hidden && this.requestUpdate(), 1000)
      : undefined
  }

  get #box(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.box') ?? null
  }
}

function valueIn(event: Event): string {
  return (event.target as HTMLInputElement).value
}

function isOf(node: TraceNode, id: string): boolean {
  return !isLine(node) && (node.entry.id === id || node.closing?.id === id)
}

function keyOf(row: TraceNode | number, index: number): unknown {
  if (typeof row === 'number') return `hidden ${index}`
  return isLine(row) ? `line ${row.line.seq}` : row.entry.id
}

define('audit-trace', AuditTrace)

declare global {
  interface HTMLElementTagNameMap {
    'audit-trace': AuditTrace
  }
}

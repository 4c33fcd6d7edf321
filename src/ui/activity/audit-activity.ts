import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { type PartEvent, tell } from '../events.ts'
import { LaterPart } from '../later-part.ts'
import { define } from '../part.ts'
import { PassingTime } from '../passing-time.ts'
import { remember, remembered } from '../remembered.ts'
import { RootElement } from '../root-element.ts'
import { shownStyles } from '../shown/shown.ts'
import { controls } from '../styles/controls.ts'
import { tokens } from '../styles/tokens.ts'
import { runsOf } from '../trace/runs.ts'
import { activityStyles } from './activity-styles.ts'
import { type Condition, conditionShown, meets, withCondition } from './conditions.ts'
import { EntityHistory, type Subject } from './entity-history.ts'
import './entry-sheet.ts'
import { VIEWING } from '../../viewing.ts'
import { headShown } from './head.ts'
import { Sight } from './sight.ts'
import { newestFirst, type Sorting, sorted } from './sorting.ts'
import { kindsShown, moreShown, newsShown, problemShown, stateShown } from './states.ts'
import { stepShown } from './step.ts'
import { stepStyles } from './step-styles.ts'
import { kindOf, type Step, stepsOf } from './steps.ts'

/**
 * `<audit-activity entity="User" entity-id="42">`: the history of one entity, as a part of an application's
 * page about it. It is asked for when it is first seen, and looked at again whenever it comes back to sight.
 */
export class AuditActivity extends RootElement {
  static override properties = {
    ...RootElement.properties,
    entity: {},
    entityId: { attribute: 'entity-id' },
    include: {},
    view: {},
    live: { type: Boolean },
    tab: { state: true },
    opened: { state: true },
    conditions: { state: true },
    sorting: { state: true },
  }
  static override styles = [tokens, controls, shownStyles, activityStyles, stepStyles]

  /** The name of the entity, as entries have it. */
  declare entity: string | undefined
  declare entityId: string | undefined
  /** Relation fields whose entities are shown, too: `posts,lines`. @default none */
  declare include: string | undefined
  /** @default the last one that was chosen, or 'timeline' */
  declare view: 'timeline' | 'table' | undefined
  /** Whether to be told of what comes in, instead of looking for it. @default false */
  declare live: boolean
  declare protected tab: 'audit' | 'logs'
  /** The entry that is shown over the page. */
  declare protected opened: string | null
  declare protected conditions: readonly Condition[]
  /** Of the table: the API knows one order of a history. */
  declare protected sorting: Sorting

  readonly #history = new EntityHistory(() => this.requestUpdate())
  readonly #tablePart = new LaterPart(this, () => import('../table/audit-table.ts'))
  readonly #logsPart = new LaterPart(this, () => import('../trace/audit-logs.ts'))
  readonly #hidden = new Set<string>([VIEWING])
  readonly #sight = new Sight(this, () => this.#look())
  #subject: Subject | undefined
  /** The last of the steps that were there before others were added below. */
  #lastBefore: string | undefined

  constructor() {
    super()
    new PassingTime(this)
    this.live = false
    this.tab = 'audit'
    this.opened = null
    this.conditions = []
    this.sorting = newestFirst
    this.addEventListener('audit-open', this.#open as EventListener)
    this.addEventListener('audit-filter', this.#narrow as EventListener)
    this.addEventListener('audit-sort', this.#sort as EventListener)
    this.addEventListener('audit-changed', () => void this.#history.refresh())
    this.addEventListener('audit-more', () => void this.#more())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#history.stop()
  }

  /** Reads what came in since. */
  async refresh(): Promise<void> {
    await this.#history.refresh()
    // A stream that was refused may be open to the viewer by now.
    if (this.#sight.isSeen) this.#watch()
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const subject = this.#subjectOf()
    const isSame = JSON.stringify(subject) === JSON.stringify(this.#subject)
    if (!isSame || subject?.client !== this.#subject?.client) {
      this.#subject = subject
      this.#close()
      this.tab = 'audit'
      this.conditions = []
      if (this.#sight.isSeen) void this.#load()
    } else if (changed.has('live') && this.#sight.isSeen) this.#watch()
  }

  override render() {
    const { text } = this.shared
    const history = this.#history
    const runs = runsOf(history.entries)
    const tab = runs.length > 0 ? this.tab : 'audit'
    const steps = stepsOf(history.entries, history.version, (entry) => history.isOwn(entry))
    const shown = steps.filter(
      (step) => !this.#hidden.has(kindOf(step) ?? '') && meets(step.entry, this.conditions),
    )
    const isTable = this.#view === 'table'
    const count = history.isLoaded ? `${shown.length}${history.nextCursor === null ? '' : '+'}` : ''
    return html`<section aria-labelledby="title">
      ${headShown(this.shared, {
        ...{ tab, count, hasLogs: runs.length > 0, view: isTable ? 'table' : 'timeline' },
        isLoading: history.isLoading,
        chooseTab: (chosen) => {
          this.tab = chosen
        },
        chooseView: (view) => this.#chooseView(view),
        refresh: () => void this.refresh(),
      })}
      <div role="tabpanel" id="panel" aria-labelledby=${tab}>
        ${tab === 'logs' ? this.#logs() : this.#audit(steps, shown, isTable)}
      </div>
      <p class="visually-hidden" role="status">${
        history.isLoaded ? text.activity.loaded(shown.length) : text.common.loading
      }</p>
      <audit-entry-sheet
        .shared=${this.shared}
        .entryId=${this.opened}
        @close=${this.#close}
      ></audit-entry-sheet>
    </section>`
  }

  override updated(): void {
    const last = this.#lastBefore
    if (last === undefined || this.#history.isLoading) return
    this.#lastBefore = undefined
    // The button that was pressed may be gone: whoever uses the keyboard goes on with the first new one.
    if (this.renderRoot.querySelector('.more')) return
    const step = this.renderRoot.querySelector(`[data-id="${CSS.escape(last)}"]`)?.closest('li')
    step?.nextElementSibling?.querySelector<HTMLElement>('.open')?.focus()
  }

  #audit(steps: readonly Step[], shown: readonly Step[], isTable: boolean): TemplateResult {
    const history = this.#history
    const retry = () => void (steps.length > 0 ? this.#more() : this.refresh())
    const { problem } = history
    if (!this.#subject) return stateShown(this.shared, 'noSubject')
    const news = newsShown(this.shared, history.news, () => void this.refresh())
    if (steps.length === 0) {
      if (problem) return problemShown(this.shared, problem, retry)
      return html`${news}${stateShown(this.shared, history.isLoaded ? 'empty' : 'loading')}`
    }
    return html`${this.#choices(steps)}
      ${news}
      ${
        shown.length === 0
          ? stateShown(
              this.shared,
              history.nextCursor === null && steps.every(isView) ? 'empty' : 'nothingShown',
            )
          : isTable
            ? this.#table(shown)
            : html`<ol>${repeat(
                shown,
                ({ entry }) => entry.id,
                (step) => stepShown(this.shared, step),
              )}</ol>`
      }
      ${problem ? problemShown(this.shared, problem, retry) : nothing}
      ${isTable && shown.length > 0 ? nothing : moreShown(this.shared, history, () => void this.#more())}`
  }

  #choices(steps: readonly Step[]): TemplateResult | typeof nothing {
    const kinds = kindsShown(this.shared, steps, this.#hidden, () => this.requestUpdate())
    if (kinds === nothing && this.conditions.length === 0) return nothing
    const without = (condition: Condition) => () => {
      this.conditions = this.conditions.filter((other) => other !== condition)
    }
    return html`<div class="choices">${kinds}${this.conditions.map((condition) =>
      conditionShown(this.shared, condition, without(condition)),
    )}</div>`
  }

  #table(shown: readonly Step[]): unknown {
    const { isLoading, nextCursor } = this.#history
    const others = this.include ? ['resource'] : []
    const { order, direction } = this.sorting
    const table = html`<audit-table
      .shared=${this.shared}
      .entries=${sorted(shown, this.sorting)}
      .order=${order}
      .direction=${direction}
      .columns=${['time', 'actor', 'action', ...others, 'changes', 'details']}
      .selected=${this.opened}
      .isLoading=${isLoading}
      .hasMore=${nextCursor !== null}
    ></audit-table>`
    return this.#tablePart.shown(this.shared, table)
  }

  #logs(): unknown {
    const logs = html`<audit-logs
      .shared=${this.shared}
      .entries=${this.#history.entries.filter((entry) => this.#history.isOwn(entry))}
    ></audit-logs>`
    return this.#logsPart.shown(this.shared, logs)
  }

  get #view(): 'timeline' | 'table' {
    return (this.view ?? remembered('activity-view')) === 'table' ? 'table' : 'timeline'
  }

  #chooseView(view: 'timeline' | 'table'): void {
    remember('activity-view', view)
    this.view = view
  }

  #subjectOf(): Subject | undefined {
    const { entity, entityId, include } = this
    if (!entity || !entityId) return undefined
    const names = (include ?? '').split(',').map((name) => name.trim())
    return { client: this.shared.client, entity, entityId, include: names.filter(Boolean) }
  }

  async #load(): Promise<void> {
    await this.#history.load(this.#subject)
    this.#watch()
  }

  #watch(): void {
    if (this.live) void this.#history.watch(({ action }) => !this.#hidden.has(action))
    else this.#history.unwatch()
  }

  /** It is in sight, for the first time or again. */
  #look(): void {
    if (!this.shared) return
    if (!this.#history.isOf(this.#subject)) return void this.#load()
    if (!this.#history.isLoading) void this.refresh()
    this.#watch()
  }

  async #more(): Promise<void> {
    this.#lastBefore = this.#history.entries.at(-1)?.id
    await this.#history.more()
  }

  /** The application hears of it, too. */
  readonly #narrow = ({ detail }: PartEvent<'audit-filter'>) => {
    this.#close()
    this.conditions = withCondition(this.conditions, detail)
  }

  readonly #sort = ({ detail }: PartEvent<'audit-sort'>) => {
    this.sorting = detail
  }

  readonly #close = () => {
    if (this.opened !== null) tell(this, 'audit-open', { id: null })
  }

  readonly #open = ({ detail }: PartEvent<'audit-open'>) => {
    this.opened = detail.id
  }
}

function isView(step: Step): boolean {
  return kindOf(step) === VIEWING
}

define('audit-activity', AuditActivity)

import { html, nothing } from 'lit'
import { tell } from '../events.ts'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'
import { keepAnchored, keepEscape } from './anchored.ts'
import { spans } from './completion.ts'
import { partsOf, rangeOf, timesOf, timeText, withTimes } from './filter-edit.ts'
import { popoverStyles } from './popover-styles.ts'
import { rangeStyles } from './range-styles.ts'
import { dayStart, fieldText, fieldTime } from './zone-time.ts'

/** What a button chooses: what `since` and `until` are to be. */
interface Preset {
  readonly label: string
  readonly since: string | null
  readonly until: string | null
}

/** A button that says which span of time the filter asks for, and its popover to choose another one. */
export class AuditTimeRange extends Part {
  static override properties = {
    ...Part.properties,
    filter: { attribute: false },
    isWrong: { state: true },
  }
  static override styles = [controls, popoverStyles, rangeStyles]
  declare filter: string
  declare private isWrong: boolean

  constructor() {
    super()
    this.filter = ''
    this.isWrong = false
  }

  protected override render() {
    const { filter } = this.text
    const now = new Date()
    const presets = this.#presets(now)
    const { terms } = partsOf(this.filter)
    const [since, until] = [timesOf(terms, 'since'), timesOf(terms, 'until')]
    const isIn = (preset: Preset) => isOnly(since, preset.since) && isOnly(until, preset.until)
    const label = presets.find(isIn)?.label ?? this.#rangeShown(now)
    return html`<button type="button" class="opener" popovertarget="range" aria-label=${filter.dates(label)}
        aria-haspopup="dialog"><span>${label}</span><span class="arrow" aria-hidden="true"></span></button>
      <div id="range" popover role="dialog" aria-label=${filter.dates(label)} @beforetoggle=${this.#onBeforeToggle} @toggle=${this.#onToggle} @keydown=${keepEscape}>
        <div class="presets" role="group" aria-label=${filter.presets}>${presets.map(
          (preset) => html`<button type="button" class="plain" aria-pressed=${isIn(preset)}
            @click=${() => this.#change(preset.since, preset.until)}>${preset.label}</button>`,
        )}</div>
        ${this.#form(now)}
      </div>`
  }

  #form(now: Date) {
    const { filter } = this.text
    const { zone } = this.shared
    const { since, until } = rangeOf(this.filter, now)
    const field = (name: string, label: string, time: Date | null) =>
      html`<label>${label}<input type="datetime-local" name=${name} min="1000-01-01T00:00"
        max="9999-12-31T23:59" .defaultValue=${time ? fieldText(time, zone) : ''}
        aria-invalid=${this.isWrong} aria-describedby=${this.isWrong ? 'wrong' : nothing} /></label>`
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    return html`<form @submit=${this.#onSubmit}>
      ${field('since', filter.from, since)}${field('until', filter.to, until)}
      <p class="muted">${zone === 'utc' ? filter.inUtc : filter.inLocal(timeZone)}</p>
      <p id="wrong" class="wrong" role="status">${this.isWrong ? filter.noRange : ''}</p>
      <button type="submit" class="primary">${filter.apply}</button>
    </form>`
  }

  #presets(now: Date): Preset[] {
    const { filter } = this.text
    const day = (daysAgo: number) => timeText(dayStart(now, this.shared.zone, daysAgo))
    return [
      ...spans.map((span) => ({ label: filter.span(span), since: span, until: null })),
      { label: filter.today, since: day(0), until: null },
      { label: filter.yesterday, since: day(1), until: day(0) },
      { label: filter.allTime, since: null, until: null },
    ]
  }

  #rangeShown(now: Date): string {
    const { filter } = this.text
    const { locale, zone } = this.shared
    const { since, until } = rangeOf(this.filter, now)
    const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {}
    const isDay = (time: Date) => dayStart(time, zone, 0).getTime() === time.getTime()
    if (since && until && since < until && isDay(since) && isDay(until)) {
      const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...timeZone })
      return days.formatRange(since, new Date(until.getTime() - 1))
    }
    const times = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      ...timeZone,
    })
    if (since && until) {
      if (since <= until) return times.formatRange(since, until)
      return filter.between(times.format(since), times.format(until))
    }
    if (since) return filter.since(times.format(since))
    return until ? filter.until(times.format(until)) : filter.allTime
  }

  #change(since: string | null, until: string | null): void {
    this.#popover.hidePopover()
    this.renderRoot.querySelector('button')?.focus()
    this.filter = withTimes(this.filter, since, until)
    tell(this, 'audit-filter-change', { filter: this.filter })
  }

  /** What was written and not applied goes before it is shown: later, it could be what is written now. */
  readonly #onBeforeToggle = ({ newState }: ToggleEvent) => {
    if (newState !== 'open') return
    this.isWrong = false
    this.renderRoot.querySelector('form')?.reset()
    this.requestUpdate()
  }

  readonly #onToggle = ({ newState }: ToggleEvent) => {
    if (newState === 'open')
      keepAnchored(this.#popover, this.renderRoot.querySelector('button') ?? this)
  }

  readonly #onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const { zone } = this.shared
    const { terms } = partsOf(this.filter)
    const range = rangeOf(this.filter, new Date())
    const written = (name: 'since' | 'until') => {
      const field = this.renderRoot.querySelector<HTMLInputElement>(`[name="${name}"]`)
      // A field shows no seconds, and not which of two equal hours it is: unchanged, it says what was said.
      if (field && field.value === field.defaultValue) {
        const [text, ...others] = timesOf(terms, name)
        const time = range[name]
        return { text: (others.length === 0 && text) || (time && timeText(time)), time }
      }
      const time = fieldTime(field?.value ?? '', zone)
      return { text: time && timeText(time), time }
    }
    const [since, until] = [written('since'), written('until')]
    this.isWrong = since.time !== null && until.time !== null && since.time >= until.time
    if (!this.isWrong) this.#change(since.text, until.text)
  }

  get #popover(): HTMLElement {
    return this.renderRoot.querySelector('#range') as HTMLElement
  }
}

function isOnly(texts: readonly string[], text: string | null): boolean {
  return text === null ? texts.length === 0 : texts.length === 1 && texts[0] === text
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-time-range': AuditTimeRange
  }
}

define('audit-time-range', AuditTimeRange)

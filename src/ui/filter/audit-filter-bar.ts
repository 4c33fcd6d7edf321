import { html, type PropertyValues } from 'lit'
import type { FilterTerm } from '../../query/filter.ts'
import { parseFilter } from '../../query/parse-filter.ts'
import { printFilter } from '../../query/print-filter.ts'
import { tell } from '../events.ts'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'
import './audit-filter-input.ts'
import './audit-time-range.ts'
import type { AuditFilterInput } from './audit-filter-input.ts'
import { barStyles } from './bar-styles.ts'
import { chipText } from './chip-text.ts'
import { isTime, partsOf, signed } from './filter-edit.ts'
import type { FilterError } from './filter-error.ts'

/** Chips beside which the field has no place of its own any more. */
const many = 16

/** Buttons of each chip: turn around, edit, remove. */
const buttons = 3

/** The filter: a chip for each of its terms, a field to write more, and the span of time. */
export class AuditFilterBar extends Part {
  static override properties = {
    ...Part.properties,
    filter: { attribute: false },
    error: { attribute: false },
    edited: { state: true },
    current: { state: true },
  }
  static override styles = [controls, barStyles]
  declare filter: string
  /** What the server did not understand of the filter. */
  declare error: FilterError | null
  /** Index of the term that is in the field to be changed. */
  declare private edited: number | null
  /** Index of the button by which the keyboard enters the chips. */
  declare private current: number

  #terms: readonly FilterTerm[] = []
  /** What was in the field before a term was put there. */
  #draft = ''

  constructor() {
    super()
    this.filter = ''
    this.error = null
    this.edited = null
    this.current = 0
  }

  override focus(): void {
    this.#input?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('filter')) return
    const { terms, rest } = partsOf(this.filter)
    const isOther = printFilter({ terms }) !== printFilter({ terms: this.#terms })
    this.#terms = terms
    if (isOther) this.edited = null
    // What does not parse is there to be put right.
    if (rest !== '') void this.updateComplete.then(() => this.#input?.write(rest, false))
  }

  protected override render() {
    const { filter } = this.text
    const others = this.#terms.filter((_, index) => index !== this.edited)
    const chips = this.#terms.flatMap((term, index) => (isTime(term) ? [] : [{ term, index }]))
    const last = chips.length * buttons - 1
    const current = Math.max(0, Math.min(this.current, last))
    return html`<div class="bar" role="search" aria-label=${filter.label}>
        <div class="terms">
          ${
            chips.length === 0
              ? ''
              : html`<div class="chips" role="toolbar" aria-label=${filter.terms}
                @keydown=${this.#onKey} @focusin=${this.#onFocus}>${chips.map(
                  ({ term, index }, place) => this.#chip(term, index, current - place * buttons),
                )}</div>`
          }
          <audit-filter-input class=${chips.length > many ? 'below' : ''} .shared=${this.shared} .others=${printFilter({ terms: others })}
            .error=${this.error && { ...this.error, text: this.filter }}
            .placeholder=${chips.length === 0 ? filter.placeholderEmpty : filter.placeholder}
            .take=${this.#take} .leave=${this.#leave}></audit-filter-input>
        </div>
        <div class="ends">
          ${
            this.#terms.length === 0
              ? ''
              : html`<button type="button" class="plain clear" @click=${this.#clear}>${filter.clear}</button>`
          }
          <audit-time-range .shared=${this.shared} .filter=${this.filter}
            @audit-filter-change=${this.#onRange}></audit-time-range>
        </div>
      </div>
      <div class="hint muted foreign" role="status">${this.#hint()}</div>`
  }

  /** @param current which of its buttons the keyboard enters by, if any */
  #chip(term: FilterTerm, index: number, current: number) {
    const { filter } = this.text
    const { key, relation, value, whole } = chipText(term, this.text)
    const isNegated = term.isNegated === true
    const tab = (button: number) => (current === button ? 0 : -1)
    const turned = isNegated ? filter.include(whole) : filter.exclude(whole)
    const kind = `chip${isNegated ? ' not' : ''}${index === this.edited ? ' edited' : ''}`
    return html`<div class=${kind} role="group" aria-label=${whole} title=${whole} data-index=${index}
      ><span class="key foreign" aria-hidden="true" @click=${() => this.#edit(index)}>${key}</span
      ><button type="button" class="relation" tabindex=${tab(0)} aria-label=${turned} title=${turned}
        aria-keyshortcuts="-" @click=${() => this.#turn(index)}>${relation}</button
      ><button type="button" class="value" tabindex=${tab(1)} aria-label=${filter.edit(whole)}
        @click=${() => this.#edit(index)}><span class="foreign">${value}</span></button
      ><button type="button" class="remove" tabindex=${tab(2)} aria-label=${filter.remove(whole)}
        title=${filter.remove(whole)} aria-keyshortcuts="Delete"
        @click=${() => this.#remove(index, 0)}><span aria-hidden="true">×</span></button></div>`
  }

  #hint(): string {
    const term = this.edited === null ? undefined : this.#terms[this.edited]
    return term ? this.text.filter.editing(chipText(term, this.text).whole) : ''
  }

  get #input(): AuditFilterInput | null {
    return this.renderRoot.querySelector('audit-filter-input')
  }

  get #buttons(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.chip button')]
  }

  /** The filter of these terms, unless it is too much; what was not understood stays in the field. */
  #change(terms: readonly FilterTerm[], edited: number | null): FilterError | null {
    const filter = printFilter({ terms })
    try {
      parseFilter(filter)
    } catch (error) {
      return { message: (error as Error).message, position: null }
    }
    this.#terms = terms
    this.edited = edited
    this.error = null
    this.filter = filter
    tell(this, 'audit-filter-change', { filter })
    return null
  }

  readonly #take = (written: readonly FilterTerm[]): FilterError | null => {
    if (written.length === 0 && this.edited === null) return null
    const print = (term: FilterTerm) => printFilter({ terms: [term] })
    // There is one beginning and one end of the time; a later one takes the place of an earlier.
    const isReplaced = (term: FilterTerm) =>
      written.some((one) => print(one) === print(term) || (isTime(one) && isSameKey(one, term)))
    const at = this.edited ?? this.#terms.length
    const [before, after] = [this.#terms.slice(0, at), this.#terms.slice(at + 1)]
    const kept = (terms: readonly FilterTerm[]) => terms.filter((term) => !isReplaced(term))
    const problem = this.#change([...kept(before), ...written, ...kept(after)], null)
    if (!problem) this.#draft = ''
    return problem
  }

  readonly #leave = (by: 'back' | 'escape') => {
    if (by === 'back') {
      this.#buttons.at(-1)?.focus()
    } else if (this.edited !== null) {
      this.edited = null
      this.#input?.write(this.#draft, true)
    }
  }

  #turn(index: number): void {
    const turned = this.#terms.map((term, at) =>
      at === index ? signed(term, !term.isNegated) : term,
    )
    this.#change(turned, this.edited)
  }

  #edit(index: number): void {
    const term = this.#terms[index]
    const input = this.#input
    if (!term || !input) return
    if (this.edited === null) this.#draft = input.draft
    this.edited = index
    input.write([printFilter({ terms: [term] }), this.#draft].join(' ').trim(), true)
  }

  /** @param step where the focus goes: to what comes in its place, or to what was before */
  #remove(index: number, step: 0 | -1): void {
    const chips = this.#buttons.map((button) => button.closest('[data-index]'))
    const place = chips.findIndex((chip) => chip?.getAttribute('data-index') === String(index))
    const { edited } = this
    const isBehind = edited !== null && edited > index
    this.#change(
      this.#terms.toSpliced(index, 1),
      isBehind ? edited - 1 : edited === index ? null : edited,
    )
    void this.updateComplete.then(() => {
      const last = this.#buttons.length - 1
      const next = Math.min(place + step * buttons + buttons - 1, last)
      if (next < 0) this.focus()
      else this.#buttons[next]?.focus()
    })
  }

  readonly #clear = () => {
    this.#change([], null)
    this.#input?.write('', true)
  }

  readonly #onRange = (event: CustomEvent<{ readonly filter: string }>) => {
    this.filter = event.detail.filter
  }

  readonly #onFocus = (event: FocusEvent) => {
    this.current = this.#buttons.indexOf(event.target as HTMLElement)
  }

  readonly #onKey = (event: KeyboardEvent) => {
    const all = this.#buttons
    const at = all.indexOf(event.target as HTMLElement)
    const chip = (event.target as Element).closest('[data-index]')
    if (!chip || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return
    const index = Number(chip.getAttribute('data-index'))
    const isRightToLeft = getComputedStyle(chip).direction === 'rtl'
    const to = (next: number) =>
      next >= all.length ? this.focus() : all[Math.max(0, next)]?.focus()
    switch (event.key) {
      case 'ArrowRight':
        to(at + (isRightToLeft ? -1 : 1))
        break
      case 'ArrowLeft':
        to(at + (isRightToLeft ? 1 : -1))
        break
      case 'Home':
        to(0)
        break
      case 'End':
        to(all.length - 1)
        break
      case '-':
        this.#turn(index)
        break
      case 'Delete':
        this.#remove(index, 0)
        break
      case 'Backspace':
        this.#remove(index, -1)
        break
      default:
        return
    }
    event.preventDefault()
    event.stopPropagation()
  }
}

function isSameKey(one: FilterTerm, other: FilterTerm): boolean {
  return one.kind === 'field' && other.kind === 'field' && one.key === other.key
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-filter-bar': AuditFilterBar
  }
}

define('audit-filter-bar', AuditFilterBar)

import { html, nothing, type PropertyValues } from 'lit'
import type { FilterTerm } from '../../query/filter.ts'
import { parseFilter } from '../../query/parse-filter.ts'
import { isComposed } from '../composed.ts'
import { define, Part } from '../part.ts'
import { controls } from '../styles/controls.ts'
import { keepAnchored } from './anchored.ts'
import { keyOptions, type Option, type Typed, typedAt, valueOptions } from './completion.ts'
import { errorShown, errorStyles, type FilterError, problemOf } from './filter-error.ts'
import { inputStyles } from './input-styles.ts'
import { Suggestions } from './suggestions.ts'

/** Where one writes the filter language, with completion: a combobox and its listbox. */
export class AuditFilterInput extends Part {
  static override properties = {
    ...Part.properties,
    others: { attribute: false },
    error: { attribute: false },
    placeholder: { attribute: false },
    take: { attribute: false },
    leave: { attribute: false },
    value: { state: true },
    problem: { state: true },
    isOpen: { state: true },
    active: { state: true },
  }
  static override styles = [controls, errorStyles, inputStyles]
  /** The terms that hold besides, as text: completion counts what they leave. */
  declare others: string
  /** Of the whole filter, told by the server, and its text. */
  declare error: (FilterError & { readonly text: string }) | null
  declare placeholder: string
  /** Given the terms that were written; what it answers is wrong with the filter that they would make. */
  declare take: (terms: readonly FilterTerm[]) => FilterError | null
  /** Called where the keyboard leads out of the field, to what is before it, or by Escape. */
  declare leave: (by: 'back' | 'escape') => void
  declare private value: string
  declare private problem: FilterError | null
  declare private isOpen: boolean
  /** Index of the option that Enter takes; -1 for none. */
  declare private active: number

  readonly #suggestions = new Suggestions(() => this.requestUpdate())
  #typed: Typed = typedAt('', 0)
  #options: readonly Option[] = []
  #sampled: number | null = null
  #caret: number | undefined

  constructor() {
    super()
    this.others = ''
    this.error = null
    this.placeholder = ''
    this.value = ''
    this.problem = null
    this.isOpen = false
    this.active = -1
  }

  /** What was written and is no term yet. */
  get draft(): string {
    return this.value
  }

  override focus(): void {
    this.#input?.focus()
  }

  /** Puts a text to be changed into the field, before what is there already. */
  write(text: string, isFocused: boolean): void {
    this.value = text
    this.problem = text === '' ? null : problemOf(text)
    if (!isFocused) return
    this.#caret = text.length
    void this.updateComplete.then(() => this.focus())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#suggestions.forget()
    this.isOpen = false
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('others')) this.#suggestions.forget()
    if (this.isOpen) this.#suggest()
    else this.#suggestions.stop()
  }

  #suggest(): void {
    const { client, text } = this.shared
    this.#typed = typedAt(this.value, this.#caret ?? this.#input?.selectionStart ?? 0)
    const facets = this.#suggestions.of(client, this.others, this.#typed)
    this.#sampled = facets?.isComplete === false ? facets.sampled : null
    const chosen = this.#options[this.active]?.insert
    this.#options = this.#typed.key
      ? valueOptions(this.#typed, facets, text, new Date())
      : keyOptions(this.#typed, facets, text)
    // Counts come in later: what one was at stays the one.
    if (chosen !== undefined) {
      this.active = this.#options.findIndex(({ insert }) => insert === chosen)
    }
  }

  protected override updated(): void {
    const [input, popup] = [this.#input, this.#popup]
    if (!input || !popup) return
    if (this.#caret !== undefined) input.setSelectionRange(this.#caret, this.#caret)
    this.#caret = undefined
    const isShown = this.isOpen && this.#options.length > 0
    if (popup.matches(':popover-open') !== isShown) {
      popup.togglePopover(isShown)
      if (isShown) keepAnchored(popup, input)
    }
    popup.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }

  protected override render() {
    const { filter } = this.text
    const isShown = this.isOpen && this.#options.length > 0
    const error = this.problem ?? this.error
    return html`<input type="text" role="combobox" dir="auto" autocomplete="off" autocapitalize="off"
        spellcheck="false" enterkeyhint="done" aria-label=${filter.label} aria-autocomplete="list"
        aria-controls="options" aria-expanded=${isShown} aria-describedby="error"
        aria-activedescendant=${isShown && this.active >= 0 ? `option-${this.active}` : nothing}
        aria-invalid=${error ? 'true' : 'false'} placeholder=${this.placeholder} .value=${this.value}
        @input=${this.#onInput} @keydown=${this.#onKey} @click=${this.#open}
        @compositionend=${this.#open} @blur=${this.#onBlur} />
      <div class="popup" popover="manual" @mousedown=${(event: Event) => event.preventDefault()}>
        <ul id="options" role="listbox" aria-label=${filter.suggestions}>
          ${isShown ? this.#options.map((option, index) => this.#optionShown(option, index)) : ''}
        </ul>
        ${isShown && this.#sampled !== null ? html`<p class="muted">${filter.sampled(this.#sampled, this.#number(this.#sampled))}</p>` : ''}
      </div>
      <div id="error" class="error" role="status">${
        error
          ? errorShown(error, this.problem ? this.value : (this.error?.text ?? ''), this.text)
          : ''
      }</div>
      <div class="visually-hidden" role="status">${
        isShown ? filter.suggested(this.#options.length) : ''
      }</div>`
  }

  #optionShown({ text, hint, count, isWhole }: Option, index: number) {
    return html`<li id="option-${index}" role="option" aria-selected=${index === this.active}
      @click=${() => this.#choose(index, true)}><span class="option foreign" dir="auto">${shortened(text)}${
        isWhole ? '' : html`<span class="muted">:</span>`
      }</span><span class="hint foreign muted">${shortened(hint)}</span>${
        count === null ? '' : html`<span class="count muted">${this.#number(count)}</span>`
      }</li>`
  }

  #number(value: number): string {
    return new Intl.NumberFormat(this.shared.locale).format(value)
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  get #popup(): HTMLElement | null {
    return this.renderRoot.querySelector('.popup')
  }

  readonly #open = (): void => {
    // Entries may have come in since it was open before.
    if (!this.isOpen) this.#suggestions.forget()
    this.isOpen = true
    this.active = -1
    this.requestUpdate()
  }

  readonly #onInput = (event: Event) => {
    const { inputType, data, isComposing } = event as InputEvent
    const input = event.currentTarget as HTMLInputElement
    const wasEmpty = this.value === ''
    this.value = input.value
    if (this.problem) this.problem = problemOf(this.value)
    if (isComposing) return
    const isAtEnd = input.selectionStart === this.value.length
    if (inputType === 'insertText' && data === ' ' && isAtEnd && !isInQuotes(this.value)) {
      this.#commit()
    } else if (inputType === 'insertFromPaste' && wasEmpty && isWholeFilter(this.value)) {
      this.#commit()
    } else {
      this.#open()
    }
  }

  readonly #onBlur = () => {
    this.isOpen = false
    this.problem = problemOf(this.value)
  }

  readonly #onKey = (event: KeyboardEvent) => {
    if (isComposed(event) || event.altKey || event.ctrlKey || event.metaKey) return
    if (this.#handled(event)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  #handled({ key, shiftKey, currentTarget }: KeyboardEvent): boolean {
    const isShown = this.isOpen && this.#options.length > 0
    const isTaking = isShown && this.active >= 0
    const input = currentTarget as HTMLInputElement
    const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (!isShown) this.#open()
        else this.#move(key === 'ArrowDown' ? 1 : -1)
        return true
      case 'Enter':
        if (isTaking) this.#choose(this.active, true)
        else if (this.value.trim() !== '') this.#commit()
        else this.#commitNothing()
        return true
      case 'Tab':
        if (!isTaking || shiftKey) return false
        this.#choose(this.active, false)
        return true
      case 'Escape':
        if (isShown) this.isOpen = false
        else this.leave('escape')
        return isShown
      case 'Backspace':
        if (this.value !== '') return false
        this.leave('back')
        return true
      default: {
        const back = getComputedStyle(input).direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
        if (key !== back || !isAtStart || shiftKey) return false
        this.leave('back')
        return true
      }
    }
  }

  #move(step: number): void {
    const count = this.#options.length
    // One place beyond the ends is the field itself.
    this.active = ((this.active + 1 + step + count + 1) % (count + 1)) - 1
  }

  #choose(index: number, isDone: boolean): void {
    const option = this.#options[index]
    if (!option) return
    const { start, end } = this.#typed
    const after = this.value.slice(end)
    this.value = this.value.slice(0, start) + option.insert + after
    this.#caret = start + option.insert.length
    this.active = -1
    if (option.isWhole && isDone && after.trim() === '') {
      this.#commit()
    } else {
      this.isOpen = !option.isWhole
      if (this.problem) this.problem = problemOf(this.value)
    }
    this.focus()
  }

  /** What is written becomes terms, where it is some; otherwise it stays, and what is wrong with it is said. */
  #commit(): void {
    this.isOpen = false
    this.problem = problemOf(this.value) ?? this.take(parseFilter(this.value).terms)
    if (!this.problem) this.value = ''
  }

  #commitNothing(): void {
    this.isOpen = false
    this.problem = this.take([])
  }
}

function isInQuotes(text: string): boolean {
  return (text.replace(/\\./gs, '').match(/"/g)?.length ?? 0) % 2 === 1
}

function isWholeFilter(text: string): boolean {
  return text.includes(':') && problemOf(text) === null
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-filter-input': AuditFilterInput
  }
}

define('audit-filter-input', AuditFilterInput)

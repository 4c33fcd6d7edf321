import { html, nothing, type TemplateResult } from 'lit'
import type { Snapshot } from '../../http/client.ts'
import { define, Part } from '../part.ts'
import { remember, remembered } from '../remembered.ts'
import { controls } from '../styles/controls.ts'
import { changesStyles } from './changes-styles.ts'
import type { Drawing } from './drawing.ts'
import { type FieldChange, fieldChanges, foldedFields } from './field-changes.ts'
import { fieldLines } from './field-lines.ts'
import { fieldsView } from './fields-view.ts'
import { shownLines } from './shown-lines.ts'
import { shownValue } from './shown-value.ts'
import { sideView } from './side-view.ts'
import { unifiedView } from './unified-view.ts'

const views = { fields: fieldsView, side: sideView, unified: unifiedView }

type View = keyof typeof views

/** Fields that are drawn at first, and that each step adds. */
const firstFields = 200
const moreFields = 500

/**
 * What differs between two states of an entity; one of them is `null` where there was none.
 *
 * @slot tools - beside the choice of how changes are shown
 */
export class AuditChanges extends Part {
  static override properties = {
    ...Part.properties,
    beforeState: { attribute: false },
    afterState: { attribute: false },
    changed: { attribute: false },
    beforeLabel: {},
    afterLabel: {},
    view: { state: true },
    isOnlyChanges: { state: true },
  }
  static override styles = [controls, changesStyles]

  /** Not `before` and `after`: elements have methods of these names. */
  declare beforeState: Snapshot | null
  declare afterState: Snapshot | null
  /** Fields that are known to have changed, whatever their values show: redacted ones. @default none */
  declare changed: readonly string[]
  /** @default 'Before', in the viewer's language */
  declare beforeLabel: string | undefined
  /** @default 'After', in the viewer's language */
  declare afterLabel: string | undefined
  declare view: View
  declare isOnlyChanges: boolean

  #given: readonly unknown[] = []
  #fields: readonly FieldChange[] = []
  /** What was unfolded, by the name of the first field of a run, or the field and the line. */
  #unfolded = new Set<string>()
  #steps = new Map<string, number>()
  #most = firstFields

  constructor() {
    super()
    this.beforeState = null
    this.afterState = null
    this.changed = []
    const view = remembered('changes-view') ?? ''
    this.view = Object.hasOwn(views, view) ? (view as View) : 'side'
    this.isOnlyChanges = remembered('only-changes') !== 'no'
  }

  protected override willUpdate(): void {
    // Not by what has changed since it was drawn last: it may have been given before there was a language.
    const given = [this.beforeState, this.afterState, this.changed]
    if (given.every((value, index) => value === this.#given[index])) return
    this.#given = given
    this.#fields = fieldChanges(this.beforeState, this.afterState, this.changed)
    this.#unfolded = new Set()
    this.#steps = new Map()
    this.#most = firstFields
  }

  protected override render() {
    const { text, view, beforeState, afterState } = this
    if (!beforeState && !afterState) {
      return html`<div class="toolbar"><slot name="tools"></slot></div>
        <p class="muted difference">${text.changes.none}</p>`
    }
    const drawing = this.#drawing()
    const isSame = this.#fields.every(({ kind }) => kind === 'same')
    return html`${this.#toolbar(drawing.sides === 'both')}
      ${isSame ? html`<p class="muted difference">${text.changes.noDifference}</p>` : nothing}
      <div class="frame" tabindex="-1">${views[view](drawing)}</div>
      ${
        drawing.left > 0
          ? html`<p class="more"><button type="button" @click=${this.#showMoreFields}>${text.changes.moreFields(moreFields, drawing.left)}</button></p>`
          : nothing
      }
      ${this.#legend()}`
  }

  #toolbar(isChange: boolean): TemplateResult {
    const { changes } = this.text
    const choose = (view: View) => {
      this.view = view
      remember('changes-view', view)
    }
    return html`<div class="toolbar">
      <div class="segments" role="group" aria-label=${changes.views}>${(
        Object.keys(views) as View[]
      ).map(
        (view) =>
          html`<button type="button" aria-pressed=${view === this.view} @click=${() => choose(view)}>${changes[view]}</button>`,
      )}</div>
      ${
        isChange
          ? html`<label><input type="checkbox" .checked=${this.isOnlyChanges} @change=${this.#chooseOnly}>${changes.onlyChanges}</label>`
          : nothing
      }
      <slot name="tools"></slot>
    </div>`
  }

  /** What stands in place of values that are not to be seen. */
  #legend(): TemplateResult | typeof nothing {
    const { common } = this.text
    const hidden = this.#fields.filter(({ isHidden }) => isHidden).slice(0, firstFields)
    const kinds = new Set(
      hidden.flatMap(({ before = null, after = null }) =>
        [before, after].map((value) => shownValue(value).kind),
      ),
    )
    const hints = [
      kinds.has('redacted') ? `${common.redacted}: ${common.redactedHint}` : '',
      kinds.has('masked') ? `${common.masked}: ${common.maskedHint}` : '',
    ].filter((hint) => hint !== '')
    return hints.length > 0
      ? html`<p class="legend muted">${hints.map((hint) => html`<span>••• ${hint}</span> `)}</p>`
      : nothing
  }

  #drawing(): Drawing {
    const { text, beforeState, afterState } = this
    const sides = beforeState && afterState ? 'both' : beforeState ? 'before' : 'after'
    const isFolding = this.isOnlyChanges && sides === 'both'
    const items = isFolding
      ? foldedFields(this.#fields, (first) => this.#unfolded.has(first))
      : this.#fields.map((field) => ({ field }))
    const { changes } = text
    const alone = { before: changes.deleted, after: changes.created }
    const label = (side: 'before' | 'after', given: string | undefined) =>
      given ?? (sides === 'both' ? changes[side] : alone[side])
    return {
      text,
      sides,
      items: items.slice(0, this.#most),
      left: Math.max(items.length - this.#most, 0),
      labels: {
        before: label('before', this.beforeLabel),
        after: label('after', this.afterLabel),
      },
      linesOf: (field) => {
        const lines = fieldLines(field)
        const isUnfolded = (at: number) => this.#unfolded.has(lineKey(field, at))
        const steps = this.#steps.get(field.name) ?? 0
        return { ...lines, ...shownLines(lines, { isFolding, isUnfolded, steps }) }
      },
      unfoldFields: (first) => this.#unfold(first),
      unfoldLines: (field, at) => this.#unfold(lineKey(field, at)),
      showMore: ({ name }) => {
        this.#steps.set(name, (this.#steps.get(name) ?? 0) + 1)
        void this.#redraw()
      },
    }
  }

  #unfold(key: string): void {
    this.#unfolded.add(key)
    void this.#redraw()
  }

  /** The button that had the focus may be gone: it goes on at the one in its place. */
  async #redraw(): Promise<void> {
    const buttons = () => [...this.renderRoot.querySelectorAll<HTMLElement>('button.fold')]
    const focused = this.renderRoot.querySelector<HTMLElement>('button.fold:focus')
    const index = focused ? buttons().indexOf(focused) : -1
    this.requestUpdate()
    await this.updateComplete
    if (index < 0 || this.shadowRoot?.activeElement) return
    const next = buttons()[index] ?? this.renderRoot.querySelector<HTMLElement>('.frame')
    next?.focus({ preventScroll: true })
  }

  readonly #chooseOnly = (event: Event) => {
    this.isOnlyChanges = (event.currentTarget as HTMLInputElement).checked
    remember('only-changes', this.isOnlyChanges ? 'yes' : 'no')
  }

  readonly #showMoreFields = () => {
    this.#most += moreFields
    this.requestUpdate()
  }
}

/** No field has a name like this. */
function lineKey({ name }: FieldChange, at: number): string {
  return `${name}\0${at}`
}

define('audit-changes', AuditChanges)

declare global {
  interface HTMLElementTagNameMap {
    'audit-changes': AuditChanges
  }
}

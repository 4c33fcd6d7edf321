import { html, nothing, type PropertyValues } from 'lit'
import { AuditClientError } from '../../http/client-error.ts'
import type { RevertJson } from '../../http/revert-answer.ts'
import { tell } from '../events.ts'
import { define, Part } from '../part.ts'
import { isAborted, problemText } from '../problems.ts'
import { controls } from '../styles/controls.ts'
import { conflictsShown, stepsShown, unrestorableShown } from './plan-shown.ts'
import { revertStyles } from './revert-styles.ts'

type Choice = 'refuse' | 'keep' | 'revert'

/** A button that takes a change back, after it has shown what would be done. */
export class AuditRevert extends Part {
  static override properties = {
    ...Part.properties,
    target: { attribute: false },
    phase: { state: true },
    choice: { state: true },
  }
  static override styles = [controls, revertStyles]

  declare target: { readonly id: string } | { readonly traceId: string }
  declare phase: 'closed' | 'looking' | 'ready' | 'doing' | 'done'
  declare choice: Choice

  /** What would be done; once it is done, what was. */
  #plan: RevertJson | null = null
  /** What went wrong, to be read before anything else. */
  #notice = ''
  #reason = ''
  /** That of when it was opened: another one may be given meanwhile. */
  #target: AuditRevert['target'] | undefined
  #abort = new AbortController()

  constructor() {
    super()
    this.phase = 'closed'
    this.choice = 'refuse'
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#abort.abort()
    this.phase = 'closed'
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('phase')) return
    // The button that had the focus cannot have it any more; outside, Escape would not be noticed.
    const next = { doing: '.body', done: 'footer button' }[this.phase as string]
    if (next) this.renderRoot.querySelector<HTMLElement>(next)?.focus()
  }

  protected override render(): unknown {
    if (!this.shared.viewer?.mayRevert || !this.target) return nothing
    const { revert } = this.text
    const isDoing = this.phase === 'doing'
    const isEntry = 'id' in (this.#target ?? this.target)
    return html`<button type="button" aria-haspopup="dialog" @click=${this.#open}>${revert.open}</button>
      <dialog
        aria-labelledby="title"
        closedby=${isDoing ? 'none' : 'closerequest'}
        @close=${this.#closed}
        @cancel=${(event: Event) => isDoing && event.preventDefault()}
        @keydown=${(event: KeyboardEvent) => {
          // Keys that mean something to what is around mean nothing here.
          event.stopPropagation()
          // Cancelled twice, it would close all the same.
          if (isDoing && event.key === 'Escape') event.preventDefault()
        }}
      >${
        this.phase === 'closed'
          ? nothing
          : html`<h2 id="title">${isEntry ? revert.titleEntry : revert.titleTrace}</h2>
              <div class="body" tabindex="0" role="group" aria-labelledby="title">${this.#body()}</div>
              <footer>${this.#footer()}</footer>`
      }</dialog>`
  }

  #body(): unknown {
    const { revert } = this.text
    const notice = html`<div role="alert">${
      this.#notice ? html`<p class="notice foreign">${this.#notice}</p>` : nothing
    }</div>`
    if (this.phase === 'done') {
      return html`<p>${revert.done(this.#plan?.steps.length ?? 0)}</p>
        <p class="muted">${revert.doneHint}</p>`
    }
    const plan = this.#plan
    if (!plan) return notice
    return html`${notice}${conflictsShown(this.shared, plan.conflicts, this.#openEntry)}
      ${plan.conflicts.length > 0 ? this.#choices() : nothing}
      <div>${stepsShown(this.shared, plan)}</div>
      ${unrestorableShown(this.shared, plan)}
      <label class="reason">
        ${revert.reason}
        <textarea
          rows="2"
          maxlength="2000"
          .value=${this.#reason}
          ?disabled=${this.phase === 'doing'}
          @input=${(event: Event) => {
            this.#reason = (event.target as HTMLTextAreaElement).value
          }}
        ></textarea>
      </label>`
  }

  #choices(): unknown {
    const { revert } = this.text
    return html`<fieldset ?disabled=${this.phase === 'doing'}>
      <legend>${revert.choice}</legend>
      ${(['refuse', 'keep', 'revert'] as const).map(
        (choice) => html`<label>
          <input
            type="radio"
            name="choice"
            .checked=${this.choice === choice}
            @change=${() => this.#choose(choice)}
          />
          ${revert.choices[choice]}
        </label>`,
      )}
    </fieldset>`
  }

  #footer(): unknown {
    const { revert, common } = this.text
    const plan = this.#plan
    if (this.phase === 'done') {
      const { traceId } = plan ?? {}
      return html`${
        traceId
          ? html`<button type="button" @click=${() => this.#openEntry(traceId)}>${revert.showDone}</button>`
          : nothing
      }<button type="button" class="primary" @click=${this.#close}>${common.close}</button>`
    }
    const said = { looking: revert.looking, doing: revert.doing }[this.phase as string] ?? ''
    const isRefused = !plan || (plan.conflicts.length > 0 && this.choice === 'refuse')
    const isAble = this.phase === 'ready' && !isRefused && plan.steps.length > 0
    return html`<span role="status">${said}</span>
      <button type="button" ?disabled=${this.phase === 'doing'} @click=${this.#close}>${common.cancel}</button>
      ${
        plan
          ? html`<button type="button" class="primary" ?disabled=${!isAble} @click=${this.#do}>${revert.confirm(plan.steps.length)}</button>`
          : this.phase === 'ready'
            ? html`<button type="button" @click=${() => this.#look()}>${common.retry}</button>`
            : nothing
      }`
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  readonly #open = async () => {
    this.#target = this.target
    this.#plan = null
    this.#notice = ''
    this.#reason = ''
    this.choice = 'refuse'
    const looked = this.#look()
    await this.updateComplete
    if (!this.#dialog?.open) this.#dialog?.showModal()
    await looked
  }

  readonly #close = () => this.#dialog?.close()

  readonly #closed = () => {
    this.#abort.abort()
    this.phase = 'closed'
  }

  readonly #openEntry = (id: string) => {
    this.#close()
    tell(this, 'audit-open', { id })
  }

  #choose(choice: Choice): void {
    this.choice = choice
    this.#notice = ''
    void this.#look()
  }

  /** Asks what would be done, and keeps what is shown until it is known. */
  async #look(): Promise<void> {
    this.#abort.abort()
    this.#abort = new AbortController()
    const { signal } = this.#abort
    this.phase = 'looking'
    try {
      const options = { dryRun: true, onConflict: this.choice, signal }
      this.#plan = await this.shared.client.revert(this.#target ?? this.target, options)
    } catch (error) {
      if (signal.aborted || isAborted(error)) return
      this.#plan = null
      this.#notice = this.#problem(error)
    }
    if (!signal.aborted) this.phase = 'ready'
  }

  readonly #do = async () => {
    this.phase = 'doing'
    this.#notice = ''
    const reason = this.#reason.trim()
    try {
      this.#plan = await this.shared.client.revert(this.#target ?? this.target, {
        onConflict: this.choice,
        ...(reason && { reason }),
      })
      this.phase = 'done'
      tell(this, 'audit-changed', { traceId: this.#plan.traceId })
    } catch (error) {
      this.#notice = this.#problem(error)
      // What is there now is what has to be decided on.
      if (codeOf(error) === 'REVERT_CONFLICT') await this.#look()
      else this.phase = 'ready'
    }
  }

  #problem(error: unknown): string {
    const { revert } = this.text
    const { status, message } = error as AuditClientError
    switch (codeOf(error)) {
      case 'REVERT_CONFLICT':
        // Without a choice, what was changed is shown beside.
        return this.choice === 'refuse' ? revert.meanwhile : revert.refused(message)
      case 'REVERT_INVALID':
        return revert.refused(message)
      default:
        return status === 403 ? revert.forbidden : problemText(this.text, error)
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof AuditClientError ? error.code : undefined
}

define('audit-revert', AuditRevert)

declare global {
  interface HTMLElementTagNameMap {
    'audit-revert': AuditRevert
  }
}

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { EntryJson } from '../../query/entry-json.ts'
import { define, Part } from '../part.ts'
import { PassingTime } from '../passing-time.ts'
import {
  actionClass,
  actorIcon,
  actorName,
  changesSummary,
  cut,
  shownStyles,
  timeShown,
} from '../shown/shown.ts'
import { controls } from '../styles/controls.ts'
import './audit-trace.ts'
import { type RunOf, runsOf } from './runs.ts'

/** The runs of an entity, newest first, each with what it logged. */
export class AuditLogs extends Part {
  static override properties = { ...Part.properties, entries: { attribute: false } }
  static override styles = [
    controls,
    shownStyles,
    css`
      :host {
        display: block;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li + li {
        border-block-start: 1px solid var(--audit-border);
      }
      summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 10px;
        min-height: 40px;
        padding: 6px 12px;
        cursor: pointer;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary::before {
        content: '▸';
        inline-size: 10px;
        color: var(--audit-muted);
      }
      :host(:dir(rtl)) summary::before {
        content: '◂';
      }
      details[open] > summary::before {
        content: '▾' !important;
      }
      summary:hover {
        background: var(--audit-surface);
      }
      summary:focus-visible {
        outline-offset: -2px;
      }
      .who {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      summary > .muted {
        margin-inline-start: auto;
      }
      .failed .muted {
        color: var(--audit-delete);
      }
      audit-trace {
        padding: 0 12px 12px;
      }
      .empty {
        padding: 24px 12px;
        color: var(--audit-muted);
        text-align: center;
      }
      p {
        margin: 0;
      }
    `,
  ]

  /** Of the history of one entity. */
  declare entries: readonly EntryJson[]

  #runs: readonly RunOf[] = []
  /** How runs ended that ran when the entries were read. */
  #ends: readonly EntryJson[] = []
  /** What the reader opened or closed; the newest is open by itself. */
  readonly #isOpen = new Map<string, boolean>()

  constructor() {
    super()
    new PassingTime(this)
    this.entries = []
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('entries')) return
    const known = new Set(this.entries.map(({ id }) => id))
    this.#runs = runsOf([...this.#ends.filter(({ id }) => !known.has(id)), ...this.entries])
    // It stays open when a newer one comes.
    const [newest] = this.#runs
    if (newest && this.#isOpen.size === 0) this.#isOpen.set(newest.id, true)
  }

  protected override render(): unknown {
    const { trace } = this.text
    if (this.#runs.length === 0) {
      return html`<div class="empty"><p>${trace.noRuns}</p><p>${trace.noRunsHint}</p></div>`
    }
    return html`<ul>${repeat(
      this.#runs,
      ({ id }) => id,
      (run) => html`<li>${this.#run(run)}</li>`,
    )}</ul>`
  }

  #run({ id, traceId, action, outcome, startedAt, entry }: RunOf): TemplateResult {
    const isOpen = this.#isOpen.get(id) ?? false
    const toggle = (event: Event) => {
      const { open } = event.currentTarget as HTMLDetailsElement
      if (open === isOpen) return
      this.#isOpen.set(id, open)
      this.requestUpdate()
    }
    const isBad = outcome === 'failure'
    const end = ({ detail }: CustomEvent<EntryJson | null>) => {
      if (!detail) return
      this.#ends = [...this.#ends, detail]
      this.requestUpdate('entries')
    }
    return html`<details ?open=${isOpen} @toggle=${toggle}>
      <summary>
        <span class="badge ${actionClass(action)} foreign">${cut(action, 40)}</span>
        ${
          outcome === 'started'
            ? html`<span class="badge started">${this.text.common.outcome(outcome)}</span>`
            : html`<span class=${isBad ? 'failed' : ''}>${changesSummary(this.shared, entry)}</span>`
        }
        <span class="who">${actorIcon(this.shared, entry.actorType)}<span class="foreign">${actorName(this.shared, entry)}</span></span>
        <span class="muted">${timeShown(this.shared, startedAt)}</span>
      </summary>
      ${
        isOpen
          ? html`<audit-trace .shared=${this.shared} .traceId=${traceId} .runId=${id} form="log" @ended=${end}></audit-trace>`
          : nothing
      }
    </details>`
  }
}

define('audit-logs', AuditLogs)

declare global {
  interface HTMLElementTagNameMap {
    'audit-logs': AuditLogs
  }
}

import { html, nothing, type TemplateResult } from 'lit'
import type { Count } from '../../http/client.ts'
import { tell } from '../events.ts'
import { problemText } from '../problems.ts'
import type { Shared } from '../shared.ts'
import type { Trail } from './trail.ts'

export interface HeaderView {
  readonly shared: Shared
  readonly trail: Trail
  readonly level: number
  readonly columns: readonly string[]
  /** What a saved view is to have: the query string of the address. */
  readonly query: string
  /** Whether the client is the application's own. */
  readonly isStreamed: boolean
  readonly toggleLive: () => void
  readonly help: () => void
}

/** The title, how many entries there are, and what one can do with them as a whole. */
export function headerShown(view: HeaderView): TemplateResult {
  const { shared, trail } = view
  const { log } = shared.text
  const { isLive, isLiveLost, mayBeLive, state } = trail
  return html`<header>
    <div class="title">
      ${headingShown(view.level, log.title, 'title')}
      <span class="count muted">${countText(shared, trail.count)}</span>
    </div>
    <span class="lost" role="status">${liveText(shared, trail)}</span>
    <button
      type="button"
      class="live ${isLiveLost ? 'is-lost' : ''}"
      aria-pressed=${isLive && mayBeLive}
      ?disabled=${!mayBeLive}
      title=${mayBeLive ? log.liveHint : log.liveOff}
      @click=${view.toggleLive}
    >${log.live}</button>
    ${zonesShown(shared)}
    <audit-columns .shared=${shared} .columns=${view.columns}></audit-columns>
    <audit-views .shared=${shared} .query=${view.query}></audit-views>
    <audit-export .shared=${shared} .wanted=${state.wanted} .isStreamed=${view.isStreamed}></audit-export>
    <button type="button" class="help" aria-label=${log.help} title=${log.help} @click=${view.help}>?</button>
  </header>`
}

function zonesShown({ text: { log }, zone }: Shared): TemplateResult {
  const zones = ['local', 'utc'] as const
  return html`<div class="segments" role="group" aria-label=${log.zone}>
    ${zones.map(
      (one) => html`<button
        type="button"
        aria-pressed=${zone === one}
        @click=${(event: Event) => tell(event.currentTarget as Element, 'audit-zone', { zone: one })}
      >${log[one]}</button>`,
    )}
  </div>`
}

function liveText({ text }: Shared, { isLive, isLiveLost, liveError }: Trail): string {
  if (liveError) return problemText(text, liveError)
  return isLive && isLiveLost ? text.log.liveLost : ''
}

function countText({ text: { log }, locale }: Shared, count: Count | null): string {
  if (!count) return ''
  const shown = count.count.toLocaleString(locale)
  return count.isExact ? log.count(count.count, shown) : log.countMore(shown)
}

/** A heading of a level from 1 to 4. */
export function headingShown(level: number, text: string, id?: string): TemplateResult {
  if (level <= 1) return html`<h1 id=${id ?? nothing}>${text}</h1>`
  if (level === 2) return html`<h2 id=${id ?? nothing}>${text}</h2>`
  if (level === 3) return html`<h3 id=${id ?? nothing}>${text}</h3>`
  return html`<h4 id=${id ?? nothing}>${text}</h4>`
}

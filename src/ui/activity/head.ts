import { html, nothing, svg, type TemplateResult } from 'lit'
import { tell } from '../events.ts'
import type { Shared } from '../shared.ts'

type Tab = 'audit' | 'logs'
type View = 'timeline' | 'table'

export interface Head {
  readonly tab: Tab
  /** Of entries; empty where it is not known. */
  readonly count: string
  readonly hasLogs: boolean
  readonly view: View
  readonly isLoading: boolean
  chooseTab(tab: Tab): void
  chooseView(view: View): void
  refresh(): void
}

export function headShown(shared: Shared, head: Head): TemplateResult {
  const { activity } = shared.text
  const { view, isLoading } = head
  return html`<header>
    <h2 id="title">${activity.title}</h2>
    ${tabsShown(shared, head)}
    <span class="tools">
      <button
        type="button"
        class="plain refresh"
        aria-label=${activity.refresh}
        title=${activity.refresh}
        aria-disabled=${isLoading}
        @click=${() => isLoading || head.refresh()}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">${svg`<path d="M13.500 8a5.5 5.5 0 1 1-1.7-4M13.500 1.500v3h-3" />`}</svg>
      </button>
      ${segmentsShown(activity.zone, [
        { name: activity.local, isChosen: shared.zone === 'local', choose: chooseZone('local') },
        { name: activity.utc, isChosen: shared.zone === 'utc', choose: chooseZone('utc') },
      ])}
      ${
        head.tab === 'logs'
          ? nothing
          : segmentsShown(activity.layout, [
              {
                name: activity.timeline,
                isChosen: view === 'timeline',
                choose: () => head.chooseView('timeline'),
              },
              {
                name: activity.table,
                isChosen: view === 'table',
                choose: () => head.chooseView('table'),
              },
            ])
      }
    </span>
  </header>`
}

function tabsShown({ text }: Shared, head: Head): TemplateResult {
  const { activity } = text
  const { tab, count, hasLogs, chooseTab } = head
  // Of two, each key leads to the other one.
  const move = (event: KeyboardEvent) => {
    if (!hasLogs || !['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return
    event.preventDefault()
    const other = tab === 'audit' ? 'logs' : 'audit'
    const chosen = { Home: 'audit', End: 'logs' }[event.key] ?? other
    const tabs = event.currentTarget as Element
    chooseTab(chosen as Tab)
    tabs.querySelector<HTMLElement>(`#${chosen}`)?.focus()
  }
  const tabShown = (name: Tab, label: unknown) => html`<button
    type="button"
    role="tab"
    id=${name}
    aria-selected=${tab === name}
    aria-controls="panel"
    tabindex=${tab === name ? 0 : -1}
    @click=${() => chooseTab(name)}
  >${label}</button>`
  return html`<div class="tabs" role="tablist" aria-labelledby="title" @keydown=${move}>
    ${tabShown('audit', html`${activity.audit}<span class="count"> ${count}</span>`)}
    ${hasLogs ? tabShown('logs', activity.logs) : nothing}
  </div>`
}

interface Segment {
  readonly name: string
  readonly isChosen: boolean
  readonly choose: (event: Event) => void
}

function segmentsShown(label: string, segments: readonly Segment[]): TemplateResult {
  return html`<span class="segments" role="group" aria-label=${label}>${segments.map(
    ({ name, isChosen, choose }) =>
      html`<button type="button" aria-pressed=${isChosen} @click=${choose}>${name}</button>`,
  )}</span>`
}

function chooseZone(zone: 'local' | 'utc'): (event: Event) => void {
  return ({ currentTarget }) => currentTarget && tell(currentTarget, 'audit-zone', { zone })
}

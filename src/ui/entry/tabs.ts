import { html, nothing, type TemplateResult } from 'lit'

export interface Tab<Name extends string> {
  readonly name: Name
  readonly label: string
  /** Beside the label. */
  readonly count?: string | undefined
}

/**
 * Tabs by the pattern of ARIA: one of them is reached by Tab, the others by the arrow keys, Home and End.
 *
 * The panel is `role="tabpanel"` with the id `panel`, beside them in the same root.
 */
export function tabsShown<Name extends string>(
  label: string,
  tabs: readonly Tab<Name>[],
  chosen: Name,
  choose: (name: Name) => void,
): TemplateResult {
  const step = (event: KeyboardEvent) => {
    const list = event.currentTarget as HTMLElement
    const isMirrored = getComputedStyle(list).direction === 'rtl'
    const index = tabs.findIndex(({ name }) => name === chosen)
    const last = tabs.length - 1
    const to = {
      [isMirrored ? 'ArrowLeft' : 'ArrowRight']: index === last ? 0 : index + 1,
      [isMirrored ? 'ArrowRight' : 'ArrowLeft']: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    }[event.key]
    const tab = to === undefined ? undefined : tabs[to]
    if (!tab || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    choose(tab.name)
    ;(list.children[to] as HTMLElement).focus()
  }
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${step}>${tabs.map(
    ({ name, label, count }) => html`<button
      type="button"
      role="tab"
      id="tab-${name}"
      aria-selected=${name === chosen}
      aria-controls="panel"
      tabindex=${name === chosen ? 0 : -1}
      @click=${() => choose(name)}
    >${label}${count === undefined ? nothing : html` <span class="muted count">${count}</span>`}</button>`,
  )}</div>`
}

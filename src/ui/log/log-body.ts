import { html, nothing, type TemplateResult } from 'lit'
import type { Shared } from '../shared.ts'
import type { Address } from './address.ts'
import { viewOf } from './log-state.ts'
import { type ViewActions, viewShown } from './log-views.ts'
import type { Trail } from './trail.ts'

export interface BodyView {
  readonly shared: Shared
  readonly trail: Trail
  readonly address: Address
  readonly columns: readonly string[]
  /** The id of the entry that is open, or that the keys have come to. */
  readonly selected: string | null
  readonly actions: ViewActions & { readonly merge: () => void; readonly more: () => void }
}

/** The entries, or what stands in their place. */
export function bodyShown(body: BodyView): TemplateResult {
  const { shared, trail, address, actions } = body
  const { state } = trail
  const { log, common } = shared.text
  const view = viewOf(state)
  if (view !== 'entries' && view !== 'loading') return viewShown(view, state, shared, actions)
  return html`
    ${state.loading === 'first' ? html`<div class="busy"></div>` : nothing} ${freshShown(body)}
    <audit-table
      .shared=${shared}
      .entries=${state.entries}
      .order=${address.order}
      .direction=${address.direction}
      .columns=${body.columns}
      .selected=${body.selected}
      .isLoading=${state.loading !== null}
      .hasMore=${state.nextCursor !== null}
    ></audit-table>
    ${
      state.error
        ? html`<div class="notice" role="alert">
            ${log.moreFailed}
            <button type="button" @click=${actions.more}>${common.retry}</button>
          </div>`
        : nothing
    }
  `
}

/** Over the entries, so that they stay where they are. */
function freshShown({ shared, trail, actions }: BodyView): TemplateResult | typeof nothing {
  const count = trail.state.fresh.length
  if (count === 0) return nothing
  const { log } = shared.text
  const shown = count.toLocaleString(shared.locale)
  return html`<div class="fresh">
    <button
      type="button"
      class="primary"
      title=${log.showFresh(count, shown)}
      @click=${actions.merge}
    >${log.fresh(count, shown)}</button>
  </div>`
}

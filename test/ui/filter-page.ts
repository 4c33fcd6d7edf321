/** A page with the filter bar and the views alone, over the handler. The address says the filter, and more. */
import { css, html, LitElement } from 'lit'
import { type AuditClient, createAuditClient } from '../../src/http/client.ts'
import '../../src/ui/filter/audit-filter-bar.ts'
import '../../src/ui/views/audit-views.ts'
import { messagesOf } from '../../src/ui/messages/messages.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { tokens } from '../../src/ui/styles/tokens.ts'

const asked = new URL(location.href).searchParams
const client: AuditClient = createAuditClient({ baseUrl: '/audit' })
const viewer = { ...(await client.viewer()), savesViews: asked.has('server') }
const { locale, text } = await messagesOf([asked.get('lang') ?? 'en-GB'])
document.dir = asked.get('dir') ?? 'ltr'

const shared: Shared = {
  client,
  text,
  locale,
  zone: asked.get('zone') === 'utc' ? 'utc' : 'local',
  viewer,
  entityHref: () => null,
}

class Frame extends LitElement {
  static override properties = { filter: {}, view: {} }
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        padding: 16px;
      }
    `,
  ]
  declare filter: string
  declare view: string

  constructor() {
    super()
    this.filter = asked.get('filter') ?? ''
    this.view = ''
  }

  override render() {
    return html`<main>
      <h1>Filter</h1>
      <audit-views .shared=${shared} .query=${`filter=${encodeURIComponent(this.filter)}`}
        @audit-view=${(event: CustomEvent<{ query: string }>) => {
          this.view = event.detail.query
        }}></audit-views>
      <audit-filter-bar .shared=${shared} .filter=${this.filter}
        @audit-filter-change=${(event: CustomEvent<{ filter: string }>) => {
          this.filter = event.detail.filter
        }}></audit-filter-bar>
      <p><output aria-label="Filter told">${this.filter}</output></p>
      <p><output aria-label="View told">${this.view}</output></p>
    </main>`
  }
}
customElements.define('test-frame', Frame)
document.body.append(document.createElement('test-frame'))

/** A page with the chart alone, over the handler; the filter is the address's. */
import { css, html, LitElement } from 'lit'
import { createAuditClient } from '../../src/http/client.ts'
import { AuditChart } from '../../src/ui/chart/audit-chart.ts'
import { en } from '../../src/ui/messages/en.ts'
import { tokens } from '../../src/ui/styles/tokens.ts'

/** What gives the colours: an element of an application's own page does. */
class Frame extends LitElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        padding: 16px;
      }
    `,
  ]
  override render() {
    return html`<slot></slot>`
  }
}
customElements.define('test-frame', Frame)

const chart = new AuditChart()
chart.shared = {
  client: createAuditClient({ baseUrl: '/audit' }),
  text: en,
  locale: 'en-GB',
  zone: 'utc',
  viewer: null,
  entityHref: () => null,
}
chart.filter = new URLSearchParams(location.search).get('filter') ?? ''
const filters: string[] = []
document.addEventListener('audit-filter-change', (event) => {
  chart.filter = (event as CustomEvent<{ filter: string }>).detail.filter
  filters.push(chart.filter)
})
const frame = new Frame()
frame.append(chart)
document.body.querySelector('main')?.append(frame)
Object.assign(window, { chart, filters })

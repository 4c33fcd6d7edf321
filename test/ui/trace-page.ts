import { css, html, LitElement } from 'lit'
import { createAuditClient } from '../../src/http/client.ts'
import { en } from '../../src/ui/messages/en.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { tokens } from '../../src/ui/styles/tokens.ts'
import '../../src/ui/trace/audit-trace.ts'
import '../../src/ui/trace/audit-logs.ts'
import '../../src/ui/revert/audit-revert.ts'

/** Shows one element alone: `?part=audit-trace`, with its properties as JSON in `?given=`. */
class ThemedBox extends LitElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        padding: 12px;
      }
    `,
  ]
  override render() {
    return html`<slot></slot>`
  }
}
customElements.define('themed-box', ThemedBox)

const client = createAuditClient({ baseUrl: '/audit' })
const shared: Shared = {
  ...{ client, locale: 'en', text: en, zone: 'utc', entityHref: () => null },
  viewer: await client.viewer(),
}
const query = new URLSearchParams(location.search)
const box = document.createElement('themed-box')
const part = document.createElement(query.get('part') ?? 'audit-trace')
const given = JSON.parse(query.get('given') ?? '{}')
if (given.entriesOf) {
  const [entity, entityId] = given.entriesOf
  given.entries = (await client.activity({ entity, entityId })).entries
}
Object.assign(part, given, { shared })
box.append(part)
;(document.querySelector('main') ?? document.body).append(box)

/** What the part told, for a test to look at. */
const told: unknown[] = []
for (const name of ['audit-open', 'audit-changed', 'audit-filter']) {
  document.addEventListener(name, (event) => told.push([name, (event as CustomEvent).detail]))
}
Object.assign(window, { told })

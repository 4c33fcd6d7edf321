import { css, html, LitElement } from 'lit'
import { createAuditClient } from '../../src/http/client.ts'
import { messagesOf } from '../../src/ui/messages/messages.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { tokens } from '../../src/ui/styles/tokens.ts'
import '../../src/ui/entry/audit-entry.ts'

const block = css`:host { display: block }`

/** What the global page does around an entry: it has the colours, and opens what is asked for. */
class Around extends LitElement {
  static override styles = [tokens, block]
  protected override render() {
    return html`<main><slot></slot></main>`
  }
}
customElements.define('test-around', Around)

const { searchParams } = new URL(location.href)
const { locale, text } = await messagesOf([searchParams.get('lang') ?? 'en'])
const client = createAuditClient({ baseUrl: '/audit' })
const shared: Shared = {
  client,
  text,
  locale,
  zone: 'utc',
  viewer: await client.viewer().catch(() => null),
  entityHref: (entity, id) => `/app/${encodeURIComponent(entity)}/${encodeURIComponent(id)}`,
}

const around = document.createElement('test-around')
document.body.append(around)
const element = document.createElement('audit-entry')
Object.assign(element, { shared, entryId: searchParams.get('entry') })
around.append(element)
const told: unknown[] = []
const seenBy = (baseUrl: string) => {
  element.shared = { ...shared, client: createAuditClient({ baseUrl }) }
}
Object.assign(globalThis, { told, seenBy })
for (const name of ['audit-open', 'audit-filter']) {
  around.addEventListener(name, (event) => {
    const { detail } = event as CustomEvent<{ readonly id?: string | null }>
    told.push([name, detail])
    if (name === 'audit-open') element.entryId = detail.id ?? null
  })
}

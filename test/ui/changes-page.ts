import '../../src/ui/changes/audit-changes.ts'
import { css, html, LitElement } from 'lit'
import { createAuditClient } from '../../src/http/client.ts'
import { messagesOf } from '../../src/ui/messages/messages.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { tokens } from '../../src/ui/styles/tokens.ts'

const { locale, text } = await messagesOf([new URL(location.href).searchParams.get('lang') ?? 'en'])

const shared: Shared = {
  client: createAuditClient({ baseUrl: '/audit' }),
  text,
  locale,
  zone: 'utc',
  viewer: null,
  entityHref: () => null,
}

const block = css`:host { display: block }`

/** What applications put around a part: it has the colours. */
class Around extends LitElement {
  static override styles = [tokens, block]
  protected override render() {
    return html`<main><slot></slot></main>`
  }
}
customElements.define('test-around', Around)

const around = document.createElement('test-around')
document.body.append(around)
const element = document.createElement('audit-changes')
Object.assign(element, { shared })
around.append(element)

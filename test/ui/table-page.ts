/** A page with the table alone, over the handler. */

import { css, html, LitElement } from 'lit'
import { type AuditClient, createAuditClient, type EntryJson } from '../../src/http/client.ts'
import { en } from '../../src/ui/messages/en.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { tokens } from '../../src/ui/styles/tokens.ts'
import { AuditColumns } from '../../src/ui/table/audit-columns.ts'
import { AuditTable } from '../../src/ui/table/audit-table.ts'
import { rememberedColumns } from '../../src/ui/table/columns.ts'

const client: AuditClient = createAuditClient({ baseUrl: '/audit' })
const shared: Shared = {
  client,
  text: en,
  locale: 'en',
  zone: 'utc',
  viewer: null,
  entityHref: (entity, id) => (entity === 'User' ? `/users/${id}` : null),
}
const table = new AuditTable()
const chooser = new AuditColumns()
/** What the elements have told, in order. */
const told: (readonly [string, unknown])[] = []
let cursor: string | null = null

async function load(): Promise<void> {
  table.isLoading = true
  const { order, direction } = table
  const page = await client.entries({ order, direction, cursor, take: 50 })
  table.entries = [...table.entries, ...page.entries]
  cursor = page.nextCursor
  table.hasMore = cursor !== null
  table.isLoading = false
}

for (const name of [
  'audit-sort',
  'audit-more',
  'audit-open',
  'audit-filter',
  'audit-columns',
] as const) {
  document.addEventListener(name, (event) => told.push([name, (event as CustomEvent).detail]))
}
document.addEventListener('audit-more', () => void load())
document.addEventListener('audit-open', (event) => {
  table.selected = (event as CustomEvent<{ id: string | null }>).detail.id
})
document.addEventListener('audit-columns', (event) => {
  table.columns = (event as CustomEvent<{ columns: readonly string[] }>).detail.columns
})
document.addEventListener('audit-sort', (event) => {
  Object.assign(table, (event as CustomEvent).detail)
  table.entries = []
  cursor = null
  void load()
})

table.shared = shared
table.columns = rememberedColumns()
chooser.shared = shared
chooser.columns = table.columns
/** What gives the colours: an element of an application's own page does. */
class Frame extends LitElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        box-sizing: border-box;
        height: 720px;
        padding: 8px;
      }
    `,
  ]
  override render() {
    return html`<slot></slot>`
  }
}
customElements.define('test-frame', Frame)
const frame = new Frame()
frame.append(chooser, table)
document.body.querySelector('main')?.append(frame)
Object.assign(window, {
  table,
  told,
  fill(count: number) {
    table.entries = Array.from({ length: count }, (_, at) => madeEntry(at))
    table.hasMore = false
  },
  prepend(count: number) {
    table.entries = [
      ...Array.from({ length: count }, (_, at) => madeEntry(-1 - at)).toReversed(),
      ...table.entries,
    ]
  },
})
if (!location.search.includes('empty')) await load()

/** Of rows of different heights. */
function madeEntry(at: number): EntryJson {
  const changed = ['name', 'role'].slice(0, (Math.abs(at) % 2) + 1)
  const before = { name: `from ${at}`, role: 'member' }
  const after = { name: `to ${at}${' and more of it'.repeat(Math.abs(at) % 4)}`, role: 'admin' }
  return {
    seq: String(10_000 - at),
    id: `made-${at}`,
    traceId: `trace-${at}`,
    parentId: null,
    createdAt: new Date(Date.now() - at * 60_000).toISOString(),
    action: ['update', 'create', 'execute', 'delete'][Math.abs(at) % 4] ?? 'update',
    outcome: 'success',
    reason: null,
    entity: 'User',
    entityId: String(at),
    actorId: `user-${at}`,
    actorType: ['user', 'service', 'agent', 'system'][Math.abs(at) % 4] ?? 'user',
    actorName: `Person ${at}`,
    onBehalfOf: at % 3 === 0 ? 'u_17' : null,
    tenantId: null,
    source: 'client',
    before,
    after,
    changed,
    diff: { added: {}, deleted: {}, updated: after },
    tags: Object.fromEntries(
      Array.from({ length: Math.abs(at) % 6 }, (_, tag) => [`key${tag}`, `value ${at}`]),
    ),
    request: null,
    version: 1,
  } as unknown as EntryJson
}

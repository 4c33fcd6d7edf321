import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson } from '../../http/client.ts'
import type { FilterKey } from '../../query/filter.ts'
import { tell } from '../events.ts'
import type { Shared } from '../shared.ts'
import { fieldTerm, tagsShown, termShown } from '../shown/shown.ts'
import { foreign } from './entry-head.ts'

/** Tags that are shown at first, and all that are shown at most of those and of a request's fields. */
const firstTags = 50
const most = 1000

/** What else is known: the tags, the request, and where in the trail the entry is. */
export function detailsShown(
  shared: Shared,
  entry: EntryJson,
  isWhole: boolean,
  showWhole: () => void,
): TemplateResult {
  const { text } = shared
  const tags = countOf(entry.tags)
  return html`<h3>${text.entry.tags}</h3>
    ${
      tags === 0
        ? html`<p class="muted">${text.entry.noTags}</p>`
        : html`<div class="all-tags">${tagsShown(shared, entry.tags, isWhole ? most : firstTags)}</div>`
    }
    ${
      tags > firstTags && !isWhole
        ? html`<p><button type="button" @click=${showWhole}>${text.entry.moreTags(tags - firstTags)}</button></p>`
        : nothing
    }
    <h3>${text.entry.request}</h3>
    ${requestShown(shared, entry.request)}
    <h3>${text.entry.entry}</h3>
    ${placeShown(shared, entry)}`
}

/** In this order, and all others after them. */
const knownKeys = ['ip', 'userAgent', 'id', 'method', 'path', 'otelTraceId', 'otelSpanId']

const filterKeys: Readonly<Record<string, FilterKey>> = { ip: 'ip', id: 'request' }

function requestShown(shared: Shared, request: unknown): TemplateResult {
  const { text } = shared
  const fields = Object.entries(typeof request === 'object' && request !== null ? request : {})
  if (fields.length === 0) return html`<p class="muted">${text.entry.noRequest}</p>`
  const place = ([key]: readonly [string, unknown]) => {
    const index = knownKeys.indexOf(key)
    return index < 0 ? knownKeys.length : index
  }
  const sorted = fields.sort((a, b) => place(a) - place(b)).slice(0, most)
  return html`<dl>${sorted.map(([key, value]) => {
    const filterKey = Object.hasOwn(filterKeys, key) ? filterKeys[key] : undefined
    const shown = typeof value === 'string' ? value : JSON.stringify(value)
    const isTerm = filterKey && typeof value === 'string' && value !== ''
    return html`<dt>${
      knownKeys.includes(key) ? text.entry.requestKey(key) : foreign(key, 80)
    }</dt><dd class="mono">${
      isTerm ? termShown(shared, fieldTerm(filterKey, value), foreign(shown)) : foreign(shown, 500)
    }</dd>`
  })}</dl>`
}

function placeShown(shared: Shared, { id, parentId, seq }: EntryJson): TemplateResult {
  const { text } = shared
  const open = (event: Event) =>
    tell(event.currentTarget as Element, 'audit-open', { id: parentId })
  return html`<dl>
    <dt>${text.entry.entryId}</dt><dd class="mono">${foreign(id)}</dd>
    ${
      parentId === null
        ? nothing
        : html`<dt>${text.entry.parent}</dt><dd class="mono"><button type="button" class="term link" @click=${open}>${foreign(parentId)}</button></dd>`
    }
    <dt>${text.entry.order}</dt><dd class="mono">${foreign(seq)}</dd>
  </dl>`
}

function countOf(tags: unknown): number {
  if (typeof tags !== 'object' || tags === null) return 0
  return Object.values(tags).reduce<number>(
    (sum, value) => sum + (Array.isArray(value) ? value.length : 1),
    0,
  )
}

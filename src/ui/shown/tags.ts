import { html, nothing, type TemplateResult } from 'lit'
import type { JsonValue } from '../../http/client.ts'
import { type Tag, tagsOf } from '../../tags.ts'
import type { Shared } from '../shared.ts'
import { termShown } from './term.ts'
import { cut } from './value.ts'

/** A table asks for the same ones over and over while it is scrolled. */
const known = new WeakMap<object, readonly Tag[]>()

/** The tags of an entry, no more of them than `most`, and how many there are beside. */
export function tagsShown(shared: Shared, tags: unknown, most = 4): TemplateResult {
  const all = tagsIn(tags)
  const rest = all.length - most
  return html`<span class="tags">${all.slice(0, most).map((tag) => tagShown(shared, tag))}${
    rest > 0
      ? html`<span class="muted rest" title=${shared.text.table.moreTags(rest)}>+${rest}</span>`
      : nothing
  }</span>`
}

function tagsIn(tags: unknown): readonly Tag[] {
  if (typeof tags !== 'object' || tags === null) return []
  const found = known.get(tags) ?? tagsOf(tags as JsonValue)
  known.set(tags, found)
  return found
}

function tagShown(shared: Shared, { key, value }: Tag): TemplateResult {
  const shown = html`<span class="muted foreign">${cut(key, 40)}:</span><span class="foreign">${cut(value, 60)}</span>`
  return termShown(shared, { kind: 'tag', key, values: [{ text: value }] }, shown, 'tag')
}

import { html, nothing, type TemplateResult } from 'lit'
import type { EntryJson, Snapshot } from '../../http/client.ts'
import type { Shared } from '../shared.ts'
import { duration } from '../times.ts'
import { cut, isWrapped, shortValue } from './value.ts'

/** What came of it, in one line: `role: member → admin, +2`, `succeeded in 41 s`, why it failed. */
export function changesSummary(shared: Shared, entry: EntryJson): TemplateResult {
  const { table } = shared.text
  const { action, outcome, reason, before, after, changed } = entry
  const said = (text: string) =>
    html`<span class="changes"><span class="muted foreign">${cut(text)}</span></span>`
  const why = reason ? cut(reason, 160) : ''
  if (outcome === 'started') return said(why ? `${table.started} · ${why}` : table.started)
  const milliseconds = after?.durationMs
  if (typeof milliseconds === 'number' && after?.outcome === outcome) {
    const time = duration(shared, milliseconds)
    if (outcome === 'success') return said(table.succeeded(time))
    return said(`${table.failed(time)} ${errorIn(after) || why}`)
  }
  if (outcome !== 'success') {
    return said(`${shared.text.common.outcome(outcome)}: ${errorIn(after) || why || '–'}`)
  }
  if (action === 'create' || action === 'delete' || !before || !after) {
    const fields = Object.keys(after ?? before ?? {}).length
    return fields > 0 ? said(table.fields(fields)) : said(why)
  }
  const [first] = changed
  if (first === undefined) return said(why || table.noChange)
  const { path, from, to } = innermost(entry, first)
  return html`<span class="changes"><span class="mono change"><span class="foreign name">${cut(path, 60)}:</span> <span class="foreign">${shortValue(shared, from)}</span> <span class="arrow" role="img" aria-label=${table.became}>→</span> <span class="foreign">${shortValue(shared, to)}</span></span>${
    changed.length > 1
      ? html`<span class="visually-hidden">, ${table.more(changed.length - 1)}</span><span class="muted rest" aria-hidden="true" title=${cut(changed.slice(1, 20).join(', '))}> +${changed.length - 1}</span>`
      : nothing
  }</span>`
}

function errorIn(after: Snapshot | null): string {
  const error = after?.error
  if (typeof error === 'string') return error
  if (!isPlain(error)) return ''
  return typeof error.message === 'string' ? error.message : ''
}

/** Of objects on both sides, the first value inside that differs. */
function innermost({ before, after, diff }: EntryJson, name: string) {
  let path = name
  let from: unknown = before?.[name]
  let to: unknown = after?.[name]
  let differing = [diff.updated, diff.added, diff.deleted].map((part): unknown => part?.[name])
  while (isPlain(from) && isPlain(to)) {
    const parts = differing.filter(isPlain)
    const key = parts.flatMap((part) => Object.keys(part).slice(0, 1))[0]
    if (key === undefined) break
    path += `.${key}`
    from = from[key]
    to = to[key]
    differing = parts.map((part) => part[key])
  }
  return { path, from, to }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWrapped(value)
}

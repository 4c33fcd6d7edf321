import { html, nothing, type TemplateResult } from 'lit'
import type { LineJson } from '../../http/answers.ts'
import type { Shared } from '../shared.ts'
import { cut } from '../shown/shown.ts'
import { exactTime, timeOfDay } from '../times.ts'
import { rankOf } from './line-filter.ts'

/** Characters that are laid out of a message, in one line and unfolded. */
const shortMessage = 400
const longest = 20_000

/** One line of a log; what is long about it, and what else it says, is folded. */
export function lineShown(
  shared: Shared,
  line: LineJson,
  isOpen: boolean,
  onToggle: (isOpen: boolean) => void,
): TemplateResult {
  const { level, message, logger, fields } = line
  const rank = rankOf(level)
  const head = html`${momentShown(shared, line.loggedAt)}<span class="content"><span class="level rank-${rank} foreign">${cut(level, 12)}</span>${
    logger ? html`<span class="logger foreign">${cut(logger, 40)}</span>` : nothing
  }<span class="message foreign">${cut(message, shortMessage)}</span></span>`
  const hasFields = typeof fields === 'object' && fields !== null && Object.keys(fields).length > 0
  if (!hasFields && message.length <= shortMessage) return html`<div class="row line">${head}</div>`
  const toggle = (event: Event) => onToggle((event.currentTarget as HTMLDetailsElement).open)
  return html`<details class="line" ?open=${isOpen} @toggle=${toggle}>
    <summary class="row">${head}</summary>
    ${isOpen ? html`<pre class="fields foreign">${unfolded(line, hasFields)}</pre>` : nothing}
  </details>`
}

/** When, to the millisecond, in a column of its own. */
export function momentShown(shared: Shared, time: string): TemplateResult {
  return html`<time class="moment" datetime=${time} title=${exactTime(shared, time)}>${timeOfDay(shared, time)}</time>`
}

function unfolded({ message, fields }: LineJson, hasFields: boolean): string {
  const whole = message.length > shortMessage ? cut(message, longest) : ''
  const shown = hasFields ? cut(JSON.stringify(fields, null, 2), longest) : ''
  return [whole, shown].filter(Boolean).join('\n\n')
}

import { css, html, type TemplateResult } from 'lit'
import { parseFilter } from '../../query/parse-filter.ts'
import type { Messages } from '../messages/messages.ts'

/** What is wrong with a filter, and where in its text. */
export interface FilterError {
  readonly message: string
  /** Counted from 0; `end` is exclusive. `null` where it is the whole. */
  readonly position: { readonly start: number; readonly end: number } | null
}

/** What is wrong with a text, if it is not in the filter language. */
export function problemOf(text: string): FilterError | null {
  try {
    parseFilter(text)
    return null
  } catch (error) {
    const { message, position = null } = error as FilterError
    return { message, position }
  }
}

/** Characters that are shown around what is wrong: a filter may have 2,000. */
const around = 60

/** The message, its `quoted` parts as code, and the text with the place marked. */
export function errorShown(
  { message, position }: FilterError,
  text: string,
  { filter }: Messages,
): TemplateResult {
  const parts = filter
    .problem(message)
    .slice(0, 600)
    .split(/`([^`]*)`/)
  return html`<span class="message">${parts.map((part, index) =>
    index % 2 ? html`<code class="foreign">${part}</code>` : part,
  )}</span>${position && text ? placeShown(position, text) : ''}`
}

function placeShown({ start, end }: NonNullable<FilterError['position']>, text: string) {
  const from = Math.max(0, start - around)
  const until = Math.min(end, start + 2 * around)
  const marked = text.slice(start, until)
  const before = `${from > 0 ? '…' : ''}${text.slice(from, start)}`
  const after = `${text.slice(until, until + around)}${until + around < text.length ? '…' : ''}`
  // A place between characters is marked, too.
  return html`<code class="place" dir="ltr">${before}<mark>${marked || ' '}</mark>${after}</code>`
}

export const errorStyles = css`
  .error {
    margin: 4px 2px 0;
    color: var(--audit-delete);
  }
  .error:empty {
    display: none;
  }
  .error code {
    font-family: var(--audit-mono);
    font-size: 12px;
  }
  .place {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
    color: var(--audit-text);
  }
  .place mark {
    background: var(--audit-removed-word);
    color: inherit;
    text-decoration: underline wavy var(--audit-delete);
    text-underline-offset: 3px;
    text-decoration-skip-ink: none;
  }
`

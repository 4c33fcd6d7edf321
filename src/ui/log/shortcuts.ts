import { isComposed } from '../composed.ts'

/** What a key does, by the key. */
export const shortcuts = {
  '?': 'help',
  '/': 'filter',
  j: 'next',
  k: 'previous',
  Enter: 'open',
  Escape: 'close',
  '[': 'older',
  ']': 'newer',
  l: 'live',
  u: 'zone',
  e: 'export',
  r: 'reload',
} as const

export type Command = (typeof shortcuts)[keyof typeof shortcuts]

/** `null` where the key belongs to something else: to a field, to a dialog, to the browser. */
export function commandOf(event: KeyboardEvent, root: HTMLElement): Command | null {
  const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event
  if (ctrlKey || metaKey || altKey || isComposed(event) || defaultPrevented) return null
  const path = event.composedPath()
  const isOurs = path.includes(root) || path[0] === document.body
  if (!isOurs || path.some(takesKeys)) return null
  const command = Object.hasOwn(shortcuts, key) ? shortcuts[key as keyof typeof shortcuts] : null
  // What has the focus is operated by it.
  if (command === 'open' && path.some(isOperated)) return null
  return command
}

function takesKeys(target: EventTarget): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea, select, [role="combobox"]')) return true
  if (target.matches('input')) return !target.matches('[type="checkbox"], [type="radio"]')
  return target.matches('dialog[open]:not(.entry), :popover-open')
}

function isOperated(target: EventTarget): boolean {
  return (
    target instanceof Element && target.matches('button, a, summary, [role="row"], [role="tab"]')
  )
}

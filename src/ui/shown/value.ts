import { MASK, MASKED } from '../../mask.ts'
import type { Shared } from '../shared.ts'

/** A text of others, no longer than may be laid out. */
export function cut(text: string, most = 200): string {
  if (text.length <= most) return text
  const kept = text.slice(0, most - 1)
  // Half of a pair is no character.
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** A value of a snapshot in one short line: what is looked at no further than it is shown. */
export function shortValue({ text }: Shared, value: unknown, most = 40): string {
  if (value === MASKED) return text.common.masked
  if (value === MASK || isHash(value)) return text.common.redacted
  if (value === '') return '""'
  return cut(typeof value === 'string' ? value : compact(value, most), most).replace(/\s+/g, ' ')
}

/** Whether it stands for a value of a Json field as a whole: its `null`, or an object with this key. */
export function isWrapped(value: object): boolean {
  return Object.hasOwn(value, '$json') && Object.keys(value).length === 1
}

/** The form that redacted values have which can be told apart. */
function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^hmac-sha256:[0-9a-f]{64}$/.test(value)
}

/** JSON until there is more of it than is asked for. */
function compact(value: unknown, most: number): string {
  if (typeof value === 'string') return `"${cut(value, most)}"`
  if (typeof value !== 'object' || value === null) return String(value ?? null)
  if (most <= 0) return '…'
  const isList = Array.isArray(value)
  let text = ''
  for (const key in value) {
    if (text.length > most) break
    if (text) text += ', '
    const inner = compact((value as Record<string, unknown>)[key], most - text.length - 1)
    if (key === '$json') return inner
    text += isList ? inner : `${cut(key, most)}: ${inner}`
  }
  return isList ? `[${text}]` : `{${text}}`
}

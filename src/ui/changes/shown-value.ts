import type { JsonValue } from '../../http/client.ts'
import { MASK, MASKED } from '../../mask.ts'
import { isWrapped } from '../shown/value.ts'

/** A value as it is shown: text, or what stands in its place. */
export interface ShownValue {
  readonly kind: 'text' | 'null' | 'jsonNull' | 'empty' | 'redacted' | 'masked'
  /** Of a redacted value, the beginning of its hash: equal values have equal ones. */
  readonly text: string
}

const hash = /^hmac-sha256:([0-9a-f]{8})[0-9a-f]{56}$/

/** Strings are shown as they are; what has parts is pretty-printed, in the order in which it comes. */
export function shownValue(value: JsonValue): ShownValue {
  if (typeof value === 'string') return shownText(value)
  if (value === null) return { kind: 'null', text: '' }
  if (typeof value !== 'object') return { kind: 'text', text: String(value) }
  const inner = isWrapped(value) ? (value as { readonly $json: JsonValue }).$json : value
  if (inner === null) return { kind: 'jsonNull', text: '' }
  return { kind: 'text', text: JSON.stringify(inner, null, 2) }
}

/** Whether a value is in no trail, or not for this viewer. */
export function isHidden(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && ['redacted', 'masked'].includes(shownText(value).kind)
}

function shownText(value: string): ShownValue {
  if (value === MASKED) return { kind: 'masked', text: '' }
  if (value === MASK) return { kind: 'redacted', text: '' }
  if (value === '') return { kind: 'empty', text: '' }
  const digest = hash.exec(value)?.[1]
  return digest ? { kind: 'redacted', text: digest } : { kind: 'text', text: value }
}

import { createHmac } from 'node:crypto'
import { MASK } from './mask.ts'
import type { JsonValue, Snapshot } from './serialize.ts'

/**
 * What becomes of a field's value in the trail: left out, replaced by {@link MASK}, or replaced by
 * a keyed hash that shows whether two values are the same. `keep` turns a default off.
 */
export type Redaction = 'omit' | 'mask' | 'hash' | 'keep'

/** Names of fields that hold credentials, in camel case, snake case or plain. */
const sensitive =
  /pass(word|phrase|wd|code)|pwd|secret|token|api_?key|private_?key|access_?key|signing_?key|encryption_?key|credential|(^|_)otp(_|$)|recovery_?code|backup_?code|security_?answer|cvv|cvc|card_?number|ssn$/i

/** What is said about a credential and is none: `tokenId`, `passwordChangedAt`, `secretName`. */
const harmless = /(id|at|count|type|name|length|hint|expiry|expires)$/i

/** Whether a field is masked unless the application says otherwise. */
export function isSensitive(field: { readonly name: string; readonly type: string }): boolean {
  return (
    ['String', 'Json', 'Bytes'].includes(field.type) &&
    sensitive.test(field.name) &&
    !harmless.test(field.name)
  )
}

/**
 * The value to keep; `undefined` leaves the field out. A NULL is shown as it is: that a secret is
 * not set is no secret.
 *
 * The hash is HMAC-SHA-256 (RFC 2104), since a plain digest of a short value can be guessed.
 */
export function redactValue(
  value: JsonValue,
  redaction: Redaction | undefined,
  hashKey: string | undefined,
): JsonValue | undefined {
  if (redaction === undefined || redaction === 'keep' || (value === null && redaction !== 'omit')) {
    return value
  }
  if (redaction === 'omit') return undefined
  if (redaction === 'mask' || hashKey === undefined) return MASK
  return hashOf(typeof value === 'string' ? value : JSON.stringify(value), hashKey)
}

/** The fields of a snapshot that are kept, each by its own redaction. */
export function redactSnapshot(
  snapshot: Snapshot,
  redactionOf: (name: string) => Redaction | undefined,
  hashKey: string | undefined,
): Snapshot {
  const shown = Object.entries(snapshot).flatMap(([name, value]) => {
    const kept = redactValue(value, redactionOf(name), hashKey)
    return kept === undefined ? [] : [[name, kept]]
  })
  return Object.fromEntries(shown)
}

/** `hmac-sha256:` and 64 hex characters. */
export function hashOf(text: string, hashKey: string): string {
  return `hmac-sha256:${createHmac('sha256', hashKey).update(text).digest('hex')}`
}

const hash = /^hmac-sha256:[0-9a-f]{64}$/

/** Whether a value is what {@link hashOf} makes. */
export function isHash(value: unknown): value is string {
  return typeof value === 'string' && hash.test(value)
}

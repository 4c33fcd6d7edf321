import { isEqualJson } from '../diff.ts'
import { MASK } from '../mask.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { hashOf, redactValue } from '../redact.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'

/** Why a field could not be put back. */
export type UnrestorableReason =
  /** Its value is not in the trail: masked, hashed or left out. */
  | 'redacted'
  /** Changes of it are not recorded. */
  | 'ignored'
  /** The scope does not show it. */
  | 'masked'
  /** The trail does not tell it, or the model does not have it any more. */
  | 'unknown'
  /** The client can neither read nor write it. */
  | 'unsupported'

const hash = /^hmac-sha256:[0-9a-f]{64}$/

/** Whether a recorded value stands for another one; `undefined` for one that is not told. */
export function isHidden(value: JsonValue | undefined): boolean {
  return value === undefined || value === MASK || (typeof value === 'string' && hash.test(value))
}

/** Whether a row still holds what was recorded of a field, as far as that tells. */
export function isAsRecorded(
  { hashKey }: Settings,
  recorded: JsonValue | undefined,
  current: JsonValue,
): boolean {
  if (recorded === undefined) return true
  if (!isHidden(recorded)) return isEqualJson(recorded, current)
  if (current === null) return false
  if (recorded === MASK || hashKey === undefined) return true
  return (
    recorded === hashOf(typeof current === 'string' ? current : JSON.stringify(current), hashKey)
  )
}

/** The value of a field, recorded or not, as entries would tell it. */
export function redacted(
  { hashKey }: Settings,
  { redactions }: AuditedModel,
  name: string,
  value: JsonValue,
): JsonValue {
  return isHidden(value) ? value : (redactValue(value, redactions.get(name), hashKey) ?? MASK)
}

/** Fields that Prisma sets at each write: what they hold is no change of the application's. */
export function isTimeOfWrite({ model }: AuditedModel, name: string): boolean {
  return model.fields.get(name)?.isUpdatedAt ?? false
}

/** The fields of a model that entries can tell of and that a write can set. */
export function recordedNames({ columns, ignored }: AuditedModel): string[] {
  return columns.map(({ name }) => name).filter((name) => !ignored.has(name))
}

/** Some fields of a snapshot. */
export function picked(snapshot: Snapshot, names: readonly string[]): Snapshot {
  return Object.fromEntries(names.map((name) => [name, snapshot[name] ?? null]))
}

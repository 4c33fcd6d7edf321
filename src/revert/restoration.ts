import { isEqualJson } from '../diff.ts'
import { AuditError } from '../errors.ts'
import type { AuditedModel } from '../options.ts'
import type { Field } from '../schema/schema.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'
import type { RowEffect } from './effects.ts'
import { isHidden, isTimeOfWrite, recordedNames, type UnrestorableReason } from './values.ts'

/** What can be put back of a row, and what cannot. */
export interface Restoration {
  readonly fields: Snapshot
  readonly unrestorable: ReadonlyMap<string, UnrestorableReason>
}

/**
 * The row as it was, to be created again: with its own key, and with defaults where nothing is known.
 *
 * @throws {AuditError} `REVERT_INVALID` where a value is not known that a row has to have
 */
export function wholeRow(model: AuditedModel, before: Snapshot): Restoration {
  const fields: Record<string, JsonValue> = {}
  const unrestorable = new Map<string, UnrestorableReason>()
  const missing: string[] = []
  const all = [...model.model.fields.values(), ...model.model.ignoredFields.values()]
  for (const field of all) {
    if (field.kind === 'relation') continue
    const value = before[field.name]
    if (isColumn(model, field) && !isHidden(value)) {
      fields[field.name] = value as JsonValue
      continue
    }
    unrestorable.set(field.name, reasonOf(model, field))
    if (needsValue(field)) missing.push(field.name)
  }
  if (missing.length > 0) {
    throw new AuditError(
      'REVERT_INVALID',
      `A row of \`${model.model.name}\` cannot be created again: the trail does not have its ` +
        `${missing.map((name) => `\`${name}\``).join(', ')}, which it cannot be without.`,
    )
  }
  return { fields, unrestorable }
}

function isColumn({ columns, ignored }: AuditedModel, { name }: Field): boolean {
  return !ignored.has(name) && columns.some((column) => column.name === name)
}

function needsValue({ isRequired, isList, default: given, isUpdatedAt }: Field): boolean {
  return isRequired && !isList && given === null && !isUpdatedAt
}

function reasonOf(model: AuditedModel, field: Field): UnrestorableReason {
  if (model.ignored.has(field.name)) return 'ignored'
  if (!isColumn(model, field)) return 'unsupported'
  return model.redactions.has(field.name) ? 'redacted' : 'unknown'
}

/** The fields that updates changed, as they were before. */
export function changedFields(
  { model, before, after, changed }: RowEffect & { readonly before: Snapshot },
  masked: ReadonlySet<string>,
): Restoration {
  const fields: Record<string, JsonValue> = {}
  const unrestorable = new Map<string, UnrestorableReason>()
  const known = new Set(recordedNames(model))
  for (const name of new Set([...Object.keys(before), ...changed])) {
    const [from, to] = [before[name], after?.[name]]
    if (isTimeOfWrite(model, name)) continue
    const isHiddenNow = model.redactions.has(name) || isHidden(from) || isHidden(to)
    const isSame = isEqualJson(from, to)
    // Of two values that are hidden alike, nobody knows whether they were the same.
    if (isSame && !(isHiddenNow && changed.has(name))) continue
    if (!known.has(name)) unrestorable.set(name, model.ignored.has(name) ? 'ignored' : 'unknown')
    else if (isHiddenNow)
      unrestorable.set(
        name,
        from === undefined && !model.redactions.has(name) ? 'unknown' : 'redacted',
      )
    else if (masked.has(name)) unrestorable.set(name, 'masked')
    else fields[name] = from as JsonValue
  }
  return { fields, unrestorable }
}

/** All that is known of a row as it was, for one that is there. */
export function knownFields(
  model: AuditedModel,
  before: Snapshot,
  masked: ReadonlySet<string>,
): Restoration {
  const fields: Record<string, JsonValue> = {}
  const unrestorable = new Map<string, UnrestorableReason>()
  for (const name of recordedNames(model)) {
    if (isTimeOfWrite(model, name)) continue
    if (model.redactions.has(name)) unrestorable.set(name, 'redacted')
    else if (isHidden(before[name])) unrestorable.set(name, 'unknown')
    else if (masked.has(name)) unrestorable.set(name, 'masked')
    else fields[name] = before[name] as JsonValue
  }
  return { fields, unrestorable }
}

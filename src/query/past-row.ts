import { isJsonNull } from '@prisma/client/runtime/client'
import { MASK } from '../mask.ts'
import { isHash } from '../redact.ts'
import { decodeSnapshot, decodeValue, type JsonValue, type Snapshot } from '../serialize.ts'
import { maskedFields } from './scope.ts'
import type { Source } from './source.ts'
import type { EntityModel, EntitySubject } from './subject.ts'

/** A state as its viewer may see it, and the fields of the model that it lacks. */
export function stateOf(
  { scope }: Source,
  { entity, model }: EntitySubject,
  snapshot: Snapshot,
): { readonly state: Record<string, unknown>; readonly unknown: readonly string[] } {
  const masked = maskedFields(scope, entity)
  const names = model?.columns.map(({ name }) => name) ?? Object.keys(snapshot)
  const isKnown = (name: string) => !masked.has(name) && isShown(model, snapshot, name)
  const known = Object.fromEntries(
    names.filter(isKnown).map((name): [string, JsonValue] => [name, snapshot[name] ?? null]),
  )
  const unknown = names.filter((name) => !isKnown(name))
  return { state: decodeSnapshot(model?.model, known) ?? {}, unknown }
}

/** A state as a read of the model would have given it; JSON null is NULL there, too. */
export function rowOf(model: EntityModel, snapshot: Snapshot): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const field of model.columns) {
    if (!isShown(model, snapshot, field.name)) continue
    const value = decodeValue(field, snapshot[field.name])
    row[field.name] = isJsonNull(value) ? null : value
  }
  return row
}

/** Whether a snapshot has a field's value as it was. */
function isShown(model: EntityModel | undefined, snapshot: Snapshot, name: string): boolean {
  const value = snapshot[name]
  if (value === undefined || value === MASK || isHash(value)) return false
  return !model?.ignored.has(name) && !model?.redactions.has(name)
}

import { isEqualJson } from '../../diff.ts'
import type { JsonValue, Snapshot } from '../../http/client.ts'
import { isHidden } from './shown-value.ts'

/** One field and what became of it; a value is absent where the snapshot does not have the field. */
export interface FieldChange {
  readonly name: string
  readonly kind: 'same' | 'changed' | 'added' | 'removed'
  /** Whether its value is not to be seen: then it is never folded away. */
  readonly isHidden: boolean
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
}

/**
 * The fields of two snapshots, in their order; those that come new are last.
 *
 * @param changed names of fields that are known to have changed, though what is shown of them is the same
 */
export function fieldChanges(
  before: Snapshot | null,
  after: Snapshot | null,
  changed: readonly string[] = [],
): readonly FieldChange[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const known = new Set(changed)
  return [...names].map((name) => {
    const values = { before: fieldValue(before, name), after: fieldValue(after, name) }
    const hidden = isHidden(values.before) || isHidden(values.after)
    return { name, isHidden: hidden, kind: kindOf(values, hidden && known.has(name)), ...values }
  })
}

function kindOf(
  { before, after }: Pick<FieldChange, 'before' | 'after'>,
  isKnown: boolean,
): FieldChange['kind'] {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  return isKnown || !isEqualJson(before, after) ? 'changed' : 'same'
}

/** A field may be called as what every object has. */
function fieldValue(snapshot: Snapshot | null, name: string): JsonValue | undefined {
  return snapshot && Object.hasOwn(snapshot, name) ? snapshot[name] : undefined
}

/** A field, or a run of unchanged ones that is folded away. */
export type FieldItem =
  | { readonly field: FieldChange }
  | { readonly folded: number; readonly first: string }

/** Runs of unchanged fields become one item each, except for those that have been unfolded. */
export function foldedFields(
  fields: readonly FieldChange[],
  isUnfolded: (first: string) => boolean,
): readonly FieldItem[] {
  const items: FieldItem[] = []
  for (let index = 0; index < fields.length; ) {
    const first = fields[index] as FieldChange
    const end = endOfRun(fields, index)
    if (end > index && !isUnfolded(first.name)) {
      items.push({ folded: end - index, first: first.name })
      index = end
      continue
    }
    const until = Math.max(end, index + 1)
    for (; index < until; index++) items.push({ field: fields[index] as FieldChange })
  }
  return items
}

function endOfRun(fields: readonly FieldChange[], from: number): number {
  let end = from
  while (fields[end]?.kind === 'same' && !fields[end]?.isHidden) end++
  return end
}

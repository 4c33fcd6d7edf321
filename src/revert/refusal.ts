import { AuditError, type RevertConflict } from '../errors.ts'

/** Why a revert is refused; names what is concerned, and no values. */
export function refusal(
  conflicts: readonly RevertConflict[],
  onConflict: 'refuse' | 'revert' | 'keep',
): AuditError {
  const rows = new Map<string, string[]>()
  for (const { entity, entityId, field, reason } of conflicts) {
    const name = `\`${entity}\` \`${entityId}\``
    rows.set(name, [...(rows.get(name) ?? []), field === null ? reason : `\`${field}\` ${reason}`])
  }
  const told = [...rows].slice(0, 5).map(([name, parts]) => `${name} (${parts.join(', ')})`)
  const more = rows.size > told.length ? `, and ${rows.size - told.length} more` : ''
  const way =
    onConflict === 'refuse'
      ? "Choose `onConflict: 'revert'` to overwrite later changes, or 'keep' to revert the rest; `conflicts` has the values."
      : "That cannot be overwritten: revert it first, or choose `onConflict: 'keep'`."
  return new AuditError(
    'REVERT_CONFLICT',
    `Nothing was reverted, because of later changes: ${told.join('; ')}${more}. ${way}`,
    { conflicts },
  )
}

/** What the database refuses of a revert, in our words; anything else as it is. */
export function writeRefused(error: unknown): unknown {
  const { code, meta } = error as { code?: unknown; meta?: { modelName?: unknown } }
  const model = typeof meta?.modelName === 'string' ? ` of \`${meta.modelName}\`` : ''
  switch (code) {
    case 'P2002':
      return new AuditError(
        'REVERT_CONFLICT',
        `Nothing was reverted: a row${model} would have a value that is unique and taken.`,
        { cause: error, conflicts: [] },
      )
    case 'P2003':
    case 'P2014':
      return new AuditError(
        'REVERT_INVALID',
        `Nothing was reverted: a row${model} refers to one that is not there any more, or is referred to by one ` +
          'that stays. Revert what deleted or created that one first, or the whole trace at once.',
        { cause: error },
      )
    default:
      return error
  }
}

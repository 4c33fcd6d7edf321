import type { AuditError, RevertConflict } from '../errors.ts'
import { valueJson } from '../query/entry-json.ts'
import type { Revert } from '../revert/revert.ts'
import type { JsonValue } from '../serialize.ts'
import { subjectText, timeText, valueText } from './entry-text.ts'
import { fittedTable } from './table.ts'
import { printable } from './terminal.ts'

/** What a person reads of what a revert did, or would do. */
export function revertText(revert: Revert, width: number): string {
  const { dryRun, reverts, steps, conflicts, unrestorable, traceId } = revert
  const count = `${reverts.length} ${reverts.length === 1 ? 'entry' : 'entries'}`
  const title = dryRun ? `Would revert ${count}; nothing was changed.` : `Reverted ${count}.`
  const absent = unrestorable.map(
    ({ entity, entityId, field, reason }) =>
      `- ${subjectText(entity, entityId)}, ${printable(field)}: ${reason}`,
  )
  return [
    title,
    ...(steps.length > 0 ? [stepsTable(revert, width)] : []),
    ...(conflicts.length > 0 ? [`Changed since:\n\n${conflictsTable(conflicts, width)}`] : []),
    ...(absent.length > 0 ? [`Left as it is:\n${absent.join('\n')}`] : []),
    ...(traceId === null ? [] : [`This is the trace ${traceId}, which can be reverted itself.`]),
  ].join('\n\n')
}

function stepsTable({ steps }: Revert, width: number): string {
  const rows = steps.flatMap(({ entity, entityId, action, patch }) => {
    const fields = Object.entries(patch)
    const about = [action, subjectText(entity, entityId)]
    if (fields.length === 0) return [about]
    return fields.map(([field, { from, to }], i) => [
      ...(i === 0 ? about : ['', '']),
      ...[printable(field), valueText(from), valueText(to)],
    ])
  })
  return fittedTable(['Action', 'Entity', 'Field', 'From', 'To'], rows, width, ['Action'])
}

/** What a person reads of a refusal. */
export function conflictsText({ message, conflicts = [] }: AuditError, width: number): string {
  if (conflicts.length === 0) return printable(message)
  return [
    'Nothing was reverted: this was changed since.',
    conflictsTable(conflicts, width),
    '`--on-conflict revert` overwrites later changes, `--on-conflict keep` leaves them and reverts the rest.',
  ].join('\n\n')
}

function conflictsTable(conflicts: readonly RevertConflict[], width: number): string {
  const rows = conflicts.map(
    ({ entity, entityId, field, reason, recorded, current, revertTo, by }) => [
      subjectText(entity, entityId),
      printable(field ?? ''),
      reason,
      // Of a whole row, its entry shows the values.
      ...(field === null ? ['', '', ''] : [recorded, current, revertTo].map(valueText)),
      by
        ? printable(`${by.actorName ?? by.actorId ?? by.actorType}, ${timeText(by.createdAt)}`)
        : '',
    ],
  )
  const headings = ['Entity', 'Field', 'Why', 'Was left', 'Is now', 'Would be', 'Changed by']
  return fittedTable(headings, rows, width, ['Why'])
}

/** The same for programs: values in the form of entries as JSON. */
export function revertJson({ steps, conflicts, ...others }: Revert) {
  return {
    ...others,
    steps: steps.map(({ patch, ...step }) => ({ ...step, patch: patchJson(patch) })),
    conflicts: conflicts.map(conflictJson),
  }
}

export function conflictsJson({ code, message, conflicts = [] }: AuditError) {
  return { code, message, conflicts: conflicts.map(conflictJson) }
}

/** Without what is not there: `null` is a value. */
function conflictJson({ recorded, current, revertTo, ...others }: RevertConflict) {
  return { ...others, ...presentJson({ recorded, current, revertTo }) }
}

function patchJson(patch: Revert['steps'][number]['patch']) {
  return Object.fromEntries(
    Object.entries(patch).map(([field, { from, to }]) => [field, presentJson({ from, to })]),
  )
}

function presentJson(values: Readonly<Record<string, unknown>>): Record<string, JsonValue> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, valueJson(value)]))
}

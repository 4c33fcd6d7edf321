import { z } from 'zod'
import type { ChangedBy, RevertConflict } from '../errors.ts'
import type { Revert } from '../revert/revert.ts'
import type { JsonValue } from '../serialize.ts'
import { known, namedSchemas, nullable, time } from './answers.ts'

/** What a revert did, or would do. */
export interface RevertJson
  extends Pick<Revert, 'dryRun' | 'reverts' | 'unrestorable' | 'traceId'> {
  readonly steps: readonly RevertStepJson[]
  readonly conflicts: readonly ConflictJson[]
}

/** What is done to one entity; `from` and `to` are absent where it is not there. */
export interface RevertStepJson extends Omit<Revert['steps'][number], 'patch'> {
  readonly patch: Readonly<Record<string, { readonly from?: JsonValue; readonly to?: JsonValue }>>
}

/** Something that is no longer as the reverted change left it; values that are not there are absent. */
export interface ConflictJson
  extends Omit<RevertConflict, 'recorded' | 'current' | 'revertTo' | 'by'> {
  readonly recorded?: JsonValue
  readonly current?: JsonValue
  readonly revertTo?: JsonValue
  /** The entry that changed it later. */
  readonly by?: Omit<ChangedBy, 'createdAt'> & { readonly createdAt: string }
}

export const conflictSchema = z
  .object({
    entity: z.string(),
    entityId: z.string(),
    field: nullable,
    reason: z.enum(['changed', 'gone', 'exists', 'taken', 'referenced']),
    recorded: z.unknown().optional(),
    current: z.unknown().optional(),
    revertTo: z.unknown().optional(),
    by: z
      .object({
        id: z.string(),
        traceId: z.string(),
        createdAt: time,
        action: z.string(),
        actorId: nullable,
        actorType: z.string(),
        actorName: nullable,
      })
      .optional(),
  })
  .register(namedSchemas, { id: 'Conflict', description: 'What stands in the way of a revert' })

export const revertSchema = z
  .object({
    dryRun: z.boolean(),
    reverts: z.array(z.string()),
    steps: z.array(
      z.object({
        entity: z.string(),
        entityId: z.string(),
        action: z.enum(['create', 'update', 'delete', 'link', 'unlink']),
        patch: z.record(
          z.string(),
          z.object({ from: z.unknown().optional(), to: z.unknown().optional() }),
        ),
        entryIds: z.array(z.string()),
      }),
    ),
    conflicts: z.array(conflictSchema),
    unrestorable: z.array(
      z.object({
        entity: z.string(),
        entityId: z.string(),
        field: z.string(),
        reason: z.string(),
      }),
    ),
    traceId: nullable,
  })
  .register(namedSchemas, { id: 'Revert', description: 'What a revert did, or would do' })

export function revertJson({ steps, conflicts, ...revert }: Revert): RevertJson {
  return {
    ...revert,
    steps: steps.map(({ patch, ...step }) => ({
      ...step,
      patch: Object.fromEntries(
        Object.entries(patch).map(([name, { from, to }]) => [
          name,
          { ...known('from', from), ...known('to', to) },
        ]),
      ),
    })),
    conflicts: conflicts.map(conflictJson),
  }
}

export function conflictJson(conflict: RevertConflict): ConflictJson {
  const { recorded, current, revertTo, by, ...others } = conflict
  return {
    ...others,
    ...known('recorded', recorded),
    ...known('current', current),
    ...known('revertTo', revertTo),
    ...(by && { by: { ...by, createdAt: by.createdAt.toISOString() } }),
  }
}

import { z } from 'zod'
import { type Service, TRAIL } from './call.ts'
import { id, text, traceId } from './parameters.ts'
import { problem } from './problem.ts'
import { revertJson, revertSchema } from './revert-answer.ts'
import { route } from './route.ts'

export const revertRoute = route({
  name: 'revert',
  method: 'POST',
  path: '/reverts',
  summary: 'Takes back what an entry, or a unit of work, changed',
  parameters: z.strictObject({}),
  body: z
    .strictObject({
      id: id.optional(),
      traceId: traceId.optional(),
      dryRun: z.boolean().optional(),
      onConflict: z.enum(['refuse', 'revert', 'keep']).optional(),
      reason: text.max(2000).optional(),
    })
    .refine(({ id, traceId }) => (id === undefined) !== (traceId === undefined), {
      error: 'It has to name either an entry by `id`, or a unit of work by `traceId`.',
    }),
  answers: revertSchema,
  answer: async ({ audit, scope, service, request, parameters: { id, traceId, ...options } }) => {
    if (!scope.mayRevert) return problem('FORBIDDEN', { detail: 'Your scope allows no reverts.' })
    const target = id === undefined ? { traceId: traceId as string } : { id }
    if (!options.dryRun) {
      // By itself, and not around the revert: a trace that its viewer may see as a whole can be reverted, too.
      const entityId = id ?? traceId
      const { reason } = options
      const asked = { action: 'audit.revert', entity: TRAIL, entityId, reason }
      const recorded = await recordedAccess(service, request, asked)
      if (!recorded) return problem('UNRECORDED', {}, { 'Retry-After': '10' })
    }
    return revertJson(await audit.revert(target, options))
  },
  // What would be done was looked at.
  viewed: ({ id, traceId, dryRun }) => (dryRun ? { entityId: id ?? traceId } : null),
})

/** Whether an access could be recorded: what could not is not done. */
async function recordedAccess(
  { client, tell }: Service,
  request: Request,
  event: Parameters<Service['client']['$audit']['record']>[0],
): Promise<boolean> {
  try {
    await client.$audit.record(event)
    return true
  } catch (error) {
    tell(error, request)
    return false
  }
}

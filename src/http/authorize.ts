import { z } from 'zod'
import { AuditError } from '../errors.ts'
import type { AuditScope } from '../query/scope.ts'

/** How far the caller may look; `401` where nobody is known, `403` or `null` where it may not look. */
export type Authorization = AuditScope | 401 | 403 | null

/** Asked about every request before anything else, and again about streams that stay open. */
export type Authorize = (request: Request) => Authorization | Promise<Authorization>

const all = z.literal('all')
const type = z.enum(['user', 'service', 'system', 'agent'])
const names = z.union([z.array(z.string()), all], {
  error: "It has to be a list of texts or 'all'.",
})
const id = z.union([z.string(), z.number(), z.bigint()]).nullish()

/** Unknown fields are refused: a scope with `tenant` in place of `tenants` would be none. */
const scopeSchema = z.strictObject({
  tenants: names,
  entities: names.optional(),
  actors: z
    .union([z.array(z.union([z.string(), z.strictObject({ id: z.string(), type })])), all], {
      error: "It has to be a list of ids, or of { id, type }, or 'all'.",
    })
    .optional(),
  masked: z.record(z.string(), z.array(z.string())).optional(),
  mayExport: z.boolean().optional(),
  mayRevert: z.boolean().optional(),
  viewer: z
    .strictObject({
      id,
      type: type.optional(),
      name: z.string().nullish(),
      onBehalfOf: id,
    })
    .optional(),
})

/**
 * The scope of a request, copied so that nothing changes it afterwards, or the status of its refusal.
 *
 * @throws {AuditError} `OPTION_INVALID` for an answer that is no scope; what `authorize` throws
 */
export async function authorized(
  authorize: Authorize,
  request: Request,
): Promise<AuditScope | 401 | 403> {
  const answer = await authorize(request)
  if (answer === null) return 403
  if (answer === 401 || answer === 403) return answer
  const { success, data, error } = scopeSchema.safeParse(answer)
  if (success) return data
  // Which fields, and not their values: these are of persons and tenants, and the message goes to a log.
  const reasons = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`,
  )
  throw new AuditError(
    'OPTION_INVALID',
    `\`authorize\` has to answer a scope like { tenants: ['acme'] }, 401, 403 or null. ${reasons.join('. ')}.`,
  )
}

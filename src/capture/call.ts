import type { Change } from '../entry.ts'
import { AuditError } from '../errors.ts'
import type { AuditedModel, Settings } from '../options.ts'
import type { Args, ComputedFields, Execute, Request, RootClient, Transaction } from '../prisma.ts'

/** One audited call inside its transaction: what the capture of an operation works with. */
export interface Call {
  readonly root: RootClient
  readonly settings: Settings
  readonly model: AuditedModel
  /** As the engine would get it: after every query extension. */
  readonly request: Request
  readonly computed: ComputedFields
  readonly transaction: Transaction
  /** The transaction is the call's own, and ends with it. */
  readonly isStandalone: boolean
  /** Sends the request, with another action or other arguments where given. */
  readonly run: (action?: string, args?: Args) => Promise<unknown>
  /** Writes the audit rows of some changes, in their order. */
  readonly record: (changes: readonly Change[]) => Promise<void>
}

/**
 * Sends a request that we changed. Prisma checks the arguments before it sends anything, and its
 * message quotes them: for such an error the user's own arguments are sent instead, which fail in
 * the same way and are quoted as the user wrote them.
 */
export function runner(request: Request, transaction: Transaction, execute: Execute): Call['run'] {
  return async (action = request.action, args = request.args) => {
    const given = { ...request, transaction }
    try {
      return await execute({ ...given, action, args, dataPath: [] })
    } catch (error) {
      if (isValidationError(error) && args !== request.args) await execute(given)
      throw error
    }
  }
}

/**
 * Sends a call that Prisma is known to refuse, for the error in its own words.
 *
 * @throws {AuditError} `CAPTURE_FAILED` if it takes the call after all: nothing may pass unrecorded.
 */
export async function runRefused({ model, request, run }: Call, problem: string): Promise<never> {
  await run()
  throw new AuditError(
    'CAPTURE_FAILED',
    `\`${model.model.name}.${request.action}\` was taken by Prisma, but ${problem}, so the change was undone.`,
  )
}

function isValidationError(error: unknown): boolean {
  return error instanceof Error && error.name === 'PrismaClientValidationError'
}

import type { Change, LinkChange } from '../entry.ts'
import type { AuditedModel, Settings } from '../options.ts'
import type { Args, Execute, Request, RootClient, Transaction } from '../prisma.ts'

/** One audited call inside its transaction: what the capture of an operation works with. */
export interface Call {
  readonly root: RootClient
  readonly settings: Settings
  readonly model: AuditedModel
  /** As the engine would get it: after every query extension. */
  readonly request: Request
  readonly transaction: Transaction
  /** The transaction is the call's own, and ends with it. */
  readonly isStandalone: boolean
  /** Sends the request, with another action or other arguments where given. */
  readonly run: (action?: string, args?: Args) => Promise<unknown>
  /** Writes the audit rows of some changes, in their order. */
  readonly record: (changes: readonly (Change | LinkChange)[]) => Promise<void>
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

function isValidationError(error: unknown): boolean {
  return error instanceof Error && error.name === 'PrismaClientValidationError'
}

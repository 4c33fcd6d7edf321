import { AuditError } from './errors.ts'
import { isTransactionError } from './prisma.ts'

interface Table {
  readonly table: string
}

/** Turns the error of reading rows that are about to change into ours. */
export function captureFailed({ table }: Table): (error: unknown) => never {
  return failed(
    'CAPTURE_FAILED',
    `The rows of \`${table}\` that are about to change could not be read.`,
  )
}

/** Turns the error of writing to the audit table into ours. */
export function writeFailed({ table }: Table): (error: unknown) => never {
  return failed('WRITE_FAILED', `The audit row could not be written to \`${table}\`.`)
}

/** A conflict, a deadlock or a timeout stays what it is: applications retry by its code. */
function failed(code: 'CAPTURE_FAILED' | 'WRITE_FAILED', message: string) {
  return (error: unknown): never => {
    if (isTransactionError(error)) throw error
    throw new AuditError(
      code,
      `${message} The cause tells why. Without \`onError: 'ignore'\` the change is undone too.`,
      {
        cause: error,
      },
    )
  }
}

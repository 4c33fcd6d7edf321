/** Every code of an `AuditError`, with what it means. */
export const AUDIT_ERRORS = {
  OPTION_INVALID: 'An option has a value that is not allowed.',
  ANNOTATION_INVALID: 'A `@audit.*` annotation in the schema is unknown or in the wrong place.',
  SCHEMA_INVALID: 'The Prisma schema could not be read.',
  AUDIT_MODEL_MISSING: 'The Prisma schema has no audit model.',
  AUDIT_MODEL_INVALID: 'The audit model lacks columns, or has them with another type.',
  MODEL_WITHOUT_KEY: 'An audited model has neither a primary key nor a unique key to find rows by.',
  RUNTIME_UNSUPPORTED: 'The Prisma client or the JavaScript runtime lacks what auditing needs.',
  ACTOR_REQUIRED: 'A write was made without an actor where one is required.',
  CONTEXT_INVALID: 'The audit context has a value that is not allowed.',
  BATCH_UNSUPPORTED: 'An array given to `$transaction` holds something that cannot be audited.',
  CAPTURE_FAILED: 'The rows that a write changes could not be read.',
  WRITE_FAILED: 'The audit rows could not be written.',
  NOT_INSTALLED:
    'The triggers of the database engine are absent, or not those that this version would make.',
  DATABASE_UNREACHABLE: 'The database could not be asked, or refused what it was asked.',
  EVENT_INVALID: 'What `$audit.run()` or `$audit.record()` was given is not allowed.',
  ACTION_UNKNOWN: 'An action is not in the catalogue that `audit({ actions })` was given.',
  QUERY_INVALID: 'A query on the audit log is not allowed as given.',
} as const

/** What went wrong, for code to branch on. */
export type AuditErrorCode = keyof typeof AUDIT_ERRORS

/**
 * The one class of error that this package throws.
 *
 * Branch on `code`; `message` is for people and may change between versions.
 */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly code: AuditErrorCode

  constructor(code: AuditErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

export function invalidOption(message: string): never {
  throw new AuditError('OPTION_INVALID', message)
}

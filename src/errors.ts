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
  FILTER_INVALID: 'A filter could not be understood; `position` tells where.',
  QUERY_TIMEOUT: 'A query on the audit log took longer than it may.',
  QUERY_FORBIDDEN: 'The scope of a query does not allow what it asks for.',
  REVERT_CONFLICT:
    'A change cannot be reverted without undoing later ones; `conflicts` tells which.',
  REVERT_INVALID: 'There is nothing to revert, or nothing that could be put back.',
} as const

/** What went wrong, for code to branch on. */
export type AuditErrorCode = keyof typeof AUDIT_ERRORS

/**
 * The one class of error that this package throws.
 *
 * Branch on `code`; `message` is for people and may change between versions. `instanceof` also knows those of
 * another copy of this package, as bundlers make them.
 */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly code: AuditErrorCode
  /** Of `FILTER_INVALID`: where in the text of the filter, counted from 0; `end` is exclusive. */
  readonly position?: { readonly start: number; readonly end: number }
  /** Of `REVERT_CONFLICT`: what was changed since. */
  readonly conflicts?: readonly RevertConflict[]

  constructor(
    code: AuditErrorCode,
    message: string,
    options: {
      cause?: unknown
      position?: AuditError['position']
      conflicts?: AuditError['conflicts']
    } = {},
  ) {
    const { position, conflicts, ...others } = options
    super(message, others)
    this.code = code
    if (position) this.position = position
    if (conflicts) this.conflicts = conflicts
  }

  static [Symbol.hasInstance](value: unknown): value is AuditError {
    const { name, code } = Object(value) as Partial<AuditError>
    return name === 'AuditError' && typeof code === 'string'
  }
}

/** Something that is no longer as the reverted change left it. */
export interface RevertConflict {
  readonly entity: string
  readonly entityId: string
  /** A field, or the relation by which other rows are concerned; `null` for the row itself. */
  readonly field: string | null
  /**
   * The value was `changed`; the row, or what the field would refer to, is `gone`; the row `exists` again; a
   * unique value is `taken` by another row;
   * the row that would be deleted, or whose key would change, is `referenced`, by so many rows as `current` says.
   */
  readonly reason: 'changed' | 'gone' | 'exists' | 'taken' | 'referenced'
  /** What the change left. */
  readonly recorded: unknown
  readonly current: unknown
  readonly revertTo: unknown
  /** The entry that changed it later. */
  readonly by?: ChangedBy
}

/** Who changed something, and when. */
export interface ChangedBy {
  readonly id: string
  readonly traceId: string
  readonly createdAt: Date
  readonly action: string
  readonly actorId: string | null
  readonly actorType: string
  readonly actorName: string | null
}

export function invalidOption(message: string): never {
  throw new AuditError('OPTION_INVALID', message)
}

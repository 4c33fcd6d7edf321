export {
  type Actor,
  type ActorType,
  type AuditContext,
  type AuditRequest,
  type AuditTrace,
  currentAudit,
  type TagValue,
  updateAudit,
  withAudit,
} from './context.ts'
export type { Diff } from './diff.ts'
export { AUDIT_ERRORS, AuditError, type AuditErrorCode } from './errors.ts'
export { type ActivityEntry, type ActivityOptions, type AuditApi, audit } from './extension.ts'
export type { AuditOptions, AuditWarning, RedactOptions } from './options.ts'
export type {
  AuditEntry,
  EntriesOptions,
  EntriesWhere,
  Page,
  PageOptions,
} from './query/entries.ts'
export type { Redaction } from './redact.ts'

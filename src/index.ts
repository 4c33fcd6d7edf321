export type { EventOptions, RecordOptions, Run, RunOptions } from './action.ts'
export type { BatcherStats } from './batcher.ts'
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
  withoutAudit,
} from './context.ts'
export { defineAuditConfig } from './define-audit-config.ts'
export type { Diff } from './diff.ts'
export type { DatabaseOptions, Engine } from './engine-options.ts'
export { AUDIT_ERRORS, AuditError, type AuditErrorCode } from './errors.ts'
export type { EntityId } from './event.ts'
export {
  type ExecutionLog,
  type ExecutionLogOptions,
  type ExecutionLogStats,
  executionLog,
  type LogLine,
  type StoredLine,
} from './execution-log.ts'
export { type ActivityEntry, type ActivityOptions, type AuditApi, audit } from './extension.ts'
export type {
  AuditOptions,
  AuditWarning,
  LargeCallWarning,
  RedactOptions,
  UncoveredWarning,
  UnrecordedWarning,
} from './options.ts'
export {
  exportTrace,
  formatTraceparent,
  importTrace,
  parseTraceparent,
  type TraceCarrier,
  type Traceparent,
} from './propagation.ts'
export type {
  AuditEntry,
  EntriesOptions,
  EntriesWhere,
  Page,
  PageOptions,
} from './query/entries.ts'
export type { Trace, TraceOptions } from './query/trace.ts'
export type { UnfinishedOptions } from './query/unfinished.ts'
export type { Redaction } from './redact.ts'

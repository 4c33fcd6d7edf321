export type { EventOptions, RecordOptions, Run, RunOptions } from './action.ts'
export type { AuditApi, QueryLimits, ScopedAudit } from './audit-api.ts'
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
export {
  AUDIT_ERRORS,
  AuditError,
  type AuditErrorCode,
  type ChangedBy,
  type RevertConflict,
} from './errors.ts'
export type { EntityId } from './event.ts'
export {
  type ExecutionLog,
  type ExecutionLogOptions,
  type ExecutionLogStats,
  executionLog,
  type LogLine,
  type StoredLine,
} from './execution-log.ts'
export { audit } from './extension.ts'
export type {
  ActivityEntry,
  ActivityInclude,
  ActivityOptions,
  AsOfManyOptions,
  AsOfOptions,
  FieldHistoryOptions,
  KeyWhere,
  ModelFieldChange,
  ModelRow,
  PastRows,
} from './model-methods.ts'
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
export {
  FILTER_KEYS,
  type FieldTerm,
  type Filter,
  type FilterKey,
  type FilterTerm,
  type FilterValue,
  type TagTerm,
  type TextTerm,
} from './query/filter.ts'
export { parseFilter } from './query/parse-filter.ts'
export { printFilter } from './query/print-filter.ts'
export type {
  AuditQueries,
  Count,
  EntryComparison,
  EntryVersion,
  ExportOptions,
  Facet,
  Facets,
  FacetsOptions,
  FieldChange,
  FilterInput,
  Histogram,
  HistogramBucket,
  HistogramOptions,
  HistoryOptions,
  PastState,
  SearchOptions,
  SearchOrder,
  SearchPage,
  Subject,
  TailedEntry,
  TailOptions,
} from './query/queries.ts'
export type { AuditScope, ScopedActor } from './query/scope.ts'
export type { Trace, TraceOptions } from './query/trace.ts'
export type { UnfinishedOptions } from './query/unfinished.ts'
export type { Redaction } from './redact.ts'
export type { Unrestorable } from './revert/plan.ts'
export type { RevertStep } from './revert/report.ts'
export type { Revert, RevertOptions } from './revert/revert.ts'
export type { RevertTarget } from './revert/target.ts'

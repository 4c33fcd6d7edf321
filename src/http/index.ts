/** The trail over HTTP, as a function of web requests. */

export type { DiffJson, EntryJson } from '../query/entry-json.ts'
export type { AuditScope } from '../query/scope.ts'
export type {
  ComparisonJson,
  FacetsJson,
  FieldChangeJson,
  FieldHistoryJson,
  LineJson,
  PageJson,
  PastStateJson,
  TraceJson,
} from './answers.ts'
export type { Authorization, Authorize } from './authorize.ts'
export type { AuditedClient } from './call.ts'
export { type AuditHandler, type AuditHandlerOptions, createAuditHandler } from './handler.ts'
export type { HandlerLimits } from './limits.ts'
export type { HistogramJson, SavedViewJson, VersionJson, ViewerJson } from './page-answers.ts'
export {
  HTTP_PROBLEMS,
  type HttpProblemCode,
  type ParameterProblem,
  type Problem,
} from './problem.ts'
export type { ConflictJson, RevertJson, RevertStepJson } from './revert-answer.ts'
export type { SavedViews, ViewsCaller } from './saved-views.ts'

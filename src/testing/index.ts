export {
  type Capture,
  type CaptureOptions,
  captureEntries,
  writtenDuring,
} from './capture.ts'
export { expectAudited, expectAuditedExactly, expectNotAudited } from './expect-audited.ts'
export type { ExpectedEntry } from './expected-entry.ts'
export { type FixedOptions, fixedClock, fixedOptions, sequentialIds } from './fixed-options.ts'
export { type AuditMatchers, auditMatchers } from './matchers.ts'
export { type RecordedDuringOptions, recordedDuring } from './recorded-during.ts'
export type { AsymmetricMatcher } from './same-value.ts'
export type { AuditedClient, EntriesSource, RecordedEntry } from './source.ts'

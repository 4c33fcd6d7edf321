import type { ExpectedEntry } from './expected-entry.ts'
import { type AuditedClient, type EntriesSource, withEntries } from './source.ts'
import { exactly, including } from './verdict.ts'

/**
 * Matchers for vitest and jest: `expect.extend(auditMatchers)`. Their types come with an import of
 * `prisma-extension-audit/testing/vitest` or `prisma-extension-audit/testing/jest`.
 */
export const auditMatchers = {
  toBeAudited(
    source: AuditedClient | EntriesSource,
    expected: ExpectedEntry | readonly ExpectedEntry[],
  ) {
    return withEntries(source, (entries) => including(entries, expected))
  },
  toHaveAuditEntries(source: AuditedClient | EntriesSource, expected: readonly ExpectedEntry[]) {
    return withEntries(source, (entries) => exactly(entries, expected))
  },
}

/**
 * The matchers as they are called. For a jest that is imported from `@jest/globals`, an application adds
 * them by itself:
 *
 * ```ts
 * declare module 'expect' {
 *   interface Matchers<R extends void | Promise<void>, T> extends AuditMatchers<R, T> {}
 * }
 * ```
 */
export interface AuditMatchers<Result, Source> {
  /**
   * An entry is there, or a list of entries in this order, with or without others in between: see
   * `expectAudited`. Of a client it is a promise.
   */
  toBeAudited(
    expected: ExpectedEntry | readonly ExpectedEntry[],
  ): Source extends AuditedClient ? Promise<void> : Result
  /** These entries are there, in this order, and no others: see `expectAuditedExactly`. */
  toHaveAuditEntries(
    expected: readonly ExpectedEntry[],
  ): Source extends AuditedClient ? Promise<void> : Result
}

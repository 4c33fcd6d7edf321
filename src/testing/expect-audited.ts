import { AssertionError } from 'node:assert'
import type { AuditEntry } from '../query/entries.ts'
import type { ExpectedEntry } from './expected-entry.ts'
import {
  type AuditedClient,
  type EntriesSource,
  isAuditedClient,
  type RecordedEntry,
  withEntries,
} from './source.ts'
import { exactly, excluding, including, type Verdict } from './verdict.ts'

/**
 * Asserts that an entry is there, or a list of entries in this order, with or without others in
 * between. Answers the newest such entry, or entries.
 *
 * Of a client the newest 1000 entries of its table are looked at, and the answer is a promise.
 *
 * @throws {AssertionError} with the entries that are there, and what differs in the closest one
 * @throws {AuditError} `OPTION_INVALID` for an unknown field, one that is `undefined`, or a wrong source
 */
export function expectAudited(client: AuditedClient, expected: ExpectedEntry): Promise<AuditEntry>
export function expectAudited(
  client: AuditedClient,
  expected: readonly ExpectedEntry[],
): Promise<readonly AuditEntry[]>
export function expectAudited<Entry extends RecordedEntry>(
  source: EntriesSource<Entry>,
  expected: ExpectedEntry,
): Entry
export function expectAudited<Entry extends RecordedEntry>(
  source: EntriesSource<Entry>,
  expected: readonly ExpectedEntry[],
): readonly Entry[]
export function expectAudited(
  source: AuditedClient | EntriesSource,
  expected: ExpectedEntry | readonly ExpectedEntry[],
): unknown {
  return judged(source, expectAudited, (entries) => {
    const verdict = including(entries, expected)
    return { ...verdict, answer: Array.isArray(expected) ? verdict.found : verdict.found[0] }
  })
}

/**
 * Asserts that these entries are there, in this order, and no others; of a client that its table has no
 * others.
 *
 * @throws as {@link expectAudited}
 */
export function expectAuditedExactly(
  client: AuditedClient,
  expected: readonly ExpectedEntry[],
): Promise<readonly AuditEntry[]>
export function expectAuditedExactly<Entry extends RecordedEntry>(
  source: EntriesSource<Entry>,
  expected: readonly ExpectedEntry[],
): readonly Entry[]
export function expectAuditedExactly(
  source: AuditedClient | EntriesSource,
  expected: readonly ExpectedEntry[],
): unknown {
  return judged(source, expectAuditedExactly, (entries) => {
    const verdict = exactly(entries, expected)
    return { ...verdict, answer: verdict.found }
  })
}

/**
 * Asserts that no entry is like this; without `expected`, that there is none at all.
 *
 * @throws as {@link expectAudited}
 */
export function expectNotAudited(client: AuditedClient, expected?: ExpectedEntry): Promise<void>
export function expectNotAudited(source: EntriesSource, expected?: ExpectedEntry): void
export function expectNotAudited(
  source: AuditedClient | EntriesSource,
  expected?: ExpectedEntry,
): unknown {
  return judged(source, expectNotAudited, (entries) => {
    return { ...excluding(entries, expected), answer: undefined }
  })
}

/** Answers what `judge` does, or throws. */
function judged(
  source: AuditedClient | EntriesSource,
  assertion: (...args: never[]) => unknown,
  judge: (entries: readonly RecordedEntry[]) => Verdict & { readonly answer: unknown },
): unknown {
  // The stack trace begins where the assertion was called, unless it is no longer on the stack.
  const stackStartFn = isAuditedClient(source) ? {} : { stackStartFn: assertion as () => void }
  return withEntries(source, (entries) => {
    const { pass, message, answer } = judge(entries)
    if (pass) return answer
    throw new AssertionError({ message: message(), operator: assertion.name, ...stackStartFn })
  })
}

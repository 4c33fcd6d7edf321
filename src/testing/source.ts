import type { AuditApi } from '../audit-api.ts'
import type { EntryRow } from '../entry.ts'
import { invalidOption } from '../errors.ts'
import type { AuditEntry } from '../query/entries.ts'

/** A client that `audit()` extends, or a transaction client of it. */
export interface AuditedClient {
  readonly $audit: Pick<AuditApi, 'entries' | 'flush'>
}

/** An entry of `$audit.entries()` or `activity()`, or a row of a capture. */
export interface RecordedEntry extends Omit<EntryRow, 'before' | 'after'> {
  readonly seq?: bigint
  readonly before: object | null
  readonly after: object | null
}

/** A list of entries, or what has one: a capture, a page, what `recordedDuring` answers. */
export type EntriesSource<Entry extends RecordedEntry = RecordedEntry> =
  | readonly Entry[]
  | { readonly entries: readonly Entry[] }

/** So many of a client's entries are looked at. */
const newest = 1000

export function isAuditedClient(source: unknown): source is AuditedClient {
  return typeof (source as Partial<AuditedClient> | null)?.$audit?.entries === 'function'
}

/**
 * Hands over the entries of a source, oldest first: those of a client are read before, the newest 1000.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function withEntries<T>(
  source: AuditedClient | EntriesSource,
  fn: (entries: readonly RecordedEntry[]) => T,
): T | Promise<T> {
  return isAuditedClient(source) ? newestEntries(source).then(fn) : fn(entriesIn(source))
}

async function newestEntries(client: AuditedClient): Promise<readonly AuditEntry[]> {
  await client.$audit.flush()
  const { entries } = await client.$audit.entries({ take: newest })
  return entries.reverse()
}

/** Entries that have a `seq` are put in its order: those of a page are newest first. */
function entriesIn(source: EntriesSource): readonly RecordedEntry[] {
  const entries = Array.isArray(source) ? source : (source as { entries?: unknown } | null)?.entries
  if (!Array.isArray(entries)) {
    const isPromise = typeof (source as { then?: unknown } | null)?.then === 'function'
    invalidOption(
      `The source of entries is ${isPromise ? 'a promise: `await` it first' : `\`${shown(source)}\``}. ` +
        'It has to be a list of entries, a capture, a page, or a client that audit() extends.',
    )
  }
  const list = entries as readonly RecordedEntry[]
  if (!list.every(({ seq }) => typeof seq === 'bigint')) return list
  return list.toSorted(({ seq: a = 0n }, { seq: b = 0n }) => (a < b ? -1 : a > b ? 1 : 0))
}

function shown(source: unknown): string {
  return typeof source === 'object' && source !== null
    ? `{ ${Object.keys(source).slice(0, 5).join(', ')} }`
    : String(source)
}

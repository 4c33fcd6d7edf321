import { invalidOption } from '../errors.ts'
import type { AuditEntry, EntriesWhere } from '../query/entries.ts'
import { checkFunction, checkOptionNames } from './arguments-check.ts'
import { type AuditedClient, isAuditedClient } from './source.ts'

export interface RecordedDuringOptions {
  /** Only entries like these, as `$audit.entries` takes it: those of one actor, of one tenant. */
  readonly where?: EntriesWhere | undefined
}

/**
 * Runs `fn`, and reads from the table what was committed meanwhile, oldest first and as
 * `$audit.entries` answers it, with the entries of reads.
 *
 * The table does not tell who wrote: what others commit while `fn` runs is among the entries, other
 * processes too, unless `where` keeps it out. What is rolled back is not.
 *
 * @throws {AuditError} `OPTION_INVALID` for a client without `audit()`, `QUERY_INVALID`
 * @throws what `fn` throws
 */
export async function recordedDuring<T>(
  client: AuditedClient,
  fn: () => T | PromiseLike<T>,
  options: RecordedDuringOptions = {},
): Promise<{ readonly result: T; readonly entries: readonly AuditEntry[] }> {
  if (!isAuditedClient(client)) {
    invalidOption(
      'recordedDuring() was given a client without `$audit`: give it the one that audit() extends, ' +
        '`new PrismaClient({ adapter }).$extends(audit())`.',
    )
  }
  checkFunction('recordedDuring', fn)
  checkOptionNames('recordedDuring', options, ['where'])
  await client.$audit.flush()
  const { entries } = await client.$audit.entries({ take: 1 })
  const last = entries[0]?.seq ?? 0n
  const result = await fn()
  await client.$audit.flush()
  return { result, entries: await entriesAfter(client, last, options.where) }
}

/** Newest page first, since a page begins at the newest entry: what comes in between is not read. */
async function entriesAfter(
  client: AuditedClient,
  last: bigint,
  where: EntriesWhere | undefined,
): Promise<AuditEntry[]> {
  const found: AuditEntry[] = []
  let cursor: bigint | null = null
  do {
    const page = await client.$audit.entries({ where, take: 1000, cursor })
    found.push(...page.entries.filter(({ seq }) => seq > last))
    cursor = page.nextCursor
  } while (cursor !== null && cursor > last)
  return found.reverse()
}

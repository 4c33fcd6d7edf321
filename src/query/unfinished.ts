import type { Settings } from '../options.ts'
import type { Transaction } from '../prisma.ts'
import type { Store, StoredEntry } from '../store.ts'
import {
  type AuditEntry,
  decodeEntry,
  type Page,
  type PageOptions,
  pageArgs,
  pageOf,
} from './entries.ts'

export interface UnfinishedOptions extends PageOptions {
  /** Only runs that began before it: those after it may well be running. @default all */
  readonly before?: Date | undefined
}

/** So many started runs are looked at in one go. */
const chunk = 200

/**
 * The runs that have begun and not ended, newest first: those that are running, and those whose process
 * ended before they did.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `take` or `cursor`.
 */
export async function findUnfinished(
  store: Store,
  settings: Settings,
  transaction: Transaction | undefined,
  { before, ...options }: UnfinishedOptions = {},
): Promise<Page<AuditEntry>> {
  const { take } = pageArgs(settings, options, 'desc')
  const began = before ? { createdAt: { lt: before } } : {}
  const unfinished: StoredEntry[] = []
  let cursor = options.cursor
  do {
    const { after, ...args } = pageArgs(settings, { take: chunk, cursor }, 'desc')
    const where = { AND: [{ outcome: 'started' }, began, after] }
    const page = pageOf(await store.read(transaction, { ...args, where }), args.take)
    const ended = await endedOf(store, transaction, page.rows)
    unfinished.push(...page.rows.filter(({ id }) => !ended.has(id)))
    cursor = page.nextCursor
  } while (cursor !== null && unfinished.length < take)
  const { rows, nextCursor } = pageOf(unfinished.slice(0, take), take)
  return { entries: rows.map((entry) => decodeEntry(settings, entry)), nextCursor }
}

/** Which of these runs have a closing entry: it tells of the change of their outcome. */
async function endedOf(
  store: Store,
  transaction: Transaction | undefined,
  started: readonly StoredEntry[],
): Promise<ReadonlySet<string | null>> {
  if (started.length === 0) return new Set()
  const closing = await store.read(transaction, {
    where: {
      traceId: { in: [...new Set(started.map(({ traceId }) => traceId))] },
      parentId: { in: started.map(({ id }) => id) },
      source: 'api',
      outcome: { not: 'started' },
    },
  })
  return new Set(closing.filter(isClosing).map(({ parentId }) => parentId))
}

function isClosing({ before }: StoredEntry): boolean {
  return before?.outcome === 'started'
}

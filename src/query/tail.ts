import { setTimeout } from 'node:timers/promises'
import { AuditError } from '../errors.ts'
import { filterConditions } from './condition.ts'
import { type AuditEntry, shownEntry } from './entries.ts'
import type { Filter } from './filter.ts'
import type { TailedEntry, TailOptions } from './queries.ts'
import { readRows, selectRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, join, type Sql, sql, unindexed } from './sql.ts'
import { type Gap, TailPosition } from './tail-position.ts'

/** So many values of `seq` are looked at in one go; entries are handed out from as many. */
const chunk = 1_000

/** So many gaps are asked for by one statement. */
const gapsPerStatement = 200

/** A tail that begins at the end looks for gaps among so many of the newest entries. */
const backwards = 10_000

/** Milliseconds: so long a transaction may be open after a later entry was seen. */
const patience = 600_000

const longestInterval = 3_600_000

/**
 * The entries that match as they come in, in the order of insertion: from its first `next()` on, or from the
 * position of an entry that was handed out before.
 *
 * Each entry comes once, and none is left out, though databases give `seq` out before they commit: what
 * is missing below the highest value is a gap, which is looked at again until it is filled or given up.
 * Entries of different transactions so come in the order of their commits, roughly; those of one entity, and
 * of one transaction, in the order of `seq`. The position of an entry tells what was handed out up to it
 * and no more, so whoever goes on after it misses nothing and gets nothing twice.
 *
 * A rolled-back transaction leaves its gaps for good, so they are given up: ten minutes after they were first
 * seen, and from 5,000 gaps on the oldest. What is committed into a gap later than that is not handed out. The
 * same holds for what was written before a tail began at the end, and more than 10,000 entries ago; and where
 * one goes on after a position, for gaps that did not fit into its text: that has room for regular ones, and
 * for hundreds of random ones. Where the sequence of `seq` hands out values in advance (`CACHE`), a session can
 * fill a gap at any time; Prisma's does not. All has to be read from the primary: a replica may lag between two
 * looks.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `after` or `interval`, or inside of a transaction, where
 * nothing new may be seen; while it runs, what the database throws
 */
export function tailEntries(
  source: Source,
  filter: Filter,
  { after, interval = 1000, signal }: TailOptions = {},
): AsyncIterable<TailedEntry> {
  if (source.transaction) {
    invalid('`tail()` was called on a transaction, but it has to be called on the client itself.')
  }
  if (!Number.isInteger(interval) || interval < 1 || interval > longestInterval) {
    invalid(
      `\`interval\` is \`${interval}\`, but it has to be 1 to ${longestInterval} milliseconds.`,
    )
  }
  const position = after === undefined ? undefined : TailPosition.parse(after, Date.now())
  return follow(source, filter, { position, interval, signal })
}

/** The position at the end of the trail: a tail that goes on after it hands out what comes in from now on. */
export async function findTailPosition(source: Source): Promise<string> {
  return String(await endOf(source))
}

interface Following {
  /** @default the end of the trail */
  readonly position: TailPosition | undefined
  readonly interval: number
  readonly signal: AbortSignal | undefined
}

async function* follow(
  source: Source,
  filter: Filter,
  { position: given, interval, signal }: Following,
): AsyncGenerator<TailedEntry, void> {
  if (signal?.aborted) return
  const position = given ?? (await endOf(source))
  while (!signal?.aborted) {
    const now = Date.now()
    const found = await outstanding(source, position)
    const entries = await entriesAmong(source, filter, found)
    for (const seq of found) {
      position.take(seq, now)
      const entry = entries.get(seq)
      if (!entry) continue
      if (signal?.aborted) return
      yield { entry, position: String(position) }
    }
    if (found.length === chunk) continue
    // Not before they were looked at once more: the position may be an old one.
    position.giveUp(now, patience)
    await pause(interval, signal)
  }
}

/**
 * The lowest values of `seq` that are there now and were not handed out, ascending, at most a chunk.
 *
 * Whatever is among them, all that was committed before it and is below it is, too, because the higher values
 * are read first. (Where a statement had more to answer than a chunk, what is above its last one is left for
 * the next time.) So an entry never comes before an earlier one of its entity, which was committed before.
 */
async function outstanding(source: Source, position: TailPosition): Promise<bigint[]> {
  const seq = column(source.settings, 'seq')
  let found = await seqsOf(source, sql`${seq} > ${position.highest}`)
  const gaps = position.gaps.toReversed()
  for (let start = 0; start < gaps.length; start += gapsPerStatement) {
    const some = gaps.slice(start, start + gapsPerStatement)
    const lower = await seqsOf(source, within(seq, some))
    found = [...lower, ...found]
  }
  return found.slice(0, chunk)
}

/** Of all entries, whatever the filter and the scope: an entry that may not be seen is no gap. */
async function seqsOf(source: Source, where: Sql): Promise<bigint[]> {
  const orderBy = column(source.settings, 'seq')
  const everything = { ...source, scope: null }
  const rows = await selectRows(everything, ['seq'], { where: [where], orderBy, take: chunk })
  return rows.map(seqOfRow)
}

/** The entries among these that match and may be seen. */
async function entriesAmong(
  source: Source,
  filter: Filter,
  seqs: readonly bigint[],
): Promise<ReadonlyMap<bigint, AuditEntry>> {
  if (seqs.length === 0) return new Map()
  const { settings } = source
  const orderBy = column(settings, 'seq')
  const among = within(orderBy, runsOf(seqs))
  // Found by nothing but `seq`: these are few, and what matches may be most of the trail.
  const matches = filterConditions(settings, filter, settings.now()).map(unindexed)
  const where = [among, ...matches]
  const rows = await readRows(source, { where, orderBy, take: seqs.length })
  return new Map(rows.map((row) => [row.seq, shownEntry(source, row)]))
}

type Run = Pick<Gap, 'from' | 'to'>

/** That a value is in one of the runs, which are ascending or descending. */
function within(seq: Sql, runs: readonly Run[]): Sql {
  const [first, last] = [runs[0] as Run, runs.at(-1) as Run]
  const [lowest, highest] = first.from < last.from ? [first.from, last.to] : [last.from, first.to]
  const span = sql`${seq} BETWEEN ${lowest} AND ${highest}`
  if (runs.length === 1) return span
  const single = runs.filter(({ from, to }) => from === to).map(({ from }) => from)
  const wide = runs.filter(({ from, to }) => from < to)
  const each = [
    ...(single.length > 0 ? [sql`${seq} IN (${join(single)})`] : []),
    ...wide.map(({ from, to }) => sql`${seq} BETWEEN ${from} AND ${to}`),
  ]
  return sql`${span} AND (${join(each, ' OR ')})`
}

/** Values one after the other, as runs. */
function runsOf(seqs: readonly bigint[]): Run[] {
  const runs: { from: bigint; to: bigint }[] = []
  for (const seq of seqs) {
    const last = runs.at(-1)
    if (last?.to === seq - 1n) last.to = seq
    else runs.push({ from: seq, to: seq })
  }
  return runs
}

async function endOf(source: Source): Promise<TailPosition> {
  const orderBy = sql`${column(source.settings, 'seq')} DESC`
  const everything = { ...source, scope: null }
  const rows = await selectRows(everything, ['seq'], { orderBy, take: backwards })
  const seqs = rows.map(seqOfRow).reverse()
  const position = TailPosition.start(seqs[0])
  const now = Date.now()
  for (const seq of seqs) position.take(seq, now)
  return position
}

function seqOfRow({ seq }: Record<string, unknown>): bigint {
  return BigInt(seq as bigint | number | string)
}

/** Ends at once when it is told to. */
async function pause(interval: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(interval, undefined, signal && { signal })
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

function invalid(message: string): never {
  throw new AuditError('QUERY_INVALID', message)
}

import { auditColumns } from '../schema/audit-model.ts'
import type { Matching } from './matching.ts'
import { conditions } from './rows.ts'
import type { Source } from './source.ts'
import { type Counted, millisecondsOf, type Span, type SpanCounts } from './spans.ts'
import { column, join, raw, type Sql, sql, table } from './sql.ts'

/** So many entries of each span are looked at, of all together; more where not each of them matches. */
const mostRead = { all: 500, some: 2_000 } as const

/** So many spans are in one statement: SQLite takes 500, and every database so many parameters. */
const spansPerStatement = 50

/**
 * What matches in each span, by its newest entries; where there are more, as many of the others are taken to
 * match.
 */
export async function bucketSamples(
  source: Source,
  { where }: Pick<Matching, 'where'>,
  spans: readonly Span[],
): Promise<Counted> {
  const { store, transaction, timeout } = source
  const most = where.length === 0 ? mostRead.all : mostRead.some
  const samples = spans.map((span) => new Sample(span, most))
  const asked = [...samples.entries()].filter(([, { span }]) => span.from < span.to)
  for (let start = 0; start < asked.length; start += spansPerStatement) {
    const parts = asked
      .slice(start, start + spansPerStatement)
      .map(([i, { span }]) => sampled(source, where, i, span, most + 1))
    const statement = join(parts, ' UNION ALL ')
    for (const row of await store.query(transaction, statement, timeout)) {
      samples[Number(row.slot)]?.add(row)
    }
  }
  return { counted: samples.map((sample) => sample.counts()), knownSince: null }
}

/** The newest rows of a span, by action: how many, how many of them match, and how far they reach. */
function sampled(
  source: Source,
  where: readonly Sql[],
  slot: number,
  { from, to }: Span,
  take: number,
): Sql {
  const { settings } = source
  const [createdAt, seq] = [column(settings, 'createdAt'), column(settings, 'seq')]
  const names = where.length === 0 ? ['action', 'createdAt', 'seq'] : shortColumns(source)
  const rows = sql`FROM ${table(settings, settings.auditModel)} e ${conditions(source, [
    sql`${createdAt} >= ${new Date(from)}`,
    sql`${createdAt} < ${new Date(to)}`,
  ])}`
  const newest = sql`SELECT ${join(names.map((name) => column(settings, name)))} ${rows} ORDER BY ${createdAt} DESC, ${seq} DESC LIMIT ${raw(String(take))}`
  const oldest = sql`SELECT ${seq} ${rows} ORDER BY ${createdAt}, ${seq} LIMIT 1`
  const matches =
    where.length === 0 ? sql`COUNT(*)` : sql`COUNT(CASE WHEN ${join(where, ' AND ')} THEN 1 END)`
  const action = column(settings, 'action')
  return sql`SELECT ${raw(String(slot))} AS slot, ${action} AS kind, COUNT(*) AS looked, ${matches} AS hits, MIN(${createdAt}) AS reached, MAX(${seq}) AS highest, (${oldest}) AS lowest FROM (${newest}) e GROUP BY ${action}`
}

/** All that filters ask about, and not the states, which can be large. */
function shortColumns({ settings }: Source): string[] {
  const names = [...auditColumns(settings.dialect.provider).keys()]
  return names.filter((name) => name !== 'before' && name !== 'after')
}

class Sample {
  readonly span: Span
  readonly #most: number
  readonly #hits = new Map<string, number>()
  #looked = 0
  #reached = Number.POSITIVE_INFINITY
  #highest = 0
  #lowest = 0

  constructor(span: Span, most: number) {
    this.span = span
    this.#most = most
  }

  add(row: Readonly<Record<string, unknown>>): void {
    this.#looked += Number(row.looked)
    this.#reached = Math.min(this.#reached, millisecondsOf(row.reached))
    this.#highest = Math.max(this.#highest, Number(row.highest))
    this.#lowest = Number(row.lowest)
    if (Number(row.hits) > 0) this.#hits.set(String(row.kind), Number(row.hits))
  }

  counts(): SpanCounts {
    const isExact = this.#looked <= this.#most
    const factor = isExact ? 1 : this.#all() / this.#looked
    const counts = [...this.#hits].map(([action, hits]) => [action, Math.round(hits * factor)])
    return { counts: Object.fromEntries(counts), isExact }
  }

  /**
   * About how many entries the span has: by the time that those looked at reach back, or by their numbers. The
   * first is too much where many came at once, the second where many came late, as by an import.
   */
  #all(): number {
    const { from, to } = this.span
    const byTime = (this.#looked * (to - from)) / Math.max(to - this.#reached, 1)
    const bySeq = this.#highest - this.#lowest + 1
    return Math.max(this.#looked, Math.min(byTime, bySeq < this.#looked ? byTime : bySeq))
  }
}

import type { Provider } from '../../database/capabilities.ts'
import { openConnection } from '../../database/connection.ts'
import { interleave, pairedRatios, type Summary, summarize } from '../measure.ts'
import { openTrailClient, type TrailClient } from './place.ts'
import { type Question, questionsFor } from './questions.ts'

/** What one question takes. */
export interface TrailResult {
  readonly question: string
  /** Milliseconds of one call: by hand, and by `$audit`. */
  readonly sql: Summary
  readonly audit: Summary
  /** Times as long as by hand, in the same round. */
  readonly ratio: Summary
  /** The page that lies deepest, of those up to the 1,000th. */
  readonly deep?: { readonly page: number; readonly ratio: Summary }
  /** Times as long as in the small trail. */
  readonly growth: Summary
}

export interface TrailSetting {
  readonly provider: Provider
  readonly rounds: number
  readonly small: { readonly url: string; readonly rows: number }
  readonly large: { readonly url: string; readonly rows: number }
}

/** Calls of one time where only one value is asked for. */
const repeats = 5
const page = 50
const deepest = 1_000

export async function measureTrail(
  { provider, rounds, small, large }: TrailSetting,
  progress: (text: string) => void,
): Promise<TrailResult[]> {
  const client = openTrailClient(provider, large.url)
  const smallClient = openTrailClient(provider, small.url)
  const connection = await openConnection(provider, large.url)
  const smallConnection = await openConnection(provider, small.url)
  try {
    const questions = await questionsFor(provider, connection, large.rows)
    const smallQuestions = await questionsFor(provider, smallConnection, small.rows)
    const results: TrailResult[] = []
    for (const [i, question] of questions.entries()) {
      progress(question.name)
      const deep = question.hasPages ? await findDeepPage(client, question) : undefined
      const [top = ''] = question.values
      const inSmall = smallQuestions[i] as Question
      const work: Record<string, () => Promise<unknown>> = {
        sql: () => each(question.values, (value) => run(client, question, value)),
        audit: () => each(question.values, (value) => question.ask(client, value)),
        top: () => repeat(() => question.ask(client, top)),
        small: () => repeat(() => inSmall.ask(smallClient, inSmall.values[0] ?? '')),
        ...(deep && { deep: () => repeat(() => question.ask(client, top, deep.cursor)) }),
      }
      const calls: Record<string, number> = {
        sql: question.values.length,
        audit: question.values.length,
      }
      const { times, failures } = await interleave(Object.keys(work), rounds, async (variant) => {
        const start = performance.now()
        await work[variant]?.()
        return (performance.now() - start) / (calls[variant] ?? repeats)
      })
      for (const failure of failures.values()) throw failure
      const ratio = (variant: string, base: string) => summarize(pairedRatios(times, variant, base))
      results.push({
        question: question.name,
        sql: summarize(times.sql ?? []),
        audit: summarize(times.audit ?? []),
        ratio: ratio('audit', 'sql'),
        ...(deep && { deep: { page: deep.page, ratio: ratio('deep', 'top') } }),
        growth: ratio('top', 'small'),
      })
    }
    return results
  } finally {
    await client.$disconnect()
    await smallClient.$disconnect()
    await connection.close()
    await smallConnection.close()
  }
}

async function run(client: TrailClient, question: Question, value: string): Promise<void> {
  for (const { text, values } of question.sql(value)) await client.$queryRawUnsafe(text, ...values)
}

async function each(values: readonly string[], work: (value: string) => Promise<unknown>) {
  for (const value of values) await work(value)
}

async function repeat(work: () => Promise<unknown>) {
  for (let i = 0; i < repeats; i++) await work()
}

/** Where the 1,000th page begins, or the last one that is full; found in the index, not page by page. */
async function findDeepPage(
  client: TrailClient,
  { sql, values }: Question,
): Promise<{ readonly page: number; readonly cursor: bigint } | undefined> {
  const [statement] = sql(values[0] ?? '')
  if (!statement) return undefined
  const seqs = statement.text
    .replace(/^SELECT .*? FROM/s, 'SELECT e.seq AS seq FROM')
    .replace(/LIMIT \d+$/, `LIMIT ${deepest * page}`)
  const rows = await client.$queryRawUnsafe<{ seq: bigint | number }[]>(seqs, ...statement.values)
  const before = Math.floor(rows.length / page) - 1
  const last = rows[before * page - 1]
  return last && { page: before + 1, cursor: BigInt(last.seq) }
}

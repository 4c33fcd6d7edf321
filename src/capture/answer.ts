import type { Args } from '../prisma.ts'
import type { Call } from './call.ts'
import { narrowResult, widenSelection } from './selection.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Sends a call so that every column is answered: the whole record, and what the user asked for.
 * There is no record where PostgreSQL's `ON CONFLICT DO UPDATE ... WHERE` wrote nothing.
 */
export async function runWhole(call: Call): Promise<{ record: Values | null; answer: unknown }> {
  const { records, answers } = await runWholeMany(call)
  return { record: records[0] ?? null, answer: answers[0] ?? null }
}

/** The same for a call that answers with a list. */
export async function runWholeMany(
  call: Call,
  args: Args = call.request.args,
): Promise<{ records: readonly Values[]; answers: readonly unknown[] }> {
  const { model, request, root, computed } = call
  const omitted = root.omittedFields(model.model.name)
  const wide = widenSelection(model, args, omitted)
  const result = await call.run(request.action, wide)
  const records = [result].flat().filter((record) => record !== null) as Record<string, unknown>[]
  if (wide === args) return { records, answers: records }
  return {
    records,
    answers: records.map((record) => narrowResult(record, args, omitted, computed)),
  }
}

import { AuditError } from '../errors.ts'
import type { AuditedModel } from '../options.ts'
import type { Snapshot } from '../serialize.ts'
import { checkedTime, completed, livingIdOf } from './as-of.ts'
import { nextCandidates } from './candidates.ts'
import { checkedPage } from './entries.ts'
import { compareIds, isIdOf } from './id-order.ts'
import { type Candidate, keyFilterOf } from './key-filter.ts'
import { readLivingOf } from './living.ts'
import { findPasts } from './past.ts'
import { rowOf } from './past-row.ts'
import type { Source } from './source.ts'
import { auditedModel } from './unique-where.ts'

export interface RowsAsOfOptions {
  /** Conditions on the fields of the key. @default all rows */
  readonly where?: unknown
  readonly at: Date
  readonly take?: number | undefined
  readonly cursor?: string | null | undefined
}

/**
 * The rows of a table as they were at a time, by key. Entities are looked for in the trail and in the
 * table; what no entry tells has not changed since the trail began.
 *
 * @throws {AuditError} `QUERY_INVALID` where the model is not audited, for a condition on anything but the
 * key, a wrong `at`, `take` or `cursor`
 */
export async function findRowsAsOf(
  source: Source,
  modelName: string,
  { where, at, ...page }: RowsAsOfOptions,
): Promise<{ readonly rows: Record<string, unknown>[]; readonly nextCursor: string | null }> {
  const model = auditedModel(source.settings, modelName, 'asOfMany')
  const filter = keyFilterOf(source.settings, model, where)
  const time = checkedTime(at)
  const { take } = checkedPage(source.settings, { take: page.take })
  const { keysPerStatement } = source.settings.dialect
  const most = Math.floor(keysPerStatement / model.key.fields.length)
  const size = Math.min(most, Math.max(take + 1, 100))
  const found: { readonly id: string; readonly snapshot: Snapshot }[] = []
  let after = laterOf(model, checkedCursor(model, page.cursor), filter.start)
  while (found.length <= take) {
    const candidates = await nextCandidates(source, model, filter, after, size)
    const last = candidates.at(-1)
    if (!last) break
    after = last.id
    const wanted = candidates.filter(({ id }) => filter.matches(id))
    const snapshots = await snapshotsAt(source, model, wanted, time)
    for (const { id } of wanted) {
      const snapshot = snapshots.get(id)
      if (snapshot) found.push({ id, snapshot })
    }
    if (filter.isBeyond(last.id)) break
  }
  const rows = found.slice(0, take)
  const last = found.length > take ? rows.at(-1) : undefined
  return { rows: rows.map(({ snapshot }) => rowOf(model, snapshot)), nextCursor: last?.id ?? null }
}

function laterOf(model: AuditedModel, a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return compareIds(model)(a, b) > 0 ? a : b
}

function checkedCursor(model: AuditedModel, cursor: unknown): string | null {
  if (cursor === undefined || cursor === null) return null
  if (typeof cursor === 'string' && isIdOf(model, cursor) && !cursor.includes('\0')) return cursor
  throw new AuditError(
    'QUERY_INVALID',
    `\`cursor\` is \`${String(cursor)}\`, but it has to be the \`nextCursor\` of a page.`,
  )
}

/** The states of many entities, in as many statements as of one where snapshots are whole. */
async function snapshotsAt(
  source: Source,
  model: AuditedModel,
  candidates: readonly Candidate[],
  at: Date,
): Promise<Map<string, Snapshot>> {
  const ids = candidates.map(({ id }) => id)
  const pasts = await findPasts(source, model, ids, at)
  const open = [...pasts].flatMap(([id, past]) => {
    const wanted = livingIdOf(past, id)
    return wanted === null ? [] : [{ id, wanted }]
  })
  // The table first, and then the trail again: what changes in between is told.
  const keys = new Map(candidates.map(({ id, key }) => [id, key]))
  const wanted = open.map((each) => each.wanted)
  const living = await readLivingOf(source, model, wanted, keys)
  const again = await findPasts(
    source,
    model,
    open.map(({ id }) => id),
    at,
  )
  const snapshots = new Map<string, Snapshot>()
  for (const [id, past] of pasts) {
    const snapshot = completed(again.get(id) ?? past, id, living)
    if (snapshot) snapshots.set(id, snapshot)
  }
  return snapshots
}

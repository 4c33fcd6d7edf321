import { type EventPlace, run } from '../action.ts'
import { AuditError, type RevertConflict } from '../errors.ts'
import { type AnyClient, transactionOf } from '../prisma.ts'
import type { Source } from '../query/source.ts'
import { applyPlan } from './apply.ts'
import { type Reading, readCurrent } from './current.ts'
import { type Effects, effectsOf } from './effects.ts'
import { addHiddenChanges } from './hidden-changes.ts'
import { firstSeq, readLater } from './later.ts'
import { withoutMaskedLinks } from './masked-links.ts'
import { readNeighbours } from './neighbours.ts'
import { type Plan, planOf, type Unrestorable } from './plan.ts'
import { refusal, writeRefused } from './refusal.ts'
import { Report, type RevertStep } from './report.ts'
import { settle } from './settle.ts'
import { findTarget, type RevertTarget, type TargetEntries } from './target.ts'

/** What a revert works with. */
export interface RevertPlace {
  readonly source: Source
  /** Where its run is recorded: of the same transaction as the source. */
  readonly events: EventPlace
  /** The audited client, or that of a transaction: what its model methods change is recorded. */
  readonly client: AnyClient
}

export interface RevertOptions {
  /** Only tell what would be done: nothing is written, also not to the trail. @default false */
  readonly dryRun?: boolean | undefined
  /**
   * Where something was changed since: `refuse` all of it, let the `revert` win, or `keep` the later changes
   * and revert the rest. @default 'refuse'
   */
  readonly onConflict?: 'refuse' | 'revert' | 'keep' | undefined
  /** Why. */
  readonly reason?: string | undefined
}

/** What a revert did, or would do. */
export interface Revert {
  readonly dryRun: boolean
  /** The ids of the entries that it takes back. */
  readonly reverts: readonly string[]
  /** With `dryRun` and conflicts that are refused: those that `keep` would leave. */
  readonly steps: readonly RevertStep[]
  /** What was changed since; with `dryRun`, this is where it is told. */
  readonly conflicts: readonly RevertConflict[]
  /** Fields that stay as they are, because what they were is not known. */
  readonly unrestorable: readonly Unrestorable[]
  /** The trace that tells of it, to be reverted again; `null` for a dry run. */
  readonly traceId: string | null
}

/**
 * Takes back what an entry, or all entries of a trace, changed: what was created is deleted, what was deleted
 * is created again with its own key, what was updated has its former values. It is one transaction, which
 * locks the rows first, and an action `revert` of its own in the trail, so that it can be reverted.
 *
 * @throws {AuditError} `REVERT_CONFLICT` with `conflicts`, where something was changed since; `REVERT_INVALID`
 * where there is nothing to revert, or nothing that could be put back; `QUERY_FORBIDDEN` where the scope does
 * not allow it; all that {@link run} throws
 */
export async function revert(
  place: RevertPlace,
  target: RevertTarget,
  options: RevertOptions = {},
): Promise<Revert> {
  const { source, events } = place
  const { dryRun = false, reason } = checkedOptions(options)
  const found = await findTarget(source, target)
  const effects = effectsOf(source.settings, found.changes)
  if (effects.rows.length === 0 && effects.links.length === 0) {
    throw new AuditError(
      'REVERT_INVALID',
      `There is nothing to revert: what \`${found.id}\` changed, it left as it was before.`,
    )
  }
  if (dryRun) {
    const { root, settings, transaction } = source
    const reading = { root, settings, transaction, isLocked: false }
    const { plan, report } = await prepare(source, reading, effects, options)
    return { ...result(found, plan, report), dryRun: true, traceId: null }
  }
  const { entity, entityId } = found.about
  const about = {
    ...{ entity, entityId: entityId || null, reason },
    tags: { reverts: found.id },
    actor: source.scope?.viewer,
    ...(source.scope && tenantOf(found)),
  }
  return run(events, 'revert', about, async ({ traceId }) => ({
    ...(await attempt(place, found, effects, options)),
    dryRun: false,
    traceId,
  }))
}

/** Whoever sees what is reverted is to see by whom, and nobody else: where it is of one tenant, that one. */
function tenantOf({ changes }: TargetEntries): { readonly tenant?: string | null } {
  const [tenant, ...others] = new Set(changes.map(({ tenantId }) => tenantId))
  return tenant === undefined || others.length > 0 ? {} : { tenant }
}

type Done = Omit<Revert, 'dryRun' | 'traceId'>

/**
 * Another transaction may make a row that was not there to be locked, or lock in another order: then the
 * attempt is made again, on what is there by then.
 */
async function attempt(
  place: RevertPlace,
  found: TargetEntries,
  effects: Effects,
  options: RevertOptions,
): Promise<Done> {
  const isOwn = place.source.transaction === undefined
  for (let attempts = 1; ; attempts++) {
    try {
      return await revertOnce(place, found, effects, options)
    } catch (error) {
      const { code } = error as { code?: unknown }
      const most = code === 'P2034' ? 10 : code === 'P2002' ? 3 : 1
      if (!isOwn || attempts >= most) throw writeRefused(error)
    }
  }
}

function revertOnce(
  { source, client }: RevertPlace,
  found: TargetEntries,
  effects: Effects,
  options: RevertOptions,
): Promise<Done> {
  const { root, settings } = source
  const work = async (tx: AnyClient): Promise<Done> => {
    const transaction = await transactionOf(tx)
    const reading = { root, settings, transaction, isLocked: true }
    const within = { ...source, transaction }
    const { plan, report } = await prepare(within, reading, effects, options)
    const { onConflict = 'refuse' } = options
    const isRefused = plan.conflicts.some(({ isForcible }) =>
      onConflict === 'revert' ? !isForcible : onConflict === 'refuse',
    )
    const done = result(found, plan, report)
    if (isRefused) throw refusal(done.conflicts, onConflict)
    await applyPlan(settings, tx, plan)
    return done
  }
  // In a transaction of the caller it is a savepoint: half of a revert must not be committed.
  return source.transaction
    ? client.$transaction(work)
    : client.$transaction(work, settings.transaction)
}

async function prepare(
  source: Source,
  reading: Reading,
  effects: Effects,
  { onConflict }: RevertOptions,
): Promise<{ readonly plan: Plan; readonly report: Report }> {
  const winner = onConflict === 'revert' ? 'revert' : 'later'
  const current = await readCurrent(reading, effects)
  const plan = withoutMaskedLinks(source.scope, planOf(source, effects, current, winner))
  checkRestorable(plan)
  await addHiddenChanges(source, plan, winner)
  const neighbours = await readNeighbours(reading, plan)
  settle(source, plan, neighbours, current, winner)
  const settled = withoutMaskedLinks(source.scope, plan)
  const later = await readLater(source, settled.conflicts, firstSeq(effects))
  return { plan: settled, report: new Report(source, later) }
}

function checkRestorable({ rows, links, conflicts, unrestorable }: Plan): void {
  if (rows.length > 0 || links.length > 0 || conflicts.length > 0) return
  const fields = unrestorable
    .slice(0, 10)
    .map(({ entity, field, reason }) => `\`${entity}.${field}\` (${reason})`)
  throw new AuditError(
    'REVERT_INVALID',
    fields.length > 0
      ? `Nothing can be put back: what was changed is not in the trail. ${fields.join(', ')}.`
      : 'There is nothing to revert: only times of writing were changed.',
  )
}

function result(found: TargetEntries, plan: Plan, report: Report): Done {
  const conflicts = report.conflicts(plan.conflicts)
  return {
    reverts: found.changes.map(({ id }) => id),
    conflicts,
    steps: report.steps(plan),
    unrestorable: plan.unrestorable,
  }
}

function checkedOptions(options: RevertOptions): RevertOptions {
  const { onConflict = 'refuse' } = options
  if (['refuse', 'revert', 'keep'].includes(onConflict)) return options
  throw new AuditError(
    'QUERY_INVALID',
    `\`onConflict\` is \`${String(onConflict)}\`, but it has to be one of refuse, revert, keep.`,
  )
}

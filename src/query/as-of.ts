import { isEqualJson } from '../diff.ts'
import { entityIdOfKey } from '../entry.ts'
import { AuditError } from '../errors.ts'
import type { AuditedModel } from '../options.ts'
import { keyFilter } from '../schema/key.ts'
import type { Snapshot } from '../serialize.ts'
import { shownEntry } from './entries.ts'
import { readLiving, readLivingOf } from './living.ts'
import { findPast, type Past } from './past.ts'
import { rowOf, stateOf } from './past-row.ts'
import type { PastState, Subject } from './queries.ts'
import { findIdsWith } from './snapshot-sql.ts'
import type { Source } from './source.ts'
import { type EntitySubject, fieldOf, subjectOf } from './subject.ts'
import { auditedModel, shownValues, type UniqueWhere, uniqueWhere } from './unique-where.ts'

/**
 * An entity as it was at a time, told by the trail alone. Where that has no entry of the entity at all,
 * there is no state and every field is unknown.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `at` or `entityId`
 */
export async function findPastState(
  source: Source,
  { at, ...given }: Subject & { readonly at: Date },
): Promise<PastState> {
  const subject = subjectOf(source, given)
  const { step, state, isTold } = await findPast(source, subject, checkedTime(at))
  const entry = step && shownEntry(source, step.entry)
  if (!state) {
    const names = isTold ? [] : (subject.model?.columns ?? []).map(({ name }) => name)
    return { state: null, entry, unknown: names }
  }
  return { entry, ...stateOf(source, subject, state.snapshot) }
}

/**
 * A row as it was at a time, `null` where it was not there. Another unique key than the one that entities
 * are known by is that of the row which had it then.
 *
 * What no entry tells has not changed since the trail began, and is read from the table.
 *
 * @throws {AuditError} `QUERY_INVALID` where the model is not audited, or for a wrong `where` or `at`
 */
export async function findRowAsOf(
  source: Source,
  modelName: string,
  { where, at }: { readonly where: unknown; readonly at: Date },
): Promise<Record<string, unknown> | null> {
  const model = auditedModel(source.settings, modelName, 'asOf')
  const unique = uniqueWhere(model, where, 'asOf')
  const time = checkedTime(at)
  const snapshot = unique.isKey
    ? await byKey(source, model, unique, time)
    : await byOther(source, model, unique, time)
  return snapshot && rowOf(model, snapshot)
}

/** Times that every database can compare; no entry is from before or after. */
const [earliest, latest] = [Date.UTC(1000, 0, 1), Date.UTC(9999, 11, 31)]

/** @throws {AuditError} `QUERY_INVALID` */
export function checkedTime(at: unknown): Date {
  if (at instanceof Date && !Number.isNaN(at.getTime())) {
    return new Date(Math.min(Math.max(at.getTime(), earliest), latest))
  }
  throw new AuditError('QUERY_INVALID', `\`at\` is \`${String(at)}\`, but it has to be a Date.`)
}

async function byKey(
  source: Source,
  model: AuditedModel,
  { key, values, encoded }: UniqueWhere,
  at: Date,
): Promise<Snapshot | null> {
  const entityId = entityIdOfKey(source.settings, model, encoded)
  const find = (id: string) =>
    pastSnapshot(source, subject(model, id), at, keyFilter(key, [values]))
  const found = await find(entityId)
  if (found !== undefined) return found
  // To the database's collation, `a` and `A` can be the same key.
  const [otherId] = (await readLiving(source, model, keyFilter(key, [values]))).keys()
  return otherId === undefined || otherId === entityId ? null : ((await find(otherId)) ?? null)
}

async function byOther(
  source: Source,
  model: AuditedModel,
  unique: UniqueWhere,
  at: Date,
): Promise<Snapshot | null> {
  const { key, values, encoded } = unique
  const stored = shownValues(source.settings, model, unique)
  if (!stored) {
    throw new AuditError(
      'QUERY_INVALID',
      `\`where\` of \`${model.model.name}.asOf()\` names \`${key.name}\`, whose values the trail does not show: ` +
        `give \`${model.key.name}\`.`,
    )
  }
  const fields = key.fields.map((name) => fieldOf(model, name))
  const living = await readLiving(source, model, keyFilter(key, [values]))
  // The trail may hash what the table has as it is; and what the table takes for the same is the row's own.
  const isIt = (snapshot: Snapshot, row: Snapshot | undefined) => {
    const own = row && key.fields.map((name) => row[name] ?? null)
    const shown = own && shownValues(source.settings, model, { ...unique, encoded: own })
    const forms = [encoded, stored, own, shown]
    return key.fields.every((name, i) =>
      forms.some((form) => form && isEqualJson(snapshot[name] ?? null, form[i])),
    )
  }
  const told = await findIdsWith(source, model, fields, [stored])
  for (const id of new Set([...living.keys(), ...told])) {
    const snapshot = await pastSnapshot(source, subject(model, id), at)
    if (snapshot && isIt(snapshot, living.get(id))) return snapshot
  }
  return null
}

function subject(model: AuditedModel, entityId: string): AuditedSubject {
  return { entity: model.model.name, entityId, model }
}

type AuditedSubject = EntitySubject & { readonly model: AuditedModel }

/** `undefined` where neither the trail nor the table has it. */
async function pastSnapshot(
  source: Source,
  subject: AuditedSubject,
  at: Date,
  where?: Readonly<Record<string, unknown>>,
): Promise<Snapshot | null | undefined> {
  const first = await findPast(source, subject, at)
  const wanted = livingIdOf(first, subject.entityId)
  if (wanted === null) return first.state?.snapshot ?? null
  // The table first, and then the trail again: what changes in between is told.
  const { model } = subject
  const living = await (where && wanted === subject.entityId
    ? readLiving(source, model, where)
    : readLivingOf(source, model, [wanted]))
  return completed(await findPast(source, subject, at), subject.entityId, living)
}

/** The id of the row that has what the trail does not tell; `null` where it tells all. */
export function livingIdOf({ isTold, state }: Past, entityId: string): string | null {
  if (!isTold) return entityId
  return state && state.missing.size > 0 ? state.lastId : null
}

/** A state with what the table has of it; `undefined` where neither has it. */
export function completed(
  past: Past,
  entityId: string,
  living: ReadonlyMap<string, Snapshot>,
): Snapshot | null | undefined {
  const id = livingIdOf(past, entityId)
  const row = id === null ? undefined : living.get(id)
  if (!past.isTold) return row
  if (!past.state || !row) return past.state?.snapshot ?? null
  const { snapshot, missing } = past.state
  return {
    ...Object.fromEntries([...missing].map((name) => [name, row[name] ?? null])),
    ...snapshot,
  }
}

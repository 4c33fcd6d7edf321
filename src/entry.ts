import type { Actor, AuditContext } from './context.ts'
import { isEqualJson } from './diff.ts'
import { AuditError } from './errors.ts'
import { isId } from './id.ts'
import { activeSpan, spanIds } from './opentelemetry.ts'
import type { AuditedModel, Settings } from './options.ts'
import { hashOf, redactSnapshot, redactValue } from './redact.ts'
import { entityIdOf } from './schema/key.ts'
import type { JsonValue, Snapshot } from './serialize.ts'
import { storableJson, storableText, storableTextOrNull } from './storable.ts'

/** The version of the row format that this code writes. */
export const ENTRY_VERSION = 1

/** One changed row as it was captured, whole and not yet redacted. */
export interface Change {
  readonly model: AuditedModel
  readonly action: 'create' | 'update' | 'delete'
  readonly before: Snapshot | null
  readonly after: Snapshot | null
}

/** What an entity was linked with, or unlinked from, in an implicit many-to-many relation. */
export interface LinkChange {
  readonly model: AuditedModel
  readonly action: 'link' | 'unlink'
  /** The key of the entity, as a snapshot has it. */
  readonly key: readonly JsonValue[]
  /** The relation field of the model. */
  readonly field: string
  /** The keys of the others, each by the name of its field. */
  readonly related: readonly Snapshot[]
}

/** One audit row as it is inserted: `seq` is given by the database. */
export interface EntryRow {
  readonly id: string
  readonly traceId: string
  readonly parentId: string | null
  readonly createdAt: Date
  readonly action: string
  readonly outcome: string
  readonly reason: string | null
  readonly entity: string
  readonly entityId: string | null
  readonly actorId: string | null
  readonly actorType: string
  readonly actorName: string | null
  readonly onBehalfOf: string | null
  readonly tenantId: string | null
  readonly source: string
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  readonly changed: readonly string[] | null
  readonly tags: JsonValue
  readonly request: JsonValue
  readonly version: number
}

/** The part of a row that every row of one call has in common. */
export type EntryOrigin = Pick<
  EntryRow,
  | 'parentId'
  | 'reason'
  | 'actorId'
  | 'actorType'
  | 'actorName'
  | 'onBehalfOf'
  | 'tenantId'
  | 'tags'
  | 'request'
> & { readonly traceId: string | null }

/** What the application tells of by itself: no row changes by it. */
export interface Event {
  readonly action: string
  readonly outcome: string
  readonly entity: string
  readonly entityId: string | null
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  readonly changed: readonly string[] | null
}

/**
 * Who, where and why, read once a call.
 *
 * @throws {AuditError} `ACTOR_REQUIRED` when `requireActor` is set and nobody is named.
 */
export function originOf(
  settings: Settings,
  context: AuditContext | undefined,
  call: string,
): EntryOrigin {
  const origin = originIn(settings, context)
  if (settings.requireActor && origin.actorId === null) {
    throw new AuditError(
      'ACTOR_REQUIRED',
      `\`${call}\` was refused: \`requireActor\` is set and no actor is known. Run it inside ` +
        'withAudit({ actor: { id, type } }, fn), or give audit() an `actor`.',
    )
  }
  return origin
}

/** The same, whether an actor is known or not. */
export function originIn(settings: Settings, context: AuditContext | undefined): EntryOrigin {
  const actor = context?.actor ?? settings.actor()
  const span = spanIds(activeSpan())
  return {
    traceId: context?.trace?.traceId ?? null,
    parentId: context?.trace?.parentId ?? null,
    reason: storableTextOrNull(context?.reason),
    actorId: storableTextOrNull(actor?.id),
    actorType: actor ? typeOf(actor) : 'system',
    actorName: storableTextOrNull(actor?.name),
    onBehalfOf: storableTextOrNull(actor?.onBehalfOf),
    tenantId: storableTextOrNull(context?.tenant),
    tags: storableJson(context?.tags),
    request: storableJson(
      span.otelTraceId === undefined ? context?.request : { ...context?.request, ...span },
    ),
  }
}

/**
 * The rows for some changes of one call. A change of nothing, or of ignored fields only, has none;
 * a change of the primary key has two, so that the history of either id tells of it.
 */
export function entriesOf(
  settings: Settings,
  origin: EntryOrigin,
  changes: readonly (Change | LinkChange)[],
): EntryRow[] {
  let { traceId } = origin
  // Now, and not when the call was made: the rows are locked, so for one entity the times ascend.
  const createdAt = settings.now()
  const rows: EntryRow[] = []
  for (const change of changes) {
    const told = 'related' in change ? toldLink(settings, change) : toldRow(settings, change)
    if (!told) continue
    for (const entityId of told.entityIds) {
      const id = checkedId(settings.id())
      traceId ??= id
      rows.push({
        // Written out: spreading `origin` into each of many rows costs ten times as much.
        id,
        traceId,
        parentId: origin.parentId,
        createdAt,
        action: change.action,
        outcome: 'success',
        reason: origin.reason,
        entity: change.model.model.name,
        entityId,
        actorId: origin.actorId,
        actorType: origin.actorType,
        actorName: origin.actorName,
        onBehalfOf: origin.onBehalfOf,
        tenantId: origin.tenantId,
        source: 'client',
        tags: origin.tags,
        request: origin.request,
        before: told.before,
        after: told.after,
        changed: told.changed,
        version: ENTRY_VERSION,
      })
    }
  }
  return rows
}

/** The row of an event. Without a trace it is the root of its own. */
export function eventRow(
  settings: Settings,
  origin: EntryOrigin,
  event: Event,
  source: 'api' | 'client' = 'api',
): EntryRow {
  const id = checkedId(settings.id())
  return {
    ...origin,
    action: storableText(event.action),
    outcome: event.outcome,
    entity: storableText(event.entity),
    entityId: storableTextOrNull(event.entityId),
    before: storableJson(event.before) as Snapshot | null,
    after: storableJson(event.after) as Snapshot | null,
    changed: event.changed,
    id,
    traceId: origin.traceId ?? id,
    createdAt: settings.now(),
    source,
    version: ENTRY_VERSION,
  }
}

/** The part of a row that tells one change. */
type Told = Pick<EntryRow, 'before' | 'after' | 'changed'> & {
  readonly entityIds: readonly string[]
}

function toldRow(settings: Settings, change: Change): Told | null {
  const changed = changedFields(change)
  if (changed.length === 0 && change.action === 'update') return null
  return {
    entityIds: entityIds(settings, change),
    before: visible(settings, change, change.before, changed),
    after: visible(settings, change, change.after, changed),
    changed: change.action === 'update' ? changed : null,
  }
}

function toldLink(settings: Settings, change: LinkChange): Told {
  const { model, action, key, field } = change
  const other = settings.models.get(model.model.fields.get(field)?.type ?? '')
  const related = change.related.map((snapshot) =>
    redactSnapshot(snapshot, (name) => other?.redactions.get(name), settings.hashKey),
  )
  return {
    entityIds: [entityIdOfKey(settings, model, key)],
    before: action === 'unlink' ? { [field]: related } : null,
    after: action === 'link' ? { [field]: related } : null,
    changed: [field],
  }
}

/** The entity id of a row: its key as text, hashed where the key itself is confidential. */
export function entityIdOfKey(
  settings: Settings,
  model: AuditedModel,
  values: readonly JsonValue[],
): string {
  const id = entityIdOf(values)
  const isConfidential = model.key.fields.some((name) => model.redactions.has(name))
  return isConfidential ? hashOf(id, settings.hashKey ?? '') : id
}

function entityIds(settings: Settings, { model, before, after }: Change): string[] {
  const ids: string[] = []
  for (const snapshot of [before, after]) {
    if (!snapshot) continue
    const values = model.key.fields.map((name) => snapshot[name] ?? null)
    const id = entityIdOfKey(settings, model, values)
    if (!ids.includes(id)) ids.push(id)
  }
  return ids
}

function changedFields({ model, before, after }: Change): string[] {
  const changed: string[] = []
  for (const { name } of model.columns) {
    if (model.ignored.has(name)) continue
    if (!isEqualJson(before?.[name] ?? null, after?.[name] ?? null)) changed.push(name)
  }
  return changed
}

function visible(
  settings: Settings,
  { model, action }: Change,
  snapshot: Snapshot | null,
  changed: readonly string[],
): Snapshot | null {
  if (!snapshot) return null
  const isWhole = model.snapshots === 'full' || action !== 'update'
  if (isWhole && model.ignored.size === 0 && model.redactions.size === 0) return snapshot
  const shown: Record<string, JsonValue> = {}
  for (const { name } of model.columns) {
    if (model.ignored.has(name)) continue
    const isNeeded = isWhole || changed.includes(name) || model.key.fields.includes(name)
    if (!isNeeded) continue
    const value = redactValue(snapshot[name] ?? null, model.redactions.get(name), settings.hashKey)
    if (value !== undefined) shown[name] = value
  }
  return shown
}

function checkedId(id: string): string {
  if (isId(id)) return id
  throw new AuditError(
    'OPTION_INVALID',
    `The option \`id\` made \`${String(id)}\`, but an id is 32 lowercase hex characters: it serves as a W3C trace id.`,
  )
}

function typeOf(actor: Actor): string {
  return actor.type ?? 'user'
}

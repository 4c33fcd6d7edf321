import { entityIdOfKey } from '../entry.ts'
import { AuditError } from '../errors.ts'
import { checkedSubject, type EntityId } from '../event.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { isHash } from '../redact.ts'
import { columnsOf, keyOf } from '../schema/key.ts'
import type { Field } from '../schema/schema.ts'
import { encodeValue, type JsonValue } from '../serialize.ts'
import { storableText } from '../storable.ts'
import { hasEntity } from './scope.ts'
import type { Source } from './source.ts'
import { column, join, type Sql, sql } from './sql.ts'

/** What the trail's entries of a model are read by, also where they are not recorded any more. */
export type EntityModel = Omit<AuditedModel, 'snapshots'>

/** An entity as its entries have it. */
export interface EntitySubject {
  readonly entity: string
  readonly entityId: string
  /** `undefined` for what is no model, or none any more, or outside of the scope. */
  readonly model: EntityModel | undefined
}

/**
 * An entity as users name it. The id of a confidential key may be given as it is, or as entries show it. What the
 * scope does not have is no model to it.
 *
 * @throws {AuditError} `QUERY_INVALID`
 */
export function subjectOf(
  { settings, scope }: Source,
  { entity, entityId }: { readonly entity: string; readonly entityId: EntityId },
): EntitySubject {
  const model = hasEntity(scope, entity) ? entityModel(settings, entity) : undefined
  if (model && isConfidential(model) && isHash(entityId)) return { entity, entityId, model }
  const checked = checkedId(settings, entity, entityId)
  return { entity, entityId: checked, model }
}

function checkedId(settings: Settings, entity: string, given: EntityId): string {
  try {
    const { entityId } = checkedSubject(settings, { entity, entityId: given })
    if (entityId !== null) return storableText(entityId)
  } catch (cause) {
    if (!(cause instanceof AuditError)) throw cause
    throw new AuditError('QUERY_INVALID', cause.message, { cause })
  }
  throw new AuditError(
    'QUERY_INVALID',
    `\`entityId\` is \`${String(given)}\`, but a history is of one entity: give the value of its key.`,
  )
}

/** A model of the schema, whether it is audited now or was before. */
export function entityModel(settings: Settings, name: string): EntityModel | undefined {
  const audited = settings.models.get(name)
  const model = settings.schema.models.get(name)
  const key = model && keyOf(model)
  if (audited || !key) return audited
  return { model, key, columns: columnsOf(model), ignored: new Set(), redactions: new Map() }
}

/** Whether the entity ids of a model are hashed. */
export function isConfidential({ key, redactions }: EntityModel): boolean {
  return key.fields.some((name) => redactions.has(name))
}

/** The entity id of a row, or of a snapshot that holds the key as it is. */
export function idOfRow(
  settings: Settings,
  model: EntityModel,
  row: Readonly<Record<string, unknown>>,
): string {
  const values = model.key.fields.map((name) => encodeValue(fieldOf(model, name), row[name]))
  return entityIdOfKey(settings, model as AuditedModel, values)
}

/** The key's stored values again, from an entity id that is not hashed; `undefined` for one of another form. */
export function keyOfId({ model, key }: EntityModel, entityId: string): JsonValue[] | undefined {
  const [first = ''] = key.fields
  if (key.fields.length === 1) return [jsonOf(model.fields.get(first) as Field, entityId)]
  try {
    const values: unknown = JSON.parse(entityId)
    return Array.isArray(values) && values.length === key.fields.length ? values : undefined
  } catch {
    return undefined
  }
}

/** The stored form of a value, from its text. */
export function jsonOf({ type }: Field, text: string): JsonValue {
  if (type === 'Int' || type === 'Float') return Number.isNaN(Number(text)) ? text : Number(text)
  if (type === 'Boolean') return text === 'true' || text === '1'
  return text
}

export function fieldOf({ model }: EntityModel, name: string): Field {
  return model.fields.get(name) as Field
}

/** What tells entity ids apart byte by byte. */
export function exactId(settings: Settings): Sql {
  const entityId = column(settings, 'entityId')
  return settings.dialect.provider === 'mysql' ? sql`CAST(${entityId} AS BINARY)` : entityId
}

/** That a column has a value, byte by byte: to a collation, `a` and `A` can be the same. */
export function isExactly(settings: Settings, name: 'entity' | 'entityId', value: string): Sql {
  const named = column(settings, name)
  if (settings.dialect.provider !== 'mysql') return sql`${named} = ${value}`
  return sql`${named} = ${value} AND CAST(${named} AS BINARY) = CAST(${value} AS BINARY)`
}

/** That an entry is of an entity. */
export function isOf(
  settings: Settings,
  { entity, entityId }: Pick<EntitySubject, 'entity' | 'entityId'>,
): Sql[] {
  return [isExactly(settings, 'entity', entity), isExactly(settings, 'entityId', entityId)]
}

/** That an entry is of any of these ids. */
export function isAnyOf(settings: Settings, ids: readonly string[]): Sql {
  const entityId = column(settings, 'entityId')
  const isAny = sql`${entityId} IN (${join([...ids])})`
  if (settings.dialect.provider !== 'mysql') return isAny
  const exact = ids.map((id) => sql`CAST(${id} AS BINARY)`)
  return sql`${isAny} AND ${exactId(settings)} IN (${join(exact)})`
}

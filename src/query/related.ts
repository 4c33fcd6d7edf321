import type { Provider } from '../dialect.ts'
import { entityIdOfKey } from '../entry.ts'
import { AuditError } from '../errors.ts'
import { MASK } from '../mask.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { isHash, redactValue } from '../redact.ts'
import type { Field, Model } from '../schema/schema.ts'
import type { JsonValue } from '../serialize.ts'
import { conditions } from './rows.ts'
import { hasEntity, maskedFields } from './scope.ts'
import { entriesWith, snapshotText } from './snapshot-sql.ts'
import type { Source } from './source.ts'
import { column, join, raw, type Sql, sql, table } from './sql.ts'
import { isStateBearing } from './steps.ts'
import {
  type EntityModel,
  type EntitySubject,
  entityModel,
  exactId,
  fieldOf,
  isAnyOf,
  isExactly,
  isOf,
  jsonOf,
  keyOfId,
} from './subject.ts'

/** So many ids are a condition of one query. */
const chunk = 5_000

/**
 * Conditions on the entries of the entities that are or ever were related to one by a relation field,
 * told by the trail alone. Each is of a query of its own.
 *
 * @throws {AuditError} `QUERY_INVALID` where there is no such field, `QUERY_FORBIDDEN` where the scope
 * masks what the relation is known by
 */
export async function relatedConditions(
  source: Source,
  subject: EntitySubject,
  name: string,
): Promise<Sql[][]> {
  const { settings } = source
  const relation = relationOf(settings, subject, name)
  const { field, inverse, other, model } = relation
  if (!hasEntity(source.scope, other.name)) return []
  if (inverse?.isList && field.isList) {
    refuseMasked(source, name, [[subject.entity, [name]]])
    return ofIds(settings, other.name, await linkedIds(source, subject, relation))
  }
  const holder = field.relation?.fields.length ? field.relation : inverse?.relation
  if (!holder) return []
  const { fields, references } = holder
  if (holder === field.relation) {
    refuseMasked(source, name, [
      [subject.entity, fields],
      [other.name, references],
    ])
    const tuples = await ownTuples(source, subject, model, fields)
    return ofReferred(source, other, references, tuples)
  }
  refuseMasked(source, name, [
    [other.name, fields],
    [subject.entity, references],
  ])
  const tuples = await referredTuples(source, subject, model, other, { fields, references })
  if (tuples.length === 0) return []
  return [holding(source, other, columnsOf(other, fields), tuples)]
}

interface RelationOf {
  readonly model: EntityModel
  readonly field: Field
  /** The field on the other side. */
  readonly inverse: Field | undefined
  readonly other: Model
}

function relationOf(
  { schema }: Settings,
  { entity, model }: EntitySubject,
  name: string,
): RelationOf {
  const relations = [...(model?.model.fields.values() ?? [])].filter((each) => each.relation)
  const field = relations.find((each) => each.name === name)
  const other = field && schema.models.get(field.type)
  if (!model || !field || !other) {
    const names = relations.map((each) => `\`${each.name}\``).join(', ')
    throw new AuditError(
      'QUERY_INVALID',
      `\`include\` names \`${name}\`, which is no relation of \`${entity}\`: ${names ? `it has ${names}` : 'it has none'}.`,
    )
  }
  const inverse = [...other.fields.values()].find(
    (each) =>
      each.relation?.name === field.relation?.name && each.type === entity && each !== field,
  )
  return { model, field, inverse, other }
}

/** Who is related to whom is told by values that the viewer may not see. */
function refuseMasked(
  { scope }: Source,
  name: string,
  parts: readonly (readonly [entity: string, fields: readonly string[]])[],
): void {
  for (const [entity, fields] of parts) {
    const masked = maskedFields(scope, entity)
    const hidden = fields.find((field) => masked.has(field))
    if (hidden === undefined) continue
    throw new AuditError(
      'QUERY_FORBIDDEN',
      `\`include.${name}\` goes by \`${entity}.${hidden}\`, which the scope masks.`,
    )
  }
}

/** The values that an entity's own snapshots ever held for some fields. */
async function ownTuples(
  source: Source,
  subject: EntitySubject,
  model: EntityModel,
  names: readonly string[],
): Promise<JsonValue[][]> {
  const { settings, store, transaction, timeout } = source
  const where = conditions(source, [...isOf(settings, subject), ...isStateBearing(settings)])
  const selects = (['before', 'after'] as const).map((side) => {
    const values = names.map(
      (name, i) => sql`${snapshotText(settings, side, name)} AS ${raw(`v${i}`)}`,
    )
    return sql`SELECT ${join(values)} FROM ${table(settings, settings.auditModel)} e ${where}`
  })
  const statement = join(selects, ' UNION ')
  const rows = await store.query(transaction, statement, timeout)
  return rows.flatMap((row) => {
    const texts = names.map((_, i) => row[`v${i}`] ?? null)
    const isUsable = texts.every((text) => text !== null && text !== 'null' && text !== MASK)
    return isUsable ? [names.map((name, i) => jsonOf(fieldOf(model, name), String(texts[i])))] : []
  })
}

/** The values that the others' foreign keys held to refer to this entity. */
async function referredTuples(
  source: Source,
  subject: EntitySubject,
  model: EntityModel,
  other: Model,
  {
    fields,
    references,
  }: { readonly fields: readonly string[]; readonly references: readonly string[] },
): Promise<JsonValue[][]> {
  const { settings } = source
  const tuples = await ownTuples(source, subject, model, references)
  const { key } = model
  const own =
    references.every((name) => key.fields.includes(name)) && keyOfId(model, subject.entityId)
  if (own) tuples.push(references.map((name) => own[key.fields.indexOf(name)] ?? null))
  return shownTuples(settings, other, fields, tuples)
}

/** Values as they are known on this side, and as entries of the other one have them, which may hash them. */
function shownTuples(
  settings: Settings,
  other: Model,
  fields: readonly string[],
  tuples: readonly JsonValue[][],
): JsonValue[][] {
  const redactions = settings.models.get(other.name)?.redactions
  const redacted = tuples.map((values) =>
    values.map((value, i) =>
      isHash(value)
        ? value
        : redactValue(value, redactions?.get(fields[i] ?? ''), settings.hashKey),
    ),
  )
  return [...tuples, ...redacted].filter((values): values is JsonValue[] =>
    values.every((value) => value !== undefined && value !== null && value !== MASK),
  )
}

/** Entries of those that foreign keys of this entity referred to. */
function ofReferred(
  source: Source,
  other: Model,
  references: readonly string[],
  tuples: readonly JsonValue[][],
): Sql[][] {
  const { settings } = source
  const model = entityModel(settings, other.name)
  if (!model || tuples.length === 0) return []
  const { fields } = model.key
  const isKey =
    fields.length === references.length && fields.every((name) => references.includes(name))
  // The hash of one value is the id; those of several do not tell it, which is a hash of them all.
  const tells = (values: readonly JsonValue[]) =>
    isKey && (fields.length === 1 || !values.some(isHash))
  const ids = tuples.filter(tells).map((values) => {
    const inOrder = fields.map((name) => values[references.indexOf(name)] ?? null)
    const [first = null] = inOrder
    return isHash(first) ? first : entityIdOfKey(settings, model as AuditedModel, inOrder)
  })
  const parts = ofIds(settings, other.name, ids)
  const others = tuples.filter((values) => !tells(values))
  if (others.length === 0) return parts
  const shown = shownTuples(settings, other, references, others)
  return [...parts, holding(source, other, columnsOf(other, references), shown)]
}

function ofIds(settings: Settings, entity: string, ids: readonly string[]): Sql[][] {
  const unique = [...new Set(ids)]
  const parts: Sql[][] = []
  for (let i = 0; i < unique.length; i += chunk) {
    const some = unique.slice(i, i + chunk)
    parts.push([isExactly(settings, 'entity', entity), isAnyOf(settings, some)])
  }
  return parts
}

/** Entries of the entities of a model that had one of these values, whatever they have now. */
function holding(
  source: Source,
  model: Model,
  fields: readonly Field[],
  tuples: readonly (readonly JsonValue[])[],
): Sql[] {
  const { settings } = source
  const entityId = column(settings, 'entityId')
  const from = entriesWith(source, { model }, fields, tuples)
  // Byte by byte as well: see `isExactly`.
  const isAmong =
    settings.dialect.provider === 'mysql'
      ? sql`(${entityId}, ${exactId(settings)}) IN (SELECT ${entityId}, ${exactId(settings)} ${from})`
      : sql`${entityId} IN (SELECT ${entityId} ${from})`
  return [isExactly(settings, 'entity', model.name), isAmong]
}

/** The ids that an entity was linked with, or unlinked from, by a many-to-many relation. */
async function linkedIds(
  source: Source,
  subject: EntitySubject,
  { field, other }: RelationOf,
): Promise<string[]> {
  const { settings, store, transaction, timeout } = source
  const id = other.primaryKey?.fields[0] ?? ''
  const snapshot = sql`COALESCE(${column(settings, 'after')}, ${column(settings, 'before')})`
  const [items, value] = {
    postgresql: [
      sql`CROSS JOIN LATERAL jsonb_array_elements(${snapshot} -> ${field.name}) AS item`,
      sql`item.value ->> ${id}`,
    ],
    mysql: [
      sql`CROSS JOIN JSON_TABLE(${snapshot}, ${raw(`'$.${field.name}[*]'`)} COLUMNS (value VARCHAR(768) PATH ${raw(`'$.${id}'`)})) AS item`,
      sql`item.value`,
    ],
    sqlite: [
      sql`JOIN json_each(${snapshot}, ${`$.${field.name}`}) AS item`,
      sql`CAST(json_extract(item.value, ${`$.${id}`}) AS TEXT)`,
    ],
  }[settings.dialect.provider satisfies Provider] as [Sql, Sql]
  const where = conditions(source, [
    ...isOf(settings, subject),
    sql`${column(settings, 'source')} IN ('client', 'database')`,
    sql`${column(settings, 'action')} IN ('link', 'unlink')`,
  ])
  const statement = sql`SELECT DISTINCT ${value} AS id FROM ${table(settings, settings.auditModel)} e ${items} ${where}`
  const rows = await store.query(transaction, statement, timeout)
  return rows.flatMap((row) => (row.id === null || row.id === MASK ? [] : [String(row.id)]))
}

function columnsOf(model: Model, names: readonly string[]): Field[] {
  return names.map((name) => model.fields.get(name) as Field)
}

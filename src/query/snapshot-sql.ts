import type { Provider } from '../dialect.ts'
import type { Settings } from '../options.ts'
import type { Field } from '../schema/schema.ts'
import type { JsonValue } from '../serialize.ts'
import { conditions } from './rows.ts'
import type { Source } from './source.ts'
import { column, join, type Sql, sql, table } from './sql.ts'
import { jsonText } from './sql-by-provider.ts'
import { isStateBearing } from './steps.ts'
import { type EntityModel, exactId, isExactly } from './subject.ts'

/** The text of a field's value in a snapshot. */
export function snapshotText(settings: Settings, side: 'before' | 'after', name: string): Sql {
  return jsonText(settings, column(settings, side), name)
}

/** That a snapshot holds a field, be it as NULL. */
export function holdsField(settings: Settings, side: 'before' | 'after', name: string): Sql {
  const snapshot = column(settings, side)
  return {
    postgresql: sql`${snapshot} -> ${name} IS NOT NULL`,
    mysql: sql`JSON_CONTAINS_PATH(${snapshot}, 'one', ${`$.${name}`})`,
    sqlite: sql`json_type(${snapshot}, ${`$.${name}`}) IS NOT NULL`,
  }[settings.dialect.provider satisfies Provider]
}

/** That a snapshot has these values. */
export function snapshotValues(
  settings: Settings,
  side: 'before' | 'after',
  fields: readonly Field[],
  values: readonly JsonValue[],
): Sql {
  const all = fields.map((field, i) => {
    const text = textOf(settings, field, values[i] ?? null)
    return sql`${snapshotText(settings, side, field.name)} = ${text}`
  })
  return sql`(${join(all, ' AND ')})`
}

/** SQLite has no booleans. */
function textOf({ dialect }: Settings, { type }: Field, value: JsonValue): string {
  if (type === 'Boolean' && dialect.provider === 'sqlite') return value === true ? '1' : '0'
  return String(value)
}

/**
 * What FROM and WHERE say to find the entries of a model's entities that had, in any of their states, the
 * values of one of these tuples. No index knows what is in snapshots: it looks at all entries of the model.
 */
export function entriesWith(
  source: Source,
  { model }: Pick<EntityModel, 'model'>,
  fields: readonly Field[],
  tuples: readonly (readonly JsonValue[])[],
): Sql {
  const { settings } = source
  const each = tuples.flatMap((values) => [
    snapshotValues(settings, 'before', fields, values),
    snapshotValues(settings, 'after', fields, values),
  ])
  const where = [
    isExactly(settings, 'entity', model.name),
    ...isStateBearing(settings),
    sql`(${join(each, ' OR ')})`,
  ]
  return sql`FROM ${table(settings, settings.auditModel)} e ${conditions(source, where)}`
}

/** The ids of the entities that {@link entriesWith} finds. */
export async function findIdsWith(
  source: Source,
  model: Pick<EntityModel, 'model'>,
  fields: readonly Field[],
  tuples: readonly (readonly JsonValue[])[],
): Promise<string[]> {
  const { settings, store, transaction, timeout } = source
  const statement = sql`SELECT MIN(${column(settings, 'entityId')}) AS id ${entriesWith(source, model, fields, tuples)} GROUP BY ${exactId(settings)}`
  const rows = await store.query(transaction, statement, timeout)
  return rows.map(({ id }) => String(id))
}

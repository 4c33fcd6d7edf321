import { type Dialect, identifier } from '../dialect.ts'
import type { Settings } from '../options.ts'
import type { Model } from '../schema/schema.ts'
import { intoTags } from '../tag-inserts.ts'
import { searchedTags, tagsSelect } from '../tags.ts'
import { findRelations, type Place, type Query } from './catalog.ts'
import { literal } from './sql/names.ts'

/** The table that tags are searched by, beside the audit table. */
export interface TagTableDiagnosis extends Place {
  readonly exists: boolean
  readonly absentColumns: readonly string[]
  /**
   * SQL that fills in the tags of entries that the table lacks; `null` where it lacks none, or the connected
   * role may not read both tables. Of a long trail only the two ends are looked at.
   */
  readonly fill: string | null
}

/** Entries that are looked at, from either end of the trail. */
const looked = 10_000

/** Whether tags can be searched; `null` where the schema has no model of tags. It only reads. */
export async function diagnoseTags(
  query: Query,
  settings: Settings,
): Promise<TagTableDiagnosis | null> {
  const { auditModel, tagModel } = settings
  if (!tagModel) return null
  const place = placeOf(settings, tagModel)
  const columns = ['key', 'value', 'seq'].map((name) => columnOf(tagModel, name))
  const absent = await absentOf(query, place, columns)
  const known = { ...place, exists: absent !== null, absentColumns: absent ?? [] }
  const trail = placeOf(settings, auditModel)
  const read = ['seq', 'tags'].map((name) => columnOf(auditModel, name))
  const lacking = [absent, await absentOf(query, trail, read)]
  if (lacking.some((names) => names?.length !== 0)) return { ...known, fill: null }
  const tables = { trail: nameOf(settings, trail), tags: nameOf(settings, place) }
  const isLacking =
    (await canRead(query, Object.values(tables))) &&
    (await lacksTags(query, settings, tagModel, tables))
  return { ...known, fill: isLacking ? fillOf(settings, tagModel, tables) : null }
}

/** The columns that a table lacks; `null` where there is no table. */
async function absentOf(
  query: Query,
  place: Place,
  columns: readonly string[],
): Promise<string[] | null> {
  const [relation] = await findRelations(query, [place])
  return relation ? columns.filter((name) => !relation.columns.has(name)) : null
}

async function canRead(query: Query, tables: readonly string[]): Promise<boolean> {
  const each = tables.map((table) => `has_table_privilege(${literal(table)}, 'SELECT')`)
  const [row] = await query(`SELECT ${each.join(' AND ')} AS "can"`)
  return row?.can === true
}

interface Tables {
  readonly trail: string
  readonly tags: string
}

async function lacksTags(
  query: Query,
  settings: Settings,
  tagModel: Model,
  { trail, tags }: Tables,
): Promise<boolean> {
  const { dialect, auditModel } = settings
  const seq = identifier(dialect, columnOf(auditModel, 'seq'))
  const ends = ['ASC', 'DESC'].map(
    (order) => `(${rowsOf(settings, trail)} ORDER BY ${seq} ${order} LIMIT ${looked})`,
  )
  const same = ['key', 'value', 'seq'].map(
    (name) => `known.${identifier(dialect, columnOf(tagModel, name))} = searched."${name}"`,
  )
  const [row] = await query(`WITH inserted(seq, tags) AS (${ends.join(' UNION ALL ')})
SELECT EXISTS (
  SELECT FROM (${searchedTags('inserted.tags')}) AS searched("key", "value", "seq")
  WHERE NOT EXISTS (SELECT FROM ${tags} AS known WHERE ${same.join(' AND ')})
) AS "lacks"`)
  return row?.lacks === true
}

function fillOf(settings: Settings, tagModel: Model, { trail, tags }: Tables): string {
  const rows = rowsOf(settings, trail)
  return `WITH inserted(seq, tags) AS (${rows}) ${intoTags(settings, tagModel, tags)} ${tagsSelect('inserted.tags')};`
}

function rowsOf({ dialect, auditModel }: Settings, trail: string): string {
  const columns = ['seq', 'tags'].map((name) => identifier(dialect, columnOf(auditModel, name)))
  return `SELECT ${columns.join(', ')} FROM ${trail}`
}

function placeOf({ database }: Settings, { namespace, table }: Model): Place {
  return { schema: namespace ?? database?.tables ?? 'public', table }
}

function nameOf({ dialect }: { readonly dialect: Dialect }, { schema, table }: Place): string {
  return `${identifier(dialect, schema)}.${identifier(dialect, table)}`
}

function columnOf({ fields }: Model, name: string): string {
  return fields.get(name)?.column ?? name
}

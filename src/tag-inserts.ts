import { identifier, placeholder, tableName } from './dialect.ts'
import type { EntryRow } from './entry.ts'
import type { Settings } from './options.ts'
import type { Field, Model } from './schema/schema.ts'
import { type Tag, tagsOf, tagsSelect } from './tags.ts'

/** `INSERT INTO tags (key, value, seq)`. */
export function intoTags(
  { dialect }: Pick<Settings, 'dialect'>,
  tagModel: Model,
  table = tableName(dialect, tagModel),
): string {
  const columns = ['key', 'value', 'seq'].map((name) => columnOf({ dialect }, tagModel, name))
  // To a collation, values can be the same that we take for two: one row finds both.
  const insert = dialect.provider === 'mysql' ? 'INSERT IGNORE' : 'INSERT'
  return `${insert} INTO ${table} (${columns.join(', ')})`
}

/**
 * On PostgreSQL, one statement inserts both the rows, by `insert`, and their tags, into `table`.
 */
export function withTags(
  settings: Pick<Settings, 'dialect' | 'auditModel' | 'tagModel'>,
  insert: string,
  table?: string,
): string {
  const { auditModel, tagModel } = settings
  if (!tagModel) return insert
  const [seq, tags] = ['seq', 'tags'].map((name) => columnOf(settings, auditModel, name))
  return (
    `WITH inserted(seq, tags) AS (${insert} RETURNING ${seq}, ${tags}) ` +
    `${intoTags(settings, tagModel, table)} ${tagsSelect('inserted.tags')}`
  )
}

/** Ids and tags of one statement. SQLite takes 500 queries in a UNION. */
const most = { ids: 500, tags: 250 } as const

/**
 * The statements that insert the tags of rows which have just been inserted: what `seq` these got, the
 * database has to look up. All rows of a call have the same tags.
 */
export function tagInserts(
  settings: Settings,
  tagModel: Model,
  rows: readonly EntryRow[],
): { readonly sql: string; readonly parameters: readonly unknown[] }[] {
  const { dialect, auditModel } = settings
  const column = (name: string) => columnOf(settings, auditModel, name)
  const insert = (group: readonly EntryRow[], tags: readonly Tag[]) => {
    const parameters: unknown[] = []
    const parameter = (value: unknown) => {
      parameters.push(value)
      return placeholder(dialect, parameters.length - 1)
    }
    const values = tags.map(
      ({ key, value }) => `SELECT ${parameter(key)} AS k, ${parameter(value)} AS v`,
    )
    const ids = group.map(({ id }) => parameter(id))
    const sql =
      `${intoTags(settings, tagModel)} SELECT tag.k, tag.v, entry.${column('seq')} ` +
      `FROM ${tableName(dialect, auditModel)} entry CROSS JOIN (${values.join(' UNION ALL ')}) tag ` +
      `WHERE entry.${column('id')} IN (${ids.join(', ')})`
    return { sql, parameters }
  }
  return groupsOf(rows).flatMap((group) =>
    inParts(tagsOf(group[0]?.tags ?? null)).map((tags) => insert(group, tags)),
  )
}

function inParts(tags: readonly Tag[]): Tag[][] {
  const parts = Math.ceil(tags.length / most.tags)
  return Array.from({ length: parts }, (_, i) => tags.slice(i * most.tags, (i + 1) * most.tags))
}

/** Rows in groups of the same tags. */
function groupsOf(rows: readonly EntryRow[]): EntryRow[][] {
  const groups = new Map<unknown, EntryRow[]>()
  const full: EntryRow[][] = []
  for (const row of rows) {
    const group = groups.get(row.tags)
    if (group && group.length < most.ids) {
      group.push(row)
      continue
    }
    const next = [row]
    groups.set(row.tags, next)
    full.push(next)
  }
  return full
}

function columnOf({ dialect }: Pick<Settings, 'dialect'>, model: Model, name: string): string {
  return identifier(dialect, (model.fields.get(name) as Field).column)
}

import type { Provider } from '../dialect.ts'
import type { Settings } from '../options.ts'
import { column, type Sql, sql } from './sql.ts'

/** Escapes what LIKE takes for a pattern; every pattern of ours says ESCAPE '!'. */
function likeText(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&')
}

/** That a text contains another one, whatever the case, as far as the database knows of cases. */
export function containsText(value: Sql, text: string): Sql {
  return sql`LOWER(${value}) LIKE LOWER(${`%${likeText(text)}%`}) ESCAPE '!'`
}

/** That a text begins with another one. LIKE takes no account of the case on SQLite. */
export function startsWith({ dialect }: Settings, value: Sql, text: string): Sql {
  if (dialect.provider !== 'sqlite') return sql`${value} LIKE ${`${likeText(text)}%`} ESCAPE '!'`
  return sql`substr(${value}, 1, ${[...text].length}) = ${text}`
}

/** The text of a value in a column that holds a JSON object. */
export function jsonText({ dialect }: Settings, object: Sql, name: string): Sql {
  return {
    postgresql: sql`${object} ->> ${name}`,
    mysql: sql`JSON_UNQUOTE(JSON_EXTRACT(${object}, ${`$.${name}`}))`,
    sqlite: sql`CAST(json_extract(${object}, ${`$.${name}`}) AS TEXT)`,
  }[dialect.provider satisfies Provider]
}

/** That a field is among those that changed. */
export function isChangedField(settings: Settings, name: string): Sql {
  const changed = column(settings, 'changed')
  return {
    postgresql: sql`${changed} @> CAST(${JSON.stringify([name])} AS jsonb)`,
    mysql: sql`JSON_CONTAINS(${changed}, ${JSON.stringify(name)})`,
    sqlite: sql`EXISTS (SELECT 1 FROM json_each(${changed}) WHERE value = ${name})`,
  }[settings.dialect.provider satisfies Provider]
}

/** That the value of any tag, or an item of a list, contains a text. */
export function tagValuesContain(settings: Settings, text: string): Sql {
  const tags = column(settings, 'tags')
  return {
    postgresql: sql`EXISTS (SELECT 1 FROM jsonb_path_query(${tags}, '$.*[*]') AS tag(value) WHERE ${containsText(sql`tag.value #>> '{}'`, text)})`,
    // The text of all values together, in which a quote is escaped, tells cheaply where it is not.
    mysql: sql`(${containsText(sql`JSON_EXTRACT(${tags}, '$.*')`, JSON.stringify(text).slice(1, -1))} AND EXISTS (SELECT 1 FROM JSON_TABLE(${tags}, '$.*' COLUMNS (value TEXT CHARACTER SET utf8mb4 PATH '$', NESTED PATH '$[*]' COLUMNS (item TEXT CHARACTER SET utf8mb4 PATH '$'))) AS tag WHERE ${containsText(sql`COALESCE(tag.value, tag.item)`, text)}))`,
    sqlite: sql`EXISTS (SELECT 1 FROM json_tree(${tags}) AS tag WHERE ${containsText(sql`CASE WHEN tag.type IN ('true', 'false') THEN tag.type ELSE tag.atom END`, text)})`,
  }[settings.dialect.provider satisfies Provider]
}

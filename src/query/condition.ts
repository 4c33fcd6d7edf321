import { AuditError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Model } from '../schema/schema.ts'
import { storableText } from '../storable.ts'
import { tagKey, tagValue } from '../tags.ts'
import type { FieldTerm, Filter, FilterTerm, FilterValue, TagTerm, TextTerm } from './filter.ts'
import { instantOf } from './filter-date.ts'
import { keyColumns } from './key-columns.ts'
import { column, join, raw, type Sql, sql, table, tagColumn } from './sql.ts'
import {
  containsText,
  isChangedField,
  jsonText,
  startsWith,
  tagValuesContain,
} from './sql-by-provider.ts'

/** The conditions of a filter on columns of `e`, which all have to hold. `now` is what `since:24h` counts from. */
export function filterConditions(settings: Settings, filter: Filter, now: Date): Sql[] {
  return filter.terms.map((term) => filterCondition(settings, term, now))
}

/** The condition of one term. */
export function filterCondition(settings: Settings, term: FilterTerm, now: Date): Sql {
  switch (term.kind) {
    case 'field':
      return fieldCondition(settings, term, now)
    case 'tag':
      return tagCondition(settings, term)
    case 'text':
      return signed(term, textCondition(settings, term))
    default:
      throw new TypeError(`No condition for \`${String(term satisfies never)}\``)
  }
}

function fieldCondition(settings: Settings, term: FieldTerm, now: Date): Sql {
  const { key, values } = term
  switch (key) {
    case 'since':
      return sql`${column(settings, 'createdAt')} >= ${instantOf(values[0]?.text ?? '', now)}`
    case 'until':
      return sql`${column(settings, 'createdAt')} < ${instantOf(values[0]?.text ?? '', now)}`
    case 'field': {
      const each = values.map(({ text }) => isChangedField(settings, storableText(text)))
      return signed(term, sql`(${join(each, ' OR ')})`)
    }
    case 'ip':
      return signed(
        term,
        amongst(settings, jsonText(settings, column(settings, 'request'), 'ip'), values),
      )
    case 'request':
      return signed(
        term,
        amongst(settings, jsonText(settings, column(settings, 'request'), 'id'), values),
      )
    default:
      return signed(term, amongst(settings, column(settings, keyColumns[key]), values))
  }
}

/** As a value, and not by EXISTS, of which PostgreSQL would make a join of all rows that have the tag. */
function tagCondition(settings: Settings, term: TagTerm): Sql {
  const from = sql`${table(settings, tagModelOf(settings))} t`
  const isOf = sql`${tagColumn(settings, 'seq')} = ${column(settings, 'seq')}`
  const found = sql`(SELECT 1 FROM ${from} WHERE ${tagMatches(settings, term)} AND ${isOf} LIMIT 1)`
  return term.isNegated ? sql`${found} IS NULL` : sql`${found} IS NOT NULL`
}

/** That a row of the table of tags, which queries call `t`, is one that a term asks for. */
export function tagMatches(settings: Settings, { key, values }: TagTerm): Sql {
  const searched = values.map((value) => ({ ...value, text: tagValue(value.text) }))
  const isKey = sql`${tagColumn(settings, 'key')} = ${storableText(tagKey(key))}`
  return sql`${isKey} AND ${amongst(settings, tagColumn(settings, 'value'), searched)}`
}

/**
 * The model that tags are searched by.
 *
 * @throws {AuditError} `QUERY_INVALID` where the schema has none
 */
export function tagModelOf({ tagModel }: Settings): Model {
  if (tagModel) return tagModel
  throw new AuditError(
    'QUERY_INVALID',
    'Tags cannot be searched: the Prisma schema has no model `AuditTag`. Add it with `npx prisma-extension-audit init`, ' +
      'then migrate and generate.',
  )
}

const textColumns = ['entity', 'entityId', 'action', 'actorName', 'reason'] as const

function textCondition(settings: Settings, { text }: TextTerm): Sql {
  const searched = storableText(text)
  const each = textColumns.map((name) => containsText(column(settings, name), searched))
  return sql`(${join([...each, tagValuesContain(settings, searched)], ' OR ')})`
}

/** That an expression has any of the values. */
function amongst(settings: Settings, value: Sql, values: readonly FilterValue[]): Sql {
  const exact = values.filter(({ isPrefix }) => !isPrefix).map(({ text }) => storableText(text))
  const prefixes = values.filter(({ isPrefix }) => isPrefix).map(({ text }) => storableText(text))
  const each = prefixes.map((text) =>
    text === '' ? sql`${value} IS NOT NULL` : startsWith(settings, value, text),
  )
  if (exact.length === 1) each.unshift(sql`${value} = ${exact[0]}`)
  if (exact.length > 1) each.unshift(sql`${value} IN (${join(exact)})`)
  return each.length === 1 ? (each[0] as Sql) : sql`(${join(each, ' OR ')})`
}

/** A value that is not there is none of those asked for, so the negation holds. */
function signed({ isNegated }: { readonly isNegated?: boolean }, condition: Sql): Sql {
  return isNegated ? sql`NOT COALESCE(${condition}, ${raw('FALSE')})` : condition
}

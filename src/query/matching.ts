import type { Settings } from '../options.ts'
import { filterCondition, tagMatches, tagModelOf } from './condition.ts'
import type { FieldTerm, Filter, FilterKey, FilterTerm, TagTerm } from './filter.ts'
import { fieldColumn } from './key-columns.ts'
import type { Source } from './source.ts'
import { column, empty, join, raw, type Sql, sql, table, tagColumn, unindexed } from './sql.ts'

/** How the rows that a filter matches are found. */
export interface Matching {
  /** What FROM begins with, before the audit table. */
  readonly from: Sql
  readonly where: readonly Sql[]
  /** The order of insertion, in the table that the rows are found by. */
  readonly seq: Sql
  /** Whether time is what the rows are found by, so that they come in its order. */
  readonly isByTime: boolean
  /** Whether there is nothing that leaves few rows, or has an index. */
  readonly isOpen: boolean
  /** Whether the scope may be what the rows are found by. */
  readonly isScopeIndexed: boolean
}

/**
 * How to find what a filter matches: by one index, of which the rows come in the order of insertion, so that a
 * page reads few more rows than it shows.
 *
 * Left to themselves, databases intersect indexes and sort what is left, which reads all rows of an actor for
 * each page: they take an actor and a tenant for independent. So where a trace, an entity or an actor is asked
 * for, nothing else may be looked up; then comes the rarest tag, by the index that tags have of their own,
 * unless it is a common one and there is a tenant, an entity, an action or an outcome to go by. Of these,
 * PostgreSQL knows how frequent they are, and the others are told the first.
 */
export async function matching(source: Source, filter: Filter, now: Date): Promise<Matching> {
  const { settings, scope } = source
  const keys = keysOf(filter)
  const narrow = narrowKeys.find((all) => all.every((key) => keys.has(key)))
  const isScoped = scope !== null && scope.tenants !== 'all'
  const wide = wideKeys.find((key) => keys.has(key))
  const tag = narrow ? undefined : await leadingTag(source, filter, isScoped || wide !== undefined)
  if (tag) return byTag(source, filter, tag, now)
  const isPostgres = settings.dialect.provider === 'postgresql'
  const first = isScoped ? undefined : wide
  const isFoundBy = (key: FilterKey) => {
    if (narrow) return narrow.includes(key)
    return isPostgres || (first === undefined ? !isScoped : key === first)
  }
  const isOpen = !narrow && !isScoped && wide === undefined
  return {
    from: empty,
    where: conditionsOf(settings, filter.terms, now, isFoundBy),
    seq: column(settings, 'seq'),
    isByTime: filter.terms.some(isTime) && isOpen,
    isOpen,
    isScopeIndexed: !narrow,
  }
}

/** PostgreSQL would merge both tables, and read all rows that are newer than those of a tag. */
const joins = {
  postgresql: { join: 'CROSS JOIN', seq: ' + 0' },
  mysql: { join: 'STRAIGHT_JOIN', seq: '' },
  sqlite: { join: 'CROSS JOIN', seq: '' },
} as const

function byTag(source: Source, { terms }: Filter, tag: TagTerm, now: Date): Matching {
  const { settings } = source
  const { join, seq: term } = joins[settings.dialect.provider]
  const seq = tagColumn(settings, 'seq')
  const others = terms.filter((each) => each !== tag)
  return {
    from: sql`${table(settings, tagModelOf(settings))} t ${raw(join)} `,
    where: [
      tagMatches(settings, tag),
      sql`${column(settings, 'seq')} = ${seq}${raw(term)}`,
      ...conditionsOf(settings, others, now, () => false),
    ],
    seq,
    isByTime: false,
    isOpen: false,
    isScopeIndexed: false,
  }
}

/** So many rows of a tag are few, whatever else there is to go by. */
const few = 1000

/**
 * The tag that has the fewest rows, as far as that matters: one alone leads in any case, and where there is
 * something else to go by, it has to have few.
 */
async function leadingTag(
  source: Source,
  { terms }: Filter,
  hasOther: boolean,
): Promise<TagTerm | undefined> {
  const tags = terms.filter(isOneTag)
  if (tags.length + Number(hasOther) < 2) return tags[0]
  const { settings, store, transaction, timeout } = source
  const counts = tags.map((tag) => {
    // In order, so that it is the index which is read.
    const rows = sql`SELECT 1 FROM ${table(settings, tagModelOf(settings))} t WHERE ${tagMatches(settings, tag)} ORDER BY ${tagColumn(settings, 'seq')} DESC LIMIT ${raw(String(few + 1))}`
    return sql`SELECT COUNT(*) AS counted FROM (${rows}) few`
  })
  const found = await store.query(transaction, join(counts, ' UNION ALL '), timeout)
  const counted = found.map((row) => Number(row.counted))
  const fewest = Math.min(...counted)
  return hasOther && fewest > few ? undefined : tags[counted.indexOf(fewest)]
}

function conditionsOf(
  settings: Settings,
  terms: readonly FilterTerm[],
  now: Date,
  isFoundBy: (key: FilterKey) => boolean,
): Sql[] {
  return terms.map((term) => {
    const condition = filterCondition(settings, term, now)
    const isLookedUp = term.kind !== 'field' || !fieldColumn(term.key) || isFoundBy(term.key)
    return isLookedUp ? condition : unindexed(condition)
  })
}

/** What leaves few rows, the fewest first. */
const narrowKeys: readonly (readonly FilterKey[])[] = [['trace'], ['entity', 'id'], ['actor']]

/** What has an index in the order of insertion besides, the narrowest first. */
const wideKeys = ['tenant', 'entity', 'action', 'outcome'] as const

function isOneTag(term: FilterTerm): term is TagTerm {
  return term.kind === 'tag' && !term.isNegated && isOneValue(term)
}

function isTime(term: FilterTerm): boolean {
  return term.kind === 'field' && (term.key === 'since' || term.key === 'until')
}

/** The keys that have to have one value. */
function keysOf({ terms }: Filter): ReadonlySet<FilterKey> {
  const fields = terms.filter((term): term is FieldTerm => term.kind === 'field')
  return new Set(fields.filter((term) => !term.isNegated && isOneValue(term)).map(({ key }) => key))
}

function isOneValue({ values }: FieldTerm | TagTerm): boolean {
  return values.length === 1 && !values[0]?.isPrefix
}

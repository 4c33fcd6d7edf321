import { AuditError } from '../errors.ts'
import type { JsonValue } from '../serialize.ts'
import { parsedJson } from '../store.ts'
import { tagsOf } from '../tags.ts'
import type { Filter } from './filter.ts'
import { keyColumns } from './key-columns.ts'
import { matching } from './matching.ts'
import type { Facet, Facets, FacetsOptions } from './queries.ts'
import { selectRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, sql } from './sql.ts'

const fieldKeys = ['entity', 'action', 'outcome', 'actor', 'type', 'tenant', 'source'] as const

type FieldKey = (typeof fieldKeys)[number]

/**
 * The values that each key has among the newest entries that match: what there is to filter by, whatever the
 * size of the trail.
 *
 * @throws {AuditError} `QUERY_INVALID` for a wrong `sample` or `take`
 */
export async function findFacets(
  source: Source,
  filter: Filter,
  { keys, sample = 5000, take = 20 }: FacetsOptions = {},
): Promise<Facets> {
  checkRange('sample', sample, 50_000)
  checkRange('take', take, 1000)
  const { settings } = source
  const found = await matching(source, filter, settings.now())
  const orderBy = sql`${found.isByTime ? column(settings, 'createdAt') : found.seq} DESC`
  const names = [...fieldKeys.map((key) => keyColumns[key]), 'actorName', 'tags']
  const rows = await selectRows(source, names, { ...found, orderBy, take: sample + 1 })
  const isComplete = rows.length <= sample
  if (!isComplete) rows.pop()
  const wanted = (key: string) => keys === undefined || keys.includes(key)
  const fields = fieldKeys.filter(wanted).map((key) => fieldFacet(rows, key, take))
  const facets = [...fields, ...tagFacets(rows, wanted, take)]
  return {
    sampled: rows.length,
    isComplete,
    facets: facets.filter(({ values }) => values.length > 0),
  }
}

type Row = Readonly<Record<string, unknown>>

function fieldFacet(rows: readonly Row[], key: FieldKey, take: number): Facet {
  const counts = new Counts()
  for (const row of rows) {
    const value = row[keyColumns[key]]
    // The newest comes first, so the first name is the last one that the actor had.
    if (typeof value === 'string') counts.add(value, key === 'actor' ? row.actorName : undefined)
  }
  return { key, isTag: false, values: counts.most(take) }
}

function tagFacets(rows: readonly Row[], wanted: (key: string) => boolean, take: number): Facet[] {
  const byKey = new Map<string, Counts>()
  for (const row of rows) {
    for (const { key, value } of tagsOf(parsedJson(row.tags) as JsonValue)) {
      if (!wanted(key)) continue
      const counts = byKey.get(key) ?? new Counts()
      byKey.set(key, counts)
      counts.add(value)
    }
  }
  return [...byKey].map(([key, counts]) => ({ key, isTag: true, values: counts.most(take) }))
}

class Counts {
  readonly #values = new Map<string, { value: string; count: number; label?: string }>()

  add(value: string, label?: unknown): void {
    const counted = this.#values.get(value)
    if (counted) counted.count++
    else this.#values.set(value, { value, count: 1, ...(typeof label === 'string' && { label }) })
  }

  most(take: number): Facet['values'] {
    const order = (a: Facet['values'][number], b: Facet['values'][number]) =>
      b.count - a.count || (a.value < b.value ? -1 : 1)
    return [...this.#values.values()].sort(order).slice(0, take)
  }
}

function checkRange(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new AuditError(
    'QUERY_INVALID',
    `\`${name}\` is \`${value}\`, but it has to be 1 to ${most}.`,
  )
}

import { isId } from '../id.ts'
import { findPastState } from './as-of.ts'
import { checkFilter } from './check-filter.ts'
import { compareEntries } from './compare.ts'
import { countMatching } from './count.ts'
import { shownEntry } from './entries.ts'
import { exportEntries } from './export.ts'
import { findFacets } from './facets.ts'
import { findFieldHistory } from './field-history.ts'
import type { Filter } from './filter.ts'
import { findHistogram } from './histogram.ts'
import { findHistory } from './history.ts'
import { parseFilter } from './parse-filter.ts'
import type { AuditQueries, FilterInput } from './queries.ts'
import { readRows } from './rows.ts'
import { findMatching } from './search.ts'
import type { Source } from './source.ts'
import { column, sql } from './sql.ts'
import { findTailPosition, tailEntries } from './tail.ts'
import { findTrace } from './trace.ts'
import { findVersion } from './version.ts'

/** The questions, put to a source that is known once one is asked. */
export function answering(sourceOf: () => Promise<Source>): AuditQueries {
  return {
    search: async (filter, options) => findMatching(await sourceOf(), filterOf(filter), options),
    entry: async (id) => findEntry(await sourceOf(), id),
    version: async (id) => findVersion(await sourceOf(), id),
    trace: async (traceId, options) => findTrace(await sourceOf(), traceId, options),
    count: async (filter, options) => countMatching(await sourceOf(), filterOf(filter), options),
    facets: async (filter, options) => findFacets(await sourceOf(), filterOf(filter), options),
    histogram: async (filter, options) =>
      findHistogram(await sourceOf(), filterOf(filter), options),
    history: async (subject, options) => findHistory(await sourceOf(), subject, options),
    fieldHistory: async (subject, options) => findFieldHistory(await sourceOf(), subject, options),
    compare: async (fromId, toId) => compareEntries(await sourceOf(), fromId, toId),
    asOf: async (subject) => findPastState(await sourceOf(), subject),
    export: async function* (filter, options) {
      yield* exportEntries(await sourceOf(), filterOf(filter), options)
    },
    tail: async function* (filter, options) {
      yield* tailEntries(await sourceOf(), filterOf(filter), options)
    },
    tailPosition: async () => findTailPosition(await sourceOf()),
  }
}

function filterOf(filter: FilterInput = ''): Filter {
  return typeof filter === 'string' ? parseFilter(filter) : checkFilter(filter)
}

async function findEntry(source: Source, id: string) {
  if (!isId(id)) return null
  const { settings } = source
  const where = [sql`${column(settings, 'id')} = ${id}`]
  const [row] = await readRows(source, { where, orderBy: column(settings, 'seq'), take: 1 })
  return row ? shownEntry(source, row) : null
}

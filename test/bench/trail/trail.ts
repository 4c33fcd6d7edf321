/**
 * What the queries of `$audit` take, next to the same by hand, in a large trail and in a small one.
 */
import { databaseNames, type Provider } from '../../database/capabilities.ts'
import { type ExportResult, measureExport } from './export-memory.ts'
import { measureTrail, type TrailResult } from './measure-trail.ts'
import { openPlace } from './place.ts'
import { renderExport, renderTrail } from './render.ts'

export interface Trail {
  readonly provider: Provider
  readonly rows: number
  readonly results: readonly TrailResult[]
  readonly exported: ExportResult
}

interface TrailSettings {
  readonly rounds: number
  readonly rows: number
  readonly keep: boolean
}

/** What a trail is compared with. */
const smallRows = 10_000
const mostExported = 1_000_000

/** Measures one database; `own` is told what has to be stopped if the measurement is interrupted. */
export async function measureTrails(
  provider: Provider,
  { rounds, rows, keep }: TrailSettings,
  progress: (text: string) => void,
  own: (server: { stop(): Promise<void> }) => void,
): Promise<Trail> {
  const place = await openPlace(provider, keep)
  own({ stop: () => place.close() })
  const small = { rows: smallRows, url: await place.trail(smallRows) }
  const large = { rows, url: rows === smallRows ? small.url : await place.trail(rows) }
  const told = (text: string) => progress(`${databaseNames[provider]}, queries: ${text}`)
  const results = await measureTrail({ provider, rounds, small, large }, told)
  told('export')
  const exported = await measureExport(provider, large.url, Math.min(rows, mostExported))
  return { provider, rows, results, exported }
}

export function renderTrails(trails: readonly Trail[]): string {
  const each = trails.map(
    ({ provider, rows, results, exported }) =>
      `${databaseNames[provider]}, a trail of ${rows.toLocaleString('en')} rows\n\n` +
      `${renderTrail(results)}\n\n${renderExport(exported)}`,
  )
  const notes = [
    'Median of one call for a page of 50, over values that many and few rows have. to SQL: times as long as the',
    'same by hand in the same round, the quartiles in brackets; of facets, by hand without tags. The deep page and',
    `the small trail, of ${smallRows.toLocaleString('en')} rows: for the value that most rows have, how many times as long.`,
  ]
  return [...each, notes.join('\n')].join('\n\n')
}

import { z } from 'zod'
import type { Histogram } from '../query/queries.ts'
import { namedSchemas, nullable, time } from './answers.ts'

/** What the page asks beside the entries themselves. */

/** Who looks, and what it may do. */
export interface ViewerJson {
  /** `null` where the scope does not say. */
  readonly viewer: {
    readonly id: string | null
    readonly type: string
    readonly name: string | null
  } | null
  readonly mayExport: boolean
  readonly mayRevert: boolean
  /** Whether the handler keeps views; the browser does where it does not. */
  readonly savesViews: boolean
}

export const viewerSchema = z
  .object({
    viewer: z.object({ id: nullable, type: z.string(), name: nullable }).nullable(),
    mayExport: z.boolean(),
    mayRevert: z.boolean(),
    savesViews: z.boolean(),
  })
  .register(namedSchemas, { id: 'Viewer', description: 'Who looks, and what it may do' })

/** An entry amongst those of its entity. */
export interface VersionJson {
  /** From 1, the oldest; `null` where there are more than are counted, or the entry has no entity. */
  readonly version: number | null
  /** Ids of the entries of the same entity right before and after it; `null` where there are none. */
  readonly previous: string | null
  readonly next: string | null
}

export const versionSchema = z
  .object({
    version: z.number().int().min(1).nullable(),
    previous: nullable,
    next: nullable,
  })
  .register(namedSchemas, { id: 'Version', description: 'An entry amongst those of its entity' })

/** How many entries there are over time. */
export interface HistogramJson {
  readonly since: string
  readonly until: string
  readonly buckets: readonly {
    readonly since: string
    readonly until: string
    /** By action. */
    readonly counts: Readonly<Record<string, number>>
    /** Whether all were counted; otherwise it is an estimate by those that were. */
    readonly isExact: boolean
  }[]
  /** Before this nothing was looked at, as there are too many entries; `null` where all was. */
  readonly knownSince: string | null
}

export const histogramSchema = z
  .object({
    since: time,
    until: time,
    buckets: z.array(
      z.object({
        since: time,
        until: time,
        counts: z
          .record(z.string(), z.number().int())
          .meta({ description: 'How many there are, by action' }),
        isExact: z.boolean().meta({ description: 'Whether all were counted' }),
      }),
    ),
    knownSince: time.nullable().meta({ description: 'Before this nothing was looked at' }),
  })
  .register(namedSchemas, {
    id: 'Histogram',
    description: 'How many entries there are over time',
  })

export function histogramJson({ since, until, buckets, knownSince }: Histogram): HistogramJson {
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    buckets: buckets.map((bucket) => ({
      ...bucket,
      since: bucket.since.toISOString(),
      until: bucket.until.toISOString(),
    })),
    knownSince: knownSince?.toISOString() ?? null,
  }
}

/** What the page shows, under a name. */
export interface SavedViewJson {
  readonly name: string
  /** The query string of its address. */
  readonly query: string
}

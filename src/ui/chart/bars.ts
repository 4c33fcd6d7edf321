import type { HistogramJson } from '../../http/client.ts'
import { type ActionClass, actionClass } from '../shown/action.ts'

/** From the bottom of a bar to its top. */
export const classes: readonly ActionClass[] = ['update', 'create', 'other', 'delete']

export type Counts = Readonly<Record<ActionClass, number>>

export interface Bar {
  /** Inclusive. */
  readonly since: Date
  /** Exclusive. */
  readonly until: Date
  readonly total: number
  readonly counts: Counts
  /** Each action with its number, the most frequent first. */
  readonly actions: readonly (readonly [string, number])[]
  /** Whether all were counted. */
  readonly isExact: boolean
}

export function barsOf({ buckets }: HistogramJson): readonly Bar[] {
  return buckets.map(({ since, until, counts, isExact }) => {
    const actions = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .sort(([, one], [, other]) => other - one)
    const byClass = { update: 0, create: 0, other: 0, delete: 0 }
    for (const [action, count] of actions) byClass[actionClass(action)] += count
    return {
      since: new Date(since),
      until: new Date(until),
      total: actions.reduce((sum, [, count]) => sum + count, 0),
      counts: byClass,
      actions,
      isExact,
    }
  })
}

/** Of all bars together. */
export function summedCounts(bars: readonly Bar[]): Counts & { readonly total: number } {
  const sum = { update: 0, create: 0, other: 0, delete: 0, total: 0 }
  for (const { counts, total } of bars) {
    for (const name of classes) sum[name] += counts[name]
    sum.total += total
  }
  return sum
}

export interface Piece {
  readonly name: ActionClass
  readonly y: number
  readonly height: number
}

/** A bar in pieces, where the highest bar is `height` high: whatever there is any of can be seen. */
export function piecesOf({ counts, total }: Bar, most: number, height: number): readonly Piece[] {
  const pieces: Piece[] = []
  let y = height
  for (const name of classes) {
    if (counts[name] === 0) continue
    const share = (counts[name] / most) * height
    const least = total > 0 ? Math.min(1.5, height / classes.length) : 0
    const own = Math.min(Math.max(share, least), y)
    y -= own
    pieces.push({ name, y, height: own })
  }
  return pieces
}

/** The bars that the axis names, at most so many: where the name of their time becomes another one. */
export function ticksOf(names: readonly string[], most: number): readonly number[] {
  const changes = names.flatMap((name, at) => (name === names[at - 1] ? [] : [at]))
  const step = Math.max(1, Math.ceil(changes.length / most))
  const ticks = changes.filter((_, index) => index % step === 0)
  const least = names.length / (most * 1.6)
  return ticks.filter((at, index) => (ticks[index + 1] ?? Number.POSITIVE_INFINITY) - at >= least)
}

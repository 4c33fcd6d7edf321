/** The middle of some values, and the middle half of them. */
export interface Summary {
  readonly median: number
  readonly lower: number
  readonly upper: number
}

/** One time of each variant for each round, in the same order of rounds. */
export type Times = Readonly<Record<string, readonly number[]>>

/** Median and quartiles, interpolated between neighbours. */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
  }
}

/** How many times longer a variant took than `base` in the same round. */
export function pairedRatios(times: Times, variant: string, base: string): number[] {
  const bases = times[base] ?? []
  return (times[variant] ?? []).map((time, round) => time / (bases[round] ?? Number.NaN))
}

/** The items, beginning with another one in each round. */
export function rotate<T>(items: readonly T[], round: number): T[] {
  const first = items.length === 0 ? 0 : round % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

/**
 * Measures each variant once a round, so that what slows the machine down for a while meets all of
 * them; no variant is always the one that begins.
 *
 * The first round warms up and is not part of the answer. A variant that fails is left out from
 * there on, and its times are dropped.
 */
export async function interleave(
  variants: readonly string[],
  rounds: number,
  measure: (variant: string, round: number) => Promise<number>,
): Promise<{ readonly times: Times; readonly failures: ReadonlyMap<string, unknown> }> {
  const times: Record<string, number[]> = {}
  const failures = new Map<string, unknown>()
  for (let round = 0; round <= rounds; round++) {
    for (const variant of rotate(variants, round)) {
      if (failures.has(variant)) continue
      try {
        const time = await measure(variant, round)
        times[variant] ??= []
        if (round > 0) times[variant].push(time)
      } catch (error) {
        failures.set(variant, error)
        delete times[variant]
      }
    }
  }
  return { times, failures }
}

function quantile(sorted: readonly number[], part: number): number {
  const position = (sorted.length - 1) * part
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position % 1)
}

/**
 * Chance that is the same on every start, by mulberry32.
 */

/** Answers a number from 0 to 1, without 1. */
export type Chance = () => number

export function chanceFrom(seed: number): Chance {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number of `from` to `to`, both included. */
export function between(chance: Chance, from: number, to: number): number {
  return from + Math.floor(chance() * (to - from + 1))
}

export function oneOf<T>(chance: Chance, choices: readonly T[]): T {
  return choices[Math.floor(chance() * choices.length)] as T
}

/** One of the keys, each as often as its number says. */
export function weighted<T extends string>(
  chance: Chance,
  weights: Readonly<Record<T, number>>,
): T {
  const all = Object.entries<number>(weights)
  let left = chance() * all.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [key, weight] of all) {
    left -= weight
    if (left < 0) return key as T
  }
  return all[0]?.[0] as T
}

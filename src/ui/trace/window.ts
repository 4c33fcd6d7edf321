/** From an index to another one, which is exclusive. */
export type Range = readonly [start: number, end: number]

/** So many are drawn from either end of a list, and around what is marked. */
const atEnds = 100
const around = 5

/**
 * Which of a long list are drawn: the first, the last, and what is around a mark; `more` adds to the first.
 * A few that would be left out in between are drawn, too.
 */
export function drawnOf(length: number, marked = -1, more = 0): Range[] {
  const wanted: Range[] = [
    [0, atEnds + more],
    ...(marked < 0 ? [] : [[marked - around, marked + around + 1] as const]),
    [length - atEnds, length],
  ]
  const drawn: [number, number][] = []
  for (const [from, to] of wanted.toSorted(([a], [b]) => a - b)) {
    const start = Math.max(0, from)
    const end = Math.min(length, to)
    const last = drawn.at(-1)
    if (last && start <= last[1] + around) last[1] = Math.max(last[1], end)
    else if (start < end) drawn.push([start, end])
  }
  return drawn
}

import { AuditError } from '../errors.ts'

/** Values of `seq` that were not there when a higher one already was; both ends are part of it. */
export interface Gap {
  readonly from: bigint
  readonly to: bigint
  /** When it was first seen, in Unix seconds. */
  readonly since: number
}

/** So many gaps are remembered; of more, the oldest is given up first. */
export const mostGaps = 5_000

/**
 * Characters of a text: `Last-Event-ID` takes it back, and Node.js refuses a request whose headers have more than
 * 16 KiB in all. Ten minutes of a server that hands out every third value fit in it.
 */
export const longestText = 6_000

/** The same of a text that is read: there were longer ones. */
const longestRead = 200_000

/** The largest value of a BIGINT column. */
const largest = 2n ** 63n - 1n

/**
 * How far a tail has come: the highest `seq` that it has dealt with, and the gaps below it, which may be
 * filled yet.
 *
 * As a text, `120~1763768400:3-1,40~15:2`: the highest, then the gaps from the newest to the oldest. Each is
 * told by how far its upper end is below the one before, and `-` how many more values it has; those that
 * were first seen at the same time stand together behind that time, which is in Unix seconds first, and in
 * seconds before the last one from there on. `*` is how often the same follows, as where the server hands out
 * every third value (`auto_increment_increment`). What lies densely, as the gaps of a long transaction between
 * others do, is short so; of what does not fit into {@link longestText}, the oldest is left out.
 */
export class TailPosition {
  #highest: bigint
  /** Ascending, as are their times. */
  readonly #gaps: Gap[]

  private constructor(highest: bigint, gaps: Gap[]) {
    this.#highest = highest
    this.#gaps = gaps
  }

  /** Before the first entry. */
  static start(highest = 0n): TailPosition {
    return new TailPosition(highest, [])
  }

  /**
   * Reads its text. Times that lie ahead of `now` are those of another clock, and count from `now`.
   *
   * @throws {AuditError} `QUERY_INVALID`
   */
  static parse(text: string, now: number): TailPosition {
    const [first = '', ...groups] = text.length > longestRead ? [] : text.split('~')
    const highest = numberOf(first) ?? wrong(text)
    const gaps: Gap[] = []
    let since = 0
    let below = highest
    for (const [i, group] of groups.entries()) {
      const [time = '', list, ...others] = group.split(':')
      const seconds = Number(numberOf(time) ?? wrong(text))
      if (list === undefined || others.length > 0) wrong(text)
      since = i === 0 ? seconds : since - seconds
      for (const part of list.split(',')) {
        const { distance, more, times } = partOf(part) ?? wrong(text)
        for (let i = 0n; i < times; i++) {
          const to = below - distance
          const from = to - more
          if (from < 1n || gaps.length === mostGaps) wrong(text)
          gaps.push({ from, to, since: Math.min(since, secondsOf(now)) })
          below = from
        }
      }
    }
    return new TailPosition(highest, gaps.reverse())
  }

  get highest(): bigint {
    return this.#highest
  }

  /** Ascending. */
  get gaps(): readonly Gap[] {
    return this.#gaps
  }

  /** Goes on past one value; in ascending order, those of one look. */
  take(seq: bigint, now: number): void {
    if (seq <= this.#highest) {
      this.#fill(seq)
      return
    }
    if (seq > this.#highest + 1n) {
      // A clock that is set back does not make the newest gap the oldest.
      const since = Math.max(secondsOf(now), this.#gaps.at(-1)?.since ?? 0)
      this.#gaps.push({ from: this.#highest + 1n, to: seq - 1n, since })
      if (this.#gaps.length > mostGaps) this.#gaps.shift()
    }
    this.#highest = seq
  }

  /** Forgets the gaps that were first seen longer ago than `patience` milliseconds. */
  giveUp(now: number, patience: number): void {
    const kept = this.#gaps.findIndex(({ since }) => since * 1000 + patience > now)
    this.#gaps.splice(0, kept === -1 ? this.#gaps.length : kept)
  }

  toString(): string {
    let text = String(this.#highest)
    let time: number | undefined
    for (const { since, part, times } of this.#runs()) {
      const separator = since === time ? ',' : `~${time === undefined ? since : time - since}:`
      const more = `${separator}${part}${times > 1 ? `*${times}` : ''}`
      if (text.length + more.length > longestText) break
      text += more
      time = since
    }
    return text
  }

  /** From the newest gap to the oldest, what their text tells of each; those alike, one after the other, as one. */
  #runs(): Run[] {
    const runs: Run[] = []
    let below = this.#highest
    for (const { from, to, since } of this.#gaps.toReversed()) {
      const part = from === to ? String(below - to) : `${below - to}-${to - from}`
      const last = runs.at(-1)
      if (last?.part === part && last.since === since) last.times++
      else runs.push({ since, part, times: 1 })
      below = from
    }
    return runs
  }

  #fill(seq: bigint): void {
    const i = this.#gaps.findIndex(({ to }) => seq <= to)
    const gap = this.#gaps[i]
    if (!gap || seq < gap.from) return
    const { from, to, since } = gap
    const parts: Gap[] = []
    if (from < seq) parts.push({ from, to: seq - 1n, since })
    if (seq < to) parts.push({ from: seq + 1n, to, since })
    this.#gaps.splice(i, 1, ...parts)
    if (this.#gaps.length > mostGaps) this.#gaps.shift()
  }
}

interface Run {
  readonly since: number
  readonly part: string
  times: number
}

/** How far below the one before a gap ends, how many more values it has, and how often that comes. */
function partOf(text: string): Record<'distance' | 'more' | 'times', bigint> | undefined {
  const [, first = '', second = '0', third = '1'] =
    /^(\d+)(?:-(\d+))?(?:\*(\d+))?$/.exec(text) ?? []
  const [distance, more, times] = [numberOf(first), numberOf(second), numberOf(third)]
  return distance && more !== undefined && times ? { distance, more, times } : undefined
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}

function numberOf(text: string): bigint | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined
  const value = BigInt(text)
  return value > largest ? undefined : value
}

function wrong(text: string): never {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text
  throw new AuditError(
    'QUERY_INVALID',
    `\`after\` is \`${shown}\`, but it has to be the \`position\` of an entry of a tail.`,
  )
}

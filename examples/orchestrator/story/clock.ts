/**
 * The clock of the trail: first that of a story, which goes through past weeks as fast as it can be told, and
 * then that of the process.
 */
export interface Clock {
  readonly now: () => Date
  /** Tells a time of the past from now on; never one before that which it tells already. */
  set(time: Date): void
  /** Goes on by so many milliseconds. */
  advance(milliseconds: number): void
  /** Tells the real time from now on. */
  release(): void
}

export function storyClock(): Clock {
  let told: number | undefined
  const set = (time: number) => {
    told = Math.min(Math.max(time, told ?? 0), Date.now())
  }
  return {
    now: () => new Date(told ?? Date.now()),
    set: (time) => set(time.getTime()),
    advance: (milliseconds) => set((told ?? Date.now()) + milliseconds),
    release: () => {
      told = undefined
    },
  }
}

import { invalidOption } from '../errors.ts'
import { filterLimits } from '../query/filter.ts'

/** How much one caller may ask for, and all of them at a time. */
export interface HandlerLimits {
  /** The most entries of a page, at most 1000. @default 200 */
  readonly take?: number | undefined
  /** Characters of a filter, at most 2000. @default 2000 */
  readonly filter?: number | undefined
  /** Milliseconds that one query may take, where the database can end it. @default 10,000 */
  readonly timeout?: number | undefined
  /** Bytes of the body of a request. @default 16,384 */
  readonly body?: number | undefined
  /** Exports that run at a time. @default 4 */
  readonly exports?: number | undefined
  /** Streams that are open at a time. @default 100 */
  readonly streams?: number | undefined
  /** Milliseconds between two looks of a stream for new entries. @default 1000 */
  readonly interval?: number | undefined
  /** Milliseconds between two comments that keep a stream open. @default 15,000 */
  readonly heartbeat?: number | undefined
  /** Milliseconds after which `authorize` is asked again about an open stream. @default 60,000 */
  readonly reauthorize?: number | undefined
}

export type Limits = { readonly [Name in keyof HandlerLimits]-?: number }

const defaults: Limits = {
  take: 200,
  filter: filterLimits.length,
  timeout: 10_000,
  body: 16_384,
  exports: 4,
  streams: 100,
  interval: 1000,
  heartbeat: 15_000,
  reauthorize: 60_000,
}

/** What the queries themselves allow. */
const largest: Partial<Limits> = { take: 1000, filter: filterLimits.length }

/** @throws {AuditError} `OPTION_INVALID` */
export function checkedLimits(limits: HandlerLimits = {}): Limits {
  const checked: Record<string, number> = { ...defaults }
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaults, name)) {
      invalidOption(
        `\`limits\` has no \`${name}\`. The limits are ${Object.keys(defaults).join(', ')}.`,
      )
    }
    if (value === undefined) continue
    const most = largest[name as keyof Limits] ?? 2 ** 31 - 1
    if (!Number.isInteger(value) || value < 1 || value > most) {
      invalidOption(`\`limits.${name}\` is \`${String(value)}\`, but it has to be 1 to ${most}.`)
    }
    checked[name] = value
  }
  return checked as unknown as Limits
}

/** A number of places, each of which one caller has for a while. */
export class Places {
  readonly #most: number
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  /** A function that gives the place back, however often it is called; `null` where all are taken. */
  take(): (() => void) | null {
    if (this.#taken >= this.#most) return null
    this.#taken += 1
    let isTaken = true
    return () => {
      if (isTaken) this.#taken -= 1
      isTaken = false
    }
  }

  get taken(): number {
    return this.#taken
  }
}

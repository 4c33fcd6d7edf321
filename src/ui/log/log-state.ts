import type { EntryJson, PageJson } from '../../http/client.ts'
import type { Order } from '../events.ts'

/** What is asked for. */
export interface Wanted {
  readonly filter: string
  readonly order: Order
  readonly direction: 'asc' | 'desc'
}

/** The entries that were read so far, of what is wanted, and what came in since. */
export interface LogState {
  readonly wanted: Wanted
  readonly entries: readonly EntryJson[]
  /** Where the next page begins; `null` after the last one. */
  readonly nextCursor: string | null
  /** Newer than the entries, the newest first, and not shown yet. */
  readonly fresh: readonly EntryJson[]
  readonly loading: 'first' | 'more' | null
  readonly error: unknown
  /** Whether any page of what is wanted was read. */
  readonly isKnown: boolean
}

export function begun(wanted: Wanted, before?: LogState): LogState {
  return {
    wanted,
    // Those of before stay until there are others: nothing jumps.
    entries: before?.entries ?? [],
    nextCursor: null,
    fresh: [],
    loading: 'first',
    error: null,
    isKnown: false,
  }
}

export function asking(state: LogState): LogState {
  return { ...state, loading: 'more', error: null }
}

export function loaded(state: LogState, { entries, nextCursor }: PageJson): LogState {
  const shown = state.isKnown ? [...state.entries, ...others(entries, state.entries)] : entries
  const fresh = others(state.fresh, shown)
  return {
    ...state,
    entries: shown,
    nextCursor,
    fresh,
    loading: null,
    error: null,
    isKnown: true,
  }
}

/**
 * The first page read once more: entries never change, so those that were read before stay with it, unless
 * there is a hole between.
 */
export function refreshed(before: LogState, state: LogState): LogState {
  const ids = new Set(before.entries.map(({ id }) => id))
  if (!state.entries.some(({ id }) => ids.has(id))) return state
  const entries = [...state.entries, ...others(before.entries, state.entries)]
  return { ...state, entries, nextCursor: before.nextCursor }
}

export function isNewestFirst({ order, direction }: Wanted): boolean {
  return order === 'time' && direction === 'desc'
}

export function failed(state: LogState, error: unknown): LogState {
  return { ...state, entries: state.isKnown ? state.entries : [], loading: null, error }
}

/** Kept aside, unless it is there already or belongs to a page that was not read yet. */
export function arrived(state: LogState, entry: EntryJson): LogState {
  const { entries, fresh, nextCursor } = state
  const oldest = entries.at(-1)
  const isBelow = nextCursor !== null && oldest !== undefined && newerFirst(entry, oldest) > 0
  if (isBelow || others([entry], [...fresh, ...entries]).length === 0) return state
  return { ...state, fresh: [entry, ...fresh].sort(newerFirst) }
}

/** Most are newer than all others; of some, the transaction was open for longer. */
export function merged(state: LogState): LogState {
  return { ...state, entries: [...state.fresh, ...state.entries].sort(newerFirst), fresh: [] }
}

function newerFirst(a: EntryJson, b: EntryJson): number {
  return Number(BigInt(b.seq) - BigInt(a.seq))
}

export type View = 'loading' | 'problem' | 'empty' | 'none' | 'entries'

/** What the page shows: `empty` where there is nothing at all, `none` where nothing matches. */
export function viewOf({ entries, error, isKnown, wanted, fresh }: LogState): View {
  if (error && !isKnown) return 'problem'
  if (entries.length > 0) return 'entries'
  if (!isKnown) return 'loading'
  if (fresh.length > 0) return 'entries'
  return wanted.filter.trim() === '' ? 'empty' : 'none'
}

function others(some: readonly EntryJson[], known: readonly EntryJson[]): readonly EntryJson[] {
  const ids = new Set(known.map(({ id }) => id))
  return some.filter(({ id }) => !ids.has(id))
}

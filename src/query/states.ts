import type { JsonValue, Snapshot } from '../serialize.ts'
import type { StoredEntry } from '../store.ts'
import type { Source } from './source.ts'
import { readSteps, type Step } from './steps.ts'
import type { EntityModel, EntitySubject } from './subject.ts'

/** What the trail knows of the state of an entity that was there. */
export interface ToldState {
  readonly snapshot: Snapshot
  /** Fields that no entry tells, because they have not changed since the trail began. */
  readonly missing: ReadonlySet<string>
  /** The id that the entity has after all that the trail tells; known where fields are missing. */
  readonly lastId: string | null
}

/** So many entries are looked at in one go. */
const chunk = 50

/**
 * The state that a step led to, which has an `after`. Where entries of updates hold the changed fields
 * only, older ones tell the others; those that none of them tells have not changed until a later one does.
 */
export async function stateAfter(
  source: Source,
  subject: EntitySubject,
  { entry, after, cameFrom }: Step,
): Promise<ToldState> {
  const state = new State(subject, after)
  if (state.isComplete || isWhole(subject.model, entry, after)) return state.told(null)
  const start = { id: cameFrom ?? subject.entityId, last: cameFrom && subject.entityId }
  if (await lookBack(source, subject, state, { ...start, seq: entry.seq })) return state.told(null)
  return lookAhead(source, subject, state, { id: subject.entityId, last: null, seq: entry.seq })
}

/** The state that a step began with, which has a `before`, where no older one is there. */
export async function stateBefore(
  source: Source,
  subject: EntitySubject,
  { entry, before, wentTo }: Step,
): Promise<ToldState> {
  const state = new State(subject, before)
  if (state.isComplete || isWhole(subject.model, entry, before)) return state.told(null)
  const start = { id: wentTo ?? subject.entityId, last: wentTo && subject.entityId }
  return lookAhead(source, subject, state, { ...start, seq: entry.seq })
}

/** A place in the trail, and the id by which it was come from there, where the key changed. */
interface Place {
  readonly id: string
  readonly last: string | null
  readonly seq: bigint
}

/** Whether a snapshot of the whole row was met, or nothing is missing any more. */
async function lookBack(
  source: Source,
  subject: EntitySubject,
  state: State,
  start: Place,
): Promise<boolean> {
  let { id, last, seq } = start
  while (!state.isComplete) {
    const steps = await readSteps(source, { ...subject, entityId: id }, 'desc', seq, chunk)
    if (steps.length === 0) return false
    for (const { entry, after, cameFrom, wentTo } of steps) {
      seq = entry.seq
      if (!after) {
        if (last !== null && wentTo === last) continue
        return false
      }
      last = null
      state.add(after)
      if (state.isComplete || isWhole(subject.model, entry, after)) return true
      if (cameFrom === null) continue
      last = id
      id = cameFrom
      break
    }
  }
  return true
}

async function lookAhead(
  source: Source,
  subject: EntitySubject,
  state: State,
  start: Place,
): Promise<ToldState> {
  let { id, last, seq } = start
  while (!state.isComplete) {
    const steps = await readSteps(source, { ...subject, entityId: id }, 'asc', seq, chunk)
    if (steps.length === 0) return state.told(id)
    for (const { entry, before, after, cameFrom, wentTo } of steps) {
      seq = entry.seq
      if (!before) {
        if (last !== null && cameFrom === last) continue
        return state.told(null)
      }
      last = null
      state.add(before)
      if (state.isComplete || isWhole(subject.model, entry, before)) return state.told(null)
      if (after) continue
      if (wentTo === null) return state.told(null)
      last = id
      id = wentTo
      break
    }
  }
  return state.told(null)
}

/** Whether a snapshot had all fields that the model had then. */
function isWhole(
  model: EntityModel | undefined,
  { action, changed }: StoredEntry,
  snapshot: Snapshot | null,
): boolean {
  if (action !== 'update' || !model) return true
  return Object.keys(snapshot ?? {}).some(
    (name) => !changed.includes(name) && !model.key.fields.includes(name),
  )
}

/** A state as it is put together: what was told first counts. */
class State {
  readonly #values: Map<string, JsonValue>
  readonly #missing: Set<string>

  constructor({ model }: EntitySubject, snapshot: Snapshot | null) {
    this.#values = new Map()
    this.#missing = new Set(model ? toldFields(model) : [])
    this.add(snapshot ?? {})
  }

  get isComplete(): boolean {
    return this.#missing.size === 0
  }

  add(snapshot: Snapshot): void {
    for (const [name, value] of Object.entries(snapshot)) {
      if (!this.#values.has(name)) this.#values.set(name, value)
      this.#missing.delete(name)
    }
  }

  told(lastId: string | null): ToldState {
    return { snapshot: Object.fromEntries(this.#values), missing: this.#missing, lastId }
  }
}

/** The fields that snapshots of a model hold. */
function toldFields({ columns, ignored, redactions }: EntityModel): string[] {
  const names = columns.map(({ name }) => name)
  return names.filter((name) => !ignored.has(name) && redactions.get(name) !== 'omit')
}

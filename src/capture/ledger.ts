import type { Change } from '../entry.ts'
import { AuditError } from '../errors.ts'
import { type KeyValues, valuesId } from '../schema/key.ts'
import type { Table } from '../schema/tables.ts'
import type { Call } from './call.ts'
import { type Row, readRows } from './rows.ts'

/** What one call did to one row. */
interface Tracked {
  readonly table: Table
  /** As it was before the call; `null` for a row that the call inserted. */
  readonly before: Row | null
  /** As it is now, `null` when it is gone; `undefined` when it has to be read. */
  after: Row | null | undefined
  /** The key that it has now. */
  key: KeyValues
  /** It may be gone, by a referential action. */
  mayBeGone: boolean
}

/** A row before and after a call. */
export interface RowChange {
  readonly table: Table
  readonly before: Row | null
  readonly after: Row | null
}

/**
 * The rows that one call touches, each once, however many of its statements write it: what it was
 * before the first of them, what it is after the last.
 */
export class Ledger {
  readonly #call: Call
  /** In the order in which they were first touched. */
  readonly #rows = new Set<Tracked>()
  /** By table and the key that each has now; rows that are gone leave their place. */
  readonly #present = new Map<Table, Map<string, Tracked>>()

  constructor(call: Call) {
    this.#call = call
  }

  get size(): number {
    return this.#rows.size
  }

  /** Whether changes of a table's rows are recorded; those of others are not kept. */
  records({ name, sides }: Table): boolean {
    const { models } = this.#call.settings
    return models.has(name) || (sides?.some(({ model }) => models.has(model)) ?? false)
  }

  /** A row was inserted; one that the call deleted before comes to life again. */
  inserted(table: Table, key: KeyValues, row?: Row): void {
    const id = row?.id ?? valuesId(table.model, table.key, key)
    const known = this.#find(table, id)
    if (known) known.after = row
    else this.#track(table, id, { table, before: null, after: row, key, mayBeGone: false })
  }

  /** A row was inserted, or kept out by one that is like it: whether it is there has to be read. */
  perhapsInserted(table: Table, key: KeyValues): void {
    this.inserted(table, key)
    const tracked = this.#find(table, valuesId(table.model, table.key, key))
    if (tracked) tracked.mayBeGone = true
  }

  /** A row is about to be written: what it was counts, unless the call wrote it before. */
  locked(table: Table, row: Row): void {
    const known = this.#find(table, row.id)
    if (known) known.after = undefined
    else {
      const { id, key } = row
      this.#track(table, id, { table, before: row, after: undefined, key, mayBeGone: false })
    }
  }

  /** Rows were written; each `from` has the key that it had, `after` is what is known of it now. */
  updated(
    table: Table,
    rows: readonly { readonly from: Row; readonly key: KeyValues; readonly after?: Row }[],
  ): void {
    const moved = rows.map(({ from, key, after }) => {
      const tracked = this.#find(table, from.id)
      if (tracked) this.#present.get(table)?.delete(from.id)
      return { tracked, key, after }
    })
    for (const { tracked, key, after } of moved) {
      if (!tracked) continue
      tracked.key = key
      tracked.after = after
      this.#presentIn(table).set(valuesId(table.model, table.key, key), tracked)
    }
  }

  deleted(table: Table, rows: readonly Row[]): void {
    for (const { id } of rows) {
      const tracked = this.#find(table, id)
      if (tracked) tracked.after = null
    }
  }

  /** A row may be gone: whether it is has to be read. */
  unsettled(table: Table, row: Row): void {
    const tracked = this.#find(table, row.id)
    if (!tracked) return
    tracked.after = undefined
    tracked.mayBeGone = true
  }

  /**
   * Reads what is not known, and answers what has changed.
   *
   * @throws {AuditError} `CAPTURE_FAILED` when a row is not where it has to be.
   */
  async settle(): Promise<RowChange[]> {
    const unread = new Map<Table, Tracked[]>()
    for (const tracked of this.#rows) {
      if (tracked.after !== undefined) continue
      const list = unread.get(tracked.table)
      if (list) list.push(tracked)
      else unread.set(tracked.table, [tracked])
    }
    for (const [table, list] of unread) await this.#read(table, list)
    return [...this.#rows].map(({ table, before, after }) => ({
      table,
      before,
      after: after ?? null,
    }))
  }

  async #read(table: Table, list: readonly Tracked[]): Promise<void> {
    const { settings } = this.#call
    // Where reads come from a snapshot, only a locking read sees what the transaction stands on.
    const lock = settings.dialect.snapshotReads ? 'update' : undefined
    const keys = list.map(({ key }) => key)
    const rows = await readRows({ ...this.#call, model: table }, table.key, keys, lock)
    const found = new Map(rows.map((row) => [row.id, row]))
    for (const tracked of list) {
      const id = valuesId(table.model, table.key, tracked.key)
      tracked.after = found.get(id) ?? null
      if (tracked.after || tracked.mayBeGone) continue
      throw new AuditError(
        'CAPTURE_FAILED',
        `\`${this.#call.model.model.name}.${this.#call.request.action}\` wrote the row \`${id}\` of \`${table.name}\`, ` +
          'which is not there afterwards. Where a trigger of the database moves or deletes rows, exclude the model.',
      )
    }
  }

  #track(table: Table, id: string, tracked: Tracked): void {
    if (!this.records(table)) return
    this.#rows.add(tracked)
    this.#presentIn(table).set(id, tracked)
  }

  #find(table: Table, id: string): Tracked | undefined {
    return this.#present.get(table)?.get(id)
  }

  #presentIn(table: Table): Map<string, Tracked> {
    const present = this.#present.get(table)
    if (present) return present
    const made = new Map<string, Tracked>()
    this.#present.set(table, made)
    return made
  }
}

/** The change of an audited model's row, as it is recorded. */
export function changeOf({ settings }: Call, { table, before, after }: RowChange): Change | null {
  const model = settings.models.get(table.name)
  if (!model || (!before && !after)) return null
  const action = before ? (after ? 'update' : 'delete') : 'create'
  return { model, action, before: before?.snapshot ?? null, after: after?.snapshot ?? null }
}

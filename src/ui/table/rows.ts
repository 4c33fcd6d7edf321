import { html, nothing } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import type { EntryJson } from '../../http/client.ts'
import { type Order, tell } from '../events.ts'
import type { Shared } from '../shared.ts'
import { type ColumnName, cellShown, orders } from './columns.ts'

interface Sorted {
  readonly order: Order
  readonly direction: 'asc' | 'desc'
}

/** The head of a column; by a click what can be sorted is. */
export function headerShown({ text }: Shared, name: ColumnName, sorted: Sorted) {
  const label = text.table.columns[name]
  const order = orders[name]
  if (!order) return html`<th role="columnheader" scope="col">${label}</th>`
  const isSorted = sorted.order === order
  const isDescending = sorted.direction === 'desc'
  const sort = ({ currentTarget }: Event) => {
    const flipped = isDescending ? 'asc' : 'desc'
    const first = order === 'time' ? 'desc' : 'asc'
    const direction = isSorted ? flipped : first
    if (currentTarget) tell(currentTarget, 'audit-sort', { order, direction })
  }
  const direction = isDescending ? 'descending' : 'ascending'
  return html`<th role="columnheader" scope="col" aria-sort=${isSorted ? direction : nothing}>
    <button type="button" class="term sort" @click=${sort}>${label}<span class="direction" aria-hidden="true">${
      isSorted ? (isDescending ? '↓' : '↑') : '↕'
    }</span></button>
  </th>`
}

export function rowShown(
  shared: Shared,
  columns: readonly ColumnName[],
  entry: EntryJson,
  index: number,
  isSelected: boolean,
) {
  return html`<tr
    role="row"
    class=${classMap({ entry: true, selected: isSelected })}
    data-index=${index}
    data-id=${entry.id}
    aria-rowindex=${index + 2}
    aria-current=${isSelected ? 'true' : nothing}
  >${columns.map(
    (name) => html`<td role="cell" class="in-${name}">${cellShown(shared, name, entry)}</td>`,
  )}</tr>`
}

/** A row at its index, or, where that is -1, a space as high as the rows that are not there. */
interface TablePart {
  readonly key: string
  readonly index: number
  /** In pixels; of a space only. */
  readonly height: number
}

/**
 * Gives each row in sight one of the elements that are there, by a number: one that was scrolled out of sight
 * shows the next one that comes in. New elements for each would be garbage to collect while one scrolls.
 */
export class RowElements {
  /** In the order of the rows. */
  #numbers: ReadonlyMap<string, number> = new Map()

  /** The number for each of these entries, by their ids; those that were in sight before keep theirs. */
  numbersOf(ids: readonly string[]): ReadonlyMap<string, number> {
    const wanted = new Set(ids)
    // The last ones first: what leaves at one end and comes in at the other is then all that is moved.
    const free = [...this.#numbers].flatMap(([id, number]) => (wanted.has(id) ? [] : number))
    let next = Math.max(-1, ...this.#numbers.values()) + 1
    const numbers = ids.map((id) => [id, this.#numbers.get(id) ?? free.pop() ?? next++] as const)
    this.#numbers = new Map(numbers)
    return this.#numbers
  }
}

/** The rows in sight, with spaces around them that are as high as the others. */
export function partsOf(
  items: readonly { readonly index: number; readonly start: number; readonly end: number }[],
  total: number,
  entries: readonly EntryJson[],
  elements: RowElements,
): TablePart[] {
  const ids = items.flatMap(({ index }) => entries[index]?.id ?? [])
  const numbers = elements.numbersOf(ids)
  const parts: TablePart[] = []
  let last = 0
  for (const { index, start, end } of items) {
    const entry = entries[index]
    if (!entry) continue
    if (start > last) parts.push({ key: `space ${parts.length}`, index: -1, height: start - last })
    parts.push({ key: `row ${numbers.get(entry.id)}`, index, height: 0 })
    last = end
  }
  if (total > last) parts.push({ key: 'space', index: -1, height: total - last })
  return parts
}

/** In place of the first rows, while they are on their way. */
export function bonesShown(columns: readonly ColumnName[], isLoading: boolean) {
  const cells = () => columns.map(() => html`<td><span class="bone"></span></td>`)
  return Array.from(
    { length: isLoading ? 8 : 0 },
    () => html`<tr class="bones" aria-hidden="true">${cells()}</tr>`,
  )
}

/** The row with the focus is drawn wherever it is: the focus would be lost with it. */
export function withActive(rows: number[], active: number): number[] {
  if (active < 0 || rows.includes(active)) return rows
  return [...rows, active].sort((one, other) => one - other)
}

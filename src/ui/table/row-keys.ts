/** The row that a key leads to from the one `at`; `undefined` for other keys. */
export function rowOfKey(key: string, at: number, last: number): number | undefined {
  switch (key) {
    case 'Home':
      return 0
    case 'End':
      return last
    case 'ArrowDown':
    case 'j':
      return Math.min(last, at + 1)
    case 'ArrowUp':
    case 'k':
      return Math.max(0, at - 1)
    default:
      return undefined
  }
}

/**
 * Only the controls of one row are reached by Tab, the others by the arrow keys: those of the row with the id
 * `active`, else of the one at the index `first`.
 */
export function moveTabStop(
  rows: readonly HTMLTableRowElement[],
  active: string | null,
  first: number | undefined,
): void {
  const stop =
    rows.find(({ dataset }) => dataset.id === active) ??
    rows.find(({ dataset }) => dataset.index === String(first)) ??
    rows[0]
  for (const row of rows) {
    const tabIndex = row === stop ? 0 : -1
    for (const control of row.querySelectorAll<HTMLElement>('button, a')) {
      if (control.tabIndex !== tabIndex) control.tabIndex = tabIndex
    }
  }
}

import { cutTo, padded, widthOf } from './terminal.ts'

/** Rows as aligned columns below their headings, without a line feed at the end. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return tableOf(headings, rows, naturalWidths(headings, rows))
}

/**
 * The same in no more than `width` columns: as long as it is too wide, the widest of its columns is cut,
 * but for those that are `whole`, and none to less than its heading or eight characters.
 */
export function fittedTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  whole: readonly string[] = [],
): string {
  const widths = naturalWidths(headings, rows)
  const least = headings.map((heading) => Math.max(heading.length, 8))
  const isCuttable = (column: number) =>
    !whole.includes(headings[column] ?? '') && (widths[column] ?? 0) > (least[column] ?? 0)
  for (;;) {
    const total = widths.reduce((sum, one) => sum + one + gap.length, -gap.length)
    const widest = widths
      .map((_, column) => column)
      .filter(isCuttable)
      .reduce((most, column) => ((widths[column] ?? 0) > (widths[most] ?? 0) ? column : most), -1)
    if (total <= width || widest === -1) return tableOf(headings, rows, widths)
    widths[widest] = (widths[widest] ?? 0) - 1
  }
}

const gap = '  '

function naturalWidths(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): number[] {
  return headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => widthOf(row[column] ?? ''))),
  )
}

function tableOf(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
): string {
  const rule = widths.map((width) => '-'.repeat(width))
  return [headings, rule, ...rows]
    .map((row) => widths.map((width, column) => padded(cutTo(row[column] ?? '', width), width)))
    .map((cells) => cells.join(gap).trimEnd())
    .join('\n')
}

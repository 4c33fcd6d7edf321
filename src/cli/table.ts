/** Rows as aligned columns below their headings, without a line feed at the end. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const rule = widths.map((width) => '-'.repeat(width))
  return [headings, rule, ...rows]
    .map((row) => widths.map((width, column) => (row[column] ?? '').padEnd(width)))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n')
}

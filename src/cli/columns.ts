import { colored, linesOf, padded, type Terminal, widthOf } from './terminal.ts'

/** One field in two states, as text. */
export interface FieldRow {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly isChanged: boolean
}

/**
 * Two states side by side, in columns that fit the terminal; long values go on below. What changed has a
 * `*` before it.
 */
export function sideBySide(rows: readonly FieldRow[], terminal: Terminal): string {
  const gaps = marks.changed.length + 2 * gap.length
  const third = Math.floor((terminal.width - gaps) / 3)
  const nameWidth = Math.min(widest('Field', rows, 'name'), Math.max(third, least))
  const room = Math.max(2 * least, terminal.width - gaps - nameWidth)
  const [beforeWidth, afterWidth] = shared(
    widest('Before', rows, 'before'),
    widest('After', rows, 'after'),
    room,
  )
  const widths = [nameWidth, beforeWidth, afterWidth] as const
  const heading = [padded('Field', nameWidth), padded('Before', beforeWidth), 'After']
  const rule = widths.map((width) => '-'.repeat(width))
  return [
    `${marks.same}${heading.join(gap)}`,
    `${marks.same}${rule.join(gap)}`,
    ...rows.flatMap((row) => linesOfRow(row, widths, terminal)),
  ].join('\n')
}

const gap = '  '
const marks = { changed: '* ', same: '  ' } as const

/** Columns that no value is squeezed below. */
const least = 8

function widest(heading: string, rows: readonly FieldRow[], key: 'name' | 'before' | 'after') {
  return Math.max(heading.length, ...rows.map((row) => widthOf(row[key])))
}

/** Halves, of which the one that needs less leaves the rest to the other. */
function shared(left: number, right: number, room: number): [number, number] {
  const half = Math.floor(room / 2)
  if (left + right <= room) return [left, right]
  if (left <= half) return [left, room - left]
  if (right <= half) return [room - right, right]
  return [half, room - half]
}

function linesOfRow(
  { name, before, after, isChanged }: FieldRow,
  [nameWidth, beforeWidth, afterWidth]: readonly [number, number, number],
  terminal: Terminal,
): string[] {
  const names = linesOf(name, nameWidth)
  const left = linesOf(before, beforeWidth)
  const right = linesOf(after, afterWidth)
  const count = Math.max(names.length, left.length, right.length)
  const inColor = (color: 'red' | 'green', text: string) =>
    isChanged && text.trim() !== '' ? colored(terminal, color, text) : text
  return Array.from({ length: count }, (_, i) => {
    const mark = isChanged && i === 0 ? marks.changed : marks.same
    const cells = [
      padded(names[i] ?? '', nameWidth),
      inColor('red', padded(left[i] ?? '', beforeWidth)),
      inColor('green', right[i] ?? ''),
    ]
    return `${mark}${cells.join(gap)}`.trimEnd()
  })
}

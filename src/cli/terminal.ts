/** Where text for people goes. */
export interface Terminal {
  /** Columns. */
  readonly width: number
  /** Whether it shows colors. */
  readonly hasColors: boolean
}

/** That of the standard output; where it is none, 100 columns, or as many as the variable COLUMNS says. */
export function standardTerminal(): Terminal {
  const { isTTY = false, columns } = process.stdout
  const given = Number(process.env.COLUMNS)
  const width = columns || (Number.isInteger(given) && given > 0 ? given : 100)
  return { width, hasColors: isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb' }
}

// Control characters, separators of lines, marks that turn the direction of writing, and what takes no
// room: with them, the data of an entry could rewrite what the terminal shows of others.
const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/**
 * Text from outside as a terminal may get it: on one line, and with everything in it visible. What is not
 * to be seen is written as its escape, `\n` or `\u202e`.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, (character) => escapes[character] ?? escaped(character))
}

/** The same of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n')
}

/** JSON for programs, which a terminal may get as well: what is not to be seen is an escape of JSON. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unprintable, (character) => {
    if (character === '\n') return character
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

// East Asian Wide and Fullwidth of Unicode's UAX #11, by blocks, and emoji.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

/** How many columns a printable text takes. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return segmentsOf(text).reduce((sum, { width }) => sum + width, 0)
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let room = width - 1
  let kept = ''
  for (const segment of segmentsOf(text)) {
    room -= segment.width
    if (room < 0) break
    kept += segment.text
  }
  return `${kept}…`
}

/** The text in pieces that fit, broken anywhere: values are not prose. */
export function linesOf(text: string, width: number): string[] {
  const lines = ['']
  let used = 0
  for (const segment of segmentsOf(text)) {
    if (used + segment.width > width && used > 0) {
      lines.push('')
      used = 0
    }
    lines[lines.length - 1] += segment.text
    used += segment.width
  }
  return lines
}

/** The text, padded to a width. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

const colors = { red: 31, green: 32, bold: 1, dim: 2 } as const

/** The text in a color, where the terminal shows any. */
export function colored({ hasColors }: Terminal, color: keyof typeof colors, text: string): string {
  return hasColors && text !== '' ? `\u001b[${colors[color]}m${text}\u001b[0m` : text
}

function segmentsOf(text: string): { readonly text: string; readonly width: number }[] {
  return Array.from(segmenter.segment(text), ({ segment }) => ({
    text: segment,
    width: wide.test(segment) ? 2 : /^\p{M}+$/u.test(segment) ? 0 : 1,
  }))
}

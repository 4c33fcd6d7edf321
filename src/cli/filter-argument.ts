import { AuditError } from '../errors.ts'
import type { Filter } from '../query/filter.ts'
import { parseFilter } from '../query/parse-filter.ts'
import { printable, widthOf } from './terminal.ts'

/** The argument of a command for a filter; it may come in several words. */
export const filterArgument = {
  filter: {
    type: 'positional',
    required: false,
    description: 'What to look for: entity:User action:update,delete -actor:system since:7d',
  },
} as const

/**
 * The filter in the words of a command line, and all entries without any.
 *
 * @throws {AuditError} `OPTION_INVALID`; the message shows where it is wrong.
 */
export function readFilter(words: readonly string[], width: number): Filter {
  const text = words.join(' ')
  try {
    return parseFilter(text)
  } catch (error) {
    if (!(error instanceof AuditError) || !error.position) throw error
    const shown = pointedOut(text, error.position, width)
    throw new AuditError('OPTION_INVALID', `${printable(error.message)}\n\n${shown}`, {
      cause: error,
    })
  }
}

const indent = '  '

/** The part of a text around a position, with carets below it. */
function pointedOut(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  width: number,
): string {
  const room = Math.max(20, width - indent.length - 2)
  const from = widthOf(printable(text.slice(0, end))) <= room ? 0 : Math.max(0, start - room / 2)
  const to = from + room
  const before = printable(text.slice(from, start))
  const wrong = printable(text.slice(start, Math.min(end, to)))
  const after = printable(text.slice(end, Math.max(end, to)))
  const [left, right] = [from > 0 ? '…' : '', to < text.length ? '…' : '']
  const carets = '^'.repeat(Math.max(1, widthOf(wrong)))
  return `${indent}${left}${before}${wrong}${after}${right}\n${indent}${' '.repeat(widthOf(left + before))}${carets}`
}

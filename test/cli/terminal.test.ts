import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sideBySide } from '../../src/cli/columns.ts'
import { readFilter } from '../../src/cli/filter-argument.ts'
import { fittedTable } from '../../src/cli/table.ts'
import { cutTo, linesOf, printable, printableJson, widthOf } from '../../src/cli/terminal.ts'

const plain = { width: 40, hasColors: false }

describe('text for a terminal', () => {
  test.each([
    ['a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['a\u009b2Jb\u007f', 'a\\u009b2Jb\\u007f'],
    ['two\r\nlines\t.', 'two\\r\\nlines\\t.'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\u2066b\u2069\u200fc\u061cd', 'a\\u2066b\\u2069\\u200fc\\u061cd'],
    ['a\u2028b\u200bc\ufeff', 'a\\u2028b\\u200bc\\ufeff'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half \ud800', 'half \ufffd'],
    ['größe 李小龙 👩‍👩‍👧 e\u0301', 'größe 李小龙 👩‍👩‍👧 e\u0301'],
  ])('shows %j as %j', (text, expected) => expect(printable(text)).toBe(expected))

  test('has nothing that could command the terminal, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u)
      }),
    )
  })

  test('is the same JSON to programs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = printableJson({ text })
        expect(JSON.parse(json)).toEqual({ text })
        expect(json).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
    expect(printableJson(['\u202e', '\u{e0041}'])).toContain('\\u202e')
    expect(JSON.parse(printableJson(['\u{e0041}']))).toEqual(['\u{e0041}'])
  })

  test.each([
    ['abc', 3],
    ['李小龙', 6],
    ['한글', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['🐉 x', 4],
    ['❤️', 2],
    ['→ …', 3],
    ['', 0],
  ])('%s takes as many columns as it is wide', (text, width) => expect(widthOf(text)).toBe(width))

  test('is cut and broken between characters', () => {
    expect(cutTo('李小龙', 5)).toBe('李小…')
    expect(cutTo('李小龙', 6)).toBe('李小龙')
    expect(linesOf('a李小龙', 3)).toEqual(['a李', '小', '龙'])
    expect(linesOf('', 3)).toEqual([''])
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 9 }),
        (text, width) => {
          const lines = linesOf(printable(text), width)
          expect(lines.join('')).toBe(printable(text))
          expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width)
          expect(widthOf(cutTo(printable(text), width))).toBeLessThanOrEqual(width)
        },
      ),
    )
  })
})

test('a table is cut in its widest columns, until it fits', () => {
  const rows = [['0123456789abcdef', 'short', 'a longer text than there is room for']]
  expect(fittedTable(['Id', 'Name', 'Text'], rows, 45, ['Id'])).toBe(
    [
      'Id                Name   Text',
      '----------------  -----  --------------------',
      '0123456789abcdef  short  a longer text than …',
    ].join('\n'),
  )
  expect(fittedTable(['Id', 'Name', 'Text'], rows, 10, ['Id'])).toBe(
    [
      'Id                Name   Text',
      '----------------  -----  --------',
      '0123456789abcdef  short  a longe…',
    ].join('\n'),
  )
})

describe('two states side by side', () => {
  const long = '0123456789'.repeat(3)
  const rows = [
    { name: 'id', before: '1', after: '1', isChanged: false },
    { name: 'note', before: long, after: '李小龙'.repeat(4), isChanged: true },
  ]
  const text = sideBySide(rows, plain)

  test('fit the terminal, and mark what changed', () => {
    expect(text).toBe(
      [
        '  Field  Before          After',
        '  -----  --------------  ---------------',
        '  id     1               1',
        '* note   01234567890123  李小龙李小龙李',
        '         45678901234567  小龙李小龙',
        '         89',
      ].join('\n'),
    )
  })

  test('are colored where the terminal shows colors', () => {
    const inColor = sideBySide(rows, { ...plain, hasColors: true })
    expect(inColor).toContain('\u001b[32m李小龙李小龙李\u001b[0m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what begins a color
    expect(inColor.replace(/\u001b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(text)
  })

  test('leave the room that one does not need to the other', () => {
    const one = sideBySide([{ name: 'note', before: '', after: long, isChanged: true }], plain)
    expect(one.split('\n').slice(2)).toEqual([
      '* note           01234567890123456789012',
      '                 3456789',
    ])
  })
})

describe('a filter on the command line', () => {
  const refused = (text: string, width = 60) => {
    try {
      readFilter([text], width)
    } catch (error) {
      return (error as Error).message.split('\n').slice(2)
    }
    return null
  }

  test('may come in several words', () => {
    expect(readFilter(['entity:User', '-actor:system'], 60).terms).toHaveLength(2)
    expect(readFilter([], 60)).toEqual({ terms: [] })
  })

  test('is shown with carets where it is wrong', () => {
    expect(refused('a Entity:b')).toEqual(['  a Entity:b', '    ^^^^^^'])
    expect(refused('李小龙 since:soon x')).toEqual(['  李小龙 since:soon x', '               ^^^^'])
    expect(refused('\u001b[2J outcome:x')).toEqual([
      '  \\u001b[2J outcome:x',
      '                    ^',
    ])
  })

  test('is shown in part where it is long', () => {
    const lines = refused(`${'a '.repeat(40)}outcome:bad ${'a '.repeat(40)}`, 40)
    const [text = '', carets = ''] = lines ?? []
    expect(text.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('bad')
    expect(text).toMatch(/^ {2}….*…$/)
    expect(widthOf(text)).toBeLessThanOrEqual(40)
  })
})

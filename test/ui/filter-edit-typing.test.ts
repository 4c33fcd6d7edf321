import { describe, expect, test } from 'vitest'
import type { Facets } from '../../src/http/client.ts'
import { keyOptions, typedAt, valueOptions } from '../../src/ui/filter/completion.ts'
import { dayStart, fieldText, fieldTime } from '../../src/ui/filter/zone-time.ts'
import { en } from '../../src/ui/messages/en.ts'

/** The caret is at `|`. */
function typed(text: string) {
  const caret = text.indexOf('|')
  return typedAt(text.replace('|', ''), caret)
}

const facets: Facets = {
  sampled: 3,
  isComplete: true,
  facets: [
    { key: 'actor', isTag: false, values: [{ value: 'u_1', count: 2, label: 'Ann Lee' }] },
    { key: 'type', isTag: true, values: [{ value: 'a "b"', count: 1 }] },
    { key: 'on call', isTag: true, values: [{ value: 'x'.repeat(5000), count: 1 }] },
  ],
}
const inserted = (options: readonly { readonly insert: string }[]) =>
  options.map(({ insert }) => insert)

describe('What is being typed', () => {
  test('is a key up to its colon, and then the value that the caret is in', () => {
    expect(typed('entity:User ac|')).toMatchObject({ start: 12, end: 14, key: null, text: 'ac' })
    expect(typed('-ac|tor:x')).toMatchObject({ start: 1, end: 8, isNegated: true, text: 'ac' })
    expect(typed('action:create,up|,x rest')).toMatchObject({
      start: 14,
      end: 16,
      key: { name: 'action', isTag: false },
      text: 'up',
    })
    expect(typed('"type":"a \\"b, c|')).toMatchObject({
      start: 7,
      key: { name: 'type', isTag: true },
      text: 'a "b, c',
    })
    expect(typed('a:b |')).toMatchObject({ start: 4, end: 4, key: null, text: '' })
  })
})

describe('Completion', () => {
  test('has keys, those of tags as they are written, and values by what they are called', () => {
    expect(inserted(keyOptions(typed('on|'), facets, en))).toContain('"on call":')
    expect(inserted(keyOptions(typed('lee|'), facets, en))).toEqual(['actor:u_1'])
    expect(inserted(keyOptions(typed('type|'), facets, en))).toEqual(['type:', '"type":'])
    expect(inserted(keyOptions(typed('-since|'), facets, en))).toEqual([])
  })

  test('has values that are quoted, known ones that no entry has, and none that are endless', () => {
    const values = (text: string) =>
      inserted(valueOptions(typed(text), facets, en, new Date('2026-11-22T12:00:00Z')))
    expect(values('"type":|')).toEqual(['"a \\"b\\""'])
    expect(values('type:|')).toEqual(['user', 'service', 'system', 'agent'])
    expect(values('outcome:f|')).toEqual(['failure'])
    expect(values('"on call":|')).toEqual([])
    expect(values('since:2|')).toEqual(['24h', '2026-11-22', '2026-11-22T12:00Z'])
  })
})

describe('Times in a zone', () => {
  test('are the same instant again, whatever the clocks do', () => {
    for (const zone of ['local', 'utc'] as const) {
      for (let hour = 0; hour < 24 * 366; hour += 5) {
        const time = new Date(Date.UTC(2026, 0, 1, hour))
        const text = fieldText(time, zone)
        expect(fieldText(fieldTime(text, zone) as Date, zone)).toBe(text)
      }
    }
    expect(fieldTime('2026-01-31T10:00', 'utc')?.toISOString()).toBe('2026-01-31T10:00:00.000Z')
    expect(fieldTime('', 'utc')).toBe(null)
    expect(dayStart(new Date('2026-03-01T05:00:00Z'), 'utc', 1).toISOString()).toBe(
      '2026-02-28T00:00:00.000Z',
    )
  })
})

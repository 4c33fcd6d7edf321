import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHeader, csvRecords } from '../../src/query/csv.ts'
import type { EntryJson } from '../../src/query/entry-json.ts'
import { readCsv } from './csv-reader.ts'

const entry: EntryJson = {
  seq: '42',
  id: '0192f0a1b2c3d4e5f60718293a4b5c6d',
  traceId: '0192f0a1b2c3d4e5f60718293a4b5c6d',
  parentId: null,
  createdAt: '2026-01-02T03:04:05.678Z',
  action: 'update',
  outcome: 'success',
  reason: null,
  entity: 'User',
  entityId: '["a","b"]',
  actorId: 'ada',
  actorType: 'user',
  actorName: 'Ada, "the" first',
  onBehalfOf: null,
  tenantId: '',
  source: 'client',
  before: { id: 1, name: '=1+1' },
  after: { id: 1, name: 'x\r\ny' },
  changed: ['name', 'role'],
  tags: { flow: 'a;=b' },
  request: {},
  version: 1,
  diff: { added: {}, deleted: {}, updated: {} },
}

test('Writes a line of names, and a record an entry, as RFC 4180 has it', () => {
  expect(csvHeader).toBe(
    'seq,createdAt,id,traceId,parentId,action,outcome,reason,entity,entityId,actorId,actorType,' +
      'actorName,onBehalfOf,tenantId,source,changed,before,after,tags,request\r\n',
  )
  expect(csvRecords([entry, { ...entry, seq: '43' }])).toBe(
    ['42', '43']
      .map(
        (seq) =>
          `${seq},2026-01-02T03:04:05.678Z,${entry.id},${entry.id},,update,success,,User,` +
          '"[""a"",""b""]",ada,user,"Ada, ""the"" first",,"",client,"name,role",' +
          '"{""id"":1,""name"":""=1+1""}","{""id"":1,""name"":""x\\r\\ny""}",' +
          '"{""flow"":""a;=b""}",{}\r\n',
      )
      .join(''),
  )
  expect(csvRecords([])).toBe('')
})

describe('puts an apostrophe before what a spreadsheet would compute', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '\uFF1D1',
    '\uFF0B1',
    '\uFF0D1',
    '\uFF201',
    ' =1',
    '\u00A0=1',
    '\0=1',
  ])('%j', (text) => {
    const [record] = readCsv(csvRecords([{ ...entry, actorName: text, reason: text }]))
    expect(record?.[12]).toBe(`'${text}`)
    expect(record?.[7]).toBe(`'${text}`)
  })

  test.each(['1-1', 'a=b', "'=1", '{=1}', ' a', '"=1"', ';=1'])('and not before %j', (text) => {
    const [record] = readCsv(csvRecords([{ ...entry, actorName: text }]))
    expect(record?.[12]).toBe(text)
  })
})

test('Is read back cell by cell, whatever the values are', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(',', '"', '\r', '\n', ' ', '=', '-', "'", 'a', '\uFF1D') }),
  )
  const json = fc.dictionary(text, fc.jsonValue()) as fc.Arbitrary<EntryJson['before']>
  const entries = fc.array(
    fc.record({
      reason: fc.option(text),
      entityId: fc.option(text),
      actorName: fc.option(text),
      changed: fc.array(text),
      before: fc.option(json),
      tags: json,
    }),
  )
  fc.assert(
    fc.property(entries, (given) => {
      const rows = readCsv(csvRecords(given.map((some) => ({ ...entry, ...some }))))
      expect(rows).toHaveLength(given.length)
      for (const [i, cells] of rows.entries()) {
        const { reason, entityId, actorName, changed, before, tags } = given[i] ?? {}
        const told = [7, 9, 12, 17, 19].map((column) => cells[column])
        const asText = (value: unknown) => (value === null ? null : JSON.stringify(value))
        const meant = [reason, entityId, actorName, asText(before), asText(tags)]
        for (const [j, cell] of told.entries()) {
          expect([meant[j], `'${meant[j]}`]).toContain(cell)
        }
        expect([changed?.join(','), `'${changed?.join(',')}`]).toContain(cells[16])
        for (const cell of cells) {
          expect(cell ?? '').not.toMatch(/^[\s\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u)
          expect(cell ?? '').not.toMatch(/^[\t\r\n]/)
        }
      }
    }),
  )
})

import { expect, it } from 'vitest'
import type { Measured } from './cell.ts'
import { renderTable } from './table.ts'

it('shows statements and rows read of each variant, and marks a trail that lacks rows', () => {
  const results = [
    measured('plain', { statements: 1, rowsRead: 1, auditRows: 0 }),
    measured('audited', { statements: 4, rowsRead: 12, auditRows: 1 }),
    measured('other', { statements: 2.525, rowsRead: 0.5, auditRows: 1 / 11 }),
    { variant: 'broken', failure: 'No such model' },
  ]
  const [head, row] = renderTable([
    { database: 'sqlite', callers: 1, operation: 'nestedCreate', results },
  ]).split('\n')
  expect(head?.split(/ {3,}/)).toEqual(['', 'plain', 'audited', 'other', 'broken'])
  expect(row?.split(/ {3,}/)).toEqual([
    'nestedCreate',
    '2.00 ms',
    '1 st 1 rows',
    '3.00 (2.50-3.50)',
    '4 st 12 rows',
    '3.00 (2.50-3.50)',
    '2.5 st 0.5 rows !',
    'failed',
  ])
})

function measured(
  variant: string,
  counts: Pick<Measured, 'statements' | 'rowsRead' | 'auditRows'>,
): Measured {
  const time = { median: 2, lower: 1, upper: 3 }
  return { variant, time, ratio: { median: 3, lower: 2.5, upper: 3.5 }, ...counts }
}

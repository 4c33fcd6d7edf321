import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cell } from './cell.ts'
import type { Trail } from './trail/trail.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const quick = ['--quick', '--rounds', '2', '--only', 'create', '--database', 'sqlite', '--json']
let temporary: string

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'audit-bench-test-'))
})
afterEach(() => rmSync(temporary, { recursive: true, force: true }))

it('answers a cell for each operation and setting, as JSON', async () => {
  const bench = start(...quick)
  const [output, [code]] = await Promise.all([text(bench.stdout), once(bench, 'exit')])
  expect(code).toBe(0)
  const summary = {
    median: expect.any(Number),
    lower: expect.any(Number),
    upper: expect.any(Number),
  }
  const answer = JSON.parse(output)
  expect(answer).toMatchObject({ node: process.version, rounds: 2 })
  expect(answer.cells).toHaveLength(1)
  const [{ results, ...cell }] = answer.cells
  expect(cell).toEqual({ database: 'sqlite', callers: 1, operation: 'create' })
  expect(results).toContainEqual({
    variant: 'plain',
    time: summary,
    ratio: { median: 1, lower: 1, upper: 1 },
    statements: 1,
    rowsRead: 1,
    auditRows: 0,
  })
  expect(results).toContainEqual({
    variant: 'audited',
    time: summary,
    ratio: summary,
    statements: expect.any(Number),
    rowsRead: expect.any(Number),
    auditRows: 1,
  })
  expect(leftovers()).toEqual([])
})

it('finds the trail complete where a call reaches beyond the row that it names', async () => {
  const names = ['nestedCreate', 'nestedUpdate', 'cascade', 'link']
  const only = ['--only', names.join(), '--database', 'sqlite']
  const bench = start('--quick', '--rounds', '1', ...only, '--json')
  const [output, [code]] = await Promise.all([text(bench.stdout), once(bench, 'exit')])
  expect(code).toBe(0)
  const { cells } = JSON.parse(output) as { cells: Cell[] }
  const resultsOf = (name: string) =>
    Object.fromEntries(
      cells.map(({ operation, results }) => [
        operation,
        results.find(({ variant }) => variant === name),
      ]),
    )
  const complete = names.map((name) => [name, { auditRows: 1 }])
  expect(resultsOf('audited')).toMatchObject(Object.fromEntries(complete))
  const plain = { statements: 1, rowsRead: 1, auditRows: 0 }
  expect(resultsOf('plain')).toMatchObject({ cascade: plain })
}, 60_000)

it('answers what queries take, next to the same by hand', async () => {
  const only = ['--only', 'queries', '--rows', '2000', '--database', 'sqlite']
  const bench = start('--quick', '--rounds', '1', ...only, '--json')
  const [output, [code]] = await Promise.all([text(bench.stdout), once(bench, 'exit')])
  expect(code).toBe(0)
  const { cells, trails } = JSON.parse(output) as { cells: Cell[]; trails: Trail[] }
  expect(cells).toEqual([])
  const [trail] = trails
  expect(trail).toMatchObject({ provider: 'sqlite', rows: 2000 })
  expect(trail?.results.map(({ question }) => question)).toContain('tag, rare')
  for (const { ratio } of trail?.results ?? []) expect(ratio.median).toBeGreaterThan(0)
  expect(trail?.exported.entries).toBe(2000)
  expect(leftovers()).toEqual([])
}, 60_000)

it('cleans up when it is interrupted', async () => {
  const bench = start(...quick)
  await once(bench.stderr, 'data')
  expect(leftovers()).toHaveLength(1)
  bench.kill('SIGINT')
  const [code] = await once(bench, 'exit')
  expect(code).toBe(130)
  expect(leftovers()).toEqual([])
})

it('says which names an option takes', async () => {
  const bench = start('--only', 'read')
  const [output, [code]] = await Promise.all([text(bench.stderr), once(bench, 'exit')])
  expect(code).toBe(2)
  expect(output).toContain('--only read: is none of create, update')
})

function start(...options: string[]) {
  const env = { ...process.env, TMPDIR: temporary }
  return spawn(process.execPath, ['--import', 'tsx', main, ...options], { env, stdio: 'pipe' })
}

function leftovers(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('audit-'))
}

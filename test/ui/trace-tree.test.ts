import { describe, expect, test } from 'vitest'
import type { LineJson } from '../../src/http/answers.ts'
import type { EntryJson } from '../../src/query/entry-json.ts'
import { filteredLines } from '../../src/ui/trace/line-filter.ts'
import { runsOf } from '../../src/ui/trace/runs.ts'
import {
  inOrder,
  isLine,
  nodeOf,
  type TraceNode,
  traceTree,
} from '../../src/ui/trace/trace-tree.ts'
import { drawnOf } from '../../src/ui/trace/window.ts'

const traceId = 'trace'

function entryAt(seconds: number, given: Partial<EntryJson> & { readonly id: string }): EntryJson {
  return {
    ...{ seq: String(seconds), traceId, parentId: null, action: 'update', outcome: 'success' },
    createdAt: new Date(seconds * 1000).toISOString(),
    ...{ entity: 'Job', entityId: '1', source: 'client', before: null, after: null },
    ...given,
  } as EntryJson
}

function lineAt(seconds: number, parentId: string | null, message: string): LineJson {
  const loggedAt = new Date(seconds * 1000).toISOString()
  const seq = String(seconds)
  return { seq, traceId, parentId, loggedAt, level: 'info', message, logger: null, fields: null }
}

const run = { action: 'execute', source: 'api' }
const started = (seconds: number, id: string, parentId: string | null = null) =>
  entryAt(seconds, { ...run, id, parentId, outcome: 'started' })
const closing = (seconds: number, runId: string, outcome = 'success') =>
  entryAt(seconds, {
    ...{ ...run, id: `end of ${runId}`, parentId: runId, outcome },
    ...{ before: { outcome: 'started' }, after: { outcome, durationMs: 1500 } },
  })

/** A tree in short: `id state`, and what is in it. */
function shape(nodes: readonly TraceNode[]): unknown[] {
  return nodes.map((node) => {
    if (isLine(node)) return node.line.message
    const name = `${node.entry.id} ${node.state}`
    return node.children.length > 0 ? [name, ...shape(node.children)] : name
  })
}

describe('The tree of a trace', () => {
  test('has changes, lines and inner runs in what they are part of, in their order', () => {
    const entries = [
      started(1, 'run'),
      entryAt(3, { id: 'change', parentId: 'run' }),
      started(4, 'inner', 'run'),
      entryAt(6, { id: 'deep', parentId: 'inner' }),
      closing(7, 'inner', 'failure'),
      entryAt(8, { id: 'refusal', parentId: 'run', source: 'api', outcome: 'denied' }),
      closing(9, 'run'),
    ]
    const lines = [lineAt(2, 'run', 'planning'), lineAt(5, 'inner', 'inside')]
    const tree = [
      [
        'run succeeded',
        'planning',
        'change done',
        ['inner failed', 'inside', 'deep done'],
        'refusal denied',
      ],
    ]
    expect(shape(traceTree(entries, lines))).toEqual(tree)
    expect(shape(traceTree(entries.toReversed(), lines.toReversed()))).toEqual(tree)
  })

  test('shows a run without its end as running, and an end without its run by itself', () => {
    expect(shape(traceTree([started(1, 'run'), entryAt(2, { id: 'a', parentId: 'run' })]))).toEqual(
      [['run running', 'a done']],
    )
    expect(shape(traceTree([entryAt(2, { id: 'a', parentId: 'run' }), closing(3, 'run')]))).toEqual(
      [['end of run succeeded', 'a done']],
    )
  })

  test('takes no change of a field named `outcome` for the end of a run', () => {
    const lookalike = entryAt(2, {
      ...{ id: 'change', parentId: 'run', entity: 'Execution' },
      ...{ before: { outcome: 'started' }, after: { outcome: 'success' } },
    })
    expect(shape(traceTree([started(1, 'run'), lookalike]))).toEqual([
      ['run running', 'change done'],
    ])
  })

  test('keeps what has no parent here, and what leads in circles', () => {
    const entries = [
      entryAt(1, { id: 'lost', parentId: 'elsewhere' }),
      entryAt(2, { id: 'a', parentId: 'b' }),
      entryAt(3, { id: 'b', parentId: 'a' }),
      entryAt(4, { id: 'own', parentId: 'own' }),
    ]
    const tree = traceTree(entries, [lineAt(5, 'elsewhere', 'far'), lineAt(6, 'b', 'near')])
    expect(shape(tree)).toEqual(['lost done', ['a done', ['b done', 'near']], 'own done', 'far'])
  })

  test('of any depth and length loses nothing', () => {
    const entries = Array.from({ length: 3000 }, (_, i) =>
      entryAt(i, { id: `e${i}`, parentId: i === 0 ? null : `e${i - 1}` }),
    )
    const lines = Array.from({ length: 10_000 }, (_, i) => lineAt(i, 'e2999', `line ${i}`))
    const tree = traceTree(entries, lines)
    const all = inOrder(tree)
    expect(all).toHaveLength(13_000)
    expect(new Set(all).size).toBe(13_000)
    const depthOf = (nodes: readonly TraceNode[]): number =>
      Math.max(
        0,
        ...nodes.slice(0, 5).map((node) => (isLine(node) ? 1 : 1 + depthOf(node.children))),
      )
    expect(depthOf(tree)).toBeLessThan(12)
    expect(nodeOf(tree, 'e2999')?.entry.id).toBe('e2999')
  })
})

describe('What is drawn of a long list', () => {
  test('are its ends and what is marked, without gaps that are too small to be worth one', () => {
    expect(drawnOf(0)).toEqual([])
    expect(drawnOf(205)).toEqual([[0, 205]])
    expect(drawnOf(1000)).toEqual([
      [0, 100],
      [900, 1000],
    ])
    expect(drawnOf(1000, 500, 300)).toEqual([
      [0, 400],
      [495, 506],
      [900, 1000],
    ])
    expect(drawnOf(1000, 98)).toEqual([
      [0, 104],
      [900, 1000],
    ])
  })
})

describe('The log lines that are shown', () => {
  test('are those of a level and above that contain a text', () => {
    const lines = ['debug', 'INFO', 'notice', 'warning', 'ERROR', 'fatal'].map((level, i) => ({
      ...lineAt(i, null, `Message ${i}`),
      level,
    }))
    const levels = (level: 'all' | 'info' | 'warn' | 'error', text = '') =>
      filteredLines(lines, { level, text }).map((line) => line.level)
    expect(levels('all')).toHaveLength(6)
    expect(levels('info')).toEqual(['INFO', 'notice', 'warning', 'ERROR', 'fatal'])
    expect(levels('warn')).toEqual(['warning', 'ERROR', 'fatal'])
    expect(levels('error')).toEqual(['ERROR', 'fatal'])
    expect(levels('all', 'MESSAGE 3')).toEqual(['warning'])
  })
})

describe('The runs of a history', () => {
  test('are told by the entries that begin and end them, newest first', () => {
    const entries = [
      closing(9, 'second', 'failure'),
      started(8, 'second'),
      entryAt(7, { id: 'change' }),
      started(6, 'first'),
      // Its beginning is on the next page.
      closing(5, 'older'),
    ]
    expect(runsOf(entries)).toMatchObject([
      { id: 'second', outcome: 'failure', startedAt: '1970-01-01T00:00:08.000Z' },
      { id: 'first', outcome: 'started', endedAt: null },
      { id: 'older', outcome: 'success', startedAt: '1970-01-01T00:00:03.500Z' },
    ])
    expect(runsOf([entryAt(1, { id: 'change' })])).toEqual([])
  })
})

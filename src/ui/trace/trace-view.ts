import type { LineJson } from '../../http/answers.ts'
import type { EntryJson } from '../../query/entry-json.ts'
import { type EntryNode, inOrder, isLine, nodeOf, type TraceNode, traceTree } from './trace-tree.ts'

/** What is drawn of a unit of work. */
export interface TraceView {
  readonly nodes: readonly TraceNode[]
  /** What the state tells of: the run that is shown, one that has not ended, or the first one. */
  readonly root: EntryNode | undefined
}

/** The whole tree, or only one run of it; as a log, without its nesting and what says which run it is. */
export function traceView(
  entries: readonly EntryJson[],
  lines: readonly LineJson[],
  runId: string | null,
  form: 'tree' | 'log',
): TraceView {
  const tree = traceTree(entries, lines)
  const run = runId === null ? undefined : nodeOf(tree, runId)
  const shown = runId === null ? tree : run ? [run] : []
  const nodes = form === 'log' ? inOrder(run ? run.children : shown) : shown
  const runs = shown.filter((node): node is EntryNode => !isLine(node) && node.state !== 'done')
  const root = run ?? runs.find(({ state }) => state === 'running') ?? runs[0]
  return { nodes, root }
}

import type { LineJson } from '../../http/answers.ts'
import type { EntryJson } from '../../query/entry-json.ts'
import { closingsOf } from './runs.ts'

/** A change, an event, or a run with what happened in it. */
export interface EntryNode {
  /** The only one, or the one that tells that the run began, where that is known. */
  readonly entry: EntryJson
  /** How the run ended. */
  readonly closing: EntryJson | null
  readonly state: 'done' | 'running' | 'succeeded' | 'failed' | 'denied'
  /** In their order in time. */
  readonly children: TraceNode[]
}

export interface LineNode {
  readonly line: LineJson
}

export type TraceNode = EntryNode | LineNode

export function isLine(node: TraceNode): node is LineNode {
  return 'line' in node
}

/** What is nested more deeply is shown beside what it is in. */
export const deepest = 8

/**
 * A unit of work as a tree. What is in something that is not there, because it is on another page or outside
 * of what the viewer may see, stands at the top; so does one entry of those that are in each other.
 */
export function traceTree(
  entries: readonly EntryJson[],
  lines: readonly LineJson[] = [],
): TraceNode[] {
  const closings = closingsOf(entries)
  const nodes = new Map<string, EntryNode>()
  const closed = new Set(entries.map(({ id }) => id))
  const parents = new Map<EntryNode, string | null>()
  for (const entry of entries) {
    const runId = entry.parentId ?? ''
    const isClosing = closings.get(runId) === entry
    // It is told by the node of its run, or stands for it.
    if (isClosing && closed.has(runId)) continue
    const closing = isClosing ? entry : (closings.get(entry.id) ?? null)
    const node = {
      entry,
      closing,
      state: stateOf(closing ?? entry, closing !== null),
      children: [],
    }
    nodes.set(isClosing ? runId : entry.id, node)
    parents.set(node, isClosing ? null : entry.parentId)
  }
  const tops: TraceNode[] = []
  const childrenOf = (parentId: string | null) => nodes.get(parentId ?? '')?.children ?? tops
  for (const [node, parentId] of parents) childrenOf(parentId).push(node)
  for (const line of lines) childrenOf(line.parentId).push({ line })
  openCycles(tops, parents.keys())
  for (const children of [tops, ...[...nodes.values()].map(({ children }) => children)]) {
    children.sort(inTime)
  }
  return flattened(tops)
}

/** All nodes without their nesting, in their order in time. */
export function inOrder(nodes: readonly TraceNode[]): TraceNode[] {
  const found: TraceNode[] = []
  const open = [...nodes]
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node)
    if (!isLine(node)) for (const child of node.children) open.push(child)
  }
  return found.sort(inTime)
}

/** The node of a run or an entry. */
export function nodeOf(nodes: readonly TraceNode[], id: string): EntryNode | undefined {
  return inOrder(nodes).find(
    (node): node is EntryNode =>
      !isLine(node) &&
      (node.entry.id === id || node.closing?.id === id || node.closing?.parentId === id),
  )
}

/** When it was, in milliseconds. */
export function timeOf(node: TraceNode): number {
  return Date.parse(isLine(node) ? node.line.loggedAt : node.entry.createdAt)
}

function stateOf({ outcome }: EntryJson, isEnded: boolean): EntryNode['state'] {
  if (outcome === 'started') return 'running'
  if (outcome === 'failure') return 'failed'
  if (outcome === 'denied') return 'denied'
  return isEnded ? 'succeeded' : 'done'
}

/** Of entries and lines of the same time, the entries come first. */
function inTime(a: TraceNode, b: TraceNode): number {
  const byTime = timeOf(a) - timeOf(b)
  if (byTime !== 0) return byTime
  if (isLine(a) !== isLine(b)) return isLine(a) ? 1 : -1
  return compareSeq(isLine(a) ? a.line.seq : a.entry.seq, isLine(b) ? b.line.seq : b.entry.seq)
}

/** Decimal numbers, longer than a number has digits for. */
export function compareSeq(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Brings up to the top what cannot be reached from there. */
function openCycles(tops: TraceNode[], all: Iterable<EntryNode>): void {
  const seen = new Set<TraceNode>()
  const see = (from: readonly TraceNode[]) => {
    const open = [...from]
    for (let node = open.pop(); node; node = open.pop()) {
      if (isLine(node) || seen.has(node)) continue
      seen.add(node)
      // The one that leads back to what was seen is where the cycle is opened.
      const inner = node.children.filter((child) => !seen.has(child))
      node.children.splice(0, Number.POSITIVE_INFINITY, ...inner)
      for (const child of inner) open.push(child)
    }
  }
  see([...tops])
  for (const node of all) {
    if (seen.has(node)) continue
    tops.push(node)
    see([node])
  }
}

function flattened(tops: TraceNode[]): TraceNode[] {
  const open = tops.map((node): [TraceNode, number] => [node, 1])
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, depth] = next
    if (isLine(node)) continue
    if (depth < deepest) {
      for (const child of node.children) open.push([child, depth + 1])
      continue
    }
    const below = inOrder(node.children)
    for (const inner of below) if (!isLine(inner)) inner.children.length = 0
    node.children.splice(0, Number.POSITIVE_INFINITY, ...below)
  }
  return tops
}

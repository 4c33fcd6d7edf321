import type { Settings } from '../options.ts'
import { dependenciesOf, type Node, type Write } from './dependencies.ts'
import type { RowOp } from './plan.ts'
import { untangle } from './untangle.ts'

/**
 * The writes in an order that foreign keys and unique keys allow: lists, each of writes that do not depend on
 * each other. Where rows wait for each other, one of them
 * is written in two steps: first without what it waits for.
 *
 * @throws {AuditError} `REVERT_INVALID` where there is no such order
 */
export function orderOf(settings: Settings, ops: readonly RowOp[]): Write[][] {
  const nodes = dependenciesOf(settings, ops)
  const ordered: Write[][] = []
  let ready = [...nodes].filter(({ waits }) => waits.size === 0)
  const waiting = waitersOf(nodes)
  while (nodes.size > 0) {
    if (ready.length === 0) {
      untangle(nodes)
      waiting.clear()
      for (const [node, others] of waitersOf(nodes)) waiting.set(node, others)
      ready = [...nodes].filter(({ waits }) => waits.size === 0)
    }
    const next: Node[] = []
    ordered.push(ready)
    for (const node of ready) {
      nodes.delete(node)
      for (const other of waiting.get(node) ?? []) {
        other.waits.delete(node)
        if (other.waits.size === 0) next.push(other)
      }
    }
    ready = next
  }
  return ordered
}

function waitersOf(nodes: ReadonlySet<Node>): Map<Node, Node[]> {
  const result = new Map<Node, Node[]>()
  for (const node of nodes) {
    for (const other of node.waits.keys()) {
      const known = result.get(other)
      if (known) known.push(node)
      else result.set(other, [node])
    }
  }
  return result
}

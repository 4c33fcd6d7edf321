import type { Settings } from '../options.ts'
import type { Reference } from '../schema/tables.ts'
import type { Snapshot } from '../serialize.ts'
import { gains, loses, uniqueKeys } from './neighbours.ts'
import type { RowOp } from './plan.ts'
import { outgoingReferences } from './references.ts'

/** One write to one row. */
export interface Write {
  readonly op: RowOp
  readonly kind: 'create' | 'update' | 'delete'
  /** The fields to be set. */
  readonly data: Snapshot
}

/** A write among others that it depends on. */
export interface Node extends Write {
  data: Snapshot
  /** What has to be written before, and why. */
  readonly waits: Map<Node, Cause[]>
}

/** Why a write waits for another one. */
export type Cause =
  /** It refers to the other row. */
  | { readonly kind: 'refers'; readonly own: readonly string[]; readonly other: readonly string[] }
  /** The other row refers to this one. */
  | {
      readonly kind: 'referred'
      readonly own: readonly string[]
      readonly other: readonly string[]
    }
  /** The other row has the value of a unique key. */
  | { readonly kind: 'taken'; readonly own: readonly string[]; readonly other: readonly string[] }
  /** It is another part of what is done to the same row. */
  | { readonly kind: 'part'; readonly own: readonly string[]; readonly other: readonly string[] }

/** Every write of a plan, with what it waits for. */
export function dependenciesOf(settings: Settings, ops: readonly RowOp[]): Set<Node> {
  const nodes = new Set(ops.map(nodeOf))
  waitForReferences(settings, nodes)
  waitForKeys(nodes)
  return nodes
}

function nodeOf(op: RowOp): Node {
  const { now, target } = op
  const kind = !now ? 'create' : target ? 'update' : 'delete'
  const names = Object.keys(target ?? {}).filter((name) => !now || target?.[name] !== now[name])
  const data = Object.fromEntries(names.map((name) => [name, target?.[name] ?? null]))
  return { op, kind, data, waits: new Map() }
}

/** Makes one write wait for another one. */
export function wait(node: Node, other: Node, cause: Cause): void {
  const causes = node.waits.get(other)
  if (causes) causes.push(cause)
  else node.waits.set(other, [cause])
}

/** What is gained and lost, by the fields that make it and their values. */
class Index<Name> {
  readonly #nodes = new Map<Name, Map<string, Node>>()

  add(name: Name, tuple: string | null, node: Node): void {
    if (tuple === null) return
    const known = this.#nodes.get(name) ?? new Map<string, Node>()
    known.set(tuple, node)
    this.#nodes.set(name, known)
  }

  get(name: Name, tuple: string | null): Node | undefined {
    return tuple === null ? undefined : this.#nodes.get(name)?.get(tuple)
  }
}

function waitForReferences(settings: Settings, nodes: ReadonlySet<Node>): void {
  const gained = new Index<Reference>()
  const lost = new Index<Reference>()
  for (const node of nodes) {
    const table = settings.tables.get(node.op.model.model.name)
    for (const reference of table?.references ?? []) {
      const fields = { fields: reference.references }
      gained.add(reference, gains(node.op, fields), node)
      lost.add(reference, loses(node.op, fields), node)
    }
  }
  const outgoing = outgoingReferences(settings)
  for (const node of nodes) {
    for (const reference of outgoing.get(node.op.model.model.name) ?? []) {
      const { fields, references, onUpdate } = reference
      const tuple = gains(node.op, reference)
      // Emulated foreign keys let rows refer to what is gone: not before it is, or it takes them along.
      const referred = gained.get(reference, tuple) ?? lost.get(reference, tuple)
      if (referred && referred !== node) {
        wait(node, referred, { kind: 'refers', own: fields, other: references })
      }
      const former = lost.get(reference, loses(node.op, reference))
      // A key that changes takes along, or lets go of, what refers to it.
      const isFollowed = former?.kind === 'update' && ['Cascade', 'SetNull'].includes(onUpdate)
      if (former && former !== node && !isFollowed) {
        wait(former, node, { kind: 'referred', own: references, other: fields })
      }
    }
  }
}

function waitForKeys(nodes: ReadonlySet<Node>): void {
  const lost = new Map<string, Index<string>>()
  const indexOf = ({ op }: Node) => {
    const known = lost.get(op.model.model.name) ?? new Index<string>()
    lost.set(op.model.model.name, known)
    return known
  }
  for (const node of nodes) {
    for (const key of uniqueKeys(node.op.model))
      indexOf(node).add(key.name, loses(node.op, key), node)
  }
  for (const node of nodes) {
    for (const key of uniqueKeys(node.op.model)) {
      const holder = indexOf(node).get(key.name, gains(node.op, key))
      if (holder && holder !== node) {
        wait(node, holder, { kind: 'taken', own: key.fields, other: key.fields })
      }
    }
  }
}

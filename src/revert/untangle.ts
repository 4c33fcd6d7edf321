import { AuditError } from '../errors.ts'
import { newId } from '../id.ts'
import { snapshotId } from '../schema/key.ts'
import type { JsonValue, Snapshot } from '../serialize.ts'
import { type Cause, type Node, wait } from './dependencies.ts'

interface Edge {
  readonly node: Node
  readonly other: Node
  readonly causes: readonly Cause[]
}

/** Some nodes that wait for each other in a circle. */
function cycleOf(nodes: ReadonlySet<Node>): Edge[] {
  const path: Edge[] = []
  const seen = new Map<Node, number>()
  let node = [...nodes][0]
  for (;;) {
    if (!node) return []
    const start = seen.get(node)
    if (start !== undefined) return path.slice(start)
    seen.set(node, path.length)
    const [first] = node.waits
    if (!first) return []
    path.push({ node, other: first[0], causes: first[1] })
    node = first[0]
  }
}

/**
 * Takes one wait out of a circle, where all of some writes wait for each other, by writing a row in two steps.
 *
 * @throws {AuditError} `REVERT_INVALID` where there is no way to
 */
export function untangle(nodes: Set<Node>): void {
  const cycle = cycleOf(nodes)
  for (const split of [splitReferring, splitCreated, letGo, makeRoom]) {
    for (const edge of cycle) {
      if (split(nodes, edge)) return
    }
  }
  const names = [...new Set(cycle.map(({ node }) => nameOf(node)))].slice(0, 5).join(', ')
  throw new AuditError(
    'REVERT_INVALID',
    `These rows refer to each other, or exchange values that are unique, in a way that no order of writes allows: ${names}.`,
  )
}

function nameOf({ op: { model, now, target } }: Node): string {
  return `\`${model.model.name}\` \`${snapshotId(model.key, (now ?? target) as Snapshot)}\``
}

/** An update writes the foreign key later than the rest. */
function splitReferring(nodes: Set<Node>, { node, other, causes }: Edge): boolean {
  const own = fieldsOf(causes, 'refers')
  const isAll = Object.keys(node.data).every((name) => own.includes(name))
  if (node.kind !== 'update' || !own.length || isAll) return false
  postpone(nodes, node, other, own)
  return true
}

/** A row is created without the foreign key, which is set later. */
function splitCreated(nodes: Set<Node>, { node, other, causes }: Edge): boolean {
  if (node.kind !== 'create') return false
  const own = causes
    .filter(({ kind }) => kind === 'refers')
    .map((cause) => nullable(node, cause.own))
  if (own.length === 0 || own.some((names) => names.length === 0)) return false
  postpone(nodes, node, other, own.flat())
  return true
}

function fieldsOf(causes: readonly Cause[], kind: Cause['kind']): string[] {
  // All causes have to be of the kind, else nothing is won.
  if (causes.some((cause) => cause.kind !== kind)) return []
  return [...new Set(causes.flatMap(({ own }) => own))]
}

function nullable({ op: { model } }: Node, names: readonly string[]): string[] {
  return names.filter((name) => model.model.fields.get(name)?.isRequired === false)
}

/** Some fields of a row get a write of their own, which waits in its place. */
function postpone(nodes: Set<Node>, node: Node, other: Node, names: readonly string[]): void {
  const data = Object.entries(node.data)
  const later: Node = {
    op: node.op,
    kind: 'update',
    data: Object.fromEntries(data.filter(([name]) => names.includes(name))),
    waits: new Map(),
  }
  node.data = Object.fromEntries(data.filter(([name]) => !names.includes(name)))
  wait(later, node, { kind: 'part', own: [], other: [] })
  for (const [to, causes] of [...node.waits]) {
    const moved = causes.filter(({ own }) => own.some((name) => names.includes(name)))
    if (moved.length === 0) continue
    const kept = causes.filter((cause) => !moved.includes(cause))
    if (kept.length > 0 && to !== other) node.waits.set(to, kept)
    else node.waits.delete(to)
    for (const cause of moved) wait(later, to, cause)
  }
  for (const waiting of nodes) {
    const causes = waiting.waits.get(node)
    for (const cause of causes ?? []) {
      if (cause.other.some((name) => names.includes(name))) wait(waiting, later, cause)
    }
  }
  nodes.add(later)
}

/** A row lets go of what it refers to before it is written or deleted. */
function letGo(nodes: Set<Node>, { node, other, causes }: Edge): boolean {
  if (causes.some(({ kind }) => kind !== 'referred')) return false
  const given = causes.map((cause) => nullable(other, cause.other))
  if (given.some((names) => names.length === 0)) return false
  const data = Object.fromEntries(given.flat().map((name) => [name, null]))
  return before(nodes, node, other, data)
}

/** A row gets another value of a unique key for a while. */
function makeRoom(nodes: Set<Node>, { node, other, causes }: Edge): boolean {
  if (other.kind === 'create' || causes.some(({ kind }) => kind !== 'taken')) return false
  const data: Record<string, JsonValue> = {}
  for (const { other: fields } of causes) {
    const [name] = nullable(other, fields)
    const spare = fields.find((field) => spareValue(other, field) !== undefined)
    if (name !== undefined) data[name] = null
    else if (spare !== undefined) data[spare] = spareValue(other, spare) as JsonValue
    else return false
  }
  return before(nodes, node, other, data)
}

function before(nodes: Set<Node>, node: Node, other: Node, data: Snapshot): boolean {
  const first: Node = { op: other.op, kind: 'update', data, waits: new Map() }
  node.waits.delete(other)
  wait(node, first, { kind: 'part', own: [], other: [] })
  wait(other, first, { kind: 'part', own: [], other: [] })
  nodes.add(first)
  return true
}

/** A value that no row is likely to have. */
function spareValue({ op }: Node, name: string): JsonValue | undefined {
  const field = op.model.model.fields.get(name)
  const isReference = [...op.model.model.fields.values()].some(({ relation }) =>
    relation?.fields.includes(name),
  )
  if (!field || isReference || field.isList) return undefined
  const id = newId()
  switch (field.kind === 'scalar' ? field.type : '') {
    case 'String':
      return field.nativeType === null || field.nativeType === 'Text' ? id : undefined
    case 'Int':
      return -Number.parseInt(id.slice(-7), 16)
    case 'BigInt':
    case 'Decimal':
      return `-${Number.parseInt(id.slice(-7), 16)}`
    default:
      return undefined
  }
}

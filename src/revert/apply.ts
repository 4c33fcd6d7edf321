import { DbNull } from '@prisma/client/runtime/client'
import { isEqualJson } from '../diff.ts'
import type { AuditedModel, Settings } from '../options.ts'
import type { AnyClient } from '../prisma.ts'
import { keyFilter, keyValues } from '../schema/key.ts'
import type { Reference, Side, Table } from '../schema/tables.ts'
import { decodeValue, type JsonValue, type Snapshot } from '../serialize.ts'
import { tupleOf } from './current.ts'
import type { Write } from './dependencies.ts'
import type { LinkEffect } from './effects.ts'
import { orderOf } from './order.ts'
import type { Plan, RowOp } from './plan.ts'
import { isTimeOfWrite } from './values.ts'

/**
 * Makes the writes of a plan through the audited client, in its transaction: links are taken away first and
 * made last.
 */
export async function applyPlan(settings: Settings, tx: AnyClient, plan: Plan): Promise<void> {
  const states = new States(settings, plan.rows)
  await writeLinks(
    settings,
    tx,
    plan.links.filter(({ isMade }) => isMade),
    'disconnect',
  )
  for (const writes of orderOf(settings, plan.rows)) {
    for (const batch of batchesOf(settings, writes)) await write(tx, states, batch)
  }
  await writeLinks(
    settings,
    tx,
    plan.links.filter(({ isMade }) => !isMade),
    'connect',
  )
}

/** Rows of one statement. */
function batchSize({ dialect }: Settings, { key }: AuditedModel): number {
  return Math.floor(dialect.keysPerStatement / key.fields.length)
}

/** Updates one by one; creates and deletes of one model together, which do not depend on each other. */
function batchesOf(settings: Settings, writes: readonly Write[]): Batch[] {
  const batches: Batch[] = []
  const open = new Map<string, Batch>()
  for (const next of writes) {
    const name = JSON.stringify([next.kind, next.op.model.model.name])
    const batch = open.get(name)
    if (batch && next.kind !== 'update' && batch.length < batchSize(settings, next.op.model)) {
      batch.push(next)
      continue
    }
    const fresh: Batch = [next]
    open.set(name, fresh)
    batches.push(fresh)
  }
  return batches
}

type Batch = [Write, ...Write[]]

async function write(tx: AnyClient, states: States, batch: Batch): Promise<void> {
  const [{ op, kind, data }] = batch
  const { model } = op
  const delegate = tx[delegateName(model)]
  const select = Object.fromEntries(model.key.fields.map((name) => [name, true]))
  if (kind === 'create') {
    const rows = batch.map((each) => inputOf(model, each.data))
    if (rows.length > 1) await delegate.createMany({ data: rows })
    else await delegate.create({ data: rows[0], select })
    for (const each of batch) states.set(each.op, each.data)
    return
  }
  const now = states.get(op)
  if (!now) return
  if (kind === 'delete') {
    const keys = batch.map((each) => states.get(each.op)).filter((state) => state !== null)
    if (keys.length > 1) {
      const values = keys.map((key) => keyValues(model.key, keyFields(model, key)))
      await delegate.deleteMany({ where: keyFilter(model.key, values) })
    } else await delegate.delete({ where: whereOf(model, now), select })
    return
  }
  const names = Object.keys(data).filter((name) => !isEqualJson(data[name], now[name]))
  if (names.length === 0) return
  const changes = Object.fromEntries(names.map((name) => [name, data[name] ?? null]))
  // A row that is created in two steps is as old as it was.
  const times = op.now ? {} : timesOf(model, op.target ?? {})
  const input = inputOf(model, { ...times, ...changes })
  await delegate.update({ where: whereOf(model, now), data: input, select })
  states.update(op, changes)
}

function timesOf(model: AuditedModel, target: Snapshot): Snapshot {
  return Object.fromEntries(Object.entries(target).filter(([name]) => isTimeOfWrite(model, name)))
}

function delegateName({ model: { name } }: AuditedModel): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** What Prisma takes for a row's fields. */
function inputOf({ model }: AuditedModel, data: Snapshot): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) {
    const field = model.fields.get(name)
    if (!field) continue
    const isNullJson = value === null && field.type === 'Json' && !field.isList
    input[name] = isNullJson ? DbNull : decodeValue(field, value)
  }
  return input
}

function keyFields({ model, key }: AuditedModel, snapshot: Snapshot): Record<string, unknown> {
  return Object.fromEntries(
    key.fields.map((name) => {
      const field = model.fields.get(name)
      return [name, field && decodeValue(field, snapshot[name])]
    }),
  )
}

function whereOf(model: AuditedModel, snapshot: Snapshot): Record<string, unknown> {
  const fields = keyFields(model, snapshot)
  return model.key.fields.length === 1 ? fields : { [model.key.name]: fields }
}

/** The rows of a plan as they are between its writes: a key that changes takes along what refers to it. */
class States {
  readonly #settings: Settings
  readonly #states: Map<RowOp, Snapshot | null>

  constructor(settings: Settings, ops: readonly RowOp[]) {
    this.#settings = settings
    this.#states = new Map(ops.map((op) => [op, op.now]))
  }

  get(op: RowOp): Snapshot | null {
    return this.#states.get(op) ?? null
  }

  set(op: RowOp, state: Snapshot): void {
    this.#states.set(op, state)
  }

  update(op: RowOp, changes: Snapshot): void {
    const before = this.get(op) ?? {}
    const after = { ...before, ...changes }
    this.#states.set(op, after)
    const { references = [] } = this.#settings.tables.get(op.model.model.name) ?? {}
    for (const reference of references) {
      const old = tupleOf(before, reference.references)
      if (old === null || old === tupleOf(after, reference.references)) continue
      if (reference.onUpdate === 'Cascade') this.#follow(reference, old, after)
      if (reference.onUpdate === 'SetNull') this.#follow(reference, old, {})
    }
  }

  #follow(reference: Reference, old: string, after: Snapshot): void {
    const { from, fields, references } = reference
    for (const [other, state] of this.#states) {
      if (!state || other.model.model.name !== from.name || tupleOf(state, fields) !== old) continue
      const changes = fields.map((name, i) => [name, after[references[i] as string] ?? null])
      this.update(other, Object.fromEntries(changes))
    }
  }
}

/** Connects or disconnects, all of one entity at once. */
async function writeLinks(
  settings: Settings,
  tx: AnyClient,
  links: readonly LinkEffect[],
  verb: 'connect' | 'disconnect',
): Promise<void> {
  const groups = new Map<string, { side: Side; end: JsonValue; others: object[] }>()
  for (const { table, ends } of links) {
    const index = writtenSide(settings, table)
    const [side, other] = [table.sides?.[index], table.sides?.[1 - index]]
    if (!side || !other) continue
    const end = ends[index]
    const name = JSON.stringify([table.name, end])
    const group = groups.get(name) ?? { side, end, others: [] }
    group.others.push({ [other.id]: decodeEnd(settings, other, ends[index === 0 ? 1 : 0]) })
    groups.set(name, group)
  }
  for (const { side, end, others } of groups.values()) {
    const model = settings.models.get(side.model)
    if (!model) continue
    await tx[delegateName(model)].update({
      where: { [side.id]: decodeEnd(settings, side, end) },
      data: { [side.field]: { [verb]: others } },
      select: { [side.id]: true },
    })
  }
}

/** The side to write a link by: an audited one, and one that no write gives a new time. */
function writtenSide({ models }: Settings, { sides }: Table): 0 | 1 {
  const audited = ([0, 1] as const).filter((index) => models.has(sides?.[index].model ?? ''))
  const timeless = audited.find((index) => {
    const fields = models.get(sides?.[index].model ?? '')?.model.fields.values() ?? []
    return ![...fields].some(({ isUpdatedAt }) => isUpdatedAt)
  })
  return timeless ?? audited[0] ?? 0
}

function decodeEnd({ schema }: Settings, { model, id }: Side, value: JsonValue): unknown {
  const field = schema.models.get(model)?.fields.get(id)
  return field ? decodeValue(field, value) : value
}

import type { AuditContext } from '../context.ts'
import { type EntryRow, entityIdOfKey, eventRow, originOf } from '../entry.ts'
import type { ReadModel, Settings } from '../options.ts'
import { type Args, followDataPath, type Interceptor } from '../prisma.ts'
import type { Field } from '../schema/schema.ts'
import { encodeValue } from '../serialize.ts'

type Values = Record<string, unknown>

/** What of an answer is looked at: records whose reads are recorded, here or further inside. */
interface Plan {
  /** The arguments, so that every key is answered. */
  readonly args: Args
  readonly read: ReadModel | null
  /** Fields of the key that were not asked for, and are taken out again. */
  readonly added: readonly string[]
  readonly relations: readonly (readonly [field: string, plan: Plan])[]
}

/**
 * Records which records a query answered: those of its own model and those that it includes, by
 * whatever `select`. The rows are handed to `keep`, so that the query does not wait for them.
 */
export function recordingReads(
  settings: Settings,
  modelName: string,
  operation: string,
  context: AuditContext | undefined,
  keep: (rows: readonly EntryRow[]) => void,
): Interceptor {
  return async (request, execute) => {
    const plan = planOf(settings, modelName, request.args)
    if (!plan) return execute(request)
    // Sent as it is wherever that answers the keys: so an error quotes what the user wrote.
    const args = isWidened(plan) ? plan.args : request.args
    const answer = await execute({ ...request, args, dataPath: [] })
    const found = new Map<ReadModel, Set<string>>()
    collect(settings, plan, answer, found)
    const rows = rowsOf(settings, `${modelName}.${operation}`, context, found)
    if (rows.length > 0) keep(rows)
    return followDataPath(answer, request.dataPath)
  }
}

/** The plan for a query; `null` where none of its records is of interest. */
function planOf(settings: Settings, modelName: string, args: Args): Plan | null {
  const model = settings.schema.models.get(modelName)
  if (!model) return null
  const read = settings.reads.get(modelName) ?? null
  const asked = (args.select ?? args.include) as Values | undefined
  const changed: Values = {}
  const relations: [string, Plan][] = []
  for (const [name, value] of Object.entries(asked ?? {})) {
    const field = model.fields.get(name)
    if (field?.kind !== 'relation' || !value) continue
    const inner = planOf(settings, field.type, value === true ? {} : (value as Args))
    if (!inner) continue
    relations.push([name, inner])
    changed[name] = inner.args
  }
  if (!read && relations.length === 0) return null
  const added = read ? missing(read, args) : []
  const keys = (value: boolean) => Object.fromEntries(added.map((name) => [name, value]))
  const part = args.select ? 'select' : 'include'
  const wanted = { ...asked, ...changed, ...(args.select ? keys(true) : {}) }
  const omit = { ...(args.omit as Values), ...keys(false) }
  return {
    read,
    added,
    relations,
    args: {
      ...args,
      ...(asked && { [part]: wanted }),
      ...(!args.select && added.length > 0 && { omit }),
    },
  }
}

function isWidened({ added, relations }: Plan): boolean {
  return added.length > 0 || relations.some(([, plan]) => isWidened(plan))
}

function missing({ model }: ReadModel, { select, omit }: Args): string[] {
  return model.key.fields.filter((name) =>
    select ? !(select as Values)[name] : (omit as Values | undefined)?.[name] === true,
  )
}

/** Gathers the ids of records by their model, and takes out what was added to get them. */
function collect(
  settings: Settings,
  plan: Plan,
  value: unknown,
  found: Map<ReadModel, Set<string>>,
): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(settings, plan, item, found)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const record = value as Values
  if (plan.read) {
    const { model } = plan.read
    const key = model.key.fields.map((name) =>
      encodeValue(model.model.fields.get(name) as Field, record[name]),
    )
    const ids = found.get(plan.read) ?? new Set<string>()
    found.set(plan.read, ids)
    ids.add(entityIdOfKey(settings, model, key))
    for (const name of plan.added) delete record[name]
  }
  for (const [name, inner] of plan.relations) collect(settings, inner, record[name], found)
}

function rowsOf(
  settings: Settings,
  call: string,
  context: AuditContext | undefined,
  found: ReadonlyMap<ReadModel, ReadonlySet<string>>,
): EntryRow[] {
  // A read is never refused for want of an actor.
  const origin = originOf({ ...settings, requireActor: false }, context, call)
  const rows: EntryRow[] = []
  for (const [{ model, max }, ids] of found) {
    const event = {
      action: 'read',
      outcome: 'success',
      entity: model.model.name,
      before: null,
      changed: null,
    }
    const add = (entityId: string | null, after: EntryRow['after']) => {
      const traceId = origin.traceId ?? rows[0]?.id ?? null
      rows.push(eventRow(settings, { ...origin, traceId }, { ...event, entityId, after }, 'client'))
    }
    for (const id of [...ids].slice(0, max)) add(id, null)
    if (ids.size > max) add(null, { records: ids.size, unlisted: ids.size - max })
  }
  return rows
}

import { isDeepStrictEqual } from 'node:util'
import type { AuditedModel } from '../options.ts'
import type { Args, ComputedFields } from '../prisma.ts'

type Flags = Readonly<Record<string, unknown>>

/** The same call, answering every column beside what the user selected. */
export function widenSelection(model: AuditedModel, args: Args, omitted: Flags): Args {
  if (args.select) {
    return { ...args, select: { ...(args.select as Flags), ...allColumns(model) } }
  }
  const omit = { ...omitted, ...(args.omit as Flags | undefined) }
  if (!Object.values(omit).some(Boolean)) return args
  return { ...args, omit: Object.fromEntries(Object.keys(omit).map((name) => [name, false])) }
}

/**
 * The record that the call would have answered without {@link widenSelection}, with the fields that
 * computed fields of result extensions need: Prisma hides those itself.
 */
export function narrowResult(
  record: Record<string, unknown>,
  args: Args,
  omitted: Flags,
  computed: ComputedFields,
): Record<string, unknown> {
  const select = args.select as Flags | undefined
  const omit = { ...omitted, ...(args.omit as Flags | undefined) }
  const needed = new Set(
    Object.entries(computed)
      .filter(([name]) => (select ? select[name] : !omit[name]))
      .flatMap(([, { needs }]) => needs),
  )
  return Object.fromEntries(
    Object.entries(record).filter(
      ([name]) => needed.has(name) || (select ? select[name] : !omit[name]),
    ),
  )
}

/** Whether the answer holds more than columns: Prisma then reads and writes in several statements. */
export function selectsRelations(model: AuditedModel, args: Args): boolean {
  if (args.include) return Object.values(args.include as Flags).some(Boolean)
  const columns = new Set(model.columns.map(({ name }) => name))
  return Object.entries((args.select as Flags | undefined) ?? {}).some(
    ([name, selected]) => selected && !columns.has(name),
  )
}

/** A `select` of every column. */
export function allColumns(model: AuditedModel): Args {
  return Object.fromEntries(model.columns.map(({ name }) => [name, true]))
}

/**
 * Whether a call selects what `createMany`, `updateMany` and `deleteMany` cannot answer: anything
 * but the count.
 */
export function selectsMoreThanCount({ select, include, omit }: Args): boolean {
  if (include !== undefined || omit !== undefined) return true
  if (select === undefined) return false
  return !isDeepStrictEqual(select, { count: true })
}

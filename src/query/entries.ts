import { type Diff, diffOf } from '../diff.ts'
import { AuditError } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Model } from '../schema/schema.ts'
import { decodeSnapshot, type Snapshot } from '../serialize.ts'
import { storableText } from '../storable.ts'
import type { StoredEntry } from '../store.ts'
import { readRows } from './rows.ts'
import { masked } from './scope.ts'
import type { Source } from './source.ts'
import { column, join, raw, type Sql, sql } from './sql.ts'

/** A typed filter of entries; all conditions must hold, a list means any of its values. */
export interface EntriesWhere {
  readonly id?: string | undefined
  readonly entity?: string | readonly string[] | undefined
  readonly entityId?: string | readonly string[] | undefined
  readonly actorId?: string | readonly string[] | undefined
  readonly actorType?: string | readonly string[] | undefined
  readonly tenantId?: string | readonly string[] | undefined
  readonly action?: string | readonly string[] | undefined
  readonly outcome?: string | readonly string[] | undefined
  readonly traceId?: string | undefined
  readonly parentId?: string | undefined
  readonly source?: string | readonly string[] | undefined
  /** Inclusive. */
  readonly since?: Date | undefined
  /** Exclusive. */
  readonly until?: Date | undefined
}

export interface PageOptions {
  /** Entries in a page, 1 to 1000. @default 50 */
  readonly take?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly cursor?: bigint | number | string | null | undefined
}

export interface EntriesOptions extends PageOptions {
  readonly where?: EntriesWhere | undefined
}

/** One entry with its values decoded to the types of its model, as far as the model still exists. */
export interface AuditEntry<Row = Record<string, unknown>>
  extends Omit<StoredEntry, 'before' | 'after'> {
  readonly before: Partial<Row> | null
  readonly after: Partial<Row> | null
  /** What the change added, deleted and updated, computed by deep-object-diff. */
  readonly diff: Diff
}

export interface Page<Entry> {
  /** Newest first. */
  readonly entries: Entry[]
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: bigint | null
}

/**
 * A page of entries, newest first by `seq`. Pages are cut by key, so entries that come in between
 * shift nothing.
 *
 * @throws {AuditError} `QUERY_INVALID` for an unknown field, a wrong `take` or `cursor`.
 */
export async function findEntries(
  source: Source,
  options: EntriesOptions = {},
): Promise<Page<AuditEntry>> {
  return findPage(source, conditionsOf(source.settings, options.where ?? {}), options)
}

/** A page of the entries that the source may see, in the order of insertion. */
export async function findPage(
  source: Source,
  where: readonly Sql[],
  options: PageOptions,
  direction: 'asc' | 'desc' = 'desc',
): Promise<Page<AuditEntry>> {
  const { settings } = source
  const { cursor, take } = checkedPage(settings, options)
  const seq = column(settings, 'seq')
  const bound = direction === 'asc' ? sql`${seq} > ${cursor}` : sql`${seq} < ${cursor}`
  const stored = await readRows(source, {
    where: cursor === null ? where : [...where, bound],
    orderBy: sql`${seq} ${raw(direction)}`,
    take: take + 1,
  })
  const { rows, nextCursor } = pageOf(stored, take + 1)
  return { entries: rows.map((entry) => shownEntry(source, entry)), nextCursor }
}

/** An entry as the viewer of the source may see it. */
export function shownEntry({ settings, scope }: Source, entry: StoredEntry): AuditEntry {
  return decodeEntry(settings, masked(scope, entry))
}

export function decodeEntry(settings: Settings, entry: StoredEntry): AuditEntry {
  const model = settings.schema.models.get(entry.entity)
  const { added, deleted, updated } = diffOf(entry.before, entry.after)
  const decode = (part: unknown) =>
    decodeLinks(settings, model, decodeSnapshot(model, part as Snapshot | null))
  return {
    ...entry,
    before: decode(entry.before),
    after: decode(entry.after),
    diff: {
      added: decode(added) ?? {},
      deleted: decode(deleted) ?? {},
      updated: decode(updated) ?? {},
    },
  }
}

/** The keys of linked entities, under the name of a relation field, have types of their own. */
function decodeLinks(
  { schema }: Settings,
  model: Model | undefined,
  snapshot: Record<string, unknown> | null,
): Record<string, unknown> | null {
  if (!snapshot || !model) return snapshot
  const decoded = Object.entries(snapshot).map(([name, value]) => {
    const field = model.fields.get(name)
    if (field?.kind !== 'relation' || !Array.isArray(value)) return [name, value]
    const other = schema.models.get(field.type)
    return [name, value.map((key) => (isSnapshot(key) ? decodeSnapshot(other, key) : key))]
  })
  return Object.fromEntries(decoded)
}

/** What an application records under a relation's name can be anything. */
function isSnapshot(value: unknown): value is Snapshot {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const listFields = [
  'entity',
  'entityId',
  'actorId',
  'actorType',
  'tenantId',
  'action',
  'outcome',
  'source',
]
const valueFields = ['id', 'traceId', 'parentId']

function conditionsOf(settings: Settings, where: EntriesWhere): Sql[] {
  return Object.entries(where).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (name === 'since' || name === 'until') {
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
        invalid(`\`where.${name}\` is \`${String(value)}\`, but it has to be a Date.`)
      }
      const createdAt = column(settings, 'createdAt')
      return name === 'since' ? sql`${createdAt} >= ${value}` : sql`${createdAt} < ${value}`
    }
    if (listFields.includes(name) && Array.isArray(value) && value.every(isString)) {
      if (value.length === 0) return sql`1 = 0`
      return sql`${column(settings, name)} IN (${join(value.map(storableText))})`
    }
    if ([...listFields, ...valueFields].includes(name)) {
      if (!isString(value))
        invalid(`\`where.${name}\` is \`${String(value)}\`, but it has to be text.`)
      return sql`${column(settings, name)} = ${storableText(value)}`
    }
    const known = [...listFields, ...valueFields, 'since', 'until'].join(', ')
    return invalid(`\`where\` has no field \`${name}\`. The fields are ${known}.`)
  })
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

/** What a page of `take` rows after or before a cursor asks of Prisma: one more tells whether there is a next. */
export function pageArgs(
  settings: Settings,
  options: PageOptions,
  direction: 'asc' | 'desc',
): { readonly after: object; readonly orderBy: object; readonly take: number } {
  const { take, cursor } = checkedPage(settings, options)
  const bound = direction === 'asc' ? 'gt' : 'lt'
  return {
    after: cursor === null ? {} : { seq: { [bound]: cursor } },
    orderBy: { seq: direction },
    take: take + 1,
  }
}

/**
 * The size and the beginning of a page.
 *
 * @throws {AuditError} `QUERY_INVALID`
 */
export function checkedPage(
  settings: Settings,
  { take = 50, cursor }: PageOptions,
): { readonly take: number; readonly cursor: bigint | number | null } {
  if (!Number.isInteger(take) || take < 1 || take > 1000) {
    invalid(`\`take\` is \`${take}\`, but a page has 1 to 1000 entries.`)
  }
  return { take, cursor: cursor === undefined || cursor === null ? null : seqOf(settings, cursor) }
}

/** A page of at most `taken` - 1 rows of those that were found. */
export function pageOf<Row extends { readonly seq: bigint }>(
  rows: readonly Row[],
  taken: number,
): { readonly rows: Row[]; readonly nextCursor: bigint | null } {
  const page = rows.slice(0, taken - 1)
  return { rows: page, nextCursor: rows.length === taken ? (page.at(-1)?.seq ?? null) : null }
}

/** The largest value of a BIGINT column. */
const largest = 2n ** 63n - 1n

/** SQLite's `seq` is an Int, which Prisma takes as a number of 32 bits only. */
export function seqOf({ dialect }: Settings, cursor: bigint | number | string): bigint | number {
  const text = String(cursor)
  if (!/^\d{1,19}$/.test(text) || BigInt(text) > largest) {
    invalid(`\`cursor\` is \`${text}\`, but it has to be the \`nextCursor\` of a page.`)
  }
  return dialect.provider === 'sqlite' ? Math.min(Number(text), 2 ** 31 - 1) : BigInt(text)
}

function invalid(message: string): never {
  throw new AuditError('QUERY_INVALID', message)
}

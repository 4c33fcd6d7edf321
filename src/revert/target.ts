import { isEqualJson } from '../diff.ts'
import { AuditError } from '../errors.ts'
import { isId } from '../id.ts'
import { readRows } from '../query/rows.ts'
import type { Source } from '../query/source.ts'
import { column, sql, table } from '../query/sql.ts'
import type { StoredEntry } from '../store.ts'

/** One entry, or all of a unit of work. */
export type RevertTarget = { readonly id: string } | { readonly traceId: string }

/** The entries that a target names. */
export interface TargetEntries {
  /** The id that was given. */
  readonly id: string
  /** What the target is about: the entry itself, or the first one of the trace. */
  readonly about: StoredEntry
  /** Those that tell a change of a row or a link, oldest first. */
  readonly changes: readonly StoredEntry[]
}

/**
 * Finds what is to be reverted.
 *
 * @throws {AuditError} `QUERY_FORBIDDEN` where the scope does not allow it; `REVERT_INVALID` where there is
 * nothing, or nothing that the scope lets see
 */
export async function findTarget(source: Source, target: RevertTarget): Promise<TargetEntries> {
  if (source.scope && source.scope.mayRevert !== true) {
    throw new AuditError(
      'QUERY_FORBIDDEN',
      'This scope does not allow to revert changes: that takes `mayRevert: true`.',
    )
  }
  const { id, traceId }: { readonly id?: unknown; readonly traceId?: unknown } = target ?? {}
  return id === undefined ? findTrace(source, traceId) : findOne(source, id)
}

async function findOne(source: Source, id: unknown): Promise<TargetEntries> {
  if (!isId(id)) unknown('entry', id)
  const { settings } = source
  const [entry] = await readRows(source, {
    where: [sql`${column(settings, 'id')} = ${id}`],
    orderBy: column(settings, 'seq'),
    take: 1,
  })
  if (!entry) unknown('entry', id)
  if (!isChange(entry)) {
    throw new AuditError(
      'REVERT_INVALID',
      `The entry \`${id}\` tells of \`${entry.action}\`, which changed no row by itself. To revert all that was ` +
        `changed by it, name its trace: { traceId: '${entry.traceId}' }.`,
    )
  }
  const changes = [entry, ...(await findTwin(source, entry))]
  return { id, about: entry, changes: changes.toSorted((a, b) => distance(a.seq, b.seq)) }
}

/** A changed key is told a second time, in the history of the other id. */
async function findTwin(source: Source, entry: StoredEntry): Promise<StoredEntry[]> {
  const model = source.settings.models.get(entry.entity)
  const { before, after, seq } = entry
  const isMoved = model?.key.fields.some((name) => before?.[name] !== after?.[name])
  if (entry.action !== 'update' || !isMoved) return []
  const { settings } = source
  const found = await readRows(source, {
    where: [
      sql`${column(settings, 'traceId')} = ${entry.traceId}`,
      sql`${column(settings, 'entity')} = ${entry.entity}`,
      sql`${column(settings, 'action')} = 'update'`,
    ],
    orderBy: column(settings, 'seq'),
    take: pageSize,
  })
  const [twin] = found
    .filter((other) => other.entityId !== entry.entityId)
    .filter((other) => isEqualJson(other.before, before) && isEqualJson(other.after, after))
    .toSorted((a, b) => Math.abs(distance(a.seq, seq)) - Math.abs(distance(b.seq, seq)))
  return twin ? [twin] : []
}

function distance(a: bigint, b: bigint): number {
  return Number(a - b)
}

async function findTrace(source: Source, traceId: unknown): Promise<TargetEntries> {
  if (!isId(traceId)) unknown('trace', traceId)
  const entries = await readTrace(source, traceId)
  const [about] = entries
  if (!about) unknown('trace', traceId)
  if (source.scope && (await countTrace(source, traceId)) !== entries.length) {
    throw new AuditError(
      'QUERY_FORBIDDEN',
      `The trace \`${traceId}\` holds entries outside of this scope, so it cannot be reverted as a whole. ` +
        'Revert its entries one by one.',
    )
  }
  const changes = entries.filter(isChange)
  if (changes.length === 0) {
    throw new AuditError('REVERT_INVALID', `Nothing was changed in the trace \`${traceId}\`.`)
  }
  return { id: traceId, about, changes }
}

const pageSize = 1000

async function readTrace(source: Source, traceId: string): Promise<StoredEntry[]> {
  const { settings } = source
  const seq = column(settings, 'seq')
  const entries: StoredEntry[] = []
  for (;;) {
    const last = entries.at(-1)
    const page = await readRows(source, {
      where: [
        sql`${column(settings, 'traceId')} = ${traceId}`,
        ...(last ? [sql`${seq} > ${last.seq}`] : []),
      ],
      orderBy: seq,
      take: pageSize,
    })
    entries.push(...page)
    if (page.length < pageSize) return entries
  }
}

async function countTrace(
  { settings, store, transaction }: Source,
  traceId: string,
): Promise<number> {
  const statement = sql`SELECT COUNT(*) AS total FROM ${table(settings, settings.auditModel)} e WHERE ${column(settings, 'traceId')} = ${traceId}`
  const [row] = await store.query(transaction, statement)
  return Number(row?.total)
}

const actions = ['create', 'update', 'delete', 'link', 'unlink']

function isChange({ action, source }: StoredEntry): boolean {
  return ['client', 'database'].includes(source) && actions.includes(action)
}

function unknown(kind: 'entry' | 'trace', id: unknown): never {
  throw new AuditError(
    'REVERT_INVALID',
    `There is no ${kind} \`${String(id)}\`: name one by { ${kind === 'entry' ? 'id' : 'traceId'} }, 32 hex characters.`,
  )
}

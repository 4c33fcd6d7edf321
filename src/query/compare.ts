import { AuditError } from '../errors.ts'
import { isId } from '../id.ts'
import type { StoredEntry } from '../store.ts'
import { decodeEntry, shownEntry } from './entries.ts'
import type { EntryComparison } from './queries.ts'
import { readRows } from './rows.ts'
import { masked } from './scope.ts'
import type { Source } from './source.ts'
import { column, join, sql } from './sql.ts'
import { stateAfter } from './states.ts'
import { bearsState, stepsOf } from './steps.ts'
import { entityModel } from './subject.ts'

/**
 * What differs between the states that two entries of one entity led to, in the order in which they are
 * given. The states are whole, also where entries hold the changed fields only.
 *
 * @throws {AuditError} `QUERY_INVALID` where one is not there, tells no state, or is of another entity
 */
export async function compareEntries(
  source: Source,
  fromId: string,
  toId: string,
): Promise<EntryComparison> {
  const [from, to] = await readBoth(source, fromId, toId)
  if (from.entity !== to.entity || from.entityId !== to.entityId) {
    invalid(
      `\`${fromId}\` is of \`${from.entity} ${from.entityId}\`, \`${toId}\` of \`${to.entity} ${to.entityId}\`: ` +
        'compare two entries of one entity.',
    )
  }
  const [before, after] = [await ledTo(source, from), await ledTo(source, to)]
  const state = (snapshot: StoredEntry['after']) =>
    masked(source.scope, { ...to, after: snapshot }).after
  const shown = { before: state(before), after: state(after) }
  const decoded = decodeEntry(source.settings, { ...to, ...shown })
  return {
    from: shownEntry(source, from),
    to: shownEntry(source, to),
    before: decoded.before,
    after: decoded.after,
    diff: decoded.diff,
  }
}

async function readBoth(
  source: Source,
  fromId: string,
  toId: string,
): Promise<readonly [StoredEntry, StoredEntry]> {
  const { settings } = source
  const ids = [fromId, toId].filter(isId)
  const id = column(settings, 'id')
  const where = [ids.length > 0 ? sql`${id} IN (${join(ids)})` : sql`1 = 0`]
  const rows = await readRows(source, { where, orderBy: id, take: 2 })
  const find = (wanted: string) => {
    const entry = rows.find((row) => row.id === wanted)
    if (!entry) return invalid(`There is no entry \`${String(wanted)}\`.`)
    if (bearsState(entry)) return entry
    return invalid(
      `\`${wanted}\` is \`${entry.action}\` of \`${entry.entity}\`, which tells no state: compare entries of create, update and delete.`,
    )
  }
  return [find(fromId), find(toId)]
}

async function ledTo(source: Source, entry: StoredEntry): Promise<StoredEntry['after']> {
  const model = entityModel(source.settings, entry.entity)
  const [step] = await stepsOf(source, model, [entry])
  if (!step?.after) return null
  const subject = { entity: entry.entity, entityId: entry.entityId ?? '', model }
  return (await stateAfter(source, subject, step)).snapshot
}

function invalid(message: string): never {
  throw new AuditError('QUERY_INVALID', message)
}

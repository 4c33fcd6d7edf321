import type { PrismaClient } from '../generated/foreign-keys/postgresql/client/client.ts'

type Snapshot = Readonly<Record<string, unknown>>

/** What is told of an audit row. */
export interface Entry {
  readonly id: string
  readonly traceId: string
  readonly action: string
  readonly entity: string
  readonly entityId: string | null
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  readonly changed: readonly string[] | null
}

/** The trail of audited clients: triggers record what others do, too, as done by services. */
export async function entriesOf(plain: PrismaClient): Promise<Entry[]> {
  const where = { actorType: { not: 'service' } }
  const rows = await plain.auditLog.findMany({ where, orderBy: { seq: 'asc' } })
  return rows as unknown as Entry[]
}

/**
 * An entry as a line:
 *
 *   create Book 9
 *   update Book 1 reviewerId: 1 -> null
 *   link Genre g1 books: 1, 2
 */
export function lineOf(entry: Entry): string {
  return withoutNew(`${entry.action} ${entry.entity} ${entry.entityId}${detailOf(entry)}`)
}

/** What was done in all to each row, and to each of its links. */
export function merged(entries: readonly Entry[]): Entry[] {
  const rows = new Map<string, Entry>()
  const links = new Map<string, Entry>()
  for (const entry of entries) {
    if (isLink(entry)) {
      for (const link of linksOf(entry)) {
        const key = keyOf(link, link.before ?? link.after)
        // What is linked again was not unlinked.
        if (!links.delete(key)) links.set(key, link)
      }
      continue
    }
    const first = rows.get(keyOf(entry))
    rows.set(keyOf(entry), first ? withStep(first, entry) : entry)
  }
  const lists = new Map<string, Entry>()
  for (const link of links.values()) {
    const key = keyOf(link, link.action, link.changed)
    const first = lists.get(key)
    lists.set(key, first ? withLinks(first, link) : link)
  }
  return [...rows.values(), ...lists.values()]
}

function keyOf({ entity, entityId }: Entry, ...more: readonly unknown[]): string {
  return JSON.stringify([entity, entityId, ...more])
}

function isLink({ action }: Entry): boolean {
  return action === 'link' || action === 'unlink'
}

/** An entry for each link. */
function linksOf(entry: Entry): Entry[] {
  const [name = ''] = entry.changed ?? []
  const related = (entry.before ?? entry.after)?.[name] as Snapshot[]
  return related.map((other) => ({
    ...entry,
    before: entry.before && { [name]: [other] },
    after: entry.after && { [name]: [other] },
  }))
}

function withLinks(first: Entry, { before, after }: Entry): Entry {
  const both = (one: Snapshot | null, other: Snapshot | null) =>
    one && Object.fromEntries(Object.entries(one).map(([k, v]) => [k, [v, other?.[k]].flat()]))
  return { ...first, before: both(first.before, before), after: both(first.after, after) }
}

function withStep(first: Entry, { action, after, changed }: Entry): Entry {
  const { before } = first
  const names = new Set([...(first.changed ?? []), ...(changed ?? [])])
  const differs = (name: string) => before?.[name] !== after?.[name]
  return {
    ...first,
    action: first.action === 'create' ? 'create' : action,
    after,
    changed: before && after ? [...names].filter(differs) : null,
  }
}

function detailOf(entry: Entry): string {
  const { before, after, changed } = entry
  if (isLink(entry)) {
    const name = changed?.[0] ?? ''
    const related = (after ?? before)?.[name] as Snapshot[]
    return ` ${name}: ${related
      .map((key) => Object.values(key).join())
      .toSorted()
      .join(', ')}`
  }
  // The time of a write is no part of a story, though it can be all that an entry tells.
  const told = (changed ?? []).filter((name) => name !== 'updatedAt')
  if (told.length === 0) return ''
  return ` ${told.map((name) => `${name}: ${before?.[name]} -> ${after?.[name]}`).join(', ')}`
}

/** Keys that the database or Prisma made, which are not the same twice (see `fixture.ts`). */
export function withoutNew(text: string): string {
  return text.replace(/\b1\d{3}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'new')
}

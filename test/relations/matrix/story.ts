import type { PrismaClient } from '../generated/foreign-keys/postgresql/client/client.ts'

type Snapshot = Readonly<Record<string, unknown>>

/** What is told of an audit row. */
export interface Told {
  readonly id: string
  readonly traceId: string
  readonly line: string
}

/**
 * The trail, a line for each entry:
 *
 *   create Book 9
 *   update Book 1 reviewerId: 1 -> null
 *   link Genre g1 books: 1, 2
 */
export async function storyOf(plain: PrismaClient): Promise<Told[]> {
  const entries = await plain.auditLog.findMany({ orderBy: { seq: 'asc' } })
  return entries.map(({ id, traceId, action, entity, entityId, before, after, changed }) => {
    const detail = detailOf(
      action,
      before as Snapshot | null,
      after as Snapshot | null,
      (changed ?? []) as string[],
    )
    return { id, traceId, line: withoutNew(`${action} ${entity} ${entityId}${detail}`) }
  })
}

function detailOf(
  action: string,
  before: Snapshot | null,
  after: Snapshot | null,
  changed: readonly string[],
): string {
  if (action === 'link' || action === 'unlink') {
    const name = changed[0] ?? ''
    const related = (after ?? before)?.[name] as Snapshot[]
    return ` ${name}: ${related
      .map((key) => Object.values(key).join())
      .toSorted()
      .join(', ')}`
  }
  // The time of a write is no part of a story, though it can be all that an entry tells.
  const told = changed.filter((name) => name !== 'updatedAt')
  if (told.length === 0) return ''
  return ` ${told.map((name) => `${name}: ${before?.[name]} -> ${after?.[name]}`).join(', ')}`
}

/** Keys that the database or Prisma made, which are not the same twice (see `fixture.ts`). */
export function withoutNew(text: string): string {
  return text.replace(/\b1\d{3}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'new')
}

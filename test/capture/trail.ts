import { expect } from 'vitest'
import type { Prisma, PrismaClient } from '../generated/postgresql/client/client.ts'

export type Trail = Awaited<ReturnType<typeof trailOf>>
type Values = Readonly<Record<string, unknown>>

/** All audit rows in the order of their insertion. */
export function trailOf(plain: PrismaClient) {
  return plain.auditLog.findMany({ orderBy: { seq: 'asc' } })
}

/** Those of audited clients: triggers record what others do, too, as done by services. */
export function ownTrailOf(plain: PrismaClient) {
  return plain.auditLog.findMany({
    where: { actorType: { not: 'service' } },
    orderBy: { seq: 'asc' },
  })
}

/**
 * Replays a trail from empty tables, by model and entity id, and holds every `before` against the
 * value that the trail gave the entity last.
 */
export function replay(trail: Trail): Map<string, Map<string, Values>> {
  const models = new Map<string, Map<string, Values>>()
  for (const { seq, action, entity, entityId, before, after } of trail) {
    const rows = models.get(entity) ?? new Map<string, Values>()
    models.set(entity, rows)
    const id = String(entityId)
    const at = { seq, action, entity, id }
    expect({ ...at, before }).toEqual({ ...at, before: rows.get(id) ?? null })
    const states = { create: [false, true], update: [true, true], delete: [true, false] }
    const isThere = [before !== null, after !== null]
    expect({ ...at, isThere }).toEqual({ ...at, isThere: states[action as keyof typeof states] })
    if (after === null) rows.delete(id)
    else rows.set(id, after as Values)
  }
  return models
}

/** What the trail does not show as it is. */
const hidden = new Set([
  ...['password', 'token', 'apiKey', 'iban', 'nationalId', 'notes', 'lastSeenAt'],
])

/**
 * Expects that the trail, replayed from empty tables, gives exactly the rows of these models: there
 * is no change without its audit row, and no audit row without its change. Answers the trail.
 */
export async function expectFaithful(
  plain: PrismaClient,
  ...models: readonly Prisma.ModelName[]
): Promise<Trail> {
  const trail = await trailOf(plain)
  const replayed = replay(trail)
  for (const model of models) {
    const delegate = (model.charAt(0).toLowerCase() + model.slice(1)) as 'tag'
    const rows: Values[] = await plain[delegate].findMany()
    const states = [...(replayed.get(model)?.values() ?? [])]
    expect({ model, rows: sorted(states) }).toEqual({ model, rows: sorted(rows) })
  }
  return trail
}

function sorted(rows: readonly Values[]): string[] {
  return rows
    .map((row) => Object.entries(row).filter(([name]) => !hidden.has(name)))
    .map((entries) =>
      JSON.stringify(entries.sort(), (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    )
    .sort()
}

import { expect } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type Trail, trailOf } from '../capture/trail.ts'
import type { Database } from '../database/each.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'

/** Whoever calls in these tests. */
export const ada = { id: 'ada', type: 'user', name: 'Ada Lovelace' } as const

export function asAda<T>(work: () => PromiseLike<T>): Promise<T> {
  return withAudit({ actor: ada, tags: { via: 'tests' } }, async () => work())
}

/** `update Tag 1` of each entry, in the order of their insertion. */
export function inShort(trail: Trail): string[] {
  return trail.map(({ action, entity, entityId }) => `${action} ${entity} ${entityId}`)
}

/** Expects every trace to have its root, which is one of its own entries. */
export function expectRooted(trail: Trail): void {
  const rootless = trail.filter(({ traceId }) => !trail.some(({ id }) => id === traceId))
  expect(inShort(rootless)).toEqual([])
  expect(new Set(trail.map(({ id }) => id)).size).toBe(trail.length)
}

/** Expects all entries to be of one call of Ada's. Answers them. */
export async function oneCallOfAda(plain: PrismaClient): Promise<Trail> {
  const trail = await trailOf(plain)
  expectRooted(trail)
  for (const entry of trail) {
    expect(entry).toMatchObject({
      traceId: trail[0]?.traceId,
      source: 'database',
      outcome: 'success',
      actorId: ada.id,
      actorType: ada.type,
      actorName: ada.name,
      tags: { via: 'tests' },
    })
  }
  return trail
}

/** The same in short, where the order of the entries is up to PostgreSQL. */
export async function sortedCallOfAda(plain: PrismaClient): Promise<string[]> {
  return inShort(await oneCallOfAda(plain)).toSorted()
}

/** Whether the server knows MERGE: PostgreSQL 14 does not. */
export async function hasMerge(db: Pick<Database, 'sql'>): Promise<boolean> {
  const [row] = await db.sql(`SELECT current_setting('server_version_num')::int >= 150000 AS "has"`)
  return row?.has === true
}

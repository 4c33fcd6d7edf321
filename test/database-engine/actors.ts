import type { AuditContext } from '../../src/index.ts'
import type { Database } from '../database/each.ts'

/** One of many actors at once; all that is known of it derives from its number. */
export function contextOf(n: number): AuditContext {
  return {
    actor: { id: `user-${n}`, type: 'agent', name: `User ${n}`, onBehalfOf: `owner-${n}` },
    tenant: `tenant-${n}`,
    tags: { n, of: [`tag ${n}`] },
    request: { id: `request-${n}`, ip: `198.51.100.${n}` },
    reason: `reason ${n}`,
  }
}

let calls = 0

/**
 * What a call writes into its rows, to tell who made it: the actor's number, that of the call, and the run
 * that it is part of. What is deleted has the mark of the call that deletes it in `body`.
 */
export function markOf(n: number, run = ''): string {
  return `${n}:${++calls}:${run}`
}

/** Entries of marked rows, and what is wrong with them. */
export interface Attribution {
  readonly entries: number
  /** Entries whose actor, tenant, tags, request or reason is not that of the row's mark. */
  readonly misattributed: number
  /** Entries that are not of the run of their mark. */
  readonly outOfRun: number
  /** Calls outside of runs that have several traces, or not exactly one root. */
  readonly split: number
  /** Traces of several calls outside of runs. */
  readonly shared: number
}

export const nothingWrong = { misattributed: 0, outOfRun: 0, split: 0, shared: 0 }

/** Holds every entry of the triggers against the mark of its row; a link has that of its trace. */
export async function attributionOf(db: Pick<Database, 'sql'>): Promise<Attribution> {
  const [row] = await db.sql(`
    WITH marked AS (
      SELECT *, CASE action WHEN 'delete' THEN before->>'body'
        ELSE coalesce(after->>'title', after->>'name', after->>'body') END AS own
      FROM "AuditLog" WHERE source = 'database'
    ), told AS (
      SELECT *, coalesce(own, max(own) OVER (PARTITION BY "traceId")) AS mark FROM marked
    ), parts AS (
      SELECT *, split_part(mark, ':', 1) AS n, nullif(split_part(mark, ':', 3), '') AS run FROM told
    )
    SELECT
      (SELECT count(*)::int FROM parts) AS entries,
      (SELECT count(*)::int FROM parts WHERE
        ("actorId", "actorType", "actorName", "onBehalfOf", "tenantId", reason, tags, request)
        IS DISTINCT FROM
        ('user-' || n, 'agent', 'User ' || n, 'owner-' || n, 'tenant-' || n, 'reason ' || n,
          jsonb_build_object('n', n::int, 'of', jsonb_build_array('tag ' || n)),
          jsonb_build_object('id', 'request-' || n, 'ip', '198.51.100.' || n))) AS misattributed,
      (SELECT count(*)::int FROM parts WHERE "parentId" IS DISTINCT FROM run
        OR "traceId" <> run) AS "outOfRun",
      (SELECT count(*)::int FROM (SELECT FROM parts WHERE run IS NULL GROUP BY mark
        HAVING count(DISTINCT "traceId") <> 1 OR count(*) FILTER (WHERE id = "traceId") <> 1) s) AS split,
      (SELECT count(*)::int FROM (SELECT FROM parts WHERE run IS NULL GROUP BY "traceId"
        HAVING count(DISTINCT mark) <> 1) s) AS shared`)
  return row as unknown as Attribution
}

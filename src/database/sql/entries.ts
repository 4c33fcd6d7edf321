import { auditColumn, type EngineSettings, own, qualified } from './names.ts'

/** Expressions for what differs between the entries of one statement. */
export interface EntrySql {
  /** Text: an SQL expression, not a value. */
  readonly action: string
  readonly entity: string
  readonly entityId: string
  readonly before: string
  readonly after: string
  readonly changed: string
  /** What follows FROM; its rows come in the order of the entries. */
  readonly from: string
  /** A random UUID as text, one for each row of `from`. */
  readonly uuid: string
}

/** The names of the columns that `origin()` of the schema answers, and entries take as they are. */
export const originColumns = [
  'parentId',
  'reason',
  'actorId',
  'actorType',
  'actorName',
  'onBehalfOf',
  'tenantId',
  'tags',
  'request',
] as const

/**
 * One INSERT for all entries of a statement, whose origin is in the variable `o`. The first of them has
 * the id of the trace, where the trace is still without a root.
 */
export function insertEntries(settings: EngineSettings, entry: EntrySql): string {
  const id = `o."time" || left(${entry.uuid}, 8) || right(${entry.uuid}, 12)`
  const values: Readonly<Record<string, string>> = {
    id: `CASE WHEN o."root" IS NOT NULL AND row_number() OVER () = 1 THEN o."root" ELSE ${id} END`,
    traceId: 'o."traceId"',
    createdAt: 'o."at"',
    action: entry.action,
    outcome: `'success'`,
    entity: entry.entity,
    entityId: entry.entityId,
    source: `'database'`,
    before: entry.before,
    after: entry.after,
    changed: entry.changed,
    version: '1',
    ...Object.fromEntries(originColumns.map((name) => [name, `o."${name}"`])),
  }
  const columns = Object.keys(values).map((name) => auditColumn(settings, name))
  return [
    `INSERT INTO ${qualified(settings, settings.auditModel)} (${columns.join(', ')})`,
    `SELECT ${Object.values(values).join(',\n  ')}`,
    `FROM ${entry.from};`,
    'GET DIAGNOSTICS added = ROW_COUNT;',
    `PERFORM ${own(settings, 'begun')}(o."key", o."traceId", o."root", added);`,
  ].join('\n')
}

/** What a statement's trigger does, by operation; each takes what follows FROM to read its rows. */
export interface CaptureSql {
  readonly table: string
  readonly insert: (inserted: string) => string
  readonly update: (before: string, after: string) => string
  readonly delete: (deleted: string) => string
}

/** The trigger function of a table, for all four operations. */
export function captureFunction(settings: EngineSettings, name: string, sql: CaptureSql): string {
  // No transition table has the rows that TRUNCATE is about to remove. Of a partitioned table it calls
  // the triggers of each partition, which have to tell of their own.
  const truncated = `(SELECT * FROM ${sql.table} WHERE tableoid = TG_RELID)`
  const branches = [
    ['INSERT', 'new_rows', sql.insert('new_rows')],
    ['UPDATE', 'new_rows', sql.update('old_rows', 'new_rows')],
    ['DELETE', 'old_rows', sql.delete('old_rows')],
    ['TRUNCATE', `${truncated} AS rows`, sql.delete(truncated)],
  ].map(
    ([operation, rows, body]) => `IF TG_OP = '${operation}' THEN
  IF NOT EXISTS (SELECT FROM ${rows}) THEN RETURN NULL; END IF;
  o := ${own(settings, 'origin')}(pg_trigger_depth());
${body}
  RETURN NULL;
END IF;`,
  )
  return `CREATE OR REPLACE FUNCTION ${own(settings, name)}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
DECLARE
  o record;
  added bigint;
BEGIN
${branches.join('\n')}
RETURN NULL;
END
$capture$;`
}

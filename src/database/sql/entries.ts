import { intoTags } from '../../tag-inserts.ts'
import { tagsSelect } from '../../tags.ts'
import { auditColumn, dollarQuoted, type EngineSettings, own, qualified } from './names.ts'

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
  /** A random UUID as text, one for each row of `from`; absent where that has one row at most. */
  readonly uuid?: string
}

/** What an entry takes from the context of its statement, as `origin()` answers it. */
const contextTexts = [
  'parentId',
  'reason',
  'actorId',
  'actorName',
  'onBehalfOf',
  'tenantId',
] as const

function contextValues(): Readonly<Record<string, string>> {
  const texts = contextTexts.map((name) => [name, `o."context"->>'${name}'`])
  return {
    ...Object.fromEntries(texts),
    actorType: `coalesce(o."context"->>'actorType', 'system')`,
    // A JSON null is not the database's NULL.
    tags: `nullif(o."context"->'tags', 'null')`,
    request: `nullif(o."context"->'request', 'null')`,
  }
}

/**
 * One INSERT for all entries of a statement, whose origin is in the variable `o`. The first of them has
 * the id that the origin has ready, which is that of the trace where the trace is still without a root.
 */
export function insertEntries(settings: EngineSettings, entry: EntrySql): string {
  const { uuid } = entry
  const others = `left(o."id", 12) || left(${uuid}, 8) || right(${uuid}, 12)`
  const values: Readonly<Record<string, string>> = {
    id: uuid ? `CASE WHEN row_number() OVER () = 1 THEN o."id" ELSE ${others} END` : 'o."id"',
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
    ...contextValues(),
  }
  const given = Object.entries(values).filter(([, value]) => value !== 'NULL')
  const columns = given.map(([name]) => auditColumn(settings, name))
  const insert = [
    `INSERT INTO ${qualified(settings, settings.auditModel)} (${columns.join(', ')})`,
    `SELECT ${given.map(([, value]) => value).join(',\n  ')}`,
    `FROM ${entry.from}`,
  ].join('\n')
  const plain = `${insert};\nGET DIAGNOSTICS added = ROW_COUNT;`
  const { tagModel } = settings
  if (!tagModel) return plain
  // Only where there are tags: what follows costs a statement without them more than they are worth.
  return `IF o."context"->'tags' <> 'null' THEN
WITH inserted(seq) AS (${insert} RETURNING ${auditColumn(settings, 'seq')}),
tagged AS (${intoTags(settings, tagModel, qualified(settings, tagModel))} ${tagsSelect(`(o."context"->'tags')`)})
SELECT count(*) INTO added FROM inserted;
ELSE
${plain}
END IF;`
}

/** Reads the rows of a statement: what follows FROM for those of a transition table. */
export interface RowsSql {
  /** There is one row. */
  readonly isSingle: boolean
  readonly old: string
  readonly new: string
}

/** What a statement's trigger does, by operation. */
export interface CaptureSql {
  readonly table: string
  /** There is no other way for a single row. */
  readonly isAlwaysMany?: boolean
  /** Clauses of the function beside its search path. */
  readonly settings?: string
  readonly insert: (rows: RowsSql) => string
  readonly update: (rows: RowsSql) => string
  readonly delete: (rows: RowsSql) => string
}

/**
 * The trigger function of a table, for all four operations. A statement of one row has a path of its own,
 * without what it takes to number rows and to join them: it would cost as much as all the rest.
 */
export function captureFunction(settings: EngineSettings, name: string, sql: CaptureSql): string {
  const statement = { old: 'old_rows', new: 'new_rows' }
  const many = (capture: CaptureSql['insert'], rows = statement) =>
    capture({ isSingle: false, ...rows })
  const any = (capture: CaptureSql['insert'], rows = statement) =>
    sql.isAlwaysMany
      ? many(capture, rows)
      : `IF seen = 1 THEN
${capture({ isSingle: true, ...rows })}
END IF;
IF seen > 1 OR added = 0 THEN
${many(capture, rows)}
END IF;`
  const origin = `o := ${own(settings, 'origin')}();`
  const branch = (condition: string, rows: string, capture: string) => `IF ${condition} THEN
PERFORM FROM ${rows} AS every LIMIT 2;
GET DIAGNOSTICS seen = ROW_COUNT;
IF seen = 0 THEN RETURN NULL; END IF;
${origin}
${capture}`
  const byRow = { old: '(SELECT OLD.*)', new: '(SELECT NEW.*)' }
  // No transition table has the rows that TRUNCATE is about to remove. Of a partitioned table it calls
  // the triggers of each partition, which have to tell of their own.
  const truncated = `(SELECT * FROM ${sql.table} WHERE tableoid = TG_RELID)`
  const branches = [
    branch(`TG_OP = 'INSERT'`, 'new_rows', any(sql.insert)),
    branch(`TG_OP = 'UPDATE' AND TG_LEVEL = 'STATEMENT'`, 'new_rows', any(sql.update)),
    `IF TG_OP = 'UPDATE' THEN\nseen := 1;\n${origin}\n${any(sql.update, byRow)}`,
    branch(`TG_OP = 'DELETE'`, 'old_rows', any(sql.delete)),
    branch(`TG_OP = 'TRUNCATE'`, truncated, many(sql.delete, { old: truncated, new: truncated })),
  ]
  return `CREATE OR REPLACE FUNCTION ${own(settings, name)}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp${sql.settings ?? ''} AS ${dollarQuoted(`
DECLARE
  o record;
  seen int;
  added bigint := 0;
BEGIN
${branches.join('\nELS')}
END IF;
IF added > 0 AND o."state" IS NOT NULL THEN
  o."state" := set_config('${settings.database.schema}.trace', o."state", true);
END IF;
RETURN NULL;
END
`)};`
}

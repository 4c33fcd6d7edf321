import { identifier } from '../../dialect.ts'
import { auditColumns } from '../../schema/audit-model.ts'
import { withTags } from '../../tag-inserts.ts'
import { commentMark } from '../comment.ts'
import { farDateFunction } from './fields.ts'
import { auditColumn, dollarQuoted, type EngineSettings, literal, own, qualified } from './names.ts'

/** The functions that all captures share, of one version with them. */
export function coreScript(settings: EngineSettings): string {
  const schema = identifier(settings.dialect, settings.database.schema)
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema};`,
    `REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;`,
    `CREATE TABLE IF NOT EXISTS ${own(settings, 'secret')} (name text PRIMARY KEY, inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);`,
    `COMMENT ON TABLE ${own(settings, 'secret')} IS 'Keys of HMAC-SHA-256 as RFC 2104 pads them. For the functions of this schema only.';`,
    `REVOKE ALL ON ${own(settings, 'secret')} FROM PUBLIC;`,
    signed(settings),
    hashed(settings),
    farDateFunction(settings),
    origin(settings),
    write(settings),
    attach(settings),
  ].join('\n\n')
}

/** RFC 2104, with the pads that `secret` holds. */
function signed(settings: EngineSettings): string {
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'signed')}(key_name text, message text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(`
DECLARE
  pads record;
BEGIN
  SELECT inner_pad, outer_pad INTO pads FROM ${own(settings, 'secret')} WHERE name = key_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'prisma-extension-audit: the key "%" is not stored in this database', key_name
      USING HINT = 'Run: npx prisma-extension-audit install --keys';
  END IF;
  RETURN encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(message, 'UTF8'))), 'hex');
END
`)};`
}

/** What stands for a hashed value; without a key, ids that are confidential are hashed by an empty one. */
function hashed(settings: EngineSettings): string {
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'hashed')}(message text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(`
  SELECT 'hmac-sha256:' || ${own(settings, 'signed')}('hash', message)
`)};`
}

/**
 * Who made the statement, and which unit of work it belongs to: from the comment at the very end of its
 * text, as the client sent it. A comment anywhere else says nothing, and what a function executes is not
 * looked at. Without it, the database role did.
 *
 * "id" is that of the first entry of the statement: a new one, or that of the trace, whose root it is then.
 * "state" is to be kept in the setting once there is an entry.
 *
 * Its patterns have no backslashes, which a session can give another meaning.
 *
 * Its search path is that of the functions that call it: setting it again costs time. Each expression
 * is made ready again in each transaction, and a subquery is run as a statement, so there are few of either.
 */
function origin(settings: EngineSettings): string {
  const ending = ` ${commentMark}*/`
  const { schema, context, signingKey } = settings.database
  const setting =
    context === 'setting'
      ? `
  -- What a text ends with may come from anywhere.
  payload := coalesce(nullif(current_setting('${schema}.context', true), ''), payload);`
      : ''
  const verified = signingKey
    ? `
    signature := substring(payload FROM '[.]([0-9a-f]{64})$');
    payload := left(payload, -65);
    IF signature IS NULL OR signature <> ${own(settings, 'signed')}('signing', payload) THEN
      RAISE EXCEPTION 'prisma-extension-audit: the context of this statement is not signed by the application'
        USING ERRCODE = 'insufficient_privilege', HINT = 'Give audit() the signingKey that was installed.';
    END IF;`
    : ''
  const fresh = signingKey
    ? `
    -- Without a time it is no context: entries are signed with the same key.
    IF coalesce(abs(extract(epoch FROM statement_timestamp() - to_timestamp(("context"->>'at')::numeric / 1000))) > ${maximumAge}, true) THEN
      RAISE EXCEPTION 'prisma-extension-audit: the context of this statement was signed at %, but it is %',
        to_timestamp(("context"->>'at')::numeric / 1000), statement_timestamp()
        USING ERRCODE = 'insufficient_privilege', HINT = 'Compare the clocks of the application and the database.';
    END IF;`
    : ''
  const refused = settings.requireActor
    ? `
    IF "context" ? 'actorRequired' THEN
      RAISE EXCEPTION 'prisma-extension-audit: ACTOR_REQUIRED: no actor is known' USING ERRCODE = 'insufficient_privilege';
    END IF;`
    : ''
  return `DROP FUNCTION IF EXISTS ${own(settings, 'origin')}();
CREATE FUNCTION ${own(settings, 'origin')}(
  OUT "id" text, OUT "traceId" text, OUT "state" text, OUT "at" timestamptz, OUT "context" jsonb
)
LANGUAGE plpgsql AS ${dollarQuoted(`
DECLARE
  -- From the last beginning of a comment on: there is none in what we write into ours.
  comment text := split_part(current_query(), '/*', -1);
  payload text;
  key text;${signingKey ? '\n  signature text;' : ''}
BEGIN
  "at" := date_trunc('milliseconds', clock_timestamp());
  "id" := ${newId(`lpad(to_hex((extract(epoch FROM "at") * 1000)::bigint), 12, '0')`)};
  IF right(comment, ${ending.length}) = ${literal(ending)} THEN payload := left(comment, -${ending.length}); END IF;${setting}
  IF payload IS NOT NULL THEN${verified}
    "context" := payload::jsonb;${fresh}${refused}
    "traceId" := "context"->>'traceId';
    IF "traceId" IS NOT NULL THEN RETURN; END IF;
    key := "context"->>'call';
  ELSE
    key := 'statement ' || extract(epoch FROM statement_timestamp());
    "context" := jsonb_build_object(
      'actorId', session_user,
      'actorType', 'service',
      'actorName', nullif(current_setting('application_name'), ''),
      'onBehalfOf', nullif(current_setting('role'), 'none'),
      'request', CASE WHEN inet_client_addr() IS NOT NULL THEN jsonb_build_object('ip', host(inet_client_addr())) END
    );
  END IF;
  -- The call that the last entries of this transaction were of, and its trace.
  IF split_part(current_setting('${schema}.trace', true), '|', 1) = key THEN
    "traceId" := split_part(current_setting('${schema}.trace', true), '|', 2);
    RETURN;
  END IF;
  -- A call of several statements can commit on its way, and the setting goes with the transaction.
  IF "context" ? 'isContinued' THEN
    IF EXISTS (SELECT FROM ${qualified(settings, settings.auditModel)} AS entry WHERE entry.${auditColumn(settings, 'id')} = key) THEN
      "traceId" := key;
      RETURN;
    END IF;
  END IF;
  "id" := coalesce("context"->>'call', "id");
  "traceId" := "id";
  "state" := key || '|' || "id";
END
`)};`
}

/** An id of 48 bits of time, given as hex, and 80 random ones: of a random UUID, those that are. */
function newId(time: string): string {
  return `${time} || left(gen_random_uuid()::text, 8) || right(gen_random_uuid()::text, 12)`
}

/** Seconds that a signed context is good for: a statement may wait for a connection, clocks may differ. */
const maximumAge = 600

/** PostgreSQL's types of the columns, as a JSON record has them. */
const recordTypes: Readonly<Record<string, string>> = {
  Json: 'jsonb',
  DateTime: 'timestamptz',
  Int: 'integer',
}

/** The one way for the application to add entries by itself: runs, events, reads. */
function write(settings: EngineSettings): string {
  const { dialect, auditModel, tagModel, database } = settings
  const names = [...auditColumns('postgresql')]
    .map(([name]) => name)
    .filter((name) => name !== 'seq')
  const typed = names.map((name) => {
    const type = auditModel.fields.get(name)?.type ?? 'String'
    return `${identifier(dialect, name)} ${recordTypes[type] ?? 'text'}`
  })
  const values = names.map((name) =>
    // A change is told by a trigger, and by nothing else.
    name === 'source'
      ? `CASE "source" WHEN 'client' THEN 'client' ELSE 'api' END`
      : identifier(dialect, name),
  )
  const insert = `INSERT INTO ${qualified(settings, auditModel)} (${names.map((name) => auditColumn(settings, name)).join(', ')})
  SELECT ${values.join(', ')}
  FROM jsonb_to_recordset(entries::jsonb) AS entry(${typed.join(', ')})`
  const { signingKey } = database
  const check = signingKey
    ? `
  IF signature IS NULL OR signature <> ${own(settings, 'signed')}('signing', entries) THEN
    RAISE EXCEPTION 'prisma-extension-audit: these entries are not signed by the application'
      USING ERRCODE = 'insufficient_privilege', HINT = 'Give audit() the signingKey that was installed.';
  END IF;`
    : ''
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'write')}(entries text, signature text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(`
BEGIN${check}
  ${withTags(settings, insert, tagModel ? qualified(settings, tagModel) : undefined)};
END
`)};`
}

/**
 * Triggers on a table and its partitions, each for its own statements.
 *
 * What referential actions update and delete in one statement is told to the triggers of statements at its
 * end, the updates of a table at once and the deletes at once, in no certain order. A row that is first
 * updated (SET NULL) and then deleted (CASCADE) would be told the wrong way round, so where both can be, the
 * updates are told row by row, as they happen. A row that goes to another partition has no such trigger.
 */
function attach(settings: EngineSettings): string {
  const name = (operation: string) => `${settings.database.schema}_${operation}`
  const trigger = (operation: string, level: string, time = 'AFTER') =>
    `EXECUTE format('CREATE OR REPLACE TRIGGER ${name(operation)} ${time} ${operation.toUpperCase()} ON %s ${level} EXECUTE FUNCTION %s()', part, capture);`
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'attach')}(relation regclass, capture regproc) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(`
DECLARE
  part regclass;
  is_partition boolean;
BEGIN
  FOR part, is_partition IN
    WITH RECURSIVE parts AS (
      SELECT relation::oid AS oid
      UNION SELECT i.inhrelid FROM pg_inherits i JOIN parts p ON p.oid = i.inhparent
    )
    SELECT p.oid, c.relispartition OR c.relkind = 'p'
    FROM parts p JOIN pg_class c ON c.oid = p.oid WHERE c.relkind IN ('r', 'p')
  LOOP
    ${trigger('insert', 'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT')}
    IF NOT is_partition
      AND EXISTS (SELECT FROM pg_constraint WHERE conrelid = part AND contype = 'f' AND confdeltype = 'c')
      AND EXISTS (SELECT FROM pg_constraint WHERE conrelid = part AND contype = 'f' AND confdeltype IN ('n', 'd'))
    THEN
      ${trigger('update', 'FOR EACH ROW')}
    ELSE
      ${trigger('update', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT')}
    END IF;
    ${trigger('delete', 'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT')}
    ${trigger('truncate', 'FOR EACH STATEMENT', 'BEFORE')}
  END LOOP;
END
`)};`
}

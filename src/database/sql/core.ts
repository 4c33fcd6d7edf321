import { identifier } from '../../dialect.ts'
import { auditColumns } from '../../schema/audit-model.ts'
import { auditColumn, type EngineSettings, literal, own, qualified } from './names.ts'

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
    origin(settings),
    begun(settings),
    write(settings),
    attach(settings),
  ].join('\n\n')
}

/** RFC 2104, with the pads that `secret` holds. */
function signed(settings: EngineSettings): string {
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'signed')}(key_name text, message text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $signed$
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
$signed$;`
}

/** What stands for a hashed value; without a key, ids that are confidential are hashed by an empty one. */
function hashed(settings: EngineSettings): string {
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'hashed')}(message text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $hashed$
  SELECT 'hmac-sha256:' || ${own(settings, 'signed')}('hash', message)
$hashed$;`
}

/**
 * Who made the statement, and which unit of work it belongs to: from the comment at the very end of its
 * text, as the client sent it. A comment anywhere else says nothing, and what a function executes is not
 * looked at. Without it, the database role did.
 *
 * "root" is the id that the first entry of the statement takes, if it is to be the root of its trace.
 */
function origin(settings: EngineSettings): string {
  const { schema, context, signingKey } = settings.database
  const setting =
    context === 'setting'
      ? `
  IF payload IS NULL THEN payload := nullif(current_setting('${schema}.context', true), ''); END IF;`
      : ''
  const verified = signingKey
    ? `
    signature := substring(payload FROM '\\.([0-9a-f]{64})$');
    payload := left(payload, -65);
    IF signature IS NULL OR signature <> ${own(settings, 'signed')}('signing', payload) THEN
      RAISE EXCEPTION 'prisma-extension-audit: the context of this statement is not signed by the application'
        USING ERRCODE = 'insufficient_privilege', HINT = 'Give audit() the signingKey that was installed.';
    END IF;`
    : ''
  const fresh = signingKey
    ? `
    IF abs(extract(epoch FROM statement_timestamp() - to_timestamp((c->>'at')::numeric / 1000))) > ${maximumAge} THEN
      RAISE EXCEPTION 'prisma-extension-audit: the context of this statement was signed at %, but it is %',
        to_timestamp((c->>'at')::numeric / 1000), statement_timestamp()
        USING ERRCODE = 'insufficient_privilege', HINT = 'Compare the clocks of the application and the database.';
    END IF;`
    : ''
  return `DROP FUNCTION IF EXISTS ${own(settings, 'origin')}(int);
CREATE FUNCTION ${own(settings, 'origin')}(
  depth int,
  OUT "key" text, OUT "root" text, OUT "traceId" text, OUT "at" timestamptz, OUT "time" text,
  OUT "parentId" text, OUT "reason" text, OUT "actorId" text, OUT "actorType" text, OUT "actorName" text,
  OUT "onBehalfOf" text, OUT "tenantId" text, OUT "tags" jsonb, OUT "request" jsonb
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $origin$
DECLARE
  query text := current_query();
  size int := substring(right(query, 24) FROM ' prisma_audit:(\\d{8})\\*/$')::int;
  payload text := left(right(query, size + 24), size);
  signature text;
  c jsonb;
  state text[];
BEGIN
  "at" := date_trunc('milliseconds', clock_timestamp());
  "time" := lpad(to_hex((extract(epoch FROM "at") * 1000)::bigint), 12, '0');${setting}
  IF payload IS NOT NULL THEN${verified}
    c := payload::jsonb;${fresh}
    IF (c->>'actorRequired')::boolean THEN
      RAISE EXCEPTION 'prisma-extension-audit: ACTOR_REQUIRED: no actor is known' USING ERRCODE = 'insufficient_privilege';
    END IF;
    "key" := c->>'call';
    "traceId" := c->>'traceId';
    "parentId" := c->>'parentId';
    "reason" := c->>'reason';
    "actorId" := c->>'actorId';
    "actorType" := coalesce(c->>'actorType', 'system');
    "actorName" := c->>'actorName';
    "onBehalfOf" := c->>'onBehalfOf';
    "tenantId" := c->>'tenantId';
    "tags" := c->'tags';
    "request" := c->'request';
    IF "traceId" IS NOT NULL THEN RETURN; END IF;
    "traceId" := "key";
  ELSE
    "key" := 'statement ' || extract(epoch FROM statement_timestamp());
    "actorId" := session_user;
    "actorType" := 'service';
    "actorName" := nullif(current_setting('application_name'), '');
    "onBehalfOf" := nullif(current_setting('role'), 'none');
    IF inet_client_addr() IS NOT NULL THEN "request" := jsonb_build_object('ip', host(inet_client_addr())); END IF;
  END IF;
  -- What the call has begun: its key, its trace, and whether the trace has its root.
  state := string_to_array(current_setting('${schema}.trace', true), '|');
  IF state[1] = "key" THEN
    "traceId" := state[2];
    IF state[3] = 'rooted' THEN RETURN; END IF;
  ELSIF "traceId" IS NULL THEN
    "traceId" := "time" || left(gen_random_uuid()::text, 8) || right(gen_random_uuid()::text, 12);
  END IF;
  -- What a referential action changes comes first, but is there because of a row of the statement's own
  -- table: that is the root, if it is recorded.
  IF depth > 1 AND ${own(settings, 'records')}(query) THEN RETURN; END IF;
  "root" := "traceId";
END
$origin$;

CREATE OR REPLACE FUNCTION ${own(settings, 'records')}(query text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $records$
DECLARE
  name text := substring(left(query, 400) FROM
    '(?i)^\\s*(?:update|delete\\s+from)\\s+(?:only\\s+)?((?:"(?:[^"]|"")+"|[\\w$]+)(?:\\.(?:"(?:[^"]|"")+"|[\\w$]+))?)');
  parts text[];
BEGIN
  IF name IS NULL THEN RETURN false; END IF;
  parts := parse_ident(name);
  RETURN EXISTS (
    SELECT FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = ${literal(schema)}::regnamespace
    JOIN pg_class c ON c.oid = t.tgrelid AND c.relname = parts[cardinality(parts)]
    WHERE cardinality(parts) = 1 OR c.relnamespace::regnamespace::text = quote_ident(parts[1])
  );
END
$records$;`
}

/** Seconds that a signed context is good for: a statement may wait for a connection, clocks may differ. */
const maximumAge = 600

/** Keeps, for the rest of the transaction, what `origin` has to know of a call with several statements. */
function begun(settings: EngineSettings): string {
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'begun')}(key text, trace_id text, root text, added bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $begun$
BEGIN
  IF key IS NULL OR added = 0 THEN RETURN; END IF;
  IF root IS NOT NULL THEN
    PERFORM set_config('${settings.database.schema}.trace', key || '|' || trace_id || '|rooted', true);
  ELSIF split_part(coalesce(current_setting('${settings.database.schema}.trace', true), ''), '|', 1) <> key THEN
    PERFORM set_config('${settings.database.schema}.trace', key || '|' || trace_id || '|open', true);
  END IF;
END
$begun$;`
}

/** PostgreSQL's types of the columns, as a JSON record has them. */
const recordTypes: Readonly<Record<string, string>> = {
  Json: 'jsonb',
  DateTime: 'timestamptz',
  Int: 'integer',
}

/** The one way for the application to add entries by itself: runs, events, reads. */
function write(settings: EngineSettings): string {
  const { dialect, auditModel, database } = settings
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
  const { signingKey } = database
  const check = signingKey
    ? `
  IF signature IS NULL OR signature <> ${own(settings, 'signed')}('signing', entries) THEN
    RAISE EXCEPTION 'prisma-extension-audit: these entries are not signed by the application'
      USING ERRCODE = 'insufficient_privilege', HINT = 'Give audit() the signingKey that was installed.';
  END IF;`
    : ''
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'write')}(entries text, signature text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $write$
BEGIN${check}
  INSERT INTO ${qualified(settings, auditModel)} (${names.map((name) => auditColumn(settings, name)).join(', ')})
  SELECT ${values.join(', ')}
  FROM jsonb_to_recordset(entries::jsonb) AS entry(${typed.join(', ')});
END
$write$;`
}

/** Triggers on a table and its partitions, each for its own statements. */
function attach(settings: EngineSettings): string {
  const name = (operation: string) => `${settings.database.schema}_${operation}`
  const trigger = (operation: string, tables: string) =>
    `EXECUTE format('CREATE OR REPLACE TRIGGER ${name(operation)} ${operation === 'truncate' ? 'BEFORE' : 'AFTER'} ${operation.toUpperCase()} ON %s ${tables}FOR EACH STATEMENT EXECUTE FUNCTION %s()', part, capture);`
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'attach')}(relation regclass, capture regproc) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $attach$
DECLARE
  part regclass;
BEGIN
  FOR part IN
    WITH RECURSIVE parts AS (
      SELECT relation::oid AS oid
      UNION SELECT i.inhrelid FROM pg_inherits i JOIN parts p ON p.oid = i.inhparent
    )
    SELECT p.oid FROM parts p JOIN pg_class c ON c.oid = p.oid WHERE c.relkind IN ('r', 'p')
  LOOP
    ${trigger('insert', 'REFERENCING NEW TABLE AS new_rows ')}
    ${trigger('update', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows ')}
    ${trigger('delete', 'REFERENCING OLD TABLE AS old_rows ')}
    ${trigger('truncate', '')}
  END LOOP;
END
$attach$;`
}

import { createHash } from 'node:crypto'
import { identifier } from '../dialect.ts'
import { padsOf } from '../signature.ts'
import { coreScript } from './sql/core.ts'
import { isRecorded, linkCapture } from './sql/links.ts'
import {
  captureName,
  catalogName,
  dollarQuoted,
  type EngineSettings,
  literal,
  own,
  qualified,
} from './sql/names.ts'
import { modelCapture } from './sql/rows.ts'

/** What the triggers of one table are made of. */
export interface Capture {
  /** The model's name, or the join table's. */
  readonly name: string
  readonly schema: string
  readonly table: string
  /** The name of the trigger function. */
  readonly function: string
  /** As SQL calls the table. */
  readonly qualified: string
  readonly sql: string
  /** Differs where this version, this schema or these options would record in another way. */
  readonly fingerprint: string
}

/** The operations that each table has a trigger for. */
export const operations = ['insert', 'update', 'delete', 'truncate'] as const

/** What has to be in the database for the changes of every audited model to be recorded. */
export function capturesOf(settings: EngineSettings): Capture[] {
  const core = coreScript(settings)
  const made = (
    name: string,
    model: { readonly table: string; readonly namespace: string | null },
    sql: string,
  ): Capture => ({
    name,
    schema: catalogName(model.namespace ?? settings.database.tables),
    table: catalogName(model.table),
    function: captureName(settings, model),
    qualified: qualified(settings, model),
    sql,
    fingerprint: fingerprintOf(core, sql, isUpdatedByRow(settings, name)),
  })
  const models = [...settings.models.values()].map((audited) =>
    made(audited.model.name, audited.model, modelCapture(settings, audited)),
  )
  const links = [...settings.tables.values()].flatMap((table) =>
    isRecorded(settings, table)
      ? [made(table.name, table.model, linkCapture(settings, table))]
      : [],
  )
  return [...models, ...links]
}

function fingerprintOf(...parts: readonly (string | boolean)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/**
 * Whether `attach()` is to find, in the foreign keys of the table, that its updates have to be told row by
 * row: where that changes, it has to look again.
 */
function isUpdatedByRow({ schema, tables }: EngineSettings, name: string): boolean {
  if (schema.relationMode === 'prisma') return false
  const actions = [...tables.values()]
    .flatMap(({ references }) => references)
    .filter(({ from }) => from.name === name)
    .map(({ onDelete }) => onDelete)
  return (
    actions.includes('Cascade') && (actions.includes('SetNull') || actions.includes('SetDefault'))
  )
}

/** What a script is made with, beside the settings. */
export interface InstallOptions {
  /** Roles of the application: they may read the trail and add events, and change nothing of it. */
  readonly roles?: readonly string[]
}

/**
 * The SQL that makes the triggers, to be run as one transaction by the owner of the tables. It can be run
 * again: what is there is replaced, triggers of models that are audited no longer are dropped.
 *
 * No key is part of it; see {@link keysScript}.
 */
export function installScript(
  settings: EngineSettings,
  { roles = [] }: InstallOptions = {},
): string {
  const captures = capturesOf(settings)
  const parts = captures.map((capture) =>
    [
      capture.sql,
      `COMMENT ON FUNCTION ${own(settings, capture.function)}() IS 'prisma-extension-audit ${capture.fingerprint}';`,
      `DO ${dollarQuoted(` BEGIN PERFORM ${own(settings, 'attach')}(${literal(capture.qualified)}, ${literal(own(settings, capture.function))}); END `)};`,
    ].join('\n'),
  )
  return `${[
    '-- Made by `npx prisma-extension-audit install`. Run it again after a change of the schema or of the options.',
    coreScript(settings),
    ...parts,
    withoutOthers(settings, captures),
    // Without a key of the options, the ids of confidential keys are hashed by an empty one.
    ...(settings.hashKey === undefined ? [keyScript(settings, 'hash', '')] : []),
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${identifier(settings.dialect, settings.database.schema)} FROM PUBLIC;`,
    ...roles.map((role) => grants(settings, role)),
  ].join('\n\n')}\n`
}

/** The SQL that stores the keys that the options have: it is a secret, unlike the other scripts. */
export function keysScript(settings: EngineSettings): string {
  const { hashKey, database } = settings
  const keys = { hash: hashKey, signing: database.signingKey }
  return Object.entries(keys)
    .flatMap(([name, key]) => (key === undefined ? [] : [keyScript(settings, name, key)]))
    .join('\n')
}

function keyScript(settings: EngineSettings, name: string, key: string): string {
  const { inner, outer } = padsOf(key)
  return (
    `INSERT INTO ${own(settings, 'secret')} VALUES (${literal(name)}, '\\x${inner}', '\\x${outer}') ` +
    'ON CONFLICT (name) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad;'
  )
}

/** The SQL that takes back all that {@link installScript} makes. The trail stays. */
export function removeScript({ dialect, database }: EngineSettings): string {
  return `-- The triggers go with their functions.\nDROP SCHEMA IF EXISTS ${identifier(dialect, database.schema)} CASCADE;\n`
}

/** Drops the triggers of tables that are not to be recorded any more. */
function withoutOthers({ database }: EngineSettings, captures: readonly Capture[]): string {
  const names = captures.map((capture) => literal(capture.function))
  const list = names.length > 0 ? `ARRAY[${names.join(', ')}]` : 'ARRAY[]::text[]'
  return `DO ${dollarQuoted(`
DECLARE
  other regprocedure;
BEGIN
  FOR other IN
    SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ${literal(database.schema)} AND p.prorettype = 'trigger'::regtype
      AND NOT p.proname = ANY (${list})
  LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', other);
  END LOOP;
END
`)};`
}

/**
 * The least that an application needs: to read the trail, and to tell of events. Whatever else it has on the
 * table is taken from it: TRIGGER and REFERENCES would let it act on entries, too.
 */
function grants(settings: EngineSettings, role: string): string {
  const { dialect, database, auditModel, tagModel } = settings
  const to = identifier(dialect, role)
  const audit = qualified(settings, auditModel)
  const seq = literal(auditModel.fields.get('seq')?.column ?? 'seq')
  const sequence = dollarQuoted(`
BEGIN
  EXECUTE coalesce('REVOKE ALL ON SEQUENCE ' || pg_get_serial_sequence(${literal(audit)}, ${seq}) || ${literal(` FROM ${to}`)}, 'SELECT');
END
`)
  return [
    `GRANT USAGE ON SCHEMA ${identifier(dialect, database.schema)} TO ${to};`,
    `GRANT EXECUTE ON FUNCTION ${own(settings, 'write')}(text, text) TO ${to};`,
    `DO ${sequence};`,
    ...[auditModel, ...(tagModel ? [tagModel] : [])].flatMap((model) => {
      const table = qualified(settings, model)
      return [`REVOKE ALL ON ${table} FROM ${to};`, `GRANT SELECT ON ${table} TO ${to};`]
    }),
  ].join('\n')
}

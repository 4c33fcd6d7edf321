import { installScript, keysScript } from '../../src/database/install.ts'
import type { EngineSettings } from '../../src/database/sql/names.ts'
import { type AuditOptions, resolveOptions } from '../../src/options.ts'
import { testSchema } from '../setup/prepare.mjs'
import type { SuiteDatabase } from './suite.ts'

type SomeDatabase = Pick<SuiteDatabase<unknown, unknown>, 'engine' | 'provider' | 'schema'>

/** The options of audit() for the engine of a suite. */
export function engineOptions({ engine }: SomeDatabase, options: AuditOptions = {}): AuditOptions {
  return engine === 'database' ? { ...options, engine } : options
}

/** What has to be run in the database before a client with these options can write. */
export function engineScript(db: SomeDatabase, options: AuditOptions = {}): string | undefined {
  if (db.engine === 'client') return undefined
  const settings = engineSettings(db, options)
  return `${installScript(settings)}${keysScript(settings)}${keptKeys(settings)}`
}

/** Tests clear all tables, also past triggers and rules: the keys are none of their rows. */
function keptKeys({ database: { schema } }: EngineSettings): string {
  return (
    `CREATE OR REPLACE RULE kept AS ON DELETE TO "${schema}".secret DO INSTEAD NOTHING;` +
    `ALTER TABLE "${schema}".secret ENABLE ALWAYS RULE kept;`
  )
}

/** The settings of the database engine, as the CLI makes them. */
export function engineSettings(db: SomeDatabase, options: AuditOptions = {}): EngineSettings {
  const schema = testSchema(db.provider, db.schema)
  const given: AuditOptions = { ...options, engine: 'database' }
  return resolveOptions(given, db.provider, schema) as EngineSettings
}

import type { EngineSettings } from '../database/sql/names.ts'
import type { Engine } from '../engine-options.ts'
import { AuditError } from '../errors.ts'
import { resolveOptions, type Settings } from '../options.ts'
import { readBlocks } from '../schema/blocks.ts'
import { readDatasource } from '../schema/datasource.ts'
import { type AuditConfig, readAuditConfig } from './audit-config.ts'
import { readSchemaFiles, type SchemaFiles } from './schema-files.ts'

/** Where a project keeps what commands read. */
export interface ProjectOptions {
  /** The project's folder. @default the working directory */
  readonly cwd?: string | undefined
  /** File or folder of the schema. @default where Prisma looks for it */
  readonly schema?: string | undefined
  /** The file with the options of `audit()`. @default `audit.config.ts` and the like */
  readonly config?: string | undefined
}

/** The user's schema and options. */
export interface Project {
  readonly cwd: string
  readonly schema: SchemaFiles
  readonly provider: string
  readonly config: AuditConfig
  /** The settings that `audit()` would have, but for the engine. */
  settings(engine: Engine): Settings
}

/** The arguments of a command for {@link ProjectOptions}. */
export const projectArguments = {
  schema: { type: 'string', description: 'File or folder of the schema', valueHint: 'path' },
  config: {
    type: 'string',
    description: 'File with the options of audit() (audit.config.ts)',
    valueHint: 'path',
  },
} as const

/**
 * @throws {AuditError} `SCHEMA_INVALID`, or `OPTION_INVALID` for the file with the options.
 */
export async function readProject(options: ProjectOptions): Promise<Project> {
  const { cwd = process.cwd() } = options
  const schema = await readSchemaFiles(cwd, options.schema)
  const config = await readAuditConfig(cwd, options.config)
  const text = schema.files.map((file) => file.text).join('\n\n')
  const { provider } = readDatasource(readBlocks(text))
  const settings = (engine: Engine) => {
    const given = { ...config.options, engine }
    return resolveOptions(given, provider, text)
  }
  return { cwd, schema, provider, config, settings }
}

/**
 * The settings of the database engine, whatever engine the options name.
 *
 * @throws {AuditError} `OPTION_INVALID` where the database is not PostgreSQL, and what `audit()` throws.
 */
export function engineSettings({ schema, provider, settings }: Project): EngineSettings {
  if (provider !== 'postgresql') {
    throw new AuditError(
      'OPTION_INVALID',
      `The database engine needs PostgreSQL, and the datasource in \`${schema.label}\` is \`${provider}\`. ` +
        'The client engine needs no installation.',
    )
  }
  return settings('database') as EngineSettings
}

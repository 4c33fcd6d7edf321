import { AuditError } from '../errors.ts'
import { auditLogModel, type ShippedModel } from '../schema/audit-model.ts'
import { type Block, readBlocks } from '../schema/blocks.ts'
import { readDatasource } from '../schema/datasource.ts'
import { parseSchema, type Schema } from '../schema/parse.ts'
import { auditModelText } from './audit-model-text.ts'
import type { SchemaFile, SchemaFiles } from './schema-files.ts'

/** How the audit model is to be called. */
export interface AuditModelNames {
  /** The model's name. @default the audit model there is, else 'AuditLog' */
  readonly model?: string | undefined
  /** The table's name. @default the model's name */
  readonly table?: string | undefined
  /** The database schema of the table. @default the first that the datasource lists */
  readonly dbSchema?: string | undefined
}

/** What is to be done to a schema so that it has a model of ours. */
export interface Addition {
  readonly model: string
  /** The file with the model, if there is one already, else with the datasource. */
  readonly file: SchemaFile
  /** The model's text, with line feeds; null when the schema has the model already. */
  readonly text: string | null
}

/**
 * Works out what a schema lacks to have a model of ours.
 *
 * @throws AuditError `SCHEMA_INVALID`, `OPTION_INVALID` or `AUDIT_MODEL_INVALID` where it cannot be
 *   added: the message says why and names the file.
 */
export function planAddition(
  schema: SchemaFiles,
  names: AuditModelNames,
  shipped: ShippedModel = auditLogModel,
): Addition {
  const blocks = schema.files.flatMap((file) => blocksOf(file).map((block) => ({ file, ...block })))
  const datasources = blocks.filter((block) => block.keyword === 'datasource')
  const [datasource] = datasources
  if (datasource === undefined || datasources.length > 1) {
    throw refusal(
      `\`${schema.label}\` has \`${datasources.length}\` datasource blocks, where one is needed. ` +
        'Name the right file or folder with `--schema`.',
    )
  }
  const { file } = datasource
  const { provider, schemas } = readDatasource([datasource])
  // Refuses a provider without an audit model before anything else is looked at.
  named(file, () => auditModelText({ provider }))
  const parsed = parseSchema(schema.files.map(({ text }) => text).join('\n\n'))
  const model = names.model ?? presentModel(parsed, provider, shipped) ?? shipped.name

  const same = blocks.find((block) => isModel(block) && block.name === model)
  if (same) {
    checkComplete(parsed, model, provider, same.file, shipped)
    return { model, file: same.file, text: null }
  }
  const dbSchema = chooseDbSchema(names.dbSchema, schemas, file)
  const { table } = names
  checkFree(blocks, parsed, { shipped, model, table: table ?? model, dbSchema: dbSchema ?? null })
  const text = auditModelText(
    { provider, datasource: datasource.name, name: model, table, dbSchema },
    shipped,
  )
  return { model, file, text }
}

interface Place {
  readonly shipped: ShippedModel
  readonly model: string
  readonly table: string
  readonly dbSchema: string | null
}

/** The model may have been added under a name of the user's own. */
function presentModel(
  schema: Schema,
  provider: string,
  { name, missing }: ShippedModel,
): string | undefined {
  const complete = [...schema.models.values()].filter(
    (model) => missing(model, provider).length === 0,
  )
  const named = complete.find((model) => model.name === name)
  return (named ?? complete[0])?.name
}

function checkComplete(
  schema: Schema,
  name: string,
  provider: string,
  file: SchemaFile,
  shipped: ShippedModel,
): void {
  const model = schema.models.get(name)
  if (model === undefined) {
    throw new AuditError(
      'AUDIT_MODEL_INVALID',
      `The model \`${name}\` in \`${file.label}\` is marked \`@@ignore\`. Remove that, or ${otherName(shipped)}.`,
    )
  }
  const missing = shipped.missing(model, provider)
  if (missing.length === 0) return
  throw new AuditError(
    'AUDIT_MODEL_INVALID',
    `The model \`${name}\` in \`${file.label}\` is not a complete ${shipped.title}: it lacks ` +
      `${missing.map((field) => `\`${field}\``).join(', ')}. ` +
      `Add these fields, or ${otherName(shipped)}.`,
  )
}

function checkFree(
  blocks: readonly (Block & { readonly file: SchemaFile })[],
  schema: Schema,
  { shipped, model, table, dbSchema }: Place,
): void {
  const isNamed = (block: Block) => ['model', 'view', 'enum', 'type'].includes(block.keyword)
  // The client calls both `Log` and `log` `client.log`.
  const same = blocks.find(
    (block) => isNamed(block) && uncapitalize(block.name) === uncapitalize(model),
  )
  if (same) {
    throw refusal(
      `\`${same.file.label}\` has the ${same.keyword} \`${same.name}\`, which collides with the ` +
        `${shipped.title} \`${model}\`. Rename it, or ${otherName(shipped)}.`,
    )
  }
  const mapped = [...schema.models.values()].find(
    (other) => other.table === table && other.namespace === dbSchema,
  )
  if (mapped) {
    const file = blocks.find((block) => isModel(block) && block.name === mapped.name)?.file
    throw refusal(
      `The model \`${mapped.name}\` in \`${file?.label}\` has the table \`${table}\` already. ` +
        (shipped === auditLogModel
          ? 'Choose another table with `--table`.'
          : `Rename that table, or ${otherName(shipped)}.`),
    )
  }
}

/** `--model` and `--table` are those of the audit model. */
function otherName(shipped: ShippedModel): string {
  return shipped === auditLogModel
    ? 'choose another name with `--model`'
    : `write the ${shipped.title} into the schema under another name, which \`audit({ ${shipped.option} })\` takes`
}

function chooseDbSchema(
  given: string | undefined,
  listed: readonly string[],
  file: SchemaFile,
): string | undefined {
  if (given === undefined || listed.includes(given)) return given ?? listed[0]
  throw refusal(
    `The datasource in \`${file.label}\` does not list the database schema \`${given}\`. ` +
      'Add it to `schemas = [...]`, or choose another one with `--db-schema`.',
  )
}

function blocksOf(file: SchemaFile): Block[] {
  return named(file, () => readBlocks(file.text))
}

/** The errors of what reads text do not know the file's name. */
function named<T>(file: SchemaFile, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof AuditError)) throw cause
    throw new AuditError(cause.code, `\`${file.label}\`: ${cause.message}`, { cause })
  }
}

function isModel(block: Block): boolean {
  return block.keyword === 'model'
}

function uncapitalize(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1)
}

function refusal(message: string): AuditError {
  return new AuditError('SCHEMA_INVALID', message)
}

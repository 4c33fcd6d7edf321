import type { Actor } from './context.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import {
  type DatabaseOptions,
  type DatabaseSettings,
  databaseSettings,
  type Engine,
} from './engine-options.ts'
import { AuditError, invalidOption } from './errors.ts'
import { newId } from './id.ts'
import { checkNames, checkOptions, noLimit } from './options-check.ts'
import { isSensitive, type Redaction } from './redact.ts'
import { fieldAnnotation, modelAnnotations } from './schema/annotations.ts'
import { findAuditModel, findExecutionLogModel, findTagModel } from './schema/find-audit-model.ts'
import { columnsOf, keyOf } from './schema/key.ts'
import { parseSchema } from './schema/parse.ts'
import type { Field, Key, Model, Schema } from './schema/schema.ts'
import { type Table, tablesOf } from './schema/tables.ts'

/** What `audit()` takes. Every field is optional. */
export interface AuditOptions<Action extends string = string> {
  /**
   * What records changes: `database` are triggers of PostgreSQL, which see raw SQL and other services
   * too, and cost less; `npx prisma-extension-audit install` makes them. @default 'client'
   */
  readonly engine?: Engine
  /** Of the database engine. */
  readonly database?: DatabaseOptions
  /** Audit these models only. @default all models except the audit model */
  readonly include?: readonly string[]
  /** Do not audit these models. @default none */
  readonly exclude?: readonly string[]
  /**
   * Fields by model, or `'*'` for every model, that are not worth a row: they are left out of the
   * snapshots, and a change of only these is not recorded. @default none
   */
  readonly ignore?: Readonly<Record<string, readonly string[]>>
  /** What becomes of confidential fields. @default fields named like credentials are masked */
  readonly redact?: RedactOptions
  /** Whole rows, or on update only the key and the changed fields. @default 'full' */
  readonly snapshots?: 'full' | 'changed'
  /** The actor where the context names none. @default a `system` actor without id */
  readonly actor?: Actor | (() => Actor | undefined)
  /** Refuse a write for which neither the context nor `actor` names an actor. @default false */
  readonly requireActor?: boolean
  /** Whether a failed audit write fails the user's write. @default 'fail' */
  readonly onError?: 'fail' | 'ignore'
  /** Is told of every write that `onError: 'ignore'` let pass unrecorded; required with it. */
  readonly onIgnoredError?: (error: AuditError) => void
  /**
   * Is told what a call costs more than it looks like, before its audit rows are written. If it
   * throws, the call is undone with that error. @default nothing
   */
  readonly onWarning?: (warning: AuditWarning) => void
  /** Of the transaction that a standalone write is put in. @default no limits, like a plain write */
  readonly transaction?: { readonly maxWait?: number; readonly timeout?: number }
  /**
   * The actions that `$audit.run()` and `$audit.record()` take: any other is refused, by the compiler
   * and when it runs. @default any
   */
  readonly actions?: readonly Action[]
  /**
   * Models whose reads are recorded: who read which of their records, by whatever query. Up to `max`
   * records of one query have an entry each, one more entry tells the number of the others.
   * @default none; `max` 100
   */
  readonly reads?: Readonly<Record<string, boolean | { readonly max?: number }>>
  /** The name of the audit model. @default 'AuditLog' */
  readonly model?: string
  /** The name of the model of execution logs. @default 'AuditExecutionLog', where the schema has it */
  readonly executionLogModel?: string
  /** The name of the model that tags are searched by. @default 'AuditTag', where the schema has it */
  readonly tagModel?: string
  /**
   * Answers the application's client, or a module that exports it: for the command line only, which asks
   * the trail by it. It is not called otherwise, so the file with the options and the one with the client
   * may import each other: `client: () => import('./src/database.ts')`.
   */
  readonly client?: () => unknown
  /** Makes row ids: 32 lowercase hex characters, unique. @default 48 bits of time, 80 random bits */
  readonly id?: () => string
  /** The clock that entries are stamped by. @default that of the process */
  readonly now?: () => Date
}

/** What `onWarning` is told. */
export type AuditWarning = LargeCallWarning | UnrecordedWarning | UncoveredWarning

/** Models whose changes the database engine does not record, or not as this version would. */
export interface UncoveredWarning {
  readonly code: 'UNCOVERED'
  readonly message: string
  readonly models: readonly string[]
}

/** One call changes so many related rows, which are held in memory until its end. */
export interface LargeCallWarning {
  readonly code: 'LARGE_CALL'
  readonly message: string
  readonly model: string
  readonly operation: string
  /** How many rows the call changes. */
  readonly rows: number
}

/**
 * Something that no write depends on could not be recorded: reads (`READS_LOST`), or a run that failed
 * in a transaction which was rolled back (`FAILURE_LOST`).
 */
export interface UnrecordedWarning {
  readonly code: 'READS_LOST' | 'FAILURE_LOST'
  readonly message: string
  /** How many entries. */
  readonly entries: number
  readonly cause: unknown
}

export interface RedactOptions {
  /** Mask fields that are named like credentials. @default true */
  readonly defaults?: boolean
  /** The secret of the `hash` redaction. Required where a field is hashed. */
  readonly hashKey?: string | undefined
  /** By model, or `'*'` for every model: field to redaction. @default none */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, Redaction>>>>
}

/** One audited model with all that is decided about it. */
export interface AuditedModel {
  readonly model: Model
  readonly key: Key
  readonly columns: readonly Field[]
  readonly ignored: ReadonlySet<string>
  readonly redactions: ReadonlyMap<string, Redaction>
  readonly snapshots: 'full' | 'changed'
}

/** A model whose reads are recorded. */
export interface ReadModel {
  readonly model: AuditedModel
  /** The most entries of one query. */
  readonly max: number
}

/** The options, checked against the user's schema, with every default filled in. */
export interface Settings {
  readonly schema: Schema
  readonly dialect: Dialect
  /** Of the database engine; `null` for the client engine. */
  readonly database: DatabaseSettings | null
  readonly auditModel: Model
  readonly models: ReadonlyMap<string, AuditedModel>
  /** Every table that a call can change, audited or not. */
  readonly tables: ReadonlyMap<string, Table>
  readonly hashKey: string | undefined
  /** Whether fields that are named like credentials are masked. */
  readonly masksCredentials: boolean
  /** The catalogue of actions; `null` where any is allowed. */
  readonly actions: ReadonlySet<string> | null
  /** The models whose reads are recorded, audited or not. */
  readonly reads: ReadonlyMap<string, ReadModel>
  /** `null` where the schema has none. */
  readonly executionLogModel: Model | null
  /** `null` where the schema has none: then tags cannot be searched. */
  readonly tagModel: Model | null
  readonly actor: () => Actor | undefined
  readonly requireActor: boolean
  readonly onIgnoredError: ((error: AuditError) => void) | undefined
  readonly onWarning: ((warning: AuditWarning) => void) | undefined
  readonly transaction: { readonly maxWait: number; readonly timeout: number }
  readonly id: () => string
  readonly now: () => Date
  /** Milliseconds to measure durations by: a clock of the application's, else one that never jumps. */
  readonly ticks: () => number
}

/**
 * @throws {AuditError} `OPTION_INVALID`, `ANNOTATION_INVALID`, `AUDIT_MODEL_MISSING`,
 * `AUDIT_MODEL_INVALID`, `MODEL_WITHOUT_KEY` or `RUNTIME_UNSUPPORTED`.
 */
export function resolveOptions(
  options: AuditOptions,
  provider: string,
  schemaText: string,
): Settings {
  checkOptions(options)
  const dialect = dialectOf(provider)
  const database = databaseSettings(options, dialect)
  const schema = parseSchema(schemaText)
  const auditModel = findAuditModel(schema, options.model ?? 'AuditLog', provider)
  const executionLogModel = findExecutionLogModel(schema, options.executionLogModel, provider)
  const tagModel = findTagModel(schema, options.tagModel, provider)
  checkNames(options, schema, auditModel)
  const models = new Map<string, AuditedModel>()
  for (const model of schema.models.values()) {
    const isOurs = model === executionLogModel || model === tagModel
    if (!isOurs && isAudited(model, auditModel, options))
      models.set(model.name, resolveModel(model, options))
  }
  const { actor, now } = options
  return {
    schema,
    dialect,
    database,
    auditModel,
    models,
    tables: tablesOf(schema),
    hashKey: options.redact?.hashKey,
    masksCredentials: options.redact?.defaults ?? true,
    actions: options.actions ? new Set(options.actions) : null,
    reads: readModelsOf(schema, options),
    executionLogModel,
    tagModel,
    actor: typeof actor === 'function' ? actor : () => actor,
    requireActor: options.requireActor ?? false,
    onIgnoredError: options.onError === 'ignore' ? options.onIgnoredError : undefined,
    onWarning: options.onWarning,
    transaction: {
      maxWait: options.transaction?.maxWait ?? noLimit,
      timeout: options.transaction?.timeout ?? noLimit,
    },
    id: options.id ?? newId,
    now: now ?? (() => new Date()),
    ticks: now ? () => now().getTime() : () => performance.now(),
  }
}

/** So many records of one query have an entry of their own. */
const mostReads = 100

function readModelsOf(schema: Schema, options: AuditOptions): Map<string, ReadModel> {
  const result = new Map<string, ReadModel>()
  for (const [name, wish] of Object.entries(options.reads ?? {})) {
    if (wish === false) continue
    const model = resolveModel(schema.models.get(name) as Model, options)
    result.set(name, { model, max: wish === true ? mostReads : (wish.max ?? mostReads) })
  }
  return result
}

function isAudited(model: Model, auditModel: Model, options: AuditOptions): boolean {
  if (model.name === auditModel.name || model.isView) return false
  if (options.exclude?.includes(model.name)) return false
  if (options.include) return options.include.includes(model.name)
  return modelAnnotations(model.documentation).include ?? true
}

function resolveModel(model: Model, options: AuditOptions): AuditedModel {
  const key = keyOf(model)
  if (!key) {
    throw new AuditError(
      'MODEL_WITHOUT_KEY',
      `The model \`${model.name}\` has no primary or unique key without NULLs, so its rows cannot be told ` +
        `apart. Give it one, or leave it out: audit({ exclude: ['${model.name}'] }).`,
    )
  }
  const columns = columnsOf(model)
  const ignored = new Set<string>()
  const redactions = new Map<string, Redaction>()
  for (const field of columns) {
    const annotation = fieldAnnotation(field.documentation)
    const isIgnored = ['*', model.name].some((name) => options.ignore?.[name]?.includes(field.name))
    if (isIgnored || annotation === 'ignore') ignored.add(field.name)
    const redaction =
      options.redact?.fields?.[model.name]?.[field.name] ??
      options.redact?.fields?.['*']?.[field.name] ??
      (annotation === 'ignore' ? undefined : annotation) ??
      ((options.redact?.defaults ?? true) && isSensitive(field) ? 'mask' : 'keep')
    if (redaction !== 'keep') redactions.set(field.name, redaction)
    if (redaction === 'hash' && !options.redact?.hashKey) {
      invalidOption(
        `\`${model.name}.${field.name}\` is to be hashed, but there is no \`redact.hashKey\`. ` +
          'Give a secret of at least 16 characters, or choose `mask`.',
      )
    }
  }
  for (const name of key.fields) {
    if (ignored.has(name)) {
      invalidOption(
        `\`${model.name}.${name}\` cannot be ignored: it is part of the key \`${key.name}\`.`,
      )
    }
  }
  const annotations = modelAnnotations(model.documentation)
  return {
    model,
    key,
    columns,
    ignored,
    redactions,
    snapshots: annotations.snapshots ?? options.snapshots ?? 'full',
  }
}

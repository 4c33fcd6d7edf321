import type { Actor } from './context.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import { newId } from './entry.ts'
import { AuditError } from './errors.ts'
import { isSensitive, type Redaction } from './redact.ts'
import { fieldAnnotation, modelAnnotations } from './schema/annotations.ts'
import { missingAuditFields } from './schema/audit-model.ts'
import { columnsOf, keyOf } from './schema/key.ts'
import { parseSchema } from './schema/parse.ts'
import type { Field, Key, Model, Schema } from './schema/schema.ts'

/** What `audit()` takes. Every field is optional. */
export interface AuditOptions {
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
  /** Of the transaction that a standalone write is put in. @default no limits, like a plain write */
  readonly transaction?: { readonly maxWait?: number; readonly timeout?: number }
  /** The name of the audit model. @default 'AuditLog' */
  readonly model?: string
  /** Makes row ids: 32 lowercase hex characters, unique. @default 48 bits of time, 80 random bits */
  readonly id?: () => string
}

export interface RedactOptions {
  /** Mask fields that are named like credentials. @default true */
  readonly defaults?: boolean
  /** The secret of the `hash` redaction. Required where a field is hashed. */
  readonly hashKey?: string
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

/** The options, checked against the user's schema, with every default filled in. */
export interface Settings {
  readonly schema: Schema
  readonly dialect: Dialect
  readonly auditModel: Model
  readonly models: ReadonlyMap<string, AuditedModel>
  readonly hashKey: string | undefined
  readonly actor: () => Actor | undefined
  readonly requireActor: boolean
  readonly onIgnoredError: ((error: AuditError) => void) | undefined
  readonly transaction: { readonly maxWait: number; readonly timeout: number }
  readonly id: () => string
}

/** The longest delay of a timer in Node.js, 24.8 days: a standalone write has no limit of its own. */
const noLimit = 2 ** 31 - 1

/**
 * @throws {AuditError} `OPTION_INVALID`, `ANNOTATION_INVALID`, `AUDIT_MODEL_MISSING`,
 * `AUDIT_MODEL_INVALID`, `MODEL_WITHOUT_KEY` or `RUNTIME_UNSUPPORTED`.
 */
export function resolveOptions(options: AuditOptions, provider: string, schemaText: string): Settings {
  checkShape(options)
  const dialect = dialectOf(provider)
  const schema = parseSchema(schemaText)
  const auditModel = findAuditModel(schema, options.model ?? 'AuditLog', provider)
  checkNames(options, schema, auditModel)
  const models = new Map<string, AuditedModel>()
  for (const model of schema.models.values()) {
    if (isAudited(model, auditModel, options)) models.set(model.name, resolveModel(model, options))
  }
  const { actor } = options
  return {
    schema,
    dialect,
    auditModel,
    models,
    hashKey: options.redact?.hashKey,
    actor: typeof actor === 'function' ? actor : () => actor,
    requireActor: options.requireActor ?? false,
    onIgnoredError: options.onError === 'ignore' ? options.onIgnoredError : undefined,
    transaction: {
      maxWait: options.transaction?.maxWait ?? noLimit,
      timeout: options.transaction?.timeout ?? noLimit,
    },
    id: options.id ?? newId,
  }
}

function findAuditModel(schema: Schema, name: string, provider: string): Model {
  const model = schema.models.get(name)
  if (!model) {
    throw new AuditError(
      'AUDIT_MODEL_MISSING',
      `The Prisma schema has no model \`${name}\`. Add it with \`npx prisma-extension-audit init\`, then ` +
        'migrate and generate; if it has another name, say so: audit({ model: "..." }).',
    )
  }
  const missing = missingAuditFields(model, provider)
  if (missing.length > 0) {
    throw new AuditError(
      'AUDIT_MODEL_INVALID',
      `The model \`${name}\` lacks ${missing.map((field) => `\`${field}\``).join(', ')}. ` +
        'Compare it with the model that `npx prisma-extension-audit init --dry-run` prints.',
    )
  }
  return model
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
      invalid(
        `\`${model.name}.${field.name}\` is to be hashed, but there is no \`redact.hashKey\`. ` +
          'Give a secret of at least 16 characters, or choose `mask`.',
      )
    }
  }
  for (const name of key.fields) {
    if (ignored.has(name)) {
      invalid(`\`${model.name}.${name}\` cannot be ignored: it is part of the key \`${key.name}\`.`)
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

const shapes: Readonly<Record<keyof AuditOptions, (value: unknown) => string | undefined>> = {
  include: namesShape,
  exclude: namesShape,
  ignore: (value) => recordShape(value, namesShape),
  redact: redactShape,
  snapshots: oneOf('full', 'changed'),
  actor: (value) =>
    typeof value === 'function' || isRecord(value) ? undefined : 'an actor or a function that answers one',
  requireActor: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  onError: oneOf('fail', 'ignore'),
  onIgnoredError: functionShape,
  transaction: (value) => recordShape(value, durationShape, ['maxWait', 'timeout']),
  model: (value) => (typeof value === 'string' && value !== '' ? undefined : 'the name of a model'),
  id: functionShape,
}

function checkShape(options: AuditOptions): void {
  if (!isRecord(options)) invalid(`audit() takes an object of options, not \`${String(options)}\`.`)
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(shapes, name)) {
      invalid(`There is no option \`${name}\`. The options are ${Object.keys(shapes).join(', ')}.`)
    }
    const expected = value === undefined ? undefined : shapes[name as keyof AuditOptions](value)
    if (expected) invalid(`The option \`${name}\` is \`${show(value)}\`, but it has to be ${expected}.`)
  }
  if (options.onError === 'ignore' && !options.onIgnoredError) {
    invalid(
      "`onError: 'ignore'` needs `onIgnoredError`, a function that is told of every write that passed " +
        'unrecorded: a gap in the trail is never silent.',
    )
  }
}

/** Names of models and fields that the schema does not have are mistakes, not wishes. */
function checkNames(options: AuditOptions, schema: Schema, auditModel: Model): void {
  const model = (option: string, name: string) => {
    const found = schema.models.get(name)
    if (!found || name === auditModel.name) {
      const known = [...schema.models.keys()].filter((known) => known !== auditModel.name)
      invalid(`\`${option}\` names the model \`${name}\`, but the schema has ${known.join(', ')}.`)
    }
    return found
  }
  const field = (option: string, modelName: string, name: string) => {
    const models = modelName === '*' ? [...schema.models.values()] : [model(option, modelName)]
    if (!models.some((candidate) => columnsOf(candidate).some((column) => column.name === name))) {
      const where = modelName === '*' ? 'no model has' : `the model \`${modelName}\` does not have`
      invalid(`\`${option}\` names the field \`${name}\`, which ${where} as a column.`)
    }
  }
  for (const name of options.include ?? []) model('include', name)
  for (const name of options.exclude ?? []) model('exclude', name)
  for (const [modelName, names] of Object.entries(options.ignore ?? {})) {
    for (const name of names) field('ignore', modelName, name)
  }
  for (const [modelName, redactions] of Object.entries(options.redact?.fields ?? {})) {
    for (const name of Object.keys(redactions)) field('redact.fields', modelName, name)
  }
}

function redactShape(value: unknown): string | undefined {
  if (!isRecord(value)) return 'an object with defaults, hashKey, fields'
  const { defaults, hashKey, fields, ...others } = value
  if (Object.keys(others).length > 0) return `without \`${Object.keys(others)[0]}\`: it has defaults, hashKey, fields`
  if (defaults !== undefined && typeof defaults !== 'boolean') return 'with `defaults` true or false'
  if (hashKey !== undefined && !(typeof hashKey === 'string' && hashKey.length >= 16)) {
    return 'with a `hashKey` of at least 16 characters'
  }
  const redactions = oneOf('omit', 'mask', 'hash', 'keep')
  const expected =
    fields === undefined ? undefined : recordShape(fields, (byField) => recordShape(byField, redactions))
  return expected && `with \`fields\` by model and field, each ${expected}`
}

function namesShape(value: unknown): string | undefined {
  const isNames = Array.isArray(value) && value.every((name) => typeof name === 'string')
  return isNames ? undefined : 'a list of names'
}

function recordShape(
  value: unknown,
  shape: (value: unknown) => string | undefined,
  keys?: readonly string[],
): string | undefined {
  if (!isRecord(value)) return 'an object'
  const unknown = keys && Object.keys(value).find((key) => !keys.includes(key))
  if (unknown !== undefined) return `an object with ${keys?.join(' and ')}, without \`${unknown}\``
  return Object.values(value).map(shape).find(Boolean)
}

function durationShape(value: unknown): string | undefined {
  const isDuration = Number.isInteger(value) && Number(value) > 0 && Number(value) <= noLimit
  return isDuration ? undefined : `a number of milliseconds from 1 to ${noLimit}`
}

function functionShape(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'a function'
}

function oneOf(...values: string[]): (value: unknown) => string | undefined {
  return (value) => (values.includes(value as string) ? undefined : `one of ${values.join(', ')}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value for an error message; the secret among the options is never part of it. */
function show(value: unknown): string {
  return JSON.stringify(value, (name, inner) => (name === 'hashKey' ? '...' : inner)) ?? String(value)
}

function invalid(message: string): never {
  throw new AuditError('OPTION_INVALID', message)
}

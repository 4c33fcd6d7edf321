import type { Model } from './schema.ts'

/**
 * The columns of the audit model, as the schema files in `prisma/audit-log` have them.
 *
 * They are repeated here because those files are not at hand in a bundled application.
 */
const COLUMNS: Readonly<Record<string, string>> = {
  seq: 'BigInt',
  id: 'String',
  traceId: 'String',
  parentId: 'String?',
  createdAt: 'DateTime',
  action: 'String',
  outcome: 'String',
  reason: 'String?',
  entity: 'String',
  entityId: 'String?',
  actorId: 'String?',
  actorType: 'String',
  actorName: 'String?',
  onBehalfOf: 'String?',
  tenantId: 'String?',
  source: 'String',
  before: 'Json?',
  after: 'Json?',
  changed: 'Json?',
  tags: 'Json?',
  request: 'Json?',
  version: 'Int',
}

const EXECUTION_LOG_COLUMNS: Readonly<Record<string, string>> = {
  seq: 'BigInt',
  traceId: 'String',
  parentId: 'String?',
  loggedAt: 'DateTime',
  level: 'String',
  message: 'String',
  logger: 'String?',
  fields: 'Json?',
}

const TAG_COLUMNS: Readonly<Record<string, string>> = {
  key: 'String',
  value: 'String',
  seq: 'BigInt',
}

/** The name of the audit model unless the user gives another. */
export const AUDIT_MODEL = 'AuditLog'

/** The name of the model of execution logs unless the user gives another. */
export const EXECUTION_LOG_MODEL = 'AuditExecutionLog'

/** The name of the model of tags unless the user gives another. */
export const TAG_MODEL = 'AuditTag'

/** A model that `init` adds. */
export interface ShippedModel {
  readonly name: string
  /** What a message calls it. */
  readonly title: string
  /** The option of `audit()` that names it. */
  readonly option: 'model' | 'tagModel' | 'executionLogModel'
  /** Where its texts are, below `prisma/`. */
  readonly folder: string
  readonly missing: (model: Model, provider: string) => string[]
}

export const auditLogModel: ShippedModel = {
  name: AUDIT_MODEL,
  title: 'audit model',
  option: 'model',
  folder: 'audit-log',
  missing: missingAuditFields,
}

export const tagModel: ShippedModel = {
  name: TAG_MODEL,
  title: 'model of tags',
  option: 'tagModel',
  folder: 'audit-tag',
  missing: missingTagFields,
}

export const executionLogModel: ShippedModel = {
  name: EXECUTION_LOG_MODEL,
  title: 'model of execution logs',
  option: 'executionLogModel',
  folder: 'execution-log',
  missing: missingExecutionLogFields,
}

/** The columns of the audit model, by name, with their type as the schema writes it. */
export function auditColumns(provider: string): ReadonlyMap<string, string> {
  return withSeq(COLUMNS, provider)
}

function withSeq(columns: typeof COLUMNS, provider: string): Map<string, string> {
  // A BigInt key of SQLite does not count up by itself.
  const seq = provider === 'sqlite' ? 'Int' : 'BigInt'
  return new Map(Object.entries({ ...columns, seq }))
}

/**
 * The fields that an audit model should have and has not, or has with another type, each as the
 * schema writes it: `traceId String`. Empty when the model is complete.
 */
export function missingAuditFields(model: Model, provider: string): string[] {
  return missing(model, auditColumns(provider))
}

/** The same for the model of execution logs. */
export function missingExecutionLogFields(model: Model, provider: string): string[] {
  return missing(model, withSeq(EXECUTION_LOG_COLUMNS, provider))
}

/** The same for the model of tags, whose key is what finds them. */
export function missingTagFields(model: Model, provider: string): string[] {
  const fields = missing(model, withSeq(TAG_COLUMNS, provider))
  const key = Object.keys(TAG_COLUMNS).join(', ')
  return model.primaryKey?.fields.join(', ') === key ? fields : [...fields, `@@id([${key}])`]
}

function missing(model: Model, columns: ReadonlyMap<string, string>): string[] {
  return [...columns]
    .filter(([name, type]) => typeOf(model, name) !== type)
    .map(([name, type]) => `${name} ${type}`)
}

function typeOf(model: Model, name: string): string | undefined {
  const field = model.fields.get(name)
  if (field?.kind !== 'scalar') return undefined
  return `${field.type}${field.isList ? '[]' : field.isRequired ? '' : '?'}`
}

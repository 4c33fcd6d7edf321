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

/** The name of the audit model unless the user gives another. */
export const AUDIT_MODEL = 'AuditLog'

/** The columns of the audit model, by name, with their type as the schema writes it. */
export function auditColumns(provider: string): ReadonlyMap<string, string> {
  // A BigInt key of SQLite does not count up by itself.
  const seq = provider === 'sqlite' ? 'Int' : 'BigInt'
  return new Map(Object.entries({ ...COLUMNS, seq }))
}

/**
 * The fields that an audit model should have and has not, or has with another type, each as the
 * schema writes it: `traceId String`. Empty when the model is complete.
 */
export function missingAuditFields(model: Model, provider: string): string[] {
  return [...auditColumns(provider)]
    .filter(([name, type]) => typeOf(model, name) !== type)
    .map(([name, type]) => `${name} ${type}`)
}

function typeOf(model: Model, name: string): string | undefined {
  const field = model.fields.get(name)
  if (field?.kind !== 'scalar') return undefined
  return `${field.type}${field.isList ? '[]' : field.isRequired ? '' : '?'}`
}

import { AuditError } from '../errors.ts'
import {
  executionLogModel,
  missingAuditFields,
  type ShippedModel,
  tagModel,
} from './audit-model.ts'
import type { Model, Schema } from './schema.ts'

/**
 * The model of execution logs; `null` where none is named and the schema has none.
 *
 * @throws {AuditError} `AUDIT_MODEL_MISSING` or `AUDIT_MODEL_INVALID`
 */
export function findExecutionLogModel(
  schema: Schema,
  name: string | undefined,
  provider: string,
): Model | null {
  return findShipped(schema, executionLogModel, 'init --execution-logs', name, provider)
}

/**
 * The model of tags; `null` where none is named and the schema has none.
 *
 * @throws {AuditError} `AUDIT_MODEL_MISSING` or `AUDIT_MODEL_INVALID`
 */
export function findTagModel(
  schema: Schema,
  name: string | undefined,
  provider: string,
): Model | null {
  return findShipped(schema, tagModel, 'init', name, provider)
}

function findShipped(
  schema: Schema,
  shipped: ShippedModel,
  command: string,
  name: string | undefined,
  provider: string,
): Model | null {
  const model = schema.models.get(name ?? shipped.name)
  if (!model) {
    if (name === undefined) return null
    throw new AuditError(
      'AUDIT_MODEL_MISSING',
      `The Prisma schema has no ${shipped.title} \`${name}\`. Add it with ` +
        `\`npx prisma-extension-audit ${command}\`, then migrate and generate.`,
    )
  }
  const missing = shipped.missing(model, provider)
  if (missing.length === 0) return model
  throw new AuditError(
    'AUDIT_MODEL_INVALID',
    `The ${shipped.title} \`${model.name}\` lacks ${missing.map((field) => `\`${field}\``).join(', ')}. ` +
      (name === undefined
        ? `If it is a model of your own, add the ${shipped.title} under another name, and say so: ` +
          `audit({ ${shipped.option}: "..." }).`
        : `Compare it with the model that \`npx prisma-extension-audit ${command} --dry-run\` prints.`),
  )
}

/**
 * @throws {AuditError} `AUDIT_MODEL_MISSING` or `AUDIT_MODEL_INVALID`
 */
export function findAuditModel(schema: Schema, name: string, provider: string): Model {
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

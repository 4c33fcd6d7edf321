import { readFileSync } from 'node:fs'
import { AuditError } from '../errors.ts'
import { AUDIT_MODEL, auditLogModel, type ShippedModel } from '../schema/audit-model.ts'
import { type Field, parseSchema } from '../schema/parse.ts'

/** How the audit model is to look in the user's schema. */
export interface AuditModelTextOptions {
  /** The provider of the datasource. */
  readonly provider: string
  /** The name of the datasource, which native types begin with. @default 'db' */
  readonly datasource?: string | undefined
  /** The model's name. @default that of the shipped text */
  readonly name?: string | undefined
  /** The table's name. @default the model's name */
  readonly table?: string | undefined
  /** The database schema that the table is in. @default none */
  readonly dbSchema?: string | undefined
}

/** The providers that models are shipped for. */
const providers: readonly string[] = ['postgresql', 'mysql', 'sqlite']

/**
 * The text of a shipped model for a provider, with line feeds and one at its end.
 *
 * @throws AuditError `SCHEMA_INVALID` for a provider without an audit model.
 */
export function auditModelText(
  options: AuditModelTextOptions,
  shipped: ShippedModel = auditLogModel,
): string {
  const { provider, datasource = 'db', name = shipped.name, table, dbSchema } = options
  if (!providers.includes(provider)) {
    throw new AuditError(
      'SCHEMA_INVALID',
      `The provider \`${provider}\` is not supported. Supported are ${providers.map((one) => `\`${one}\``).join(', ')}.`,
    )
  }
  const attributes = [
    ...(table === undefined ? [] : [`  @@map(${JSON.stringify(table)})\n`]),
    ...(dbSchema === undefined ? [] : [`  @@schema(${JSON.stringify(dbSchema)})\n`]),
  ]
  // Both from `src/cli` and from `dist/cli` the root of the package is two folders up.
  const path = `../../prisma/${shipped.folder}/${provider}.prisma`
  return readFileSync(new URL(path, import.meta.url), 'utf8')
    .replaceAll('@db.', () => `@${datasource}.`)
    .replace(`model ${shipped.name} {`, () => `model ${name} {`)
    .replace(/\}\n$/, () => `${attributes.join('')}}\n`)
}

/** The fields of the audit model, as the shipped text has them. */
export function auditModelFields(provider: string): ReadonlyMap<string, Field> {
  return parseSchema(auditModelText({ provider })).models.get(AUDIT_MODEL)?.fields ?? new Map()
}

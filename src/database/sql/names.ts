import { createHash } from 'node:crypto'
import { type Dialect, identifier } from '../../dialect.ts'
import type { DatabaseSettings } from '../../engine-options.ts'
import type { Settings } from '../../options.ts'

/** Settings of a client with the database engine. */
export type EngineSettings = Settings & { readonly database: DatabaseSettings }

/** PostgreSQL cuts longer names off. */
const longestName = 63

/** A literal of SQL. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

/** A body of a function, between dollar quotes that it does not hold. */
export function dollarQuoted(body: string): string {
  let tag = 'body'
  while (body.includes(`$${tag}`)) tag += 'y'
  return `$${tag}$${body}$${tag}$`
}

/** A name as the catalogs have it: PostgreSQL cuts off what is longer than 63 bytes. */
export function catalogName(name: string): string {
  const bytes = Buffer.from(name).subarray(0, longestName)
  return new TextDecoder().decode(bytes).replace(/\uFFFD$/, '')
}

/** `"schema"."table"`, with the schema that Prisma would take. */
export function qualified(
  { dialect, database }: EngineSettings,
  { table, namespace }: { readonly table: string; readonly namespace: string | null },
): string {
  return `${identifier(dialect, namespace ?? database.tables)}.${identifier(dialect, table)}`
}

/** A name in the engine's own schema. */
export function own({ dialect, database }: EngineSettings, name: string): string {
  return `${identifier(dialect, database.schema)}.${identifier(dialect, name)}`
}

/** The name of the function that records the changes of a table. */
export function captureName(
  { database }: EngineSettings,
  { table, namespace }: { readonly table: string; readonly namespace: string | null },
): string {
  const names = [namespace ?? database.tables, table]
  const name = `capture ${names.join('.')}`
  // A table "b.c" in "a" is not a table "c" in "a.b".
  const isClear = !names.some((part) => part.includes('.'))
  if (isClear && Buffer.byteLength(name) <= longestName) return name
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 12)
  return `capture ${hash}`
}

/** A column of the audit table. */
export function auditColumn({ dialect, auditModel }: EngineSettings, name: string): string {
  return quotedColumn(dialect, auditModel.fields.get(name)?.column ?? name)
}

function quotedColumn(dialect: Dialect, column: string): string {
  return identifier(dialect, column)
}

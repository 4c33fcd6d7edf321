import { raw, type Sql, sqltag as sql } from '@prisma/client/runtime/client'
import { identifier, tableName } from '../dialect.ts'
import type { Settings } from '../options.ts'
import type { Field, Model } from '../schema/schema.ts'

export { empty, join, raw, Sql, sqltag as sql } from '@prisma/client/runtime/client'

/** A column of the audit table, which queries call `e`. */
export function column({ dialect, auditModel }: Settings, name: string): Sql {
  const { column: stored } = auditModel.fields.get(name) as Field
  return raw(`e.${identifier(dialect, stored)}`)
}

/** A table, as FROM takes it. */
export function table({ dialect }: Settings, model: Model): Sql {
  return raw(tableName(dialect, model))
}

/** A column of the table of tags, which queries call `t`. */
export function tagColumn({ dialect, tagModel }: Settings, name: 'key' | 'value' | 'seq'): Sql {
  const stored = tagModel?.fields.get(name)?.column ?? name
  return raw(`t.${identifier(dialect, stored)}`)
}

/** A condition that no index is looked up for, and whose selectivity is not guessed. */
export function unindexed(condition: Sql): Sql {
  return sql`COALESCE(${condition}, ${raw('FALSE')})`
}

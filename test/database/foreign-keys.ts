import type { DMMF } from '@prisma/client/runtime/client'
import type { Row } from './connection.ts'

type Models = readonly DMMF.Model[]

/** The foreign keys that models ask for, in short: `Post(author_id) -> users(id) CASCADE, CASCADE`. */
export function foreignKeysOf(models: Models): string[] {
  const ofModels = models.flatMap((model) =>
    model.fields
      .filter(({ relationFromFields }) => relationFromFields?.length)
      .map((field) => {
        const target = modelOf(models, field.type)
        const from = field.relationFromFields?.map((name) => column(model, name)).join()
        const to = field.relationToFields?.map((name) => column(target, name)).join()
        const onDelete = field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull')
        const onUpdate = field.relationOnUpdate ?? 'Cascade'
        const rules = [onDelete, onUpdate].map((rule) =>
          rule.replace(/(?<=[a-z])(?=[A-Z])/, ' ').toUpperCase(),
        )
        return `${tableOf(model)}(${from}) -> ${tableOf(target)}(${to}) ${rules.join(', ')}`
      }),
  )
  return [...ofModels, ...[...joinTables(models).values()].flat()]
}

/** The foreign keys that a database on MariaDB or MySQL has, in the same words. */
export async function mysqlForeignKeys(db: {
  sql(text: string): Promise<Row[]>
}): Promise<string[]> {
  const rows = await db.sql(
    `SELECT CONCAT(k.table_name, '(', GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position),
       ') -> ', k.referenced_table_name, '(',
       GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position),
       ') ', r.delete_rule, ', ', r.update_rule) AS foreign_key
     FROM information_schema.key_column_usage k
     JOIN information_schema.referential_constraints r
       ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
       AND r.table_name = k.table_name
     WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
     GROUP BY k.table_name, k.constraint_name, k.referenced_table_name, r.delete_rule,
       r.update_rule`,
  )
  return rows.map((row) => String(row.foreign_key))
}

/** The tables of the implicit many-to-many relations, with their foreign keys. */
export function joinTables(models: Models): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const model of models) {
    for (const field of model.fields) {
      if (field.kind !== 'object' || !field.isList) continue
      const target = modelOf(models, field.type)
      const opposite = target.fields.find(
        (other) => other.relationName === field.relationName && other.name !== field.name,
      )
      if (!opposite?.isList) continue
      const table = `_${field.relationName}`
      const [a, b] = [model, target].toSorted((one, other) => (one.name < other.name ? -1 : 1))
      tables.set(table, [
        `${table}(A) -> ${idOf(a)} CASCADE, CASCADE`,
        `${table}(B) -> ${idOf(b)} CASCADE, CASCADE`,
      ])
    }
  }
  return tables
}

export function tableOf({ name, dbName }: DMMF.Model): string {
  return dbName ?? name
}

export function columnOf({ name, dbName }: DMMF.Field): string {
  return dbName ?? name
}

export function column(model: DMMF.Model, name: string): string {
  const field = model.fields.find((each) => each.name === name)
  if (!field) throw new Error(`There is no field \`${model.name}.${name}\``)
  return columnOf(field)
}

function idOf(model: DMMF.Model | undefined): string {
  const id = model?.fields.find(({ isId }) => isId)
  if (!model || !id) throw new Error('A many-to-many relation needs ids')
  return `${tableOf(model)}(${columnOf(id)})`
}

function modelOf(models: Models, name: string): DMMF.Model {
  const model = models.find((each) => each.name === name)
  if (!model) throw new Error(`There is no model \`${name}\``)
  return model
}

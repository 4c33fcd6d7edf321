import type { DMMF } from '@prisma/client/runtime/client'
import { getDMMF } from '@prisma/get-dmmf'
import { expect, test } from 'vitest'
import { testSchema } from '../setup/prepare.mjs'
import { describeDatabase } from './each.ts'

const document = getDMMF({ datamodel: testSchema('mysql') })
if (!('datamodel' in document)) throw document.error
const { models, enums, indexes } = document.datamodel

describeDatabase('mysql', 'The tables in mysql.sql', (db) => {
  test('are those of the models', async () => {
    const rows = await db.sql(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    const expected = [...models.map(tableOf), ...joinTables().keys()]
    expect(rows.map(({ name }) => name).sort()).toEqual(expected.sort())
  })

  test.each(models.map((model) => [model.name, model] as const))(
    '%s: columns',
    async (_, model) => {
      const rows = await db.sql(
        `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, extra
       FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = '${tableOf(model)}'`,
      )
      const actual = rows.map(({ name, type, nullable, extra }) => ({
        name,
        type: String(type).replace(/^(smallint|int|bigint)\(\d+\)/, '$1'),
        required: nullable === 'NO',
        autoincrement: extra === 'auto_increment',
      }))
      const expected = scalars(model).map((field) => ({
        name: columnOf(field),
        type: typeOf(field),
        required: field.isRequired,
        autoincrement: defaultFunction(field) === 'autoincrement',
      }))
      expect(byName(actual)).toEqual(byName(expected))
    },
  )

  test.each(models.map((model) => [model.name, model] as const))('%s: keys', async (_, model) => {
    const rows = await db.sql(
      `SELECT index_name AS name, non_unique AS repeats,
         GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
       FROM information_schema.statistics
       WHERE table_schema = DATABASE() AND table_name = '${tableOf(model)}'
       GROUP BY index_name, non_unique`,
    )
    const columns = (names: readonly string[]) => names.map((name) => column(model, name)).join()
    const id = model.primaryKey?.fields ?? model.fields.filter((f) => f.isId).map((f) => f.name)
    const unique = [
      ...model.fields.filter(({ isUnique }) => isUnique).map(({ name }) => [name]),
      ...model.uniqueFields,
    ]
    const plain = indexes
      .filter(({ model: name, type }) => name === model.name && type === 'normal')
      .map(({ fields }) => fields.map(({ name }) => name))
    const primary = rows.filter(({ name }) => name === 'PRIMARY')
    const uniques = rows.filter(({ name, repeats }) => name !== 'PRIMARY' && !Number(repeats))
    expect(primary.map((row) => row.columns)).toEqual(id.length > 0 ? [columns(id)] : [])
    expect(uniques.map((row) => row.columns).sort()).toEqual(unique.map(columns).sort())
    expect(rows.map((row) => row.columns)).toEqual(expect.arrayContaining(plain.map(columns)))
  })

  test('the foreign keys are those of the relations', async () => {
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
    const expected = [...models.flatMap(foreignKeysOf), ...[...joinTables().values()].flat()]
    expect(rows.map((row) => row.foreign_key).sort()).toEqual(expected.sort())
  })
})

const columnTypes: Record<string, string> = {
  String: 'varchar(191)',
  Boolean: 'tinyint(1)',
  Int: 'int',
  BigInt: 'bigint',
  Float: 'double',
  Decimal: 'decimal(65,30)',
  DateTime: 'datetime(3)',
  // MariaDB keeps JSON as text.
  Json: 'longtext',
  Bytes: 'longblob',
}

function typeOf({ kind, type, nativeType }: DMMF.Field): string | undefined {
  if (kind === 'enum') {
    const values = enums.find(({ name }) => name === type)?.values ?? []
    return `enum(${values.map(({ name, dbName }) => `'${dbName ?? name}'`).join()})`
  }
  if (!nativeType || nativeType[0] === 'Json') return columnTypes[type]
  const [name, parameters] = nativeType
  if (name === 'UnsignedInt') return 'int unsigned'
  return name.toLowerCase() + (parameters.length > 0 ? `(${parameters.join()})` : '')
}

function foreignKeysOf(model: DMMF.Model): string[] {
  return model.fields
    .filter(({ relationFromFields }) => relationFromFields?.length)
    .map((field) => {
      const target = modelOf(field.type)
      const from = field.relationFromFields?.map((name) => column(model, name)).join()
      const to = field.relationToFields?.map((name) => column(target, name)).join()
      const onDelete = field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull')
      const onUpdate = field.relationOnUpdate ?? 'Cascade'
      const rules = [onDelete, onUpdate].map((rule) =>
        rule.replace(/(?<=[a-z])(?=[A-Z])/, ' ').toUpperCase(),
      )
      return `${tableOf(model)}(${from}) -> ${tableOf(target)}(${to}) ${rules.join(', ')}`
    })
}

/** The tables of the implicit many-to-many relations, with their foreign keys. */
function joinTables(): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const model of models) {
    for (const field of model.fields) {
      if (field.kind !== 'object' || !field.isList) continue
      const target = modelOf(field.type)
      const opposite = target.fields.find(
        (other) => other.relationName === field.relationName && other.name !== field.name,
      )
      if (!opposite?.isList) continue
      const table = `_${field.relationName}`
      const [a, b] = [tableOf(model), tableOf(target)].sort()
      tables.set(table, [
        `${table}(A) -> ${a}(id) CASCADE, CASCADE`,
        `${table}(B) -> ${b}(id) CASCADE, CASCADE`,
      ])
    }
  }
  return tables
}

function modelOf(name: string): DMMF.Model {
  const model = models.find((each) => each.name === name)
  if (!model) throw new Error(`There is no model \`${name}\``)
  return model
}

function tableOf({ name, dbName }: DMMF.Model): string {
  return dbName ?? name
}

function columnOf({ name, dbName }: DMMF.Field): string {
  return dbName ?? name
}

function column(model: DMMF.Model, name: string): string {
  const field = model.fields.find((each) => each.name === name)
  if (!field) throw new Error(`There is no field \`${model.name}.${name}\``)
  return columnOf(field)
}

function scalars(model: DMMF.Model): DMMF.Field[] {
  return model.fields.filter(({ kind }) => kind !== 'object')
}

function defaultFunction({ default: value }: DMMF.Field): string | undefined {
  return typeof value === 'object' && 'name' in value ? value.name : undefined
}

function byName<T extends { name: unknown }>(columns: readonly T[]): T[] {
  return columns.toSorted((a, b) => String(a.name).localeCompare(String(b.name)))
}

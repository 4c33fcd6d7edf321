import type { DMMF } from '@prisma/client/runtime/client'
import { getDMMF } from '@prisma/get-dmmf'
import { expect, test } from 'vitest'
import { testSchema } from '../setup/prepare.mjs'
import { describeDatabase } from './each.ts'
import {
  column,
  columnOf,
  foreignKeysOf,
  joinTables,
  mysqlForeignKeys,
  tableOf,
} from './foreign-keys.ts'

const document = getDMMF({ datamodel: testSchema('mysql') })
if (!('datamodel' in document)) throw document.error
const { models, enums, indexes } = document.datamodel

describeDatabase('mysql', 'The tables in mysql.sql', (db) => {
  test('are those of the models', async () => {
    const rows = await db.sql(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    const expected = [...models.map(tableOf), ...joinTables(models).keys()]
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
    const expected = foreignKeysOf(models)
    expect((await mysqlForeignKeys(db)).sort()).toEqual(expected.sort())
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

function scalars(model: DMMF.Model): DMMF.Field[] {
  return model.fields.filter(({ kind }) => kind !== 'object')
}

function defaultFunction({ default: value }: DMMF.Field): string | undefined {
  return typeof value === 'object' && 'name' in value ? value.name : undefined
}

function byName<T extends { name: unknown }>(columns: readonly T[]): T[] {
  return columns.toSorted((a, b) => String(a.name).localeCompare(String(b.name)))
}

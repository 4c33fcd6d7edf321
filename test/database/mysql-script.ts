import { readFileSync } from 'node:fs'
import { createTablesScript } from './ddl.ts'

/**
 * The DDL that creates the tables of a schema text on MariaDB and MySQL, so that nobody has to write
 * it. It is what Prisma's engine writes for PostgreSQL, in the other dialect; models can have
 * relations, and scalar fields without native types, but no enums and no lists.
 *
 * The audit tables, which do have native types, are those of `mysql.sql`.
 */
export async function createMysqlScript(schema: string): Promise<string> {
  const models = schema
    .replaceAll(/^(\/\/\/.*\n)*model Audit(Log|Tag) \{[\s\S]*?^\}/gm, '')
    .replace(/^(\s*provider\s*=\s*)"mysql"/m, '$1"postgresql"')
  const script = await createTablesScript('postgresql', models)
  return `${inMysqlDialect(script)}\n${auditTables()}\n`
}

const types: Readonly<Record<string, string>> = {
  SERIAL: 'INTEGER AUTO_INCREMENT',
  INTEGER: 'INTEGER',
  BIGSERIAL: 'BIGINT AUTO_INCREMENT',
  BIGINT: 'BIGINT',
  TEXT: 'VARCHAR(191)',
  BOOLEAN: 'BOOLEAN',
  'DOUBLE PRECISION': 'DOUBLE',
  'DECIMAL(65,30)': 'DECIMAL(65,30)',
  'TIMESTAMP(3)': 'DATETIME(3)',
  JSONB: 'JSON',
  BYTEA: 'LONGBLOB',
}

function inMysqlDialect(script: string): string {
  return (
    script
      .replace(/^CREATE SCHEMA .*$/m, '')
      .replaceAll(/^( {4}"\w+" )([^\s,(]+(?: PRECISION)?(?:\([\d,]+\))?)/gm, inMysqlType)
      .replaceAll('DEFAULT CURRENT_TIMESTAMP', 'DEFAULT CURRENT_TIMESTAMP(3)')
      // On MySQL, Prisma gives the table of a many-to-many relation no primary key.
      .replaceAll(/CONSTRAINT "(_\w+_AB)_pkey" PRIMARY KEY/g, 'UNIQUE INDEX "$1_unique"')
      .replaceAll(/"(\w+)"/g, '`$1`')
  )
}

function inMysqlType(_: string, name: string, type: string): string {
  const result = types[type]
  if (!result) throw new Error(`There is no type for ${name.trim()} ${type} on MySQL yet`)
  return name + result
}

function auditTables(): string {
  const tables = readFileSync(new URL('mysql.sql', import.meta.url), 'utf8')
  const found = tables.match(/^CREATE TABLE `Audit(Log|Tag)` \([\s\S]*?^\);/gm)
  if (found?.length !== 2) throw new Error('There are no audit tables in `mysql.sql`')
  return found.join('\n')
}

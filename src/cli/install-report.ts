import type { InstallResult } from './installation.ts'
import { tableText } from './table.ts'

/** What goes to the standard output, and what a person has to know beside it. */
export interface Report {
  readonly output: string
  readonly hint: string
}

/** Tells what `install` did. */
export function installReport(result: InstallResult, isJson: boolean): Report {
  const { sql, migration, tables, storedKeys } = result
  if (isJson) {
    const { sql: _, isRemoval: __, ...told } = result
    return { output: JSON.stringify(told, null, 2), hint: '' }
  }
  if (migration) return { output: migrationText(result), hint: '' }
  if (!tables && storedKeys.length === 0)
    return { output: sql.trimEnd(), hint: printedHint(result) }
  const stored =
    storedKeys.length > 0
      ? [`Stored the key${plural(storedKeys)} ${storedKeys.join(' and ')}.`]
      : []
  const made = tables ? [tablesText(result)] : []
  const missing = result.keys.length > 0 && storedKeys.length === 0 && !result.isRemoval
  return { output: [...made, ...stored].join('\n\n'), hint: missing ? keysHint : '' }
}

const keysHint = 'Then store the keys: npx prisma-extension-audit install --keys'

function printedHint({ keys, isRemoval }: InstallResult): string {
  const call = `npx prisma-extension-audit install${isRemoval ? ' --remove' : ''}`
  return [
    'Run this as the owner of the tables, in one transaction:',
    `  ${call} | psql --single-transaction --set ON_ERROR_STOP=1 "$DATABASE_URL"`,
    `  ${call} --apply`,
    ...(keys.length > 0 && !isRemoval ? [keysHint] : []),
  ].join('\n')
}

function migrationText({ migration, keys, isRemoval }: InstallResult): string {
  if (migration?.status === 'unchanged') {
    return `The migration ${migration.file} says the same already; nothing was changed.`
  }
  return [
    `Wrote ${migration?.file}.`,
    '',
    'Next:',
    '  1. npx prisma migrate deploy, or npx prisma migrate dev',
    ...(keys.length > 0 && !isRemoval ? ['  2. npx prisma-extension-audit install --keys'] : []),
    `  ${keys.length > 0 && !isRemoval ? 3 : 2}. npx prisma-extension-audit doctor`,
  ].join('\n')
}

function tablesText({ tables, isRemoval }: InstallResult): string {
  if (!tables || tables.length === 0)
    return isRemoval ? 'There was nothing to remove.' : 'No model is audited.'
  const rows = tables.map(({ name, schema, table, triggers }) => [
    name ?? '',
    `${schema}.${table}`,
    triggers,
  ])
  return tableText(['Model', 'Table', 'Triggers'], rows)
}

function plural(list: readonly unknown[]): string {
  return list.length > 1 ? 's' : ''
}

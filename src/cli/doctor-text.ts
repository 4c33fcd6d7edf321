import type { Place } from '../database/catalog.ts'
import type { TableDiagnosis } from '../database/diagnosis.ts'
import type { ClientResult, EngineResult, Examination } from './examine.ts'
import { tableText } from './table.ts'

/** What a person reads of what `doctor` found. */
export function doctorText(result: Examination): string {
  const parts = result.engine === 'database' ? engineParts(result) : clientParts(result)
  return [...parts, ...closing(result)].join('\n\n')
}

function engineParts(result: EngineResult): string[] {
  const { place, tables, partitions, superfluous, notAudited, roles, keys } = result
  const rows = [
    ...tables.flatMap((table) => [
      [table.name, nameOf(table), stateOf(table)],
      ...partitions
        .filter(({ root }) => nameOf(root) === nameOf(table))
        .map((part) => ['- partition', nameOf(part), `not active: ${part.operations.join(', ')}`]),
    ]),
    ...superfluous.map((table) => ['', nameOf(table), 'superfluous triggers']),
    ...notAudited.map(({ model, reason }) => [model, '', `not audited (${reason})`]),
  ]
  const roleRows = roles.map(({ role, changes, usesSchema, executesWrite, owned }) => [
    role,
    changes.join(', ') || 'none',
    usesSchema && executesWrite ? 'yes' : 'no',
    String(owned),
  ])
  return [
    `Database engine, ${place}`,
    tableText(['Model', 'Table', 'State'], rows),
    ...(roleRows.length > 0
      ? [tableText(['Role', 'Changes the trail by', 'Tells events', 'Owns tables'], roleRows)]
      : []),
    ...(keys.length > 0
      ? [
          tableText(
            ['Key', 'State'],
            keys.map(({ name, state }) => [name, state]),
          ),
        ]
      : []),
  ]
}

function clientParts({ place, config, auditTable, notAudited }: ClientResult): string[] {
  const table = auditTable
    ? `The audit table is ${auditTable.schema}.${auditTable.table}.`
    : 'The schema has a complete audit model. The database was not looked at: that is done on PostgreSQL only.'
  return [
    place ? `Client engine, ${place}` : 'Client engine',
    ...(config === null && auditTable
      ? ['There is no audit.config file, and the database has no triggers of the database engine.']
      : []),
    ...(notAudited.length > 0
      ? [`Not audited: ${notAudited.map(({ model, reason }) => `${model} (${reason})`).join(', ')}`]
      : []),
    `${table}\nThe client engine records what is written through the audited Prisma client. It does not see raw SQL, other ` +
      'services, or what triggers of the database change.',
  ]
}

/** What is wrong comes last, where a terminal shows it. */
function closing({ problems, warnings }: Examination): string[] {
  const list = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [`${title}:\n${lines.map((line) => `- ${line}`).join('\n')}`] : []
  return [
    ...list('Warnings', warnings),
    ...(problems.length > 0 ? list('Problems', problems) : ['No problems were found.']),
  ]
}

function nameOf({ schema, table }: Place): string {
  return `${schema}.${table}`
}

function stateOf({ state, gaps, absentColumns }: TableDiagnosis): string {
  if (state === 'absent') return 'no such table'
  if (state === 'not a table') return state
  const told = gaps.map(({ problem, operations }) => `${problem}: ${operations.join(', ')}`)
  const lacks = absentColumns.length > 0 ? [`no such column: ${absentColumns.join(', ')}`] : []
  return [...told, ...lacks].join('; ') || 'covered'
}

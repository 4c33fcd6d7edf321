import type { AuditTableDiagnosis, Diagnosis, RoleDiagnosis } from '../database/diagnosis.ts'
import type { EngineSettings } from '../database/sql/names.ts'
import type { TagTableDiagnosis } from '../database/tag-diagnosis.ts'
import type { Settings } from '../options.ts'

/** Sentences on what is wrong, each with the way out. */
export interface Findings {
  readonly problems: readonly string[]
  /** What may be as it should be. */
  readonly warnings: readonly string[]
}

const install = '`npx prisma-extension-audit install`'

/** What is wrong with the database engine. */
export function findingsOf(diagnosis: Diagnosis, settings: EngineSettings): Findings {
  const tags = tagFindings(diagnosis.tagTable, settings)
  const roles = diagnosis.roles.map((role) => roleFindings(role, settings))
  return {
    problems: [
      ...auditTableProblems(diagnosis.auditTable),
      ...tags.problems,
      ...tableProblems(diagnosis),
      ...diagnosis.absentRoles.map((role) => `There is no role ${role}.`),
      ...roles.flatMap(({ problems }) => problems),
      ...keyProblems(diagnosis),
    ],
    warnings: [
      ...tags.warnings,
      ...roles.flatMap(({ warnings }) => warnings),
      ...diagnosis.keys.flatMap(({ name, state }) =>
        state === 'unknown' ? [`The key ${name} cannot be checked as this role.`] : [],
      ),
    ],
  }
}

/** What there is in the database of the client engine, as far as it was looked at. */
export interface ClientTables {
  readonly auditTable: AuditTableDiagnosis | null
  readonly tagTable: TagTableDiagnosis | null
  /** The tables, as `schema.table`, that have triggers of the database engine all the same. */
  readonly triggered: readonly string[]
}

/** What is wrong with the client engine. */
export function clientFindings(
  { auditTable, tagTable, triggered }: ClientTables,
  settings: Settings,
): Findings {
  const tags = tagFindings(tagTable, settings)
  return {
    problems: [
      ...(auditTable ? auditTableProblems(auditTable) : []),
      ...tags.problems,
      ...(triggered.length > 0
        ? [
            `The database engine has triggers on ${triggered.join(', ')}: with the client engine, each change ` +
              "is recorded twice. Choose `engine: 'database'`, or run " +
              '`npx prisma-extension-audit install --remove`.',
          ]
        : []),
    ],
    warnings: tags.warnings,
  }
}

/** Without a table of tags everything is recorded all the same. */
function tagFindings(tagTable: TagTableDiagnosis | null, { tagModel }: Settings): Findings {
  if (!tagModel) {
    const way = 'Add it with `npx prisma-extension-audit init`, then migrate and generate.'
    return {
      problems: [],
      warnings: [`Tags are not searchable: the schema has no model AuditTag. ${way}`],
    }
  }
  if (!tagTable) return { problems: [], warnings: [] }
  const { schema, table, exists, absentColumns, fill } = tagTable
  const place = `The table of tags ${schema}.${table}`
  const lacks = absentColumns.join(', ')
  return {
    problems: [
      ...(exists ? [] : [`There is no table of tags ${schema}.${table}. Run the migrations.`]),
      ...(lacks ? [`${place} lacks ${lacks}. Run the migrations.`] : []),
    ],
    warnings: fill
      ? [`${place} lacks tags of entries, which are not found by them. Run this SQL once:\n${fill}`]
      : [],
  }
}

function auditTableProblems({ schema, table, exists, absentColumns }: AuditTableDiagnosis) {
  if (!exists) return [`There is no audit table ${schema}.${table}. Run the migrations.`]
  if (absentColumns.length === 0) return []
  return [
    `The audit table ${schema}.${table} lacks ${absentColumns.join(', ')}. Run the migrations.`,
  ]
}

function tableProblems({ tables, partitions, superfluous }: Diagnosis): string[] {
  const uncovered = tables.filter(({ state }) => state === 'uncovered')
  return [
    ...tables.flatMap(({ name, schema, table, state, absentColumns }) => {
      const place = `${name} (${schema}.${table})`
      if (state === 'absent') {
        return [
          `There is no table for ${place}. Run the migrations, or say where it is: \`database: { tables }\`.`,
        ]
      }
      if (state === 'not a table') return [`${place} is not a table, and cannot be recorded.`]
      return absentColumns.length > 0
        ? [`The table of ${place} lacks ${absentColumns.join(', ')}. Run the migrations.`]
        : []
    }),
    ...(uncovered.length > 0
      ? [
          `Not recorded as these options say: ${uncovered.map(({ name }) => name).join(', ')}. Run ${install}, and apply what it prints.`,
        ]
      : []),
    ...partitions.map(
      ({ schema, table, root, operations }) =>
        `The partition ${schema}.${table} of ${root.schema}.${root.table} has no trigger for ` +
        `${operations.join(', ')}: a statement sent to the partition itself is not recorded. Run ${install}.`,
    ),
    ...superfluous.map(
      ({ schema, table }) =>
        `${schema}.${table} has triggers, and is not to be recorded. Run ${install}.`,
    ),
  ]
}

function roleFindings(
  role: RoleDiagnosis,
  { database, auditModel, tagModel }: EngineSettings,
): Findings {
  const {
    role: name,
    changes,
    tagChanges,
    isSuperuser,
    usesSchema,
    executesWrite,
    readsKeys,
    owned,
  } = role
  const grant = `Run \`npx prisma-extension-audit install --role ${name}\`.`
  // The owner and a superuser may do anything; so they should not be who the application is.
  const excess = isSuperuser
    ? [`The role ${name} is a superuser, who can change the trail and disable triggers.`]
    : [
        ...(changes.length > 0
          ? [`The role ${name} may ${changes.join(', ')} on the audit table ${auditModel.table}.`]
          : []),
        ...(tagChanges.length > 0
          ? [
              `The role ${name} may ${tagChanges.join(', ')} on the table of tags ${tagModel?.table}.`,
            ]
          : []),
        ...(owned > 0
          ? [`The role ${name} owns recorded tables (${owned}), and so can disable their triggers.`]
          : []),
        ...(readsKeys ? [`The role ${name} may read the keys in ${database.schema}.secret.`] : []),
      ]
  const lack = [
    ...(usesSchema === false
      ? [`The role ${name} has no USAGE on ${database.schema}. ${grant}`]
      : []),
    ...(executesWrite === false
      ? [`The role ${name} has no EXECUTE on ${database.schema}.write. ${grant}`]
      : []),
  ]
  return role.isConnected
    ? { problems: lack, warnings: excess }
    : { problems: [...excess, ...lack], warnings: [] }
}

function keyProblems({ keys }: Diagnosis): string[] {
  const way = 'Run `npx prisma-extension-audit install --keys`.'
  return keys.flatMap(({ name, state }) => {
    if (state === 'absent') return [`The key ${name} is not stored. ${way}`]
    if (state === 'different')
      return [`The key ${name} that is stored is not that of the options. ${way}`]
    return []
  })
}

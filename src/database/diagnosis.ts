import type { Settings } from '../options.ts'
import { auditColumns } from '../schema/audit-model.ts'
import type { Model } from '../schema/schema.ts'
import { padsOf } from '../signature.ts'
import {
  findPartitions,
  findRelations,
  findRoles,
  type Place,
  type Query,
  type Relation,
  type Role,
} from './catalog.ts'
import { type InstalledTrigger, triggersQuery, type Uncovered, uncoveredOf } from './coverage.ts'
import { type Capture, capturesOf, operations } from './install.ts'
import { type EngineSettings, own } from './sql/names.ts'
import { diagnoseTags, type TagTableDiagnosis } from './tag-diagnosis.ts'

/** An audited model or join table. */
export interface TableDiagnosis {
  readonly name: string
  readonly schema: string
  readonly table: string
  /** `absent`: there is no table of this name; `not a table`: a view, or a foreign table. */
  readonly state: 'covered' | 'uncovered' | 'absent' | 'not a table'
  readonly gaps: readonly Pick<Uncovered, 'problem' | 'operations'>[]
  /** Columns that the triggers read, and the table has not. */
  readonly absentColumns: readonly string[]
}

/** A partition whose own statements are not recorded. */
export interface PartitionDiagnosis extends Place {
  readonly root: Place
  /** The operations without a trigger, or with one that is disabled. */
  readonly operations: readonly string[]
}

/** Triggers of the engine on a table that is not to be recorded. */
export interface SuperfluousTriggers extends Place {
  readonly operations: readonly string[]
}

export interface AuditTableDiagnosis extends Place {
  readonly exists: boolean
  readonly absentColumns: readonly string[]
}

export interface RoleDiagnosis extends Role {
  /** It was not asked for, but is the one that is connected. */
  readonly isConnected: boolean
  /** The privileges on the table of tags by which entries can be hidden from a search. */
  readonly tagChanges: readonly string[]
}

export interface KeyDiagnosis {
  readonly name: string
  /** `unknown`: the connected role may not read the keys. */
  readonly state: 'stored' | 'absent' | 'different' | 'unknown'
}

/** What there is in a database, beside what the schema and the options ask for. */
export interface Diagnosis {
  readonly tables: readonly TableDiagnosis[]
  readonly partitions: readonly PartitionDiagnosis[]
  readonly superfluous: readonly SuperfluousTriggers[]
  readonly auditTable: AuditTableDiagnosis
  /** `null` where the schema has no model of tags. */
  readonly tagTable: TagTableDiagnosis | null
  readonly roles: readonly RoleDiagnosis[]
  /** Roles that were asked for, and do not exist. */
  readonly absentRoles: readonly string[]
  /** The keys that the options need. */
  readonly keys: readonly KeyDiagnosis[]
}

/** Compares a database with the settings of the database engine. It only reads. */
export async function diagnose(
  query: Query,
  settings: EngineSettings,
  roles: readonly string[] = [],
): Promise<Diagnosis> {
  const captures = capturesOf(settings)
  const relations = await findRelations(query, captures)
  const installed = await findTriggers(query, settings)
  const partitions = await findPartitions(query, captures)
  const auditTable = await diagnoseAuditTable(query, settings)
  const tagTable = await diagnoseTags(query, settings)
  const find = (names: readonly string[], table: Place) =>
    findRoles(query, names, settings.database.schema, table, captures)
  const connected = await find([], auditTable)
  const found = roles.length > 0 ? await find(roles, auditTable) : connected
  const ofTags = tagTable ? await find(roles, tagTable) : []
  return {
    tables: captures.map((capture) => diagnoseTable(settings, capture, relations, installed)),
    partitions: partitions.flatMap((partition) => {
      const lacking = operations.filter((name) => !isActive(installed, partition, name))
      return lacking.length > 0 ? [{ ...partition, operations: lacking }] : []
    }),
    superfluous: superfluousOf(installed, [...captures, ...partitions]),
    auditTable,
    tagTable,
    roles: found.map((role) => ({
      ...role,
      isConnected: roles.length === 0,
      tagChanges: ofTags.find((one) => one.role === role.role)?.changes ?? [],
    })),
    absentRoles: roles.filter((name) => !found.some(({ role }) => role === name)),
    keys: await diagnoseKeys(query, settings, connected[0]),
  }
}

/** All triggers of the engine, whatever table they are on. */
export async function findTriggers(
  query: Query,
  settings: EngineSettings,
): Promise<InstalledTrigger[]> {
  return (await query(triggersQuery(settings))) as unknown as InstalledTrigger[]
}

/** Whether the audit table is what the audit model says. */
export async function diagnoseAuditTable(
  query: Query,
  { auditModel, database }: Settings,
): Promise<AuditTableDiagnosis> {
  const schema = auditModel.namespace ?? database?.tables ?? 'public'
  const place = { schema, table: auditModel.table }
  const [relation] = await findRelations(query, [place])
  const columns = [...auditColumns('postgresql').keys()].map((name) => columnOf(auditModel, name))
  return {
    ...place,
    exists: relation !== undefined,
    absentColumns: relation ? columns.filter((name) => !relation.columns.has(name)) : [],
  }
}

function diagnoseTable(
  settings: EngineSettings,
  capture: Capture,
  relations: readonly Relation[],
  installed: readonly InstalledTrigger[],
): TableDiagnosis {
  const { name, schema, table } = capture
  const relation = relations.find((one) => isSame(one, capture))
  const known = { name, schema, table, gaps: [], absentColumns: [] }
  if (!relation) return { ...known, state: 'absent' }
  if (!['r', 'p'].includes(relation.kind)) return { ...known, state: 'not a table' }
  const gaps = uncoveredOf([capture], installed).map(({ problem, operations: affected }) => ({
    problem,
    operations: affected,
  }))
  const absentColumns = columnsReadBy(settings, name).filter(
    (column) => !relation.columns.has(column),
  )
  return { ...known, state: gaps.length > 0 ? 'uncovered' : 'covered', gaps, absentColumns }
}

function columnsReadBy({ models }: EngineSettings, name: string): string[] {
  const audited = models.get(name)
  if (!audited) return ['A', 'B']
  const { columns, ignored } = audited
  return columns.filter((field) => !ignored.has(field.name)).map(({ column }) => column)
}

function superfluousOf(
  installed: readonly InstalledTrigger[],
  recorded: readonly Place[],
): SuperfluousTriggers[] {
  const others = installed.filter((trigger) => !recorded.some((place) => isSame(place, trigger)))
  const first = others.filter((trigger, i) => others.findIndex((one) => isSame(one, trigger)) === i)
  return first.map(({ schema, table }) => {
    const own = others.filter((trigger) => isSame(trigger, { schema, table }))
    return { schema, table, operations: own.map(({ operation }) => operation) }
  })
}

async function diagnoseKeys(
  query: Query,
  settings: EngineSettings,
  connected: Role | undefined,
): Promise<KeyDiagnosis[]> {
  const { signingKey } = settings.database
  const needed = Object.entries({ hash: neededHashKey(settings), signing: signingKey })
  const isInstalled = connected?.usesSchema !== null
  const isReadable = connected?.readsKeys ?? false
  const stored = isReadable
    ? await query(
        `SELECT name, encode(inner_pad, 'hex') AS "inner", encode(outer_pad, 'hex') AS "outer" FROM ${own(settings, 'secret')}`,
      )
    : []
  return needed.flatMap(([name, key]): KeyDiagnosis[] => {
    if (key === undefined) return []
    if (isInstalled && !isReadable) return [{ name, state: 'unknown' }]
    const row = stored.find((one) => one.name === name)
    if (!row) return [{ name, state: 'absent' }]
    const { inner, outer } = padsOf(key)
    return [{ name, state: row.inner === inner && row.outer === outer ? 'stored' : 'different' }]
  })
}

/** Ids that are confidential are hashed without a key, too: by an empty one. */
function neededHashKey({ hashKey, models }: EngineSettings): string | undefined {
  const hashesIds = [...models.values()].some(({ key, redactions }) =>
    key.fields.some((name) => redactions.has(name)),
  )
  return hashKey ?? (hashesIds ? '' : undefined)
}

function isActive(installed: readonly InstalledTrigger[], place: Place, name: string): boolean {
  return installed.some((one) => isSame(one, place) && one.operation === name && !one.isDisabled)
}

function isSame(a: Place, b: Place): boolean {
  return a.schema === b.schema && a.table === b.table
}

function columnOf({ fields }: Model, name: string): string {
  return fields.get(name)?.column ?? name
}

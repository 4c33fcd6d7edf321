import type { AuditedModel } from '../../options.ts'
import type { Side, Table } from '../../schema/tables.ts'
import { captureFunction, insertEntries } from './entries.ts'
import { fieldSql } from './fields.ts'
import { captureName, type EngineSettings, literal, qualified } from './names.ts'
import { entityIdSql, objectOf, redactedValue } from './rows.ts'

/** A join table, with its two sides. */
export type JoinTable = Table & { readonly sides: readonly [Side, Side] }

/**
 * The trigger function of a join table: an entry for each entity, relation field and direction, with all
 * that a statement linked it with or unlinked it from.
 */
export function linkCapture(settings: EngineSettings, table: JoinTable): string {
  const told = (action: 'link' | 'unlink', rows: string) =>
    ([0, 1] as const).flatMap((index) => sideSql(settings, table, index, action, rows))
  const entries = (parts: readonly string[]) =>
    insertEntries(settings, {
      action: 'l.action',
      entity: 'l.entity',
      entityId: 'l.id',
      before: `CASE WHEN l.action = 'unlink' THEN l.related END`,
      after: `CASE WHEN l.action = 'link' THEN l.related END`,
      changed: 'l.changed',
      from: `(SELECT *, gen_random_uuid()::text AS uuid FROM (${parts.join('\nUNION ALL\n')}) AS links) AS l`,
      uuid: 'l.uuid',
    })
  const without = (rows: string, others: string) =>
    `(SELECT "A", "B" FROM ${rows} AS rows EXCEPT SELECT "A", "B" FROM ${others} AS others)`
  return captureFunction(settings, captureName(settings, table.model), {
    table: qualified(settings, table.model),
    isAlwaysMany: true,
    insert: (rows) => entries(told('link', rows.new)),
    update: (rows) =>
      entries([
        ...told('unlink', without(rows.old, rows.new)),
        ...told('link', without(rows.new, rows.old)),
      ]),
    delete: (rows) => entries(told('unlink', rows.old)),
  })
}

/** Whether any side of a join table is audited. */
export function isRecorded({ models }: EngineSettings, table: Table): table is JoinTable {
  return table.sides?.some(({ model }) => models.has(model)) ?? false
}

function sideSql(
  settings: EngineSettings,
  { sides }: JoinTable,
  index: 0 | 1,
  action: 'link' | 'unlink',
  rows: string,
): string[] {
  const [side, other] = index === 0 ? sides : [sides[1], sides[0]]
  const model = settings.models.get(side.model)
  if (!model) return []
  const [column, otherColumn] = index === 0 ? ['A', 'B'] : ['B', 'A']
  const id = entityIdSql(settings, keyedBy(model, column as string), 'rows')
  const value = otherValue(settings, other, otherColumn as string)
  const related = value ? objectOf([[other.id, value('rows')]]) : `'{}'::jsonb`
  return [
    `SELECT ${literal(action)} AS action, ${literal(side.model)} AS entity, ${id} AS id, ` +
      `jsonb_build_object(${literal(side.field)}, jsonb_agg(${related})) AS related, ` +
      `jsonb_build_array(${literal(side.field)}) AS changed FROM ${rows} AS rows GROUP BY rows."${column}"`,
  ]
}

/** The model, with its key in a column of the join table. */
function keyedBy(model: AuditedModel, column: string): AuditedModel {
  const columns = model.columns.map((field) => ({ ...field, column }))
  return { ...model, columns }
}

function otherValue(settings: EngineSettings, other: Side, column: string) {
  const model = settings.models.get(other.model)
  const field = settings.schema.models.get(other.model)?.fields.get(other.id)
  if (!field) throw new TypeError(`${other.model} has no field ${other.id}`)
  const sql = fieldSql(settings, { ...field, column })
  return redactedValue(settings, { redactions: model?.redactions ?? new Map() }, sql)
}

import { MASK } from '../../mask.ts'
import type { AuditedModel } from '../../options.ts'
import { captureFunction, insertEntries, type RowsSql } from './entries.ts'
import { type FieldSql, fieldSql } from './fields.ts'
import { captureName, type EngineSettings, literal, own, qualified } from './names.ts'

/** Functions of SQL take 100 arguments at most. */
const pairsPerObject = 50

/** The trigger function of a model's table: an entry for each row that a statement changes. */
export function modelCapture(settings: EngineSettings, model: AuditedModel): string {
  const entity = literal(model.model.name)
  const shown = shownFields(settings, model)
  const snapshot = (row: string) => objectOf(shown.map(({ name, value }) => [name, value(row)]))
  const entityId = (row: string) => entityIdSql(settings, model, row)
  const whole = (action: 'create' | 'delete', rows: string, isSingle: boolean) =>
    insertEntries(settings, {
      action: literal(action),
      entity,
      entityId: entityId('n'),
      before: action === 'delete' ? snapshot('n') : 'NULL',
      after: action === 'create' ? snapshot('n') : 'NULL',
      changed: 'NULL',
      ...(isSingle
        ? { from: `${rows} AS n` }
        : {
            from: `(SELECT *, gen_random_uuid()::text AS "audit uuid" FROM ${rows} AS rows) AS n`,
            uuid: 'n."audit uuid"',
          }),
    })
  return captureFunction(settings, captureName(settings, model.model), {
    table: qualified(settings, model.model),
    // What a session has less of would be lost from the text of a number.
    ...(model.columns.some(({ type }) => type === 'Float') && {
      settings: ' SET extra_float_digits = 1',
    }),
    insert: (rows) => whole('create', rows.new, rows.isSingle),
    update: (rows) => updateSql(settings, model, rows),
    delete: (rows) => whole('delete', rows.old, rows.isSingle),
  })
}

/**
 * The two states of a row are at the same place in both transition tables: PostgreSQL adds to both as it
 * updates the row, also where the row goes to another partition. Their keys may differ.
 */
function updateSql(settings: EngineSettings, model: AuditedModel, rows: RowsSql): string {
  const fields = comparedFields(settings, model)
  const differs = ({ compared }: FieldSql) => `${compared('o_')} IS DISTINCT FROM ${compared('n')}`
  const isKey = ({ name }: FieldSql) => model.key.fields.includes(name)
  const shown = shownFields(settings, model)
  const unchanged = fields.filter((field) => !isKey(field))
  const hidden =
    model.snapshots === 'changed' && unchanged.length > 0
      ? ` - array_remove(ARRAY[${unchanged
          .map((field) => `CASE WHEN NOT (${differs(field)}) THEN ${literal(field.name)} END`)
          .join(', ')}], NULL)`
      : ''
  const snapshot = (row: string) =>
    `(${objectOf(shown.map(({ name, value }) => [name, value(row)]))})${hidden}`
  const [oldId, newId] = [entityIdSql(settings, model, 'o_'), entityIdSql(settings, model, 'n')]
  const isMoved = fields.filter(isKey).map(differs).join(' OR ')
  const placed = (rows: string, alias: string) =>
    `(SELECT *, row_number() OVER () AS "audit place" FROM ${rows} AS rows) AS ${alias}`
  const changed = `to_jsonb(array_remove(ARRAY[${fields
    .map((field) => `CASE WHEN ${differs(field)} THEN ${literal(field.name)} END`)
    .join(', ')}], NULL))`
  const isChanged = fields.map(differs).join(' OR ')
  const update = { action: literal('update'), entity: literal(model.model.name) }
  if (rows.isSingle) {
    return insertEntries(settings, {
      ...update,
      entityId: newId,
      before: snapshot('o_'),
      after: snapshot('n'),
      changed,
      from: `${rows.old} AS o_, ${rows.new} AS n WHERE (${isChanged}) AND NOT (${isMoved})`,
    })
  }
  return insertEntries(settings, {
    ...update,
    entityId: 'u.id',
    before: 'u.before',
    after: 'u.after',
    changed: 'u.changed',
    // FULL, though each row has its other state: it is never done by a nested loop, which PostgreSQL would
    // plan for the first statement, of few rows perhaps, and keep for one of many thousands.
    // A key that changes is told in the history of either id.
    from: `(SELECT ids.id, ${snapshot('o_')} AS before, ${snapshot('n')} AS after, ${changed} AS changed, gen_random_uuid()::text AS uuid
FROM ${placed(rows.old, 'o_')} FULL JOIN ${placed(rows.new, 'n')} USING ("audit place")
CROSS JOIN LATERAL (VALUES (${oldId}), (CASE WHEN ${isMoved} THEN ${newId} END)) AS ids(id)
WHERE (${isChanged}) AND ids.id IS NOT NULL) AS u`,
    uuid: 'u.uuid',
  })
}

/** A field of a snapshot, in the form that the trail shows. */
interface ShownField {
  readonly name: string
  readonly value: (row: string) => string
}

function shownFields(settings: EngineSettings, model: AuditedModel): ShownField[] {
  return comparedFields(settings, model).flatMap((field) => {
    const value = redactedValue(settings, model, field)
    return value ? [{ name: field.name, value }] : []
  })
}

/** `null` for a field that is left out. */
export function redactedValue(
  settings: EngineSettings,
  model: Pick<AuditedModel, 'redactions'>,
  field: FieldSql,
): ((row: string) => string) | null {
  const redaction = model.redactions.get(field.name)
  if (redaction === 'omit') return null
  if (redaction !== 'mask' && redaction !== 'hash') return field.value
  const shown = (row: string) =>
    redaction === 'mask' ? literal(MASK) : hashSql(settings, field.text(row))
  return (row) =>
    field.isList ? shown(row) : `CASE WHEN ${field.text(row)} IS NOT NULL THEN ${shown(row)} END`
}

function comparedFields(settings: EngineSettings, model: AuditedModel): FieldSql[] {
  return model.columns
    .filter(({ name }) => !model.ignored.has(name))
    .map((field) => fieldSql(settings, field))
}

/** `jsonb_build_object`, as often as it takes. */
export function objectOf(pairs: readonly (readonly [name: string, value: string])[]): string {
  const parts: string[] = []
  for (let i = 0; i < pairs.length; i += pairsPerObject) {
    const some = pairs.slice(i, i + pairsPerObject)
    parts.push(
      `jsonb_build_object(${some.map(([name, value]) => `${literal(name)}, ${value}`).join(', ')})`,
    )
  }
  return parts.length > 0 ? parts.join(' || ') : `'{}'::jsonb`
}

/** The entity id of a row: its key as text, hashed where the key is confidential. */
export function entityIdSql(settings: EngineSettings, model: AuditedModel, row: string): string {
  const fields = model.key.fields.map((name) => {
    const field = model.columns.find((column) => column.name === name)
    if (!field) throw new TypeError(`The key of ${model.model.name} has no column ${name}`)
    return fieldSql(settings, field)
  })
  const [first] = fields
  const id =
    first && fields.length === 1
      ? first.text(row)
      : `'[' || ${fields.map((field) => field.json(row)).join(` || ',' || `)} || ']'`
  const isConfidential = model.key.fields.some((name) => model.redactions.has(name))
  return isConfidential ? hashSql(settings, id) : id
}

function hashSql(settings: EngineSettings, text: string): string {
  return `${own(settings, 'hashed')}(${text})`
}

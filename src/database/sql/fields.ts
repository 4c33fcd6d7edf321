import { type Dialect, identifier } from '../../dialect.ts'
import type { Field, Schema } from '../../schema/schema.ts'

/** How SQL reads one column of a row, which has the alias `row`. */
export interface FieldSql {
  readonly name: string
  readonly isList: boolean
  /** What makes the stored form of the value (see `serialize.ts`), for a JSON function to take. */
  value(row: string): string
  /** What is equal for two rows if and only if their values are. */
  compared(row: string): string
  /** The value as text: that of an entity id, of a hash. */
  text(row: string): string
  /** The value as JSON text without spaces: an item of a composite entity id. */
  json(row: string): string
}

/** Of a type: the stored form of one value, and what to compare. */
interface TypeSql {
  readonly value: (x: string) => string
  /** Where the values themselves cannot be compared, or not exactly. */
  readonly compared?: (x: string) => string
  /** Whether PostgreSQL makes JSON of it by itself: also of a list. */
  readonly isPlain?: boolean
  /** Whether the stored form is a string. */
  readonly isText?: boolean
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

const asText = (x: string) => `${x}::text`

/** Compared byte by byte, whatever the collation or the type holds for equal. */
const exactText = (x: string) => `${x}::text COLLATE "C"`

const types: Readonly<Record<string, (field: Field) => TypeSql>> = {
  String: ({ nativeType }) => ({
    value: (x) => x,
    isPlain: true,
    isText: true,
    ...(nativeType !== 'Uuid' && { compared: exactText }),
  }),
  Boolean: () => ({ value: (x) => x, isPlain: true }),
  Int: () => ({ value: (x) => x, isPlain: true }),
  BigInt: () => ({ value: asText, isText: true }),
  // A JSON number has no sign of zero, and `=` does not see it. What JSON lacks becomes a string.
  Float: () => ({
    value: (x) => `CASE WHEN ${x}::text = '-0' THEN to_jsonb('-0'::text) ELSE to_jsonb(${x}) END`,
    compared: asText,
  }),
  Decimal: ({ nativeType }) => ({
    value: (x) => `trim_scale(${x}${nativeType === 'Money' ? '::numeric' : ''})::text`,
    isText: true,
  }),
  DateTime: (field) => {
    const value = dateValue(field)
    const isExact = precisionOf(field) <= 3
    return { value, isText: true, ...(!isExact && { compared: value }) }
  },
  Bytes: () => ({ value: (x) => `translate(encode(${x}, 'base64'), E'\\n', '')`, isText: true }),
  Json: ({ isList }) => ({
    value: (x) => {
      const json = `${x}::jsonb`
      // An item of a list that is NULL is Prisma's JSON null, too.
      const isNull = `jsonb_typeof(${json}) = 'null'${isList ? ` OR ${x} IS NULL` : ''}`
      return (
        `CASE WHEN ${isNull} THEN '{"$json": null}'::jsonb ` +
        `WHEN jsonb_typeof(${json}) = 'object' AND ${json} ? '$json' ` +
        `THEN jsonb_build_object('$json', ${json}) ELSE ${json} END`
      )
    },
    compared: (x) => `${x}::jsonb`,
  }),
}

/** The column of a field, as SQL reads it. */
export function fieldSql(dialect: Dialect, schema: Schema, field: Field): FieldSql {
  const column = identifier(dialect, field.column)
  const type = typeSql(schema, field)
  const at = (row: string) => `${row}.${column}`
  const scalar = (row: string) => type.value(at(row))
  if (field.isList) {
    const value = (row: string) => listValue(at(row), type)
    const text = (row: string) => `${value(row)}::text`
    return { name: field.name, isList: true, value, compared: value, text, json: text }
  }
  const text = (row: string) => (type.isText ? `${scalar(row)}` : `to_jsonb(${scalar(row)})::text`)
  return {
    name: field.name,
    isList: false,
    value: scalar,
    compared: (row) => (type.compared ?? ((x) => x))(at(row)),
    text: (row) => (type.isText && type.isPlain ? `${at(row)}::text` : text(row)),
    json: (row) => `to_json(${scalar(row)})::text`,
  }
}

/** A list without a value is an empty one to Prisma. */
function listValue(x: string, type: TypeSql): string {
  if (type.isPlain) return `coalesce(to_jsonb(${x}), '[]'::jsonb)`
  const items = `SELECT jsonb_agg(${type.value('item')} ORDER BY place) FROM unnest(${x}) WITH ORDINALITY AS items(item, place)`
  return `coalesce((${items}), '[]'::jsonb)`
}

function typeSql(schema: Schema, field: Field): TypeSql {
  if (field.kind === 'enum') return enumSql(schema, field)
  return (types[field.type] ?? (() => ({ value: (x: string) => x, isPlain: true })))(field)
}

/** The value by Prisma's name, where the database has another one. */
function enumSql(schema: Schema, field: Field): TypeSql {
  const values = schema.enums.get(field.type)?.values ?? new Map<string, string>()
  const renamed = [...values].filter(([name, stored]) => name !== stored)
  if (renamed.length === 0) return { value: asText, isText: true }
  const cases = renamed.map(([name, stored]) => `WHEN ${quoted(stored)} THEN ${quoted(name)}`)
  const value = (x: string) => `CASE ${x}::text ${cases.join(' ')} ELSE ${x}::text END`
  return { value, isText: true }
}

const iso = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'

/** ISO 8601 in UTC with milliseconds, whatever the time zone of the session is. */
function dateValue({ nativeType }: Field): (x: string) => string {
  switch (nativeType?.replace(/\(.*$/, '')) {
    case 'Date':
      return (x) => far(`${x}::timestamp`)
    case 'Time':
      return (x) => `to_char(date '1970-01-01' + ${x}, '${iso}')`
    // Prisma takes the time as it stands, without its zone.
    case 'Timetz':
      return (x) => `to_char(date '1970-01-01' + ${x}::time, '${iso}')`
    case 'Timestamptz':
      return (x) => far(`(${x} AT TIME ZONE 'UTC')`)
    default:
      return far
  }
}

/** Years of more than four digits, and those before the first, have a sign and six digits. */
function far(x: string): string {
  const sign = `CASE WHEN ${x} < '0001-01-01' THEN '-' ELSE '+' END`
  // The year before 1 is 0 in ISO 8601, and 1 BC in PostgreSQL.
  const year = `lpad(abs(extract(year FROM ${x})::int + CASE WHEN ${x} < '0001-01-01' THEN 1 ELSE 0 END)::text, 6, '0')`
  return (
    `CASE WHEN ${x} >= '0001-01-01' AND ${x} < '10000-01-01' THEN to_char(${x}, '${iso}') ` +
    `WHEN isfinite(${x}) THEN CASE WHEN ${x} >= '0001-01-01 BC' AND ${x} < '0001-01-01' THEN '0000' ` +
    `ELSE ${sign} || ${year} END || to_char(${x}, '-MM-DD"T"HH24:MI:SS.MS"Z"') ELSE ${x}::text END`
  )
}

function precisionOf({ nativeType }: Field): number {
  if (nativeType === null) return 3
  if (nativeType === 'Date') return 0
  return Number(/\((\d)\)/.exec(nativeType)?.[1] ?? 6)
}

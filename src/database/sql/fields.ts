import { identifier } from '../../dialect.ts'
import type { Field, Schema } from '../../schema/schema.ts'
import { dollarQuoted, type EngineSettings, literal, own } from './names.ts'

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
  /** The value as text, where that is not the stored form, or not as PostgreSQL writes it. */
  readonly text?: (x: string) => string
  /** The same as JSON. */
  readonly json?: (x: string) => string
}

const asText = (x: string) => `${x}::text`

/** Compared byte by byte, whatever the collation or the type holds for equal. */
const exactText = (x: string) => `${x}::text COLLATE "C"`

const types: Readonly<Record<string, (field: Field, settings: EngineSettings) => TypeSql>> = {
  String: ({ nativeType }) => ({
    value: (x) => x,
    isPlain: true,
    isText: true,
    ...(nativeType !== 'Uuid' && { compared: exactText }),
    // A cast takes the spaces that fill up a CHAR away, and adds the netmask to an INET.
    ...(!plainTexts.has(baseType(nativeType)) && { text: (x) => `to_jsonb(${x}) #>> '{}'` }),
  }),
  Boolean: () => ({ value: (x) => x, isPlain: true }),
  Int: () => ({ value: (x) => x, isPlain: true }),
  BigInt: () => ({ value: asText, isText: true }),
  // A JSON number has no sign of zero, and `=` does not see it. What JSON lacks becomes a string.
  Float: () => ({
    value: floatValue,
    compared: asText,
    text: floatText,
    json: (x) =>
      `CASE WHEN jsonb_typeof(${floatValue(x)}) = 'string' THEN (${floatValue(x)})::text ELSE ${floatText(x)} END`,
  }),
  Decimal: ({ nativeType }) => ({
    value: (x) => `trim_scale(${x}${nativeType === 'Money' ? '::numeric' : ''})::text`,
    isText: true,
  }),
  DateTime: (field, settings) => {
    const value = dateValue(settings, field)
    const isExact = precisionOf(field) <= 3
    return { value, isText: true, ...(!isExact && { compared: value }) }
  },
  Bytes: () => ({ value: (x) => `translate(encode(${x}, 'base64'), E'\\n', '')`, isText: true }),
  Json: (field) => {
    const jsonb = jsonbOf(field)
    const value = (x: string) => jsonValue(x, jsonb(x), field.isList)
    const json = (x: string) => withoutSpaces(value(x))
    return {
      value,
      compared: jsonb,
      text: (x) =>
        `CASE jsonb_typeof(${value(x)}) WHEN 'string' THEN (${value(x)}) #>> '{}' ELSE ${json(x)} END`,
      json,
    }
  },
}

/** Types of texts that a cast to text leaves as they are. */
const plainTexts: ReadonlySet<string | null> = new Set([null, 'Text', 'VarChar', 'Uuid'])

function floatValue(x: string): string {
  return `CASE WHEN ${x}::text = '-0' THEN to_jsonb('-0'::text) ELSE to_jsonb(${x}) END`
}

/** As JavaScript writes a number: with an exponent where that is shorter, without a zero before it. */
function floatText(x: string): string {
  const exponent = `regexp_replace(${x}::text, ${literal('e([+-])0')}, ${literal('e\\1')})`
  return `CASE WHEN abs(${x}) >= 1e-6 AND abs(${x}) < 1e21 THEN to_jsonb(${x})::text ELSE ${exponent} END`
}

/**
 * `jsonb` takes neither NUL nor half of a surrogate pair, which a column of `json` can hold: as in other
 * texts (see `storable.ts`), U+FFFD stands for them, since no write may fail by what it is told of with.
 */
function jsonbOf({ nativeType }: Field): (x: string) => string {
  if (nativeType !== 'Json') return (x) => `${x}::jsonb`
  const start = '(?<!\\\\)((?:\\\\\\\\)*)'
  const high = '\\\\u[dD][89abAB][0-9a-fA-F]{2}'
  const low = '\\\\u[dD][c-fC-F][0-9a-fA-F]{2}'
  const refused = [`${start}\\\\u0000`, `${start}${high}(?!${low})`, `${start}(?<!${high})${low}`]
  const replaced = literal('\\1\\\\ufffd')
  return (x) => {
    const text = refused.reduce(
      (json, pattern) => `regexp_replace(${json}, ${literal(pattern)}, ${replaced}, 'g')`,
      `${x}::text`,
    )
    const isRefused = `${x}::text ~ ${literal('\\\\u(0000|[dD][89a-fA-F])')}`
    return `(CASE WHEN ${isRefused} THEN (${text})::jsonb ELSE ${x}::jsonb END)`
  }
}

function jsonValue(x: string, json: string, isItem: boolean): string {
  // An item of a list that is NULL is Prisma's JSON null, too.
  const isNull = `jsonb_typeof(${json}) = 'null'${isItem ? ` OR ${x} IS NULL` : ''}`
  return (
    `CASE WHEN ${isNull} THEN '{"$json": null}'::jsonb ` +
    `WHEN jsonb_typeof(${json}) = 'object' AND ${json} ? '$json' ` +
    `THEN jsonb_build_object('$json', ${json}) ELSE ${json} END`
  )
}

/** JSON as JavaScript writes it, but for numbers, whose digits `jsonb` keeps. */
function withoutSpaces(json: string): string {
  const stringOrSpace = literal('("(?:[^"\\\\]|\\\\.)*")|\\s')
  return `regexp_replace((${json})::text, ${stringOrSpace}, ${literal('\\1')}, 'g')`
}

/** The column of a field, as SQL reads it. */
export function fieldSql(settings: EngineSettings, field: Field): FieldSql {
  const column = identifier(settings.dialect, field.column)
  const type = typeSql(settings, field)
  const at = (row: string) => `${row}.${column}`
  const scalar = (row: string) => type.value(at(row))
  if (field.isList) {
    const value = (row: string) => listValue(at(row), type)
    const text = (row: string) => listText(at(row), type)
    return { name: field.name, isList: true, value, compared: value, text, json: text }
  }
  const text = (x: string) => {
    if (type.text) return `(${type.text(x)})`
    if (!type.isText) return `to_jsonb(${type.value(x)})::text`
    return type.isPlain ? `${x}::text` : type.value(x)
  }
  return {
    name: field.name,
    isList: false,
    value: scalar,
    compared: (row) => (type.compared ?? ((x) => x))(at(row)),
    text: (row) => text(at(row)),
    json: (row) => jsonText(at(row), type),
  }
}

/** A list without a value is an empty one to Prisma. */
function listValue(x: string, type: TypeSql): string {
  if (type.isPlain) return `coalesce(to_jsonb(${x}), '[]'::jsonb)`
  const items = `SELECT jsonb_agg(${type.value('item')} ORDER BY place) FROM unnest(${x}) WITH ORDINALITY AS items(item, place)`
  return `coalesce((${items}), '[]'::jsonb)`
}

function listText(x: string, type: TypeSql): string {
  const item = `coalesce(${jsonText('item', type)}, 'null')`
  const items = `SELECT string_agg(${item}, ',' ORDER BY place) FROM unnest(${x}) WITH ORDINALITY AS items(item, place)`
  return `('[' || coalesce((${items}), '') || ']')`
}

function jsonText(x: string, type: TypeSql): string {
  return type.json ? `(${type.json(x)})` : `to_json(${type.value(x)})::text`
}

function typeSql(settings: EngineSettings, field: Field): TypeSql {
  if (field.kind === 'enum') return enumSql(settings.schema, field)
  return (types[field.type] ?? (() => ({ value: (x: string) => x, isPlain: true })))(
    field,
    settings,
  )
}

/** The value by Prisma's name, where the database has another one. */
function enumSql(schema: Schema, field: Field): TypeSql {
  const values = schema.enums.get(field.type)?.values ?? new Map<string, string>()
  const renamed = [...values].filter(([name, stored]) => name !== stored)
  if (renamed.length === 0) return { value: asText, isText: true }
  const cases = renamed.map(([name, stored]) => `WHEN ${literal(stored)} THEN ${literal(name)}`)
  const value = (x: string) => `CASE ${x}::text ${cases.join(' ')} ELSE ${x}::text END`
  return { value, isText: true }
}

const isoFormat = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'

/** ISO 8601 in UTC with milliseconds, whatever the time zone of the session is. */
function dateValue(settings: EngineSettings, { nativeType }: Field): (x: string) => string {
  switch (baseType(nativeType)) {
    case 'Date':
      return (x) => dateText(settings, `${x}::timestamp`)
    case 'Time':
      return (x) => `to_char(date '1970-01-01' + ${x}, '${isoFormat}')`
    // Prisma takes the time as it stands, without its zone.
    case 'Timetz':
      return (x) => `to_char(date '1970-01-01' + ${x}::time, '${isoFormat}')`
    case 'Timestamptz':
      return (x) => dateText(settings, `(${x} AT TIME ZONE 'UTC')`)
    default:
      return (x) => dateText(settings, x)
  }
}

/** Of other years `farDate` makes what ISO 8601 has for them, so that this stays short. */
function dateText(settings: EngineSettings, x: string): string {
  return (
    `CASE WHEN ${x} >= '0001-01-01' AND ${x} < '10000-01-01' THEN to_char(${x}, '${isoFormat}') ` +
    `ELSE ${own(settings, 'far_date')}(${x}) END`
  )
}

/** Years of more than four digits, and those before the first, have a sign and six digits. */
export function farDateFunction(settings: EngineSettings): string {
  return `CREATE OR REPLACE FUNCTION ${own(settings, 'far_date')}(date timestamp) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(`
  -- The year before 1 is 0 in ISO 8601, and 1 BC in PostgreSQL.
  SELECT CASE
    WHEN NOT isfinite(date) THEN date::text
    WHEN date >= '0001-01-01 BC' AND date < '0001-01-01' THEN '0000'
    WHEN date < '0001-01-01' THEN '-' || lpad((-1 - extract(year FROM date)::int)::text, 6, '0')
    ELSE '+' || lpad(extract(year FROM date)::int::text, 6, '0')
  END || CASE WHEN isfinite(date) THEN to_char(date, '-MM-DD"T"HH24:MI:SS.MS"Z"') ELSE '' END
`)};`
}

/** `VarChar` of `VarChar(20)`. */
function baseType(nativeType: string | null): string | null {
  return nativeType?.replace(/\(.*$/, '') ?? null
}

function precisionOf({ nativeType }: Field): number {
  if (nativeType === null) return 3
  if (nativeType === 'Date') return 0
  return Number(/\((\d)\)/.exec(nativeType)?.[1] ?? 6)
}

import { deserializeRawResult } from '@prisma/client/runtime/client'

/** What a driver adapter answers to a query. */
export interface DriverRows {
  readonly columnNames: readonly string[]
  readonly columnTypes: readonly number[]
  readonly rows: readonly (readonly unknown[])[]
  readonly lastInsertId?: string
}

/** The rows of a driver's answer, with the values that Prisma answers to a raw query. */
export function decodeRows(answer: DriverRows): Record<string, unknown>[] {
  const types = answer.columnTypes.map((type) => typeNames[type] ?? 'unknown')
  const rows = answer.rows.map((row) => row.map((value, i) => plainValue(value, types[i])))
  const response = { columns: [...answer.columnNames], types, rows }
  return deserializeRawResult(response as Parameters<typeof deserializeRawResult>[0])
}

/** `ColumnType` of @prisma/driver-adapter-utils, by the names that Prisma's raw results use. */
const typeNames: Readonly<Record<number, string>> = {
  0: 'int',
  1: 'bigint',
  2: 'float',
  3: 'double',
  4: 'decimal',
  5: 'bool',
  6: 'char',
  7: 'string',
  8: 'date',
  9: 'time',
  10: 'datetime',
  11: 'json',
  12: 'enum',
  13: 'bytes',
  14: 'string',
  15: 'uuid',
  64: 'int-array',
  65: 'bigint-array',
  66: 'float-array',
  67: 'double-array',
  68: 'decimal-array',
  69: 'bool-array',
  70: 'char-array',
  71: 'string-array',
  72: 'date-array',
  73: 'time-array',
  74: 'datetime-array',
  75: 'json-array',
  76: 'string-array',
  77: 'bytes-array',
  78: 'uuid-array',
  128: 'unknown',
}

/** What Prisma does with a driver's values before it answers them (its `serializeRawSql`). */
function plainValue(value: unknown, type: string | undefined): unknown {
  if (value === null || value === undefined) return null
  if (Array.isArray(value) && type?.endsWith('-array')) {
    return value.map((item) => plainValue(item, type.slice(0, -'-array'.length)))
  }
  switch (type) {
    case 'int':
      return Math.trunc(Number(value))
    case 'bigint':
      return typeof value === 'number' ? String(Math.trunc(value)) : String(value)
    case 'bool':
      return typeof value === 'boolean' ? value : ['true', '1'].includes(String(value))
    case 'json':
      return typeof value === 'string' ? JSON.parse(value) : value
    default:
      return value
  }
}

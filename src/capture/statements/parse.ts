import { type Fragment, Reader, type Target, unquoted } from './reader.ts'

/** A statement that writes, as Prisma's query compiler makes them. */
export type WriteStatement = Insert | Update | Delete

interface Common extends Target {
  readonly hasReturning: boolean
  /** Where more can be appended: the end, but for comments. */
  readonly end: number
}

export interface Insert extends Common {
  readonly verb: 'insert'
  readonly columns: readonly string[]
  /** A value for each column; a statement without columns has rows without values. */
  readonly rows: readonly (readonly Fragment[])[]
  /** Where the first row begins and the last one ends. */
  readonly rowsStart: number
  readonly rowsEnd: number
  /** What becomes of a row that is there already. */
  readonly onConflict: 'fail' | 'ignore' | ConflictUpdate
}

/** `ON CONFLICT (columns) DO UPDATE SET assignments WHERE where` */
export interface ConflictUpdate {
  /** Where `UPDATE` begins in the statement's text, and where its condition ends. */
  readonly begin: number
  readonly end: number
  readonly columns: readonly string[]
  readonly assignments: ReadonlyMap<string, Fragment>
  readonly where: Fragment | null
}

export interface Update extends Common {
  readonly verb: 'update'
  readonly assignments: ReadonlyMap<string, Fragment>
  /** `null` where every row is meant. */
  readonly where: Fragment | null
}

export interface Delete extends Common {
  readonly verb: 'delete'
  readonly where: Fragment | null
}

/**
 * Reads a statement, as far as it takes to know which rows it writes; `null` for one that writes
 * nothing: a query, or one that controls the transaction.
 *
 * It knows the few forms of Prisma's query compiler, and no other SQL.
 *
 * @throws {UnknownStatement} for every other form, so that none passes unseen.
 */
export function parseStatement(sql: string): WriteStatement | null {
  const reader = new Reader(sql)
  const { verb } = reader
  if (verb === undefined || harmless.has(verb)) return null
  switch (verb) {
    case 'INSERT':
      return readInsert(reader)
    case 'UPDATE':
      return readUpdate(reader)
    case 'DELETE':
      return readDelete(reader)
    default:
      return reader.unknown()
  }
}

const harmless = new Set([
  ...['SELECT', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'SET', 'PRAGMA'],
])

function readInsert(reader: Reader): Insert {
  reader.take('INSERT')
  const ignores = reader.skip('IGNORE') || (reader.skip('OR') && reader.take('IGNORE'))
  reader.take('INTO')
  const name = reader.name()
  const columns = reader.is('(') ? reader.list().map(({ text }) => unquoted(text)) : []
  if (reader.skip('DEFAULT')) {
    const rowsStart = reader.position
    reader.take('VALUES')
    return {
      verb: 'insert',
      ...name,
      columns: [],
      rows: [[]],
      rowsStart,
      ...insertEnd(reader, ignores),
    }
  }
  reader.take('VALUES')
  const rowsStart = reader.position
  const rows = [reader.list()]
  while (reader.skip(',')) rows.push(reader.list())
  if (rows.some((row) => row.length !== columns.length)) reader.unknown()
  return { verb: 'insert', ...name, columns, rows, rowsStart, ...insertEnd(reader, ignores) }
}

function insertEnd(reader: Reader, ignores: boolean) {
  const rowsEnd = reader.previousEnd
  const onConflict = reader.skip('ON') ? readConflict(reader) : ignores ? 'ignore' : 'fail'
  return { rowsEnd, onConflict, ...reader.ending() }
}

function readConflict(reader: Reader): Insert['onConflict'] {
  reader.take('CONFLICT')
  const columns = reader.is('(') ? reader.list().map(({ text }) => unquoted(text)) : []
  reader.take('DO')
  if (reader.skip('NOTHING')) return 'ignore'
  const begin = reader.position
  reader.take('UPDATE')
  reader.take('SET')
  const assignments = readAssignments(reader)
  const where = readWhere(reader)
  return { begin, end: reader.previousEnd, columns, assignments, where }
}

function readUpdate(reader: Reader): Update {
  reader.take('UPDATE')
  const name = reader.name()
  reader.take('SET')
  const assignments = readAssignments(reader)
  const where = readWhere(reader)
  return { verb: 'update', ...name, assignments, where, ...reader.ending() }
}

function readAssignments(reader: Reader): Map<string, Fragment> {
  const assignments = new Map<string, Fragment>()
  do {
    const column = reader.column()
    reader.take('=')
    const value = reader.until(',', 'WHERE', 'RETURNING', 'LIMIT', 'ORDER')
    assignments.set(column, value ?? reader.unknown())
  } while (reader.skip(','))
  return assignments
}

function readDelete(reader: Reader): Delete {
  reader.take('DELETE')
  reader.take('FROM')
  const name = reader.name()
  return { verb: 'delete', ...name, where: readWhere(reader), ...reader.ending() }
}

function readWhere(reader: Reader): Fragment | null {
  if (!reader.skip('WHERE')) return null
  return reader.until('RETURNING', 'LIMIT', 'ORDER') ?? reader.unknown()
}

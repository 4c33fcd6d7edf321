import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { auditColumns } from '../../../src/schema/audit-model.ts'
import type { Provider } from '../../database/capabilities.ts'
import { type Connection, openConnection } from '../../database/connection.ts'
import { type GeneratedRow, generateRows, type TrailRow, type TrailTag } from './generate.ts'

/** Fills the empty tables of a database with a trail of so many rows, and has it analyzed. */
export async function fill(
  provider: Provider,
  url: string,
  count: number,
  tell: (text: string) => void = () => {},
): Promise<void> {
  const connection = await openConnection(provider, url)
  const started = Date.now()
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`
  const progress = (done: number) =>
    tell(`${done.toLocaleString('en')} of ${count.toLocaleString('en')} rows, ${seconds()}`)
  try {
    const create = await dropIndexes[provider](connection)
    if (provider === 'postgresql') await copyRows(url, count, progress)
    else await insertRows(provider, connection, count, progress)
    for (const statement of create) await connection.query(statement)
    for (const statement of after[provider]) await connection.query(statement)
    tell(`indexed and analyzed, ${seconds()}`)
  } finally {
    await connection.close()
  }
}

const rowNames = [...auditColumns('postgresql').keys()] as (keyof TrailRow)[]
const tagNames = ['key', 'value', 'seq'] as const satisfies readonly (keyof TrailTag)[]

/** Rows that go in one piece. */
const pieceRows = { postgresql: 2_000, mysql: 1_000, sqlite: 500 } as const
const progressRows = 100_000

function* piecesOf(count: number, size: number): Generator<GeneratedRow[], void> {
  let piece: GeneratedRow[] = []
  for (const generated of generateRows(count)) {
    piece.push(generated)
    if (piece.length < size) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

/** Both tables at once. In the transaction that empties a table, PostgreSQL writes no log of it. */
async function copyRows(url: string, count: number, progress: (done: number) => void) {
  const tables = [
    ['AuditLog', rowNames],
    ['AuditTag', tagNames],
  ] as const
  const clients = tables.map(() => new pg.Client({ connectionString: url }))
  try {
    const streams: Writable[] = []
    for (const [i, [table, names]] of tables.entries()) {
      const client = clients[i] as pg.Client
      await client.connect()
      await client.query(`BEGIN; TRUNCATE "${table}"`)
      const columns = names.map((name) => `"${name}"`).join(', ')
      streams.push(client.query(copyFrom(`COPY "${table}" (${columns}) FROM STDIN`)))
    }
    const [rows, tags] = streams as [Writable, Writable]
    let done = 0
    for (const piece of piecesOf(count, pieceRows.postgresql)) {
      await write(
        rows,
        piece.map(({ row }) => copyLine(rowNames.map((name) => isoTime(row, name)))),
      )
      await write(
        tags,
        piece.flatMap((each) =>
          each.tags.map(({ key, value, seq }) => copyLine([key, value, seq])),
        ),
      )
      done += piece.length
      if (done % progressRows < piece.length) progress(done)
    }
    for (const stream of streams) {
      stream.end()
      await finished(stream)
    }
    for (const client of clients) await client.query('COMMIT')
  } finally {
    for (const client of clients) await client.end()
  }
}

function isoTime(row: TrailRow, name: keyof TrailRow): string | number | null {
  return name === 'createdAt' ? new Date(row.createdAt).toISOString() : row[name]
}

function copyLine(values: readonly (string | number | null)[]): string {
  return `${values.map((value) => value ?? '\\N').join('\t')}\n`
}

async function write(stream: Writable, lines: readonly string[]): Promise<void> {
  if (lines.length > 0 && !stream.write(lines.join(''))) await once(stream, 'drain')
}

async function insertRows(
  provider: 'mysql' | 'sqlite',
  connection: Connection,
  count: number,
  progress: (done: number) => void,
) {
  const quoted = (name: string) => `\`${name}\``
  const insert = (table: string, names: readonly string[], values: readonly string[]) =>
    connection.query(
      `INSERT INTO ${quoted(table)} (${names.map(quoted).join(', ')}) VALUES ${values.join(', ')}`,
    )
  const time = (at: number) =>
    provider === 'mysql'
      ? new Date(at).toISOString().replace('T', ' ').replace('Z', '')
      : new Date(at).toISOString().replace('Z', '+00:00')
  let done = 0
  for (const statement of before[provider]) await connection.query(statement)
  for (const piece of piecesOf(count, pieceRows[provider])) {
    const rows = piece.map(({ row }) =>
      tuple(rowNames.map((name) => (name === 'createdAt' ? time(row.createdAt) : row[name]))),
    )
    await insert('AuditLog', rowNames, rows)
    const tags = piece.flatMap((each) =>
      each.tags.map(({ key, value, seq }) => tuple([key, value, seq])),
    )
    if (tags.length > 0) await insert('AuditTag', tagNames, tags)
    done += piece.length
    if (done % progressRows < piece.length) progress(done)
    // SQLite answers at once, and signals have to get through.
    await setImmediate()
  }
  await connection.query('COMMIT')
}

function tuple(values: readonly (string | number | null)[]): string {
  return `(${values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value ?? 'NULL'))).join(', ')})`
}

const before = {
  mysql: ['SET unique_checks = 0', 'SET foreign_key_checks = 0', 'START TRANSACTION'],
  // The index of the tags takes them in no order, so it has to be in memory.
  sqlite: [
    'PRAGMA synchronous = OFF',
    'PRAGMA journal_mode = OFF',
    'PRAGMA cache_size = -500000',
    'BEGIN',
  ],
} as const

const after = {
  postgresql: [
    `SELECT setval(pg_get_serial_sequence('"AuditLog"', 'seq'), (SELECT MAX("seq") FROM "AuditLog"))`,
    'VACUUM (ANALYZE) "AuditLog"',
    'VACUUM (ANALYZE) "AuditTag"',
  ],
  mysql: ['ANALYZE TABLE `AuditLog`', 'ANALYZE TABLE `AuditTag`'],
  sqlite: ['ANALYZE'],
} as const satisfies Record<Provider, readonly string[]>

/** Drops what is faster made at the end, and answers the statements that make it as it was. */
const dropIndexes = {
  async postgresql(connection: Connection) {
    const constraints = await connection.query(
      `SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS "name", pg_get_constraintdef(oid) AS "definition"
       FROM pg_constraint WHERE contype = 'p' AND conrelid IN ('"AuditLog"'::regclass, '"AuditTag"'::regclass)`,
    )
    for (const { table, name } of constraints)
      await connection.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`)
    const indexes = await connection.query(
      `SELECT quote_ident(indexname) AS "name", indexdef AS "definition" FROM pg_indexes WHERE tablename IN ('AuditLog', 'AuditTag')`,
    )
    for (const { name } of indexes) await connection.query(`DROP INDEX ${name}`)
    return [
      ...constraints.map(
        ({ table, name, definition }) =>
          `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`,
      ),
      ...indexes.map(({ definition }) => String(definition)),
    ]
  },
  async mysql(connection: Connection) {
    const [shown] = await connection.query('SHOW CREATE TABLE `AuditLog`')
    const keys = [
      ...String(shown?.['Create Table']).matchAll(/^\s+((?:UNIQUE )?KEY (`\w+`) \([^)]*\))/gm),
    ]
    await connection.query(
      `ALTER TABLE \`AuditLog\` ${keys.map(([, , name]) => `DROP KEY ${name}`).join(', ')}`,
    )
    return [`ALTER TABLE \`AuditLog\` ${keys.map(([, key]) => `ADD ${key}`).join(', ')}`]
  },
  async sqlite(connection: Connection) {
    const indexes = await connection.query(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('AuditLog', 'AuditTag') AND sql IS NOT NULL",
    )
    for (const { name } of indexes) await connection.query(`DROP INDEX "${name}"`)
    return indexes.map(({ sql }) => String(sql))
  },
} as const satisfies Record<Provider, (connection: Connection) => Promise<string[]>>

import { auditColumns } from '../../../src/schema/audit-model.ts'
import type { Provider } from '../../database/capabilities.ts'
import type { Connection } from '../../database/connection.ts'
import { entityIdOf } from './generate.ts'
import type { TrailClient } from './place.ts'

/** One question that a trail is asked, with what is asked for. */
export interface Question {
  readonly name: string
  /** What is asked for, what most rows are about first. */
  readonly values: readonly string[]
  /** Whether it has more pages, by a `seq` that they begin after. */
  readonly hasPages: boolean
  ask(client: TrailClient, value: string, cursor?: bigint): Promise<unknown>
  /** The same as one would write it by hand; of more than one statement, in their order. */
  sql(value: string, cursor?: bigint): readonly Statement[]
}

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

const page = 50

/** The questions of the benchmark to a trail of a database. */
export async function questionsFor(
  provider: Provider,
  { query }: Connection,
  rows: number,
): Promise<Question[]> {
  const write = writer(provider)
  const { quoted } = write
  const traces: string[] = []
  for (let i = 1; i <= 6; i++) {
    const seq = Math.floor((rows * i) / 7)
    const [row] = await query(
      `SELECT ${quoted('traceId')} AS trace FROM ${quoted('AuditLog')} WHERE seq = ${seq}`,
    )
    traces.push(String(row?.trace))
  }
  const tickets = await query(
    `SELECT DISTINCT ${quoted('value')} AS ticket FROM ${quoted('AuditTag')} WHERE ${quoted('key')} = 'ticket' LIMIT 6`,
  )
  const search = (key: string) => (client: TrailClient, value: string, cursor?: bigint) =>
    client.$audit.search(key === '' ? '' : `${key}:${value}`, {
      take: page,
      cursor: cursor === undefined ? undefined : String(cursor),
    })
  const byColumn = (
    name: string,
    key: string,
    column: string,
    values: readonly string[],
  ): Question => ({
    name,
    values,
    hasPages: true,
    ask: search(key),
    sql: (value, cursor) => [write.rows([[column, value]], cursor)],
  })
  const byTag = (name: string, key: string, values: readonly string[]): Question => ({
    name,
    values,
    hasPages: true,
    ask: search(key),
    sql: (value, cursor) => [write.tagged(key, value, cursor)],
  })
  return [
    {
      name: 'entity',
      values: [0, 1, 2, 17, 101, 307].map((tenant) => entityIdOf(tenant, 0)),
      hasPages: true,
      ask: (client, entityId, cursor) =>
        client.$audit.history({ entity: 'User', entityId }, { take: page, cursor }),
      sql: (value, cursor) => [
        write.rows(
          [
            ['entity', 'User'],
            ['entityId', value],
          ],
          cursor,
        ),
      ],
    },
    byColumn('actor', 'actor', 'actorId', numbered('actor', 0, 1, 2, 17, 101, 1009)),
    {
      name: 'trace',
      values: traces,
      hasPages: false,
      ask: (client, traceId) => client.$audit.trace(traceId),
      sql: (value) => [write.trace(value), write.lines(value)],
    },
    byColumn('tenant', 'tenant', 'tenantId', numbered('tenant', 0, 1, 2, 17, 101, 307)),
    byTag('tag, common', 'env', ['production', 'staging']),
    byTag('tag, medium', 'namespace', numbered('ns', 0, 1, 7, 50, 150)),
    byTag(
      'tag, rare',
      'ticket',
      tickets.map(({ ticket }) => String(ticket)),
    ),
    {
      name: 'newest',
      values: [''],
      hasPages: true,
      ask: search(''),
      sql: (_, cursor) => [write.rows([], cursor)],
    },
    {
      name: 'count',
      values: numbered('tenant', 0, 1, 17),
      hasPages: false,
      ask: (client, value) => client.$audit.count(`tenant:${value}`),
      sql: (value) => [write.count('tenantId', value)],
    },
    {
      name: 'facets',
      values: [''],
      hasPages: false,
      ask: (client) => client.$audit.facets(''),
      sql: () => [write.facets()],
    },
  ]
}

function numbered(name: string, ...numbers: readonly number[]): string[] {
  return numbers.map((number) => `${name}-${number}`)
}

const columns = [...auditColumns('postgresql').keys()]

/** Statements as one would write them who knows the indexes. */
function writer(provider: Provider) {
  const quote = provider === 'mysql' ? '`' : '"'
  const quoted = (name: string) => quote + name + quote
  const at = (i: number) => (provider === 'postgresql' ? `$${i + 1}` : '?')
  const all = columns.map((name) => `e.${quoted(name)}`).join(', ')
  const log = `${quoted('AuditLog')} e`
  const seqOf = (cursor: bigint) => (provider === 'sqlite' ? Number(cursor) : cursor)
  const join = { postgresql: 'JOIN', mysql: 'STRAIGHT_JOIN', sqlite: 'CROSS JOIN' }[provider]
  const rows = (where: readonly (readonly [string, string])[], cursor?: bigint): Statement => {
    const values: unknown[] = where.map(([, value]) => value)
    const conditions = where.map(([name], i) => `e.${quoted(name)} = ${at(i)}`)
    if (cursor !== undefined) conditions.push(`e.seq < ${at(values.push(seqOf(cursor)) - 1)}`)
    const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')} ` : ''
    return { text: `SELECT ${all} FROM ${log} ${filter}ORDER BY e.seq DESC LIMIT ${page}`, values }
  }
  return {
    quoted,
    rows,
    trace: (traceId: string): Statement => ({
      text: `SELECT ${all} FROM ${log} WHERE e.${quoted('traceId')} = ${at(0)} ORDER BY e.seq LIMIT ${page}`,
      values: [traceId],
    }),
    lines: (traceId: string): Statement => ({
      text: `SELECT * FROM ${quoted('AuditExecutionLog')} WHERE ${quoted('traceId')} = ${at(0)} ORDER BY seq LIMIT ${page}`,
      values: [traceId],
    }),
    tagged: (key: string, value: string, cursor?: bigint): Statement => ({
      text:
        `SELECT ${all} FROM ${quoted('AuditTag')} t ${join} ${log} ON e.seq = t.seq ` +
        `WHERE t.${quoted('key')} = ${at(0)} AND t.${quoted('value')} = ${at(1)} ` +
        `${cursor === undefined ? '' : `AND t.seq < ${at(2)} `}ORDER BY t.seq DESC LIMIT ${page}`,
      values: [key, value, ...(cursor === undefined ? [] : [seqOf(cursor)])],
    }),
    count: (column: string, value: string): Statement => ({
      text: `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${log} WHERE e.${quoted(column)} = ${at(0)} LIMIT 10001) c`,
      values: [value],
    }),
    facets: (): Statement => {
      const names = ['entity', 'action', 'outcome', 'actorId', 'actorType', 'tenantId', 'source']
      const newest = `SELECT ${names.map(quoted).join(', ')} FROM ${log} ORDER BY e.seq DESC LIMIT 5000`
      const each = names.map(
        (name) =>
          `SELECT '${name}' AS k, ${quoted(name)} AS v, COUNT(*) AS n FROM newest GROUP BY ${quoted(name)}`,
      )
      return { text: `WITH newest AS (${newest}) ${each.join(' UNION ALL ')}`, values: [] }
    },
  }
}
